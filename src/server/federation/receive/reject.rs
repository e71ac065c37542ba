//! A `Reject` arrives: it declines a follow, or ends one.

use alcove_protocol::activity::reject::Reject;

use super::{Intake, understood};
use crate::{actions, db::Transaction, error::Result};

/// Notes the answer; one by anybody but the one who was asked changes nothing (S-04).
pub(super) fn receive(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    match understood(Reject::parse(intake.activity))? {
        Some(answer) => actions::follow::rejected(transaction, intake.site, &answer.actor, &answer.follow),
        None => Ok(()),
    }
}
