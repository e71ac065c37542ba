//! Following, as it comes from elsewhere: others ask to follow people here, and answer whom people here asked (ActivityPub
//! section 7.5 to 7.7, 7.12). Who is asked here accepts at once; a follow counts from its `Accept` on and not before (S-20).
//! What people here ask and take back is in `publish.rs`.

use alcove_protocol::{
    ActivityId, ActorId,
    activity::{
        accept,
        follow::{AnsweredFollow, Follow},
        undo::Undo,
    },
};
use serde_json::Value;

use super::deliver;
use crate::{
    app::Moment,
    db::{
        Transaction, accounts,
        envelopes::{self, Kind, NewEnvelope},
        follows::{self, FollowState},
    },
    error::{Error, Result},
    site::Site,
};

/// Somebody asks to follow a person here, and is let. Asking again is answered again: the first answer may have been lost.
///
/// # Errors
/// [`Error::NotFound`] when there is no such person.
pub fn asked(transaction: &mut Transaction<'_>, site: &Site, moment: &Moment, follow: &Follow) -> Result<()> {
    let account = site.account_of(&follow.object).ok_or(Error::NotFound)?;
    accounts::find(transaction, account)?.filter(accounts::AccountRow::is_enabled).ok_or(Error::NotFound)?;
    let known = follows::by_activity(transaction, &follow.id)?;
    if known.is_some_and(|pair| pair.follower != follow.actor || pair.followed != follow.object) {
        let sentence = "Expected an id of its own: this one belongs to another follow.";
        return Err(Error::refused("not-the-author", 403, sentence));
    }
    follows::put(transaction, moment.id(), follow, FollowState::Accepted, moment.now)?;
    let id = site.activity(&moment.name());
    let answer = accept::build(&id, follow);
    send(transaction, site, moment, account, (&id, &answer), &follow.actor)
}

/// The answer to a follow that somebody here had asked for. An answer to what nobody asked, or by somebody who was not
/// asked (S-04), changes nothing.
pub fn accepted(transaction: &mut Transaction<'_>, by: &ActorId, answered: &AnsweredFollow) -> Result<()> {
    match asker(transaction, by, answered)? {
        Some(follower) => follows::accept(transaction, &follower, by).map(drop),
        None => Ok(()),
    }
}

/// A follow is declined, or ended by the one who was followed.
pub fn rejected(transaction: &mut Transaction<'_>, by: &ActorId, answered: &AnsweredFollow) -> Result<()> {
    match asker(transaction, by, answered)? {
        Some(follower) => follows::remove(transaction, &follower, by).map(drop),
        None => Ok(()),
    }
}

fn asker(
    transaction: &mut Transaction<'_>,
    by: &ActorId,
    answered: &AnsweredFollow,
) -> Result<Option<ActorId>> {
    let pair = match &answered.id {
        Some(id) => follows::by_activity(transaction, id)?,
        None => None,
    };
    Ok(match pair {
        Some(pair) => Some(pair.follower).filter(|_| pair.followed == *by),
        None => answered.follower.clone(),
    })
}

/// A follower takes the follow back. Undoing anything else is not ours to know and changes nothing.
pub fn undone(transaction: &mut Transaction<'_>, undo: &Undo) -> Result<()> {
    let pair = match &undo.undone {
        Some(id) => follows::by_activity(transaction, id)?,
        None => None,
    };
    let followed = match pair {
        Some(pair) => Some(pair.followed).filter(|_| pair.follower == undo.actor),
        None if undo.kind.as_deref() == Some("Follow") => {
            undo.object.as_deref().and_then(|id| ActorId::parse(id).ok())
        }
        None => None,
    };
    match followed {
        Some(followed) => follows::remove(transaction, &undo.actor, &followed).map(drop),
        None => Ok(()),
    }
}

/// Stores what concerns one other actor, and queues it.
fn send(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    account: i64,
    (id, document): (&ActivityId, &Value),
    to: &ActorId,
) -> Result<()> {
    let row = NewEnvelope::new(moment, Kind::Social, id, &site.actor(account), document);
    let envelope = envelopes::store(transaction, &row)?.id();
    deliver::enqueue(transaction, site, moment, envelope, account, std::slice::from_ref(to))
}
