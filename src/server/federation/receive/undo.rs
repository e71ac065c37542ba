//! An `Undo` arrives: a follower takes a follow back.

use alcove_protocol::activity::undo::Undo;

use super::{Intake, understood};
use crate::{actions, db::Transaction, error::Result};

/// Ends the follow; undoing something of somebody else is refused (S-04), of anything else forgotten.
pub(super) fn receive(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    match understood(Undo::parse(intake.activity))? {
        Some(undo) => actions::follow::undone(transaction, &undo),
        None => Ok(()),
    }
}
