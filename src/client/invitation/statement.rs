//! T, what both devices agree on (ENCRYPTION.md 1.4): every part behind its length in two bytes. The newcomer's device makes
//! it, the inviter's holds each field against what it knows itself, and both MACs are over its exact bytes.

use alcove_protocol::{ActorId, Timestamp, api::push_part};

use crate::identity::IdentityKey;

/// What T says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    /// The invitation's id.
    pub(super) id: String,
    /// The origin of the server that both are on.
    pub(super) server: String,
    /// When the invitation ends.
    pub(super) expires_at: Timestamp,
    pub(super) inviter: ActorId,
    pub(super) inviter_identity: IdentityKey,
    pub(super) newcomer: ActorId,
    pub(super) newcomer_identity: IdentityKey,
    /// The signature key of the newcomer's device.
    pub(super) device: [u8; 32],
    pub(super) nonce: [u8; 16],
}

impl Statement {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let expires_at = self.expires_at.0.to_be_bytes();
        let parts: [&[u8]; 9] = [
            self.id.as_bytes(),
            self.server.as_bytes(),
            &expires_at,
            self.inviter.as_str().as_bytes(),
            &self.inviter_identity,
            self.newcomer.as_str().as_bytes(),
            &self.newcomer_identity,
            &self.device,
            &self.nonce,
        ];
        let mut bytes = Vec::new();
        parts.iter().for_each(|part| push_part(&mut bytes, part));
        bytes
    }

    /// Reads a whole statement with nothing behind it.
    pub(super) fn parse(mut bytes: &[u8]) -> Option<Self> {
        let rest = &mut bytes;
        let statement = Self {
            id: text(rest)?,
            server: text(rest)?,
            expires_at: Timestamp(i64::from_be_bytes(fixed(rest)?)),
            inviter: ActorId::parse(&text(rest)?).ok()?,
            inviter_identity: fixed(rest)?,
            newcomer: ActorId::parse(&text(rest)?).ok()?,
            newcomer_identity: fixed(rest)?,
            device: fixed(rest)?,
            nonce: fixed(rest)?,
        };
        bytes.is_empty().then_some(statement)
    }
}

fn part<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, behind) = rest.split_first_chunk::<2>()?;
    let (part, behind) = behind.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    *rest = behind;
    Some(part)
}

fn text(rest: &mut &[u8]) -> Option<String> {
    std::str::from_utf8(part(rest)?).ok().map(str::to_owned)
}

fn fixed<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    part(rest)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn statement() -> Statement {
        let actor = |name: &str| ActorId::parse(&format!("https://h.example/users/{name}")).unwrap();
        Statement {
            id: "abc".to_owned(),
            server: "https://h.example".to_owned(),
            expires_at: Timestamp(7),
            inviter: actor("1"),
            inviter_identity: [1; 32],
            newcomer: actor("2"),
            newcomer_identity: [2; 32],
            device: [3; 32],
            nonce: [4; 16],
        }
    }

    #[test]
    fn a_statement_reads_back_and_has_no_other_form() {
        let bytes = statement().to_bytes();
        assert_eq!(Statement::parse(&bytes), Some(statement()));
        assert_eq!(Statement::parse(&[&bytes[..], &[0]].concat()), None, "with something behind it");
        for length in 0..bytes.len() {
            assert_eq!(Statement::parse(&bytes[..length]), None, "cut off after {length} bytes");
        }
    }

    proptest! {
        /// Whatever bytes a server brings: they are a statement in its one form, or none.
        #[test]
        fn what_is_read_is_what_would_be_written(at in 0usize..250, value: u8) {
            let mut bytes = statement().to_bytes();
            let at = at % bytes.len();
            bytes[at] = value;
            if let Some(read) = Statement::parse(&bytes) {
                prop_assert_eq!(read.to_bytes(), bytes);
            }
        }
    }
}
