//! A `Delete` arrives: an author takes a post back, or an actor is gone. Sealed messages are deleted inside their
//! conversation, by their readers.

use alcove_protocol::activity::delete::{Delete, Deleted};

use super::{Intake, understood};
use crate::{
    actions::{posts::changed, remote_actors},
    db::{Transaction, actors},
    error::Result,
};

/// Deletes what is the sender's own (S-04).
pub(super) fn receive(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    let Some(delete) = understood(Delete::parse(intake.activity))? else { return Ok(()) };
    match &delete.object {
        Deleted::Actor => remote_actors::gone(transaction, intake.site, intake.moment, &delete.actor),
        Deleted::Object(object) => {
            let author = actors::by_uri(transaction, &delete.actor)?;
            changed::deleted(transaction, intake.moment, &delete.actor, author.as_ref(), object)
        }
    }
}
