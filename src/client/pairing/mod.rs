//! Approving a new device with six digits (ENCRYPTION.md 1.4): what both sides share. The new device binds itself to its
//! key, the approved one shows identity key and nonce, the new one reveals; both derive the same digits, and a person
//! types them from the new device into the old one, which endorses the key. The person then says so on the new device,
//! which believes no identity key before. Not the wire: the server ferries bytes that it cannot use, and may be dishonest.

mod approver;
mod code;
mod newcomer;

use alcove_protocol::{ActorId, Timestamp, api::Pairing, time::SECOND};
use serde::{Deserialize, Serialize};

pub(crate) use approver::{Approval, approve, approve_by_code, confirm};
pub(crate) use newcomer::{OwnRequest, accept, request};

use crate::{
    account::DeviceStanding,
    call::Call,
    conversation::Purpose,
    error::Error,
    event::{Event, PairingEnd},
    identity::IdentityKey,
    record::digest,
    turn::Turn,
};

/// How often an approval under way is looked at.
const LOOK_AGAIN: i64 = 2 * SECOND;

/// What makes an approval like no other; each side has one.
type Nonce = [u8; 16];

/// How the two devices know each other's keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Way {
    /// A person compares six digits.
    Digits,
    /// The approved device has read the new one's code.
    Code,
}

/// What one side shows: a public key, and a nonce that it had not shown before.
struct Shown<'a> {
    key: &'a [u8; 32],
    nonce: &'a Nonce,
}

/// SHA-256(device key ‖ nonce).
fn commitment(device: &Shown<'_>) -> Vec<u8> {
    digest(&[&device.key[..], device.nonce].concat()).to_vec()
}

/// The six digits over actor, both keys and both nonces. All parts but the actor are of fixed length.
fn digits(actor: &ActorId, device: &Shown<'_>, approver: &Shown<'_>) -> String {
    let length = u16::try_from(actor.as_str().len()).unwrap_or(u16::MAX).to_be_bytes();
    let parts = [
        b"alcove pairing 1\0",
        &length[..],
        actor.as_str().as_bytes(),
        device.key,
        approver.key,
        device.nonce,
        approver.nonce,
    ];
    let number = digest(&parts.concat()).first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    format!("{:06}", number % 1_000_000)
}

/// A key and a nonce as the other side sent them; `None` unless both have their length.
fn shown(key: &[u8], nonce: &[u8]) -> Option<(IdentityKey, Nonce)> {
    Some((key.try_into().ok()?, nonce.try_into().ok()?))
}

/// Asks for approvals under way; a device that waits for one and has lost its request asks anew.
pub(crate) fn look(turn: &mut Turn<'_>) -> Result<(), Error> {
    if turn.account.standing == DeviceStanding::Waiting {
        if turn.account.request.is_none() {
            return request(turn);
        }
        newcomer::remind(turn);
    }
    turn.account.approvals.iter_mut().for_each(Approval::remind);
    turn.call_once(Call::FetchPairings, Purpose::Device)
}

/// Looks at the approvals under way, if it is time.
pub(crate) fn upkeep(turn: &mut Turn<'_>) -> Result<(), Error> {
    let now = turn.now;
    let request = turn.account.request.iter_mut().filter_map(OwnRequest::look_at);
    let approvals = turn.account.approvals.iter_mut().filter_map(Approval::look_at);
    let mut due = false;
    for look_at in request.chain(approvals) {
        if now >= *look_at {
            *look_at = now.plus(LOOK_AGAIN);
            due = true;
        }
    }
    if due { turn.call_once(Call::FetchPairings, Purpose::Device) } else { Ok(()) }
}

/// The approvals under way, as the server lists them.
pub(crate) fn listed(turn: &mut Turn<'_>, pairings: &[Pairing]) -> Result<(), Error> {
    let gone = |name: &str| !pairings.iter().any(|pairing| pairing.name == name);
    let approvals = std::mem::take(&mut turn.account.approvals);
    let (over, open): (Vec<_>, Vec<_>) = approvals.into_iter().partition(|approval| gone(approval.name()));
    turn.account.approvals = open;
    over.iter().for_each(|approval| end(turn, approval.name(), PairingEnd::Expired));
    newcomer::expire_if(turn, gone);
    pairings.iter().try_for_each(|pairing| updated(turn, pairing))
}

/// One approval, as it stands now.
pub(crate) fn updated(turn: &mut Turn<'_>, pairing: &Pairing) -> Result<(), Error> {
    if turn.account.device.as_ref() == Some(&pairing.device) {
        newcomer::take(turn, pairing)
    } else if turn.account.standing == DeviceStanding::Approved {
        approver::take(turn, pairing)
    } else {
        Ok(())
    }
}

/// The person says no: on the approved device to a new one, or on the new device because the other one did not find the
/// digits right.
pub(crate) fn refuse(turn: &mut Turn<'_>, name: &str) -> Result<(), Error> {
    if newcomer::refuse(turn, name) { Ok(()) } else { approver::refuse(turn, name, PairingEnd::Refused) }
}

fn end(turn: &mut Turn<'_>, name: &str, end: PairingEnd) {
    turn.show(Event::PairingEnded { name: name.to_owned(), end });
}

/// When to look again.
fn soon(turn: &Turn<'_>) -> Timestamp {
    turn.now.plus(LOOK_AGAIN)
}
