//! An `Update` arrives: an actor has changed, its key for one. What it says of itself is not taken from here: it is fetched
//! from its own address when it is needed next (S-01). Posts that change are not known yet.

use alcove_protocol::activity::update::{Update, Updated};

use super::{Intake, understood};
use crate::{actions::remote_actors, db::Transaction, error::Result};

/// Believes no more what was fetched before.
pub(super) fn receive(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    match understood(Update::parse(intake.activity))? {
        Some(Update { actor, object: Updated::Actor(_), .. }) => remote_actors::outdated(transaction, &actor),
        _ => Ok(()),
    }
}
