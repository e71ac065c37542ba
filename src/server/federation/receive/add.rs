//! An `Add` arrives: a sequencer says which commit won an epoch of a conversation (ENCRYPTION.md 1.5). Other `Add`s are
//! about other people's collections and are forgotten.

use alcove_protocol::mls::SequencerAdd;

use super::Intake;
use crate::{actions, db::Transaction, error::Result};

/// Hands the word to the people here on the roster. Only the server of a conversation may speak for it (S-04).
pub(super) fn receive(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    let Some(add) = SequencerAdd::parse(&intake.activity.document) else { return Ok(()) };
    let receivers = intake.receivers(transaction)?;
    actions::arrive::sequencer(transaction, intake.moment, intake.activity, &add, &receivers)
}
