//! What a device wants done after it has handled something, in this order: save, send, show (invariant 6). Not how: the
//! host has the disk, the network and the screen.

use crate::{
    call::{Call, CallId},
    event::Event,
};

/// Records to write and to delete, all of them or none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// Keys and their new bytes. Sealing them is the host's task.
    pub put: Vec<(String, Vec<u8>)>,
    /// Keys whose bytes must be gone from the store: most of them hold used keys.
    pub delete: Vec<String>,
}

impl Batch {
    /// Says whether there is nothing to save.
    pub fn is_empty(&self) -> bool {
        self.put.is_empty() && self.delete.is_empty()
    }
}

impl std::fmt::Debug for Batch {
    /// Names and lengths: the bytes hold private keys.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let put: Vec<(&str, usize)> =
            self.put.iter().map(|(key, bytes)| (key.as_str(), bytes.len())).collect();
        formatter.debug_struct("Batch").field("put", &put).field("delete", &self.delete).finish()
    }
}

/// A call, and the name under which its answer is handed back.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Unique on this device, for good.
    pub id: CallId,
    /// What to ask of the server.
    pub call: Call,
}

/// One step of a device. A host saves the batch in one transaction, then makes the calls in order, then shows the
/// events. Killed before the save, it hands in the same input again; killed after it, `Device::open` and
/// `Device::resend` bring back every call that has no answer yet, byte for byte.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    /// First: to be saved.
    pub save: Batch,
    /// Then: to be sent.
    pub send: Vec<Request>,
    /// Last: to be shown.
    pub show: Vec<Event>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_step_shows_no_record_s_bytes() {
        let save = Batch { put: vec![("account".to_owned(), vec![171; 3])], delete: Vec::new() };
        let printed = format!("{:?}", Step { save, ..Step::default() });
        assert!(printed.contains(r#"("account", 3)"#) && !printed.contains("171"), "{printed}");
    }
}
