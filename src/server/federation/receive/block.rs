//! A `Block` arrives: somebody elsewhere wants nothing to do with somebody here.

use alcove_protocol::activity::block::Block;

use super::{Intake, understood};
use crate::{actions::blocked, db::Transaction, error::Result};

/// Ends what was between the two, and remembers it.
pub(super) fn receive(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    match understood(Block::parse(intake.activity))? {
        Some(block) => blocked::blocked(transaction, intake.site, intake.moment, &block),
        None => Ok(()),
    }
}
