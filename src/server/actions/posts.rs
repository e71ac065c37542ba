//! Posts of others as they arrive, and as their authors delete them. Not sealed messages, which are in `arrive`, and not
//! posts of our own.

use alcove_protocol::{
    ActivityId, ActorId,
    activity::{Activity, create::ObjectId},
};

use crate::{
    app::Moment,
    db::{
        Transaction,
        envelopes::{self, EnvelopeRow, Kind, NewEnvelope},
        items,
        objects::{self, Known},
    },
    error::{Error, Result},
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
        Some(Known::Deleted) => return Ok(()),
        Some(Known::There { envelope, author }) if author == activity.actor.as_str() => envelope,
        Some(Known::There { .. }) => return Err(not_the_author()),
        None if receivers.is_empty() => return Ok(()),
        None => {
            let envelope = store(transaction, moment, activity, id)?;
            objects::insert(transaction, object, &activity.actor, envelope)?;
            envelope
        }
    };
    give(transaction, moment, envelope, receivers)
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
    match &activity.id {
        Some(id) if !receivers.is_empty() => {
            let envelope = store(transaction, moment, activity, id)?;
            give(transaction, moment, envelope, &receivers)
        }
        _ => Ok(()),
    }
}

/// Stores an activity, unless it is there; that of another actor under the same id is refused.
fn store(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    activity: &Activity,
    id: &ActivityId,
) -> Result<i64> {
    if let Some(known) = envelopes::by_activity(transaction, id)? {
        return own(&known, &activity.actor);
    }
    let row = NewEnvelope {
        id: moment.id(),
        activity_uri: id.as_str().to_owned(),
        actor_uri: activity.actor.as_str().to_owned(),
        kind: Kind::Plain.as_str().to_owned(),
        digest: None,
        conversation_uri: None,
        epoch: None,
        device_uri: None,
        document: activity.document.to_string(),
        created_at: moment.now.0,
    };
    envelopes::store(transaction, &row)
}

fn own(known: &EnvelopeRow, actor: &ActorId) -> Result<i64> {
    if known.actor_uri == actor.as_str() { Ok(known.id) } else { Err(not_the_author()) }
}

fn give(transaction: &mut Transaction<'_>, moment: &Moment, envelope: i64, receivers: &[i64]) -> Result<()> {
    for account in receivers {
        items::arrive(transaction, moment, *account, envelope)?;
    }
    Ok(())
}

fn not_the_author() -> Error {
    Error::refused(
        "not-the-author",
        403,
        "Expected an id that belongs to the actor: this one is somebody else's.",
    )
}
