//! What a QR code or a pasted text carries from the new device to the approved one (ENCRYPTION.md 1.4): actor, device key and
//! the nonce that nobody has seen. With it nothing is left to compare: the approved device knows the key, and proves by the
//! nonce that it has read the code. Not the picture, which is a shell's.

use alcove_protocol::{ActorId, base64};

use super::{Nonce, Shown};
use crate::{identity::IdentityKey, record::digest};

/// What every code begins with.
const SCHEME: &str = "alcove:";
/// The longest code that is read.
const MOST_BYTES: usize = 4_096;

/// What a code says.
pub(super) struct Code {
    pub(super) actor: ActorId,
    pub(super) key: [u8; 32],
    pub(super) nonce: Nonce,
}

/// The code of a new device.
pub(super) fn write(actor: &ActorId, device: &Shown<'_>) -> String {
    let bytes = [&device.key[..], device.nonce, actor.as_str().as_bytes()].concat();
    format!("{SCHEME}{}", base64::encode(&bytes))
}

/// Reads a code as somebody scanned or pasted it.
pub(super) fn read(text: &str) -> Option<Code> {
    let bytes = base64::decode(text.trim().strip_prefix(SCHEME)?, MOST_BYTES)?;
    let (key, rest) = bytes.split_first_chunk::<32>()?;
    let (nonce, actor) = rest.split_first_chunk::<16>()?;
    let actor = ActorId::parse(std::str::from_utf8(actor).ok()?).ok()?;
    Some(Code { actor, key: *key, nonce: *nonce })
}

/// The approved device's nonce, made so that only who has read the code can make it: it binds the identity key.
pub(super) fn seal(actor: &ActorId, device: &Shown<'_>, identity: &IdentityKey) -> Nonce {
    let length = u16::try_from(actor.as_str().len()).unwrap_or(u16::MAX).to_be_bytes();
    let actor = actor.as_str().as_bytes();
    let parts = [b"alcove pairing code 1\0", &device.nonce[..], &length, actor, device.key, identity];
    digest(&parts.concat()).first_chunk().copied().unwrap_or_default()
}
