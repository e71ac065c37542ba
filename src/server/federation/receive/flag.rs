//! A `Flag` arrives: another server reports somebody here.

use alcove_protocol::activity::flag::Flag;

use super::{Intake, understood};
use crate::{actions::blocked, db::Transaction, error::Result};

/// Keeps it for those who run this server; reports about others are forgotten.
pub(super) fn receive(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    match understood(Flag::parse(intake.activity))? {
        Some(flag) => blocked::reported(transaction, intake.site, intake.moment, &flag),
        None => Ok(()),
    }
}
