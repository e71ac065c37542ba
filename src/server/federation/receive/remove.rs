//! A `Remove` arrives: an actor shows a post first no more. Other collections are other people's and are forgotten.

use alcove_protocol::activity::remove::Remove;

use super::{Intake, understood};
use crate::{
    actions::shown_first::{self, Change},
    db::Transaction,
    error::Result,
};

/// Takes a post out of what its author shows first.
pub(super) fn receive(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    let Some(remove) = understood(Remove::parse(intake.activity))? else { return Ok(()) };
    let actor = intake.actor(transaction)?;
    let (collection, post) = (remove.target.as_str(), remove.object.as_str());
    shown_first::changed(transaction, intake.moment, &actor, collection, post, Change::Removed)
}
