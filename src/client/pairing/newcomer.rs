//! The new device's side of an approval. It believes nothing that the server hands it: an endorsement is kept aside until
//! the person says on this device that the approved one found the digits right. A server that plays the approved device
//! would otherwise choose this person's identity key.

use alcove_protocol::{
    Timestamp,
    api::{Pairing, PairingAnswer, PairingCommitment, PairingReveal, PairingVerdict},
};
use serde::{Deserialize, Serialize};

use super::{Nonce, Shown, Way, code, commitment, digits, end, shown, soon};
use crate::{
    account::DeviceStanding,
    call::Call,
    conversation::Purpose,
    error::Error,
    event::{Event, PairingEnd},
    identity::{Endorsement, IdentityKey},
    key_packages,
    turn::Turn,
};

/// This device's own request to be approved.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct OwnRequest {
    nonce: Nonce,
    /// The approval's name, once the server has given one.
    name: Option<String>,
    stage: Stage,
    look_at: Timestamp,
}

#[derive(Clone, Serialize, Deserialize)]
enum Stage {
    /// Bound to key and nonce, which nobody has seen.
    Bound,
    /// The approved device has shown its identity key and nonce; this one has revealed its own, and shows the digits unless
    /// the other has read its code.
    Revealed { identity: IdentityKey, nonce: Nonce, way: Way },
    /// An endorsement that fits has come; the person has not said yet that it is the other device's.
    Endorsed { identity: IdentityKey, endorsement: Vec<u8> },
}

impl OwnRequest {
    /// When the server is to be asked again; never once everything has come.
    pub(super) fn look_at(&mut self) -> Option<&mut Timestamp> {
        let waits = !matches!(self.stage, Stage::Endorsed { .. });
        waits.then_some(&mut self.look_at)
    }
}

/// Asks to be approved.
pub(crate) fn request(turn: &mut Turn<'_>) -> Result<(), Error> {
    let nonce = turn.random();
    let commitment = commitment(&Shown { key: &turn.account.key.public(), nonce: &nonce });
    let look_at = soon(turn);
    turn.account.request = Some(OwnRequest { nonce, name: None, stage: Stage::Bound, look_at });
    turn.call(Call::StartPairing(PairingCommitment { commitment }), Purpose::Device)?;
    turn.show(Event::ApprovalNeeded);
    Ok(())
}

/// Shows again what the person needs now: the program may have been closed since.
pub(super) fn remind(turn: &mut Turn<'_>) {
    let Some(OwnRequest { nonce: own, name: Some(name), stage, .. }) = turn.account.request.clone() else {
        return;
    };
    match stage {
        Stage::Bound => {
            let key = turn.account.key.public();
            let code = code::write(&turn.account.actor, &Shown { key: &key, nonce: &own });
            turn.show(Event::PairingCode { code });
        }
        Stage::Revealed { way: Way::Code, .. } => {}
        Stage::Revealed { identity, nonce, way: Way::Digits } => show_digits(turn, &own, &identity, &nonce),
        Stage::Endorsed { .. } => turn.show(wanted(&name)),
    }
}

fn show_digits(turn: &mut Turn<'_>, own: &Nonce, identity: &IdentityKey, nonce: &Nonce) {
    let key = turn.account.key.public();
    let device = Shown { key: &key, nonce: own };
    let digits = digits(&turn.account.actor, &device, &Shown { key: identity, nonce });
    turn.show(Event::PairingDigits { digits });
}

/// The server knows the approval no longer. What has come before that stays: only the person's word is missing.
pub(super) fn expire_if(turn: &mut Turn<'_>, gone: impl Fn(&str) -> bool) {
    let waiting = turn.account.request.as_ref().filter(|own| !matches!(own.stage, Stage::Endorsed { .. }));
    if let Some(name) = waiting.and_then(|own| own.name.clone()).filter(|name| gone(name)) {
        finish(turn, &name, PairingEnd::Expired);
    }
}

/// The approval as the server shows it now. An approval by digits that were never shown, or an answer that is another
/// than before, is nobody's mistake.
pub(super) fn take(turn: &mut Turn<'_>, pairing: &Pairing) -> Result<(), Error> {
    let Some(mut own) = turn.account.request.clone() else { return Ok(()) };
    let bound = commitment(&Shown { key: &turn.account.key.public(), nonce: &own.nonce });
    let former = own.name.as_ref().is_some_and(|name| *name != pairing.name);
    if former || pairing.commitment.commitment != bound {
        return Ok(());
    }
    own.name = Some(pairing.name.clone());
    turn.account.request = Some(own.clone());
    match (&own.stage, &pairing.answer, &pairing.verdict) {
        (_, _, Some(PairingVerdict::Refused)) => finish(turn, &pairing.name, PairingEnd::Refused),
        (Stage::Bound, Some(answer), None) => return reveal(turn, own.clone(), &pairing.name, answer),
        (Stage::Revealed { identity, nonce, way }, Some(answer), verdict) => {
            if shown(&answer.identity_key, &answer.nonce) != Some((*identity, *nonce)) {
                finish(turn, &pairing.name, PairingEnd::Mismatch);
            } else if let Some(PairingVerdict::Approved { endorsement }) = verdict {
                return endorsed(turn, own.clone(), &pairing.name, (*identity, *way), endorsement);
            }
        }
        (Stage::Bound, _, Some(_)) => finish(turn, &pairing.name, PairingEnd::Mismatch),
        _ => {}
    }
    Ok(())
}

/// Shows key and nonce, because the other side has shown its own and cannot change them any more.
fn reveal(turn: &mut Turn<'_>, mut own: OwnRequest, name: &str, answer: &PairingAnswer) -> Result<(), Error> {
    let Some((identity, nonce)) = shown(&answer.identity_key, &answer.nonce) else {
        finish(turn, name, PairingEnd::Mismatch);
        return Ok(());
    };
    let device_key = turn.account.key.public().to_vec();
    let reveal = PairingReveal { device_key, nonce: own.nonce.to_vec() };
    turn.call(Call::RevealPairing { name: name.to_owned(), reveal }, Purpose::Device)?;
    let key = turn.account.key.public();
    let sealed = code::seal(&turn.account.actor, &Shown { key: &key, nonce: &own.nonce }, &identity);
    let way = if sealed == nonce { Way::Code } else { Way::Digits };
    if way == Way::Digits {
        show_digits(turn, &own.nonce, &identity, &nonce);
    }
    own.stage = Stage::Revealed { identity, nonce, way };
    turn.account.request = Some(own);
    Ok(())
}

/// The endorsement must be of this device's key, by the identity key that went into the digits or the code. It is kept aside
/// until the person has said yes; whoever has read the code is theirs.
fn endorsed(
    turn: &mut Turn<'_>,
    mut own: OwnRequest,
    name: &str,
    (identity, way): (IdentityKey, Way),
    bytes: &[u8],
) -> Result<(), Error> {
    let fits = Endorsement::from_bytes(bytes).is_some_and(|endorsement| {
        endorsement.identity == identity
            && endorsement.covers(&turn.account.actor, &turn.account.key.public())
    });
    if !fits {
        finish(turn, name, PairingEnd::Mismatch);
        return Ok(());
    }
    own.stage = Stage::Endorsed { identity, endorsement: bytes.to_vec() };
    turn.account.request = Some(own);
    match way {
        Way::Code => accept(turn, name),
        Way::Digits => {
            turn.show(wanted(name));
            Ok(())
        }
    }
}

fn wanted(name: &str) -> Event {
    Event::PairingConfirmationWanted { name: name.to_owned() }
}

/// The person says that the other device found the digits right, or that device has read this one's code: the identity key
/// is theirs.
pub(crate) fn accept(turn: &mut Turn<'_>, name: &str) -> Result<(), Error> {
    let own = turn.account.request.clone().filter(|own| own.name.as_deref() == Some(name));
    let Some(Stage::Endorsed { identity, endorsement }) = own.map(|own| own.stage) else {
        return Err(Error::Unknown(format!("approval {name} that waits for your word")));
    };
    turn.account.identity = Some(identity);
    turn.account.endorsement = Some(endorsement);
    turn.account.standing = DeviceStanding::Approved;
    finish(turn, name, PairingEnd::Approved);
    turn.show(Event::DeviceReady);
    key_packages::publish(turn)
}

/// The person says no; says whether it was about this device.
pub(super) fn refuse(turn: &mut Turn<'_>, name: &str) -> bool {
    let own = turn.account.request.as_ref().is_some_and(|own| own.name.as_deref() == Some(name));
    if own {
        finish(turn, name, PairingEnd::Refused);
    }
    own
}

fn finish(turn: &mut Turn<'_>, name: &str, how: PairingEnd) {
    turn.account.request = None;
    end(turn, name, how);
}
