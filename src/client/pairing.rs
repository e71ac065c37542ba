//! Approving a new device with six digits (ENCRYPTION.md 1.4): both sides of it. The new device binds itself to its key,
//! the approved one shows identity key and nonce, the new one reveals; both derive the same digits, a person types them
//! from the new device into the old one, and only then is the key endorsed. The server ferries bytes that it cannot use.

use alcove_protocol::{
    ActorId, DeviceId, Timestamp,
    api::{Pairing, PairingAnswer, PairingCommitment, PairingReveal, PairingVerdict},
    time::SECOND,
};
use serde::{Deserialize, Serialize};

use crate::{
    account::DeviceStanding,
    call::Call,
    conversation::Purpose,
    devices,
    error::Error,
    event::{Event, PairingEnd},
    identity::{Endorsement, IdentityKey},
    key_packages,
    record::digest,
    turn::Turn,
};

/// Attempts to type the digits.
const ATTEMPTS: u8 = 3;
/// How often an approval under way is looked at.
const LOOK_AGAIN: i64 = 2 * SECOND;

/// The new device's side.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct OwnRequest {
    nonce: [u8; 16],
    /// The approval's name, once the server has given one.
    name: Option<String>,
    /// What the approved device showed: its person's identity key.
    identity: Option<IdentityKey>,
    look_at: Timestamp,
}

/// The approved device's side.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Approval {
    name: String,
    device: DeviceId,
    commitment: Vec<u8>,
    nonce: [u8; 16],
    stage: Stage,
    attempts_left: u8,
    look_at: Timestamp,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Stage {
    /// The person has not said anything yet.
    Waiting,
    /// Identity key and nonce are shown.
    Answered,
    /// The new device has shown its key and nonce, which fit its commitment.
    Revealed { key: Vec<u8>, nonce: Vec<u8> },
}

/// The new device asks to be approved.
pub(crate) fn request(turn: &mut Turn<'_>) -> Result<(), Error> {
    let nonce = turn.random();
    let commitment = commitment(&turn.account.key.public(), &nonce);
    let look_at = turn.now.plus(LOOK_AGAIN);
    turn.account.request = Some(OwnRequest { nonce, name: None, identity: None, look_at });
    turn.call(Call::StartPairing(PairingCommitment { commitment }), Purpose::Device)?;
    turn.show(Event::ApprovalNeeded);
    Ok(())
}

/// SHA-256(device key ‖ nonce).
fn commitment(key: &[u8], nonce: &[u8]) -> Vec<u8> {
    digest(&[key, nonce].concat()).to_vec()
}

/// The six digits over actor, both keys and both nonces.
fn digits(actor: &ActorId, device: (&[u8], &[u8]), approver: (&[u8], &[u8])) -> String {
    let length = u16::try_from(actor.as_str().len()).unwrap_or(u16::MAX).to_be_bytes();
    let actor = actor.as_str().as_bytes();
    let parts =
        [b"alcove pairing 1\0", &length[..], actor, device.0, approver.0, device.1, approver.1].concat();
    let number = digest(&parts).first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    format!("{:06}", number % 1_000_000)
}

/// Asks for approvals under way; a device that waits for one and has lost its request asks anew.
pub(crate) fn look(turn: &mut Turn<'_>) -> Result<(), Error> {
    if turn.account.standing == DeviceStanding::Waiting && turn.account.request.is_none() {
        return request(turn);
    }
    turn.call_once(Call::FetchPairings, Purpose::Device)
}

/// Looks at the approvals under way, if it is time.
pub(crate) fn upkeep(turn: &mut Turn<'_>) -> Result<(), Error> {
    let now = turn.now;
    let request = turn.account.request.iter_mut().map(|request| &mut request.look_at);
    let approvals = turn.account.approvals.iter_mut();
    let under_way = approvals.filter(|approval| approval.stage == Stage::Answered);
    let mut due = false;
    for look_at in request.chain(under_way.map(|approval| &mut approval.look_at)) {
        if now >= *look_at {
            *look_at = now.plus(LOOK_AGAIN);
            due = true;
        }
    }
    if due { turn.call_once(Call::FetchPairings, Purpose::Device) } else { Ok(()) }
}

/// The approvals under way, as the server lists them.
pub(crate) fn listed(turn: &mut Turn<'_>, pairings: &[Pairing]) -> Result<(), Error> {
    let gone = |name: &String| !pairings.iter().any(|pairing| pairing.name == *name);
    turn.account.approvals.retain(|approval| !gone(&approval.name));
    let own = turn.account.request.as_ref().and_then(|request| request.name.clone());
    if let Some(name) = own.filter(gone) {
        turn.account.request = None;
        end(turn, &name, PairingEnd::Expired);
    }
    pairings.iter().try_for_each(|pairing| updated(turn, pairing))
}

/// One approval, as it stands now.
pub(crate) fn updated(turn: &mut Turn<'_>, pairing: &Pairing) -> Result<(), Error> {
    if turn.account.device.as_ref() == Some(&pairing.device) {
        as_new_device(turn, pairing)
    } else if turn.account.standing == DeviceStanding::Approved {
        as_approved_device(turn, pairing)
    } else {
        Ok(())
    }
}

fn as_new_device(turn: &mut Turn<'_>, pairing: &Pairing) -> Result<(), Error> {
    let Some(mut request) = turn.account.request.clone() else { return Ok(()) };
    request.name = Some(pairing.name.clone());
    if request.identity.is_none()
        && let Some(answer) = &pairing.answer
        && let Ok(identity) = IdentityKey::try_from(&answer.identity_key[..])
    {
        request.identity = Some(identity);
        let key = turn.account.key.public();
        let digits = digits(&turn.account.actor, (&key, &request.nonce), (&identity, &answer.nonce));
        let reveal = PairingReveal { device_key: key.to_vec(), nonce: request.nonce.to_vec() };
        turn.call(Call::RevealPairing { name: pairing.name.clone(), reveal }, Purpose::Device)?;
        turn.show(Event::PairingDigits { digits });
    }
    let identity = request.identity;
    turn.account.request = Some(request);
    match (&pairing.verdict, identity) {
        (Some(PairingVerdict::Approved { endorsement }), Some(identity)) => {
            approved(turn, pairing, endorsement, identity)
        }
        (Some(PairingVerdict::Refused), _) => {
            turn.account.request = None;
            end(turn, &pairing.name, PairingEnd::Refused);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The endorsement must be by the key that went into the digits.
fn approved(
    turn: &mut Turn<'_>,
    pairing: &Pairing,
    bytes: &[u8],
    identity: IdentityKey,
) -> Result<(), Error> {
    let endorsement = Endorsement::from_bytes(bytes).filter(|endorsement| {
        endorsement.identity == identity
            && endorsement.covers(&turn.account.actor, &turn.account.key.public())
    });
    turn.account.request = None;
    if endorsement.is_none() {
        end(turn, &pairing.name, PairingEnd::Mismatch);
        return Ok(());
    }
    turn.account.identity = Some(identity);
    turn.account.endorsement = Some(bytes.to_vec());
    turn.account.standing = DeviceStanding::Approved;
    end(turn, &pairing.name, PairingEnd::Approved);
    turn.show(Event::DeviceReady);
    key_packages::publish(turn)
}

fn end(turn: &mut Turn<'_>, name: &str, end: PairingEnd) {
    turn.show(Event::PairingEnded { name: name.to_owned(), end });
}

fn as_approved_device(turn: &mut Turn<'_>, pairing: &Pairing) -> Result<(), Error> {
    if pairing.verdict.is_some() {
        return Ok(());
    }
    let Some(at) = turn.account.approvals.iter().position(|approval| approval.name == pairing.name) else {
        see(turn, pairing);
        return Ok(());
    };
    let Some(mut approval) = turn.account.approvals.get(at).cloned() else { return Ok(()) };
    let (Stage::Answered, Some(reveal)) = (&approval.stage, &pairing.reveal) else { return Ok(()) };
    if commitment(&reveal.device_key, &reveal.nonce) != approval.commitment {
        return refuse(turn, &pairing.name, PairingEnd::Mismatch);
    }
    approval.stage = Stage::Revealed { key: reveal.device_key.clone(), nonce: reveal.nonce.clone() };
    turn.account.approvals.remove(at);
    turn.account.approvals.push(approval);
    turn.show(Event::PairingDigitsWanted { name: pairing.name.clone() });
    Ok(())
}

/// A new device that was not known to wait.
fn see(turn: &mut Turn<'_>, pairing: &Pairing) {
    let approval = Approval {
        name: pairing.name.clone(),
        device: pairing.device.clone(),
        commitment: pairing.commitment.commitment.clone(),
        nonce: turn.random(),
        stage: Stage::Waiting,
        attempts_left: ATTEMPTS,
        look_at: turn.now,
    };
    turn.account.approvals.push(approval);
    let (name, title) = (pairing.name.clone(), pairing.title.clone());
    turn.show(Event::PairingWaiting { name, title, expires_at: pairing.expires_at });
}

fn find<'a>(turn: &'a mut Turn<'_>, name: &str) -> Result<&'a mut Approval, Error> {
    let found = turn.account.approvals.iter_mut().find(|approval| approval.name == name);
    found.ok_or_else(|| Error::Unknown(format!("approval {name} under way")))
}

/// The person begins the approval: identity key and nonce are shown.
pub(crate) fn approve(turn: &mut Turn<'_>, name: &str) -> Result<(), Error> {
    let identity = turn.account.identity_secret.as_ref().ok_or(Error::NotApproved)?.public();
    let look_at = turn.now.plus(LOOK_AGAIN);
    let approval = find(turn, name)?;
    approval.stage = Stage::Answered;
    approval.look_at = look_at;
    let answer = PairingAnswer { identity_key: identity.to_vec(), nonce: approval.nonce.to_vec() };
    turn.call(Call::AnswerPairing { name: name.to_owned(), answer }, Purpose::Device)?;
    Ok(())
}

/// The person has typed the digits of the new device.
pub(crate) fn confirm(turn: &mut Turn<'_>, name: &str, typed: &str) -> Result<(), Error> {
    let identity = turn.account.identity_secret.clone().ok_or(Error::NotApproved)?;
    let actor = turn.account.actor.clone();
    let approval = find(turn, name)?;
    let Stage::Revealed { key, nonce } = approval.stage.clone() else {
        return Err(Error::Unknown(format!("approval {name} that waits for digits")));
    };
    let expected = digits(&actor, (&key, &nonce), (&identity.public(), &approval.nonce));
    let typed: String = typed.chars().filter(char::is_ascii_digit).collect();
    if typed != expected {
        approval.attempts_left = approval.attempts_left.saturating_sub(1);
        let attempts_left = approval.attempts_left;
        turn.show(Event::PairingDigitsWrong { name: name.to_owned(), attempts_left });
        return if attempts_left == 0 { refuse(turn, name, PairingEnd::Refused) } else { Ok(()) };
    }
    let device = approval.device.clone();
    let endorsement = Endorsement::issue(&identity, &actor, &key, turn.now).to_bytes();
    let verdict = PairingVerdict::Approved { endorsement };
    turn.call(Call::DecidePairing { name: name.to_owned(), verdict }, Purpose::Device)?;
    turn.account.approvals.retain(|approval| approval.name != name);
    end(turn, name, PairingEnd::Approved);
    devices::add(turn, device, &key)
}

/// The approval ends without one.
pub(crate) fn refuse(turn: &mut Turn<'_>, name: &str, how: PairingEnd) -> Result<(), Error> {
    find(turn, name)?;
    turn.account.approvals.retain(|approval| approval.name != name);
    let call = Call::DecidePairing { name: name.to_owned(), verdict: PairingVerdict::Refused };
    turn.call(call, Purpose::Device)?;
    end(turn, name, how);
    Ok(())
}
