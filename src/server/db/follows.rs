//! The table `follow`: who follows whom, as far as one of the two is ours. A follow is pending until its `Accept` (S-20).

use alcove_protocol::{ActivityId, ActorId, Timestamp, activity::follow::Follow};
use diesel::prelude::*;

use super::{
    Transaction, query,
    schema::{account, actor, follow},
};
use crate::error::Result;

/// Where a follow stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowState {
    /// Asked, not answered.
    Pending,
    /// Granted.
    Accepted,
}

impl FollowState {
    fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
        }
    }
}

/// Which side of follows somebody is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Those who follow somebody.
    Followers,
    /// Those whom somebody follows.
    Following,
}

/// Stores a follow. The same pair asking again renews the id, which is what the next answer names, and keeps what was
/// granted already.
pub fn put(
    transaction: &mut Transaction<'_>,
    id: i64,
    asked: &Follow,
    state: FollowState,
    now: Timestamp,
) -> Result<()> {
    let (uri, state) = (asked.id.as_str(), state.name());
    query!(transaction, connection => diesel::insert_into(follow::table)
        .values((
            follow::id.eq(id),
            follow::activity_uri.eq(uri),
            follow::follower_uri.eq(asked.actor.as_str()),
            follow::followed_uri.eq(asked.object.as_str()),
            follow::state.eq(state),
            follow::created_at.eq(now.0),
        ))
        .on_conflict((follow::follower_uri, follow::followed_uri))
        .do_update()
        .set((follow::activity_uri.eq(uri), follow::state.eq(state)))
        .execute(connection))?;
    Ok(())
}

/// Where the follow of one by the other stands, if there is one.
pub fn state(
    transaction: &mut Transaction<'_>,
    follower: &ActorId,
    followed: &ActorId,
) -> Result<Option<FollowState>> {
    let state: Option<String> = query!(transaction, connection => follow::table
        .filter(follow::follower_uri.eq(follower.as_str()))
        .filter(follow::followed_uri.eq(followed.as_str()))
        .select(follow::state)
        .first(connection)
        .optional())?;
    let named = |name: String| {
        [FollowState::Pending, FollowState::Accepted].into_iter().find(|one| one.name() == name)
    };
    Ok(state.and_then(named))
}

/// The two sides of a follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Who follows.
    pub follower: ActorId,
    /// Who is followed.
    pub followed: ActorId,
}

/// Whose follow an activity of that id was.
pub fn by_activity(transaction: &mut Transaction<'_>, id: &ActivityId) -> Result<Option<Pair>> {
    let row: Option<(String, String)> = query!(transaction, connection => follow::table
        .filter(follow::activity_uri.eq(id.as_str()))
        .select((follow::follower_uri, follow::followed_uri))
        .first(connection)
        .optional())?;
    Ok(row.and_then(|(follower, followed)| {
        Some(Pair { follower: ActorId::parse(&follower).ok()?, followed: ActorId::parse(&followed).ok()? })
    }))
}

/// The id of the activity by which one asked to follow the other.
pub fn activity_of(
    transaction: &mut Transaction<'_>,
    follower: &ActorId,
    followed: &ActorId,
) -> Result<Option<ActivityId>> {
    let uri: Option<String> = query!(transaction, connection => follow::table
        .filter(follow::follower_uri.eq(follower.as_str()))
        .filter(follow::followed_uri.eq(followed.as_str()))
        .select(follow::activity_uri)
        .first(connection)
        .optional())?;
    Ok(uri.and_then(|uri| ActivityId::parse(&uri).ok()))
}

/// Grants a follow that is pending; says whether there was one.
pub fn accept(transaction: &mut Transaction<'_>, follower: &ActorId, followed: &ActorId) -> Result<bool> {
    let changed = query!(transaction, connection => diesel::update(
        follow::table
            .filter(follow::follower_uri.eq(follower.as_str()))
            .filter(follow::followed_uri.eq(followed.as_str())),
    )
    .set(follow::state.eq(FollowState::Accepted.name()))
    .execute(connection))?;
    Ok(changed > 0)
}

/// Ends a follow; says whether there was one.
pub fn remove(transaction: &mut Transaction<'_>, follower: &ActorId, followed: &ActorId) -> Result<bool> {
    let removed = query!(transaction, connection => diesel::delete(
        follow::table
            .filter(follow::follower_uri.eq(follower.as_str()))
            .filter(follow::followed_uri.eq(followed.as_str())),
    )
    .execute(connection))?;
    Ok(removed > 0)
}

/// Ends every follow of or by an actor that is gone.
pub fn remove_all(transaction: &mut Transaction<'_>, actor: &ActorId) -> Result<()> {
    query!(transaction, connection => diesel::delete(
        follow::table
            .filter(follow::follower_uri.eq(actor.as_str()).or(follow::followed_uri.eq(actor.as_str()))),
    )
    .execute(connection))?;
    Ok(())
}

/// Everybody whose follow of an actor counts.
pub fn followers(transaction: &mut Transaction<'_>, actor: &ActorId) -> Result<Vec<ActorId>> {
    let uris: Vec<String> = query!(transaction, connection => follow::table
        .filter(follow::followed_uri.eq(actor.as_str()))
        .filter(follow::state.eq(FollowState::Accepted.name()))
        .order(follow::id)
        .select(follow::follower_uri)
        .load(connection))?;
    Ok(uris.iter().filter_map(|uri| ActorId::parse(uri).ok()).collect())
}

/// The accounts here whose follow of an actor counts.
pub fn followers_here(transaction: &mut Transaction<'_>, followed: &str) -> Result<Vec<i64>> {
    let accounts = query!(transaction, connection => follow::table
        .inner_join(actor::table.on(actor::uri.eq(follow::follower_uri)))
        .inner_join(account::table.on(account::id.eq(actor::id)))
        .filter(follow::followed_uri.eq(followed))
        .filter(follow::state.eq(FollowState::Accepted.name()))
        .select(account::id)
        .load(connection))?;
    Ok(accounts)
}

/// How many granted follows there are on one side of an actor.
pub fn count(transaction: &mut Transaction<'_>, actor: &ActorId, side: Side) -> Result<i64> {
    let granted = follow::table.filter(follow::state.eq(FollowState::Accepted.name())).count();
    let count = match side {
        Side::Followers => query!(transaction, connection => granted
            .filter(follow::followed_uri.eq(actor.as_str()))
            .get_result(connection)),
        Side::Following => query!(transaction, connection => granted
            .filter(follow::follower_uri.eq(actor.as_str()))
            .get_result(connection)),
    };
    Ok(count?)
}

/// Up to `limit` of those on one side of an actor whose follows stand so, before a row id, last first.
pub fn page(
    transaction: &mut Transaction<'_>,
    actor: &ActorId,
    side: Side,
    state: FollowState,
    before: i64,
    limit: i64,
) -> Result<Vec<(i64, ActorId)>> {
    let rows = follow::table
        .filter(follow::state.eq(state.name()))
        .filter(follow::id.lt(before))
        .order(follow::id.desc())
        .limit(limit);
    let rows: Vec<(i64, String)> = match side {
        Side::Followers => query!(transaction, connection => rows
            .filter(follow::followed_uri.eq(actor.as_str()))
            .select((follow::id, follow::follower_uri))
            .load(connection)),
        Side::Following => query!(transaction, connection => rows
            .filter(follow::follower_uri.eq(actor.as_str()))
            .select((follow::id, follow::followed_uri))
            .load(connection)),
    }?;
    Ok(rows.into_iter().filter_map(|(id, uri)| Some((id, ActorId::parse(&uri).ok()?))).collect())
}
