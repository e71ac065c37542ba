//! Approving a device (ENCRYPTION.md 1.4): the server ferries four messages between a pending device and an approved one of
//! the same account. It checks who writes what and in which order; what the bytes mean is between the two devices and the
//! person who compares six digits. Each part may be sent again as it was, because an answer may have been lost.

use alcove_protocol::{Timestamp, api, time::MINUTE};

use super::devices::Sender;
use crate::{
    app::Moment,
    bus::Wake,
    db::{
        Transaction,
        devices::{self, DeviceRow},
        pairings::{self, PairingRow},
    },
    error::{Error, Result},
    site::Site,
};

/// How long an approval may take, in milliseconds.
pub const LIFETIME: i64 = 15 * MINUTE;

const APPROVED: &str = "approved";
const REFUSED: &str = "refused";

/// Step 1, by a pending device. A new commitment ends the approval that the device had begun before.
///
/// # Errors
/// `no-device`; `already-approved`.
pub fn start(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    sender: Sender,
    commitment: &api::PairingCommitment,
) -> Result<api::Pairing> {
    let device = sender.device(transaction)?;
    if device.state() == api::DeviceState::Approved {
        return Err(Error::refused("already-approved", 409, "Expected a device that waits for approval."));
    }
    expect_length("commitment", &commitment.commitment, 32)?;
    let open = pairings::of_account(transaction, sender.account, moment.now)?;
    let again = |row: &&PairingRow| row.device_id == device.id && row.commitment == commitment.commitment;
    if let Some(row) = open.iter().find(again) {
        return Ok(view(site, row, &device));
    }
    pairings::delete_of_device(transaction, device.id)?;
    let row = PairingRow {
        id: moment.id(),
        name: moment.name(),
        account_id: sender.account,
        device_id: device.id,
        commitment: commitment.commitment.clone(),
        identity_key: None,
        answer_nonce: None,
        device_key: None,
        reveal_nonce: None,
        verdict: None,
        endorsement: None,
        created_at: moment.now.0,
        expires_at: moment.now.plus(LIFETIME).0,
    };
    pairings::insert(transaction, &row)?;
    transaction.wake(Wake::Account(sender.account));
    Ok(view(site, &row, &device))
}

/// The approvals of an account under way, oldest first.
pub fn list(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    account: i64,
) -> Result<Vec<api::Pairing>> {
    let mut views = Vec::new();
    for row in pairings::of_account(transaction, account, moment.now)? {
        let device = devices::find(transaction, row.device_id)?;
        views.extend(device.map(|device| view(site, &row, &device)));
    }
    Ok(views)
}

/// One of the steps 2 to 4.
#[derive(Clone, Debug)]
pub enum Step {
    /// By an approved device.
    Answer(api::PairingAnswer),
    /// By the new device.
    Reveal(api::PairingReveal),
    /// By an approved device.
    Verdict(api::PairingVerdict),
}

/// Writes a step once, if it is the caller's to write and its turn has come. An approving verdict approves the device.
///
/// # Errors
/// [`Error::NotFound`] when the account has no such approval under way; [`Error::Forbidden`] for the wrong side;
/// `too-early`; `already-written` when the step says something else already.
pub fn write(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    sender: Sender,
    name: &str,
    step: &Step,
) -> Result<api::Pairing> {
    let row = pairings::by_name(transaction, sender.account, name, moment.now)?.ok_or(Error::NotFound)?;
    let writer = sender.device(transaction)?;
    expect_side(&row, &writer, step)?;
    let device = devices::find(transaction, row.device_id)?.ok_or(Error::NotFound)?;
    expect_turn(&view(site, &row, &device), step)?;
    match step {
        Step::Answer(answer) => pairings::answer(transaction, row.id, answer)?,
        Step::Reveal(reveal) => pairings::reveal(transaction, row.id, reveal)?,
        Step::Verdict(verdict) => decide(transaction, &row, verdict)?,
    }
    transaction.wake(Wake::Account(sender.account));
    let row = pairings::by_name(transaction, sender.account, name, moment.now)?.ok_or(Error::NotFound)?;
    Ok(view(site, &row, &device))
}

/// Writes the verdict unless it stands already, and only then lets it count: another device may have written the
/// opposite since this one looked.
fn decide(transaction: &mut Transaction<'_>, row: &PairingRow, verdict: &api::PairingVerdict) -> Result<()> {
    if row.verdict.is_some() {
        return Ok(());
    }
    let (word, endorsement) = match verdict {
        api::PairingVerdict::Approved { endorsement } => (APPROVED, Some(endorsement.as_slice())),
        api::PairingVerdict::Refused => (REFUSED, None),
    };
    if !pairings::decide(transaction, row.id, word, endorsement)? {
        return Err(already_written());
    }
    if endorsement.is_some() {
        devices::approve(transaction, row.device_id)?;
    }
    Ok(())
}

fn already_written() -> Error {
    Error::refused("already-written", 409, "Expected a step that was not written before.")
}

fn expect_side(row: &PairingRow, writer: &DeviceRow, step: &Step) -> Result<()> {
    let newcomer = writer.id == row.device_id;
    let right = match step {
        Step::Reveal(_) => newcomer,
        // A device that is approved by now may repeat nothing of the other side's part.
        Step::Answer(_) | Step::Verdict(_) => !newcomer && writer.state() == api::DeviceState::Approved,
    };
    let sentence = "This step of the approval belongs to the other device.";
    if right { Ok(()) } else { Err(Error::Forbidden(sentence.into())) }
}

/// Lengths, order, and that nothing else stands there already.
fn expect_turn(pairing: &api::Pairing, step: &Step) -> Result<()> {
    let (written, turn) = match step {
        Step::Answer(answer) => {
            expect_length("identityKey", &answer.identity_key, 32)?;
            expect_length("nonce", &answer.nonce, 16)?;
            (pairing.answer.as_ref().map(|there| there == answer), pairing.verdict.is_none())
        }
        Step::Reveal(reveal) => {
            expect_length("deviceKey", &reveal.device_key, 32)?;
            expect_length("nonce", &reveal.nonce, 16)?;
            (pairing.reveal.as_ref().map(|there| there == reveal), pairing.answer.is_some())
        }
        Step::Verdict(verdict) => {
            let turn = match verdict {
                api::PairingVerdict::Approved { endorsement } => {
                    expect_length("endorsement", endorsement, 104)?;
                    pairing.reveal.is_some()
                }
                api::PairingVerdict::Refused => true,
            };
            (pairing.verdict.as_ref().map(|there| there == verdict), turn)
        }
    };
    match written {
        Some(true) => Ok(()),
        Some(false) => Err(already_written()),
        None if turn => Ok(()),
        None => Err(Error::refused("too-early", 409, "Expected the step before this one first.")),
    }
}

fn expect_length(name: &str, bytes: &[u8], length: usize) -> Result<()> {
    if bytes.len() == length {
        return Ok(());
    }
    Err(Error::invalid(format!("{name}: expected {length} bytes in base64")))
}

/// An approval as both sides see it.
fn view(site: &Site, row: &PairingRow, device: &DeviceRow) -> api::Pairing {
    let row = row.clone();
    let answer = row.identity_key.zip(row.answer_nonce);
    let reveal = row.device_key.zip(row.reveal_nonce);
    let verdict = match (row.verdict.as_deref(), row.endorsement) {
        (None, _) => None,
        (Some(APPROVED), Some(endorsement)) => Some(api::PairingVerdict::Approved { endorsement }),
        (Some(_), _) => Some(api::PairingVerdict::Refused),
    };
    api::Pairing {
        name: row.name,
        device: site.device(row.account_id, &device.name),
        title: device.title.clone(),
        commitment: api::PairingCommitment { commitment: row.commitment },
        answer: answer.map(|(identity_key, nonce)| api::PairingAnswer { identity_key, nonce }),
        reveal: reveal.map(|(device_key, nonce)| api::PairingReveal { device_key, nonce }),
        verdict,
        expires_at: Timestamp(row.expires_at),
    }
}

#[cfg(test)]
mod tests;
