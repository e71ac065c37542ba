//! What a device wants done after it has handled something, in this order: save, send, show (invariant 6). Not how: the
//! host has the disk, the network and the screen.

use crate::{
    call::{Call, CallId},
    event::Event,
};

/// Records to write and to delete, all of them or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
