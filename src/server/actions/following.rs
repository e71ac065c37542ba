//! Whom people here follow, and whom they let follow them (ActivityPub section 7.5 to 7.7). A follow counts from its
//! `Accept` on (S-20); who is asked here accepts at once unless they approve their followers themselves. What comes from
//! elsewhere is in `follow.rs`.

use alcove_protocol::{
    ActorId,
    activity::{accept, follow::Follow, reject, undo},
};

use super::{desk::Desk, notify, outbox::Sent};
use crate::{
    db::{
        Transaction, accounts, actors,
        follows::{self, FollowState},
        notifications::Kind,
        profiles::{self, Approval},
    },
    error::{Error, Result},
};

/// Asks to follow an actor. Asking again is told again: the first question, or its answer, may have been lost.
///
/// # Errors
/// `follow-yourself`; `blocked`; [`Error::NotFound`] for nobody, [`Error::Gone`].
pub fn ask(transaction: &mut Transaction<'_>, desk: &Desk<'_>, followed: &ActorId) -> Result<Sent> {
    if *followed == desk.actor {
        return Err(Error::refused("follow-yourself", 422, "Nobody can follow themselves."));
    }
    desk.expect_no_block(transaction, followed)?;
    let known = follows::state(transaction, &desk.actor, followed)?.unwrap_or(FollowState::Pending);
    let state = match at_home(transaction, desk, followed)? {
        Some(account) => answer_here(transaction, desk, account, known)?,
        None => known,
    };
    let follow = Follow { id: desk.activity(), actor: desk.actor.clone(), object: followed.clone() };
    follows::put(transaction, desk.moment.id(), &follow, state, desk.moment.now)?;
    desk.tell(transaction, follow.id.clone(), follow.to_value(), std::slice::from_ref(followed))
}

/// The account of somebody here; none for actors of other servers, which need not be known yet.
fn at_home(transaction: &mut Transaction<'_>, desk: &Desk<'_>, actor: &ActorId) -> Result<Option<i64>> {
    let row = actors::by_uri(transaction, actor)?;
    if row.is_some_and(|row| row.gone_at.is_some()) {
        return Err(Error::Gone);
    }
    if !desk.site.owns(actor) {
        return Ok(None);
    }
    let account = desk.site.account_of(actor).ok_or(Error::NotFound)?;
    let account = accounts::find(transaction, account)?.filter(accounts::AccountRow::is_enabled);
    Ok(Some(account.ok_or(Error::NotFound)?.id))
}

/// What somebody here answers at once.
fn answer_here(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    account: i64,
    known: FollowState,
) -> Result<FollowState> {
    let state = match profiles::approval(transaction, account)? {
        Approval::Automatic => FollowState::Accepted,
        Approval::Manual => known,
    };
    let kind = if state == FollowState::Accepted { Kind::Follow } else { Kind::FollowRequest };
    notify::tell(transaction, desk.moment, kind, account, desk.account, None)?;
    Ok(state)
}

/// Ends a follow, or takes the question back.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn end(transaction: &mut Transaction<'_>, desk: &Desk<'_>, followed: &ActorId) -> Result<Sent> {
    let id = follows::activity_of(transaction, &desk.actor, followed)?.ok_or(Error::NotFound)?;
    follows::remove(transaction, &desk.actor, followed)?;
    if let Some(account) = desk.site.account_of(followed) {
        notify::take_back(transaction, Kind::FollowRequest, account, desk.account, None)?;
        notify::take_back(transaction, Kind::Follow, account, desk.account, None)?;
    }
    let follow = Follow { id, actor: desk.actor.clone(), object: followed.clone() };
    let undo = desk.activity();
    let document = undo::build(&undo, &desk.actor, &follow.to_value());
    desk.tell(transaction, undo, document, std::slice::from_ref(followed))
}

/// Lets somebody follow who has asked; said once more, it is told once more.
///
/// # Errors
/// [`Error::NotFound`] when nobody has asked.
pub fn grant(transaction: &mut Transaction<'_>, desk: &Desk<'_>, follower: &ActorId) -> Result<Sent> {
    let follow = asked(transaction, desk, follower)?;
    let was_pending = follows::state(transaction, follower, &desk.actor)? == Some(FollowState::Pending);
    follows::accept(transaction, follower, &desk.actor)?;
    answered(transaction, desk, follower)?;
    if let Some(row) = actors::by_uri(transaction, follower)?.filter(|_| was_pending) {
        notify::tell(transaction, desk.moment, Kind::Follow, desk.account, row.id, None)?;
    }
    let id = desk.activity();
    let document = accept::build(&id, &follow);
    desk.tell(transaction, id, document, std::slice::from_ref(follower))
}

/// Declines who has asked, or ends the follow of who follows.
///
/// # Errors
/// As [`grant`].
pub fn decline(transaction: &mut Transaction<'_>, desk: &Desk<'_>, follower: &ActorId) -> Result<Sent> {
    let follow = asked(transaction, desk, follower)?;
    follows::remove(transaction, follower, &desk.actor)?;
    answered(transaction, desk, follower)?;
    let id = desk.activity();
    let document = reject::build(&id, &follow);
    desk.tell(transaction, id, document, std::slice::from_ref(follower))
}

/// What somebody asked this person for.
fn asked(transaction: &mut Transaction<'_>, desk: &Desk<'_>, follower: &ActorId) -> Result<Follow> {
    let id = follows::activity_of(transaction, follower, &desk.actor)?.ok_or(Error::NotFound)?;
    Ok(Follow { id, actor: follower.clone(), object: desk.actor.clone() })
}

/// The request is no news any more.
fn answered(transaction: &mut Transaction<'_>, desk: &Desk<'_>, follower: &ActorId) -> Result<()> {
    match actors::by_uri(transaction, follower)? {
        Some(row) => notify::take_back(transaction, Kind::FollowRequest, desk.account, row.id, None),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
