//! A `Follow` arrives. Whoever is not here, or is not a person, cannot be followed.

use alcove_protocol::activity::follow::Follow;

use super::{Intake, understood};
use crate::{actions, db::Transaction, error::Result};

/// Lets the sender follow. Without an id there is nothing to answer to, and it is forgotten, as elsewhere.
pub(super) fn receive(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    if intake.activity.id.is_none() {
        return Ok(());
    }
    let Some(follow) = understood(Follow::parse(intake.activity))? else { return Ok(()) };
    if !intake.site.owns(&follow.object) {
        return Ok(());
    }
    actions::follow::asked(transaction, intake.site, intake.moment, &follow)
}
