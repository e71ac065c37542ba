//! Following, as it comes from elsewhere: others ask to follow people here, and answer whom people here asked (ActivityPub
//! section 7.5 to 7.7, 7.12). Who is asked here accepts at once, unless they decide themselves who follows them; a follow
//! counts from its `Accept` on and not before (S-20).
//! What people here ask and take back is in `publish.rs`.

use alcove_protocol::{
    ActivityId, ActorId,
    activity::{
        accept,
        follow::{AnsweredFollow, Follow},
        reject,
        undo::Undo,
    },
};
use serde_json::Value;

use super::{deliver, notify, shown_first};
use crate::{
    app::Moment,
    db::{
        Transaction, accounts, actors, blocks,
        envelopes::{self, NewEnvelope},
        follows::{self, FollowState},
        notifications::Kind,
        profiles::{self, Approval},
        timelines,
    },
    error::{Error, Result},
    site::Site,
};

/// Somebody asks to follow a person here, and is let, or waits until that person decides; across a block nobody is let.
/// Asking again is answered again: the first answer may have been lost.
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
    if blocks::stands_between(transaction, follow.actor.as_str(), follow.object.as_str())? {
        let id = site.activity(&moment.name());
        let answer = reject::build(&id, follow);
        return send(transaction, site, moment, account, (&id, &answer), &follow.actor);
    }
    let former = follows::state(transaction, &follow.actor, &follow.object)?;
    let state = match profiles::approval(transaction, account)? {
        Approval::Automatic => FollowState::Accepted,
        Approval::Manual => former.unwrap_or(FollowState::Pending),
    };
    follows::put(transaction, moment.id(), follow, state, moment.now)?;
    if former != Some(state) {
        tell(transaction, moment, account, &follow.actor, state)?;
    }
    if state == FollowState::Pending {
        return Ok(());
    }
    let id = site.activity(&moment.name());
    let answer = accept::build(&id, follow);
    send(transaction, site, moment, account, (&id, &answer), &follow.actor)
}

/// Tells somebody here who follows them, or would like to.
fn tell(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    account: i64,
    follower: &ActorId,
    state: FollowState,
) -> Result<()> {
    let kind = match state {
        FollowState::Pending => Kind::FollowRequest,
        FollowState::Accepted => Kind::Follow,
    };
    match actors::by_uri(transaction, follower)? {
        Some(row) => notify::tell(transaction, moment, kind, account, row.id, None),
        None => Ok(()),
    }
}

/// The answer to a follow that somebody here had asked for. An answer to what nobody asked, or by somebody who was not
/// asked (S-04), changes nothing.
pub fn accepted(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    by: &ActorId,
    answered: &AnsweredFollow,
) -> Result<()> {
    match asker(transaction, by, answered)? {
        Some(follower) if follows::accept(transaction, &follower, by)? => {
            shown_first::look(transaction, moment, by.as_str())
        }
        _ => Ok(()),
    }
}

/// A follow is declined, or ended by the one who was followed.
pub fn rejected(
    transaction: &mut Transaction<'_>,
    site: &Site,
    by: &ActorId,
    answered: &AnsweredFollow,
) -> Result<()> {
    let Some(follower) = asker(transaction, by, answered)? else { return Ok(()) };
    follows::remove(transaction, &follower, by)?;
    match (site.account_of(&follower), actors::by_uri(transaction, by)?) {
        (Some(account), Some(row)) => timelines::remove_of_author(transaction, account, row.id),
        _ => Ok(()),
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
pub fn undone(transaction: &mut Transaction<'_>, site: &Site, undo: &Undo) -> Result<()> {
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
        Some(followed) => {
            follows::remove(transaction, &undo.actor, &followed)?;
            take_notice_back(transaction, site, &undo.actor, &followed)
        }
        None => Ok(()),
    }
}

fn take_notice_back(
    transaction: &mut Transaction<'_>,
    site: &Site,
    follower: &ActorId,
    followed: &ActorId,
) -> Result<()> {
    if let (Some(account), Some(row)) = (site.account_of(followed), actors::by_uri(transaction, follower)?) {
        notify::take_back(transaction, Kind::FollowRequest, account, row.id, None)?;
        notify::take_back(transaction, Kind::Follow, account, row.id, None)?;
    }
    Ok(())
}

/// Stores what concerns one other actor, and queues it.
pub(super) fn send(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    account: i64,
    (id, document): (&ActivityId, &Value),
    to: &ActorId,
) -> Result<()> {
    let row = NewEnvelope::new(moment, envelopes::Kind::Social, id, &site.actor(account), document);
    let envelope = envelopes::store(transaction, &row)?.id();
    deliver::enqueue(transaction, site, moment, envelope, account, std::slice::from_ref(to))
}
