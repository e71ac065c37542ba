//! The approved device's side of an approval: it shows the identity key, asks for the digits that the new device shows,
//! and endorses a key only when they agree. Everything that the new device shows is held against what it bound itself to
//! before this device had shown its nonce.

use alcove_protocol::{
    DeviceId, Timestamp,
    api::{Pairing, PairingAnswer, PairingReveal, PairingVerdict},
};
use serde::{Deserialize, Serialize};

use super::{Nonce, Shown, Way, code, commitment, digits, end, shown, soon};
use crate::{
    call::Call,
    conversation::Purpose,
    devices,
    error::Error,
    event::{Event, PairingEnd},
    identity::Endorsement,
    turn::Turn,
};

/// Attempts to type the digits.
const ATTEMPTS: u8 = 3;

/// An approval of another device, under way on this one.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Approval {
    name: String,
    device: DeviceId,
    commitment: Vec<u8>,
    nonce: Nonce,
    stage: Stage,
    way: Way,
    attempts_left: u8,
    look_at: Timestamp,
    /// Whether the person is to hear of it when the server lists it next. Not kept: whoever looks sets it.
    #[serde(skip)]
    is_news: bool,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Stage {
    /// The person has not said anything yet.
    Waiting,
    /// Identity key and nonce are shown.
    Answered,
    /// The new device has shown its key and nonce, which fit its commitment.
    Revealed { key: [u8; 32], nonce: Nonce },
}

impl Approval {
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// When the server is to be asked again, while the new device has something to show.
    pub(super) fn look_at(&mut self) -> Option<&mut Timestamp> {
        (self.stage == Stage::Answered).then_some(&mut self.look_at)
    }

    /// Somebody looks for devices that wait, perhaps after what was said of this one is gone from the screen.
    pub(super) fn remind(&mut self) {
        self.is_news = match self.stage {
            Stage::Waiting => true,
            Stage::Answered => false,
            Stage::Revealed { .. } => self.way == Way::Digits,
        };
    }

    /// Whether it is still the approval that it was: of this device, by what it had bound itself to.
    fn is(&self, pairing: &Pairing) -> bool {
        self.device == pairing.device && self.commitment == pairing.commitment.commitment
    }
}

/// The approval as the server shows it now.
pub(super) fn take(turn: &mut Turn<'_>, pairing: &Pairing) -> Result<(), Error> {
    let name = &pairing.name;
    let known = turn.account.approvals.iter().find(|approval| approval.name == *name).cloned();
    let Some(approval) = known else {
        // One that has shown its key before there was an answer has not bound itself to anything; one that another device has
        // answered is that device's.
        let is_open = pairing.answer.is_none() && pairing.reveal.is_none() && pairing.verdict.is_none();
        if is_open && pairing.commitment.commitment.len() == 32 {
            return see(turn, pairing);
        }
        return Ok(());
    };
    if !approval.is(pairing) {
        return refuse(turn, name, PairingEnd::Mismatch);
    }
    match (approval.stage, &pairing.answer, &pairing.reveal) {
        // Another device of this person, or nobody, has decided without this one.
        _ if pairing.verdict.is_some() => {
            turn.account.approvals.retain(|approval| approval.name != *name);
            end(turn, name, PairingEnd::Elsewhere);
            Ok(())
        }
        (Stage::Waiting, None, Some(_)) => refuse(turn, name, PairingEnd::Mismatch),
        (Stage::Waiting, None, None) | (Stage::Revealed { .. }, ..) => tell(turn, pairing),
        (Stage::Answered, _, Some(reveal)) => revealed(turn, name, reveal),
        _ => Ok(()),
    }
}

/// A new device that was not known to wait.
fn see(turn: &mut Turn<'_>, pairing: &Pairing) -> Result<(), Error> {
    let approval = Approval {
        name: pairing.name.clone(),
        device: pairing.device.clone(),
        commitment: pairing.commitment.commitment.clone(),
        nonce: turn.random(),
        stage: Stage::Waiting,
        way: Way::Digits,
        attempts_left: ATTEMPTS,
        look_at: turn.now,
        is_news: true,
    };
    turn.account.approvals.push(approval);
    tell(turn, pairing)
}

/// The person hears of a device that waits for them, or for the digits that it shows.
fn tell(turn: &mut Turn<'_>, pairing: &Pairing) -> Result<(), Error> {
    let approval = find(turn, &pairing.name)?;
    let (is_news, is_waiting) = (std::mem::take(&mut approval.is_news), approval.stage == Stage::Waiting);
    let (name, title) = (pairing.name.clone(), pairing.title.clone());
    match (is_news, is_waiting) {
        (false, _) => {}
        (true, true) => turn.show(Event::PairingWaiting { name, title, expires_at: pairing.expires_at }),
        (true, false) => turn.show(Event::PairingDigitsWanted { name }),
    }
    Ok(())
}

/// The new device has shown its key: the digits can be typed, if it is the key that it had bound itself to.
fn revealed(turn: &mut Turn<'_>, name: &str, reveal: &PairingReveal) -> Result<(), Error> {
    let fresh = shown(&reveal.device_key, &reveal.nonce);
    let approval = find(turn, name)?;
    let bound = |(key, nonce): &([u8; 32], Nonce)| commitment(&Shown { key, nonce }) == approval.commitment;
    let Some((key, nonce)) = fresh.filter(bound) else {
        return refuse(turn, name, PairingEnd::Mismatch);
    };
    approval.stage = Stage::Revealed { key, nonce };
    match approval.way {
        Way::Code => endorse(turn, name, &key, PairingEnd::Scanned),
        Way::Digits => {
            turn.show(Event::PairingDigitsWanted { name: name.to_owned() });
            Ok(())
        }
    }
}

fn find<'a>(turn: &'a mut Turn<'_>, name: &str) -> Result<&'a mut Approval, Error> {
    let found = turn.account.approvals.iter_mut().find(|approval| approval.name == name);
    found.ok_or_else(|| Error::Unknown(format!("approval {name} under way")))
}

/// The person begins the approval: identity key and nonce are shown, once.
pub(crate) fn approve(turn: &mut Turn<'_>, name: &str) -> Result<(), Error> {
    let identity = turn.account.identity_secret.as_ref().ok_or(Error::NotApproved)?.public();
    let look_at = soon(turn);
    let approval = find(turn, name)?;
    if approval.stage != Stage::Waiting {
        return Ok(());
    }
    approval.stage = Stage::Answered;
    approval.look_at = look_at;
    let answer = PairingAnswer { identity_key: identity.to_vec(), nonce: approval.nonce.to_vec() };
    turn.call(Call::AnswerPairing { name: name.to_owned(), answer }, Purpose::Device)?;
    Ok(())
}

/// The person has scanned or pasted the new device's code, which says what that device had bound itself to.
pub(crate) fn approve_by_code(turn: &mut Turn<'_>, text: &str) -> Result<(), Error> {
    let identity = turn.account.identity_secret.as_ref().ok_or(Error::NotApproved)?.public();
    let read = code::read(text).filter(|code| code.actor == turn.account.actor);
    let read = read.ok_or_else(|| Error::Unknown("device of yours in this code".to_owned()))?;
    let device = Shown { key: &read.key, nonce: &read.nonce };
    let (bound, seal) = (commitment(&device), code::seal(&read.actor, &device, &identity));
    let mut waiting = turn.account.approvals.iter_mut().filter(|approval| approval.stage == Stage::Waiting);
    let meant = waiting.find(|approval| approval.commitment == bound);
    let approval = meant.ok_or_else(|| Error::Unknown("new device that waits with this code".to_owned()))?;
    (approval.way, approval.nonce) = (Way::Code, seal);
    let name = approval.name.clone();
    approve(turn, &name)
}

/// The person has typed the digits of the new device.
pub(crate) fn confirm(turn: &mut Turn<'_>, name: &str, typed: &str) -> Result<(), Error> {
    let identity = turn.account.identity_secret.clone().ok_or(Error::NotApproved)?;
    let actor = turn.account.actor.clone();
    let approval = find(turn, name)?;
    let Stage::Revealed { key, nonce } = approval.stage.clone() else {
        return Err(Error::Unknown(format!("approval {name} that waits for digits")));
    };
    let own = Shown { key: &identity.public(), nonce: &approval.nonce };
    let expected = digits(&actor, &Shown { key: &key, nonce: &nonce }, &own);
    let typed: String = typed.chars().filter(char::is_ascii_digit).collect();
    if typed != expected {
        approval.attempts_left = approval.attempts_left.saturating_sub(1);
        let attempts_left = approval.attempts_left;
        turn.show(Event::PairingDigitsWrong { name: name.to_owned(), attempts_left });
        return if attempts_left == 0 { refuse(turn, name, PairingEnd::Refused) } else { Ok(()) };
    }
    endorse(turn, name, &key, PairingEnd::Matched)
}

/// Vouches for a key of which nothing is left to be found out.
fn endorse(turn: &mut Turn<'_>, name: &str, key: &[u8; 32], how: PairingEnd) -> Result<(), Error> {
    let identity = turn.account.identity_secret.clone().ok_or(Error::NotApproved)?;
    let device = find(turn, name)?.device.clone();
    let endorsement = Endorsement::issue(&identity, &turn.account.actor, key, turn.now).to_bytes();
    let verdict = PairingVerdict::Approved { endorsement };
    turn.call(Call::DecidePairing { name: name.to_owned(), verdict }, Purpose::Device)?;
    turn.account.approvals.retain(|approval| approval.name != name);
    end(turn, name, how);
    devices::add(turn, device, key)
}

/// The approval ends without one.
pub(super) fn refuse(turn: &mut Turn<'_>, name: &str, how: PairingEnd) -> Result<(), Error> {
    find(turn, name)?;
    turn.account.approvals.retain(|approval| approval.name != name);
    let call = Call::DecidePairing { name: name.to_owned(), verdict: PairingVerdict::Refused };
    turn.call(call, Purpose::Device)?;
    end(turn, name, how);
    Ok(())
}
