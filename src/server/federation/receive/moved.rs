//! A `Move` arrives: an actor goes on under another id.

use alcove_protocol::activity::moved::Move;

use super::{Intake, understood};
use crate::{actions::moved, db::Transaction, error::Result};

/// Looks at the other actor later; until then nothing changes (S-17).
pub(super) fn receive(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    let Some(said) = understood(Move::parse(intake.activity))? else { return Ok(()) };
    let actor = intake.actor(transaction)?;
    moved::said(transaction, intake.moment, &actor, &said)
}
