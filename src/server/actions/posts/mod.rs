//! Posts of others as they arrive, and as their authors delete them. Not sealed messages, which are in `arrive`, and not
//! posts of our own.

pub mod details;
pub mod placed;
pub mod visible;

use alcove_protocol::{
    ActivityId,
    activity::{Activity, create::ObjectId},
};

use super::arrive::{give, not_the_author, store};
use crate::{
    app::Moment,
    db::{
        Transaction,
        envelopes::{Kind, NewEnvelope},
        items,
        objects::{self, Known},
    },
    error::Result,
};

/// A post arrives for some accounts: stored once, given to each of them once, however often it comes (S-11). A post that
/// was deleted does not return.
///
/// # Errors
/// `not-the-author` when another author has that id already (S-04).
pub fn arrive(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    activity: &Activity,
    id: &ActivityId,
    object: &ObjectId,
    receivers: &[i64],
) -> Result<()> {
    let envelope = match objects::find(transaction, object)? {
        Some(Known::There { envelope, author }) if author == activity.actor.as_str() => envelope,
        Some(Known::There { .. }) => return Err(not_the_author()),
        Some(Known::Deleted) => return Ok(()),
        None if receivers.is_empty() => return Ok(()),
        None => {
            let Some(envelope) = store(transaction, &row(moment, activity, id))? else { return Ok(()) };
            objects::insert(transaction, object, &activity.actor, envelope)?;
            envelope
        }
    };
    give(transaction, moment, envelope, receivers.iter().copied())
}

/// An author deletes a post: it goes, and whoever had received it receives the Delete.
///
/// # Errors
/// `not-the-author` when it is somebody else's (S-04).
pub fn deleted(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    activity: &Activity,
    object: &ObjectId,
) -> Result<()> {
    let Some(Known::There { envelope, author }) = objects::find(transaction, object)? else { return Ok(()) };
    if author != activity.actor.as_str() {
        return Err(not_the_author());
    }
    let receivers = items::receivers(transaction, envelope)?;
    objects::delete(transaction, object, envelope, moment.now)?;
    let Some(id) = activity.id.as_ref().filter(|_| !receivers.is_empty()) else { return Ok(()) };
    match store(transaction, &row(moment, activity, id))? {
        Some(envelope) => give(transaction, moment, envelope, receivers),
        None => Ok(()),
    }
}

fn row(moment: &Moment, activity: &Activity, id: &ActivityId) -> NewEnvelope {
    NewEnvelope::new(moment, Kind::Plain, id, &activity.actor, &activity.document)
}
