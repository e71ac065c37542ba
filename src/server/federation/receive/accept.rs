//! An `Accept` arrives: it grants a follow that somebody here had asked for.

use alcove_protocol::activity::accept::Accept;

use super::{Intake, understood};
use crate::{actions, db::Transaction, error::Result};

/// Notes the answer; one by anybody but the one who was asked changes nothing (S-04).
pub(super) fn receive(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    match understood(Accept::parse(intake.activity))? {
        Some(answer) => actions::follow::accepted(transaction, intake.moment, &answer.actor, &answer.follow),
        None => Ok(()),
    }
}
