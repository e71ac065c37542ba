//! The table `notification`: what others have done that concerns somebody here. Whether somebody is told, and of whom, is
//! decided in `actions/notify.rs`.

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{Transaction, query, schema::notification};
use crate::error::Result;

/// A row of `notification`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = notification)]
pub struct NotificationRow {
    /// Its row id.
    pub id: i64,
    /// Who is told.
    pub account_id: i64,
    /// A [`Kind`].
    pub kind: String,
    /// Who has done it.
    pub actor_id: i64,
    /// The post that it is about.
    pub post_id: Option<i64>,
    /// Milliseconds.
    pub created_at: i64,
}

/// What somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A post names them, or is for them.
    Mention,
    /// Their post was shared.
    Boost,
    /// Their post is liked.
    Like,
    /// Somebody follows them.
    Follow,
    /// Somebody asks to follow them.
    FollowRequest,
    /// A question has ended that they asked or answered.
    Poll,
    /// A post that they shared has changed.
    Edit,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::Mention, Self::Boost, Self::Like, Self::Follow, Self::FollowRequest, Self::Poll, Self::Edit];

    /// The word in the column.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mention => "mention",
            Self::Boost => "boost",
            Self::Like => "like",
            Self::Follow => "follow",
            Self::FollowRequest => "follow_request",
            Self::Poll => "poll",
            Self::Edit => "edit",
        }
    }

    /// The kind of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Stores a notification unless the same one is there; says whether it is new.
pub fn put(transaction: &mut Transaction<'_>, row: &NotificationRow) -> Result<bool> {
    if !alike(transaction, &row.kind, row.actor_id, row.account_id, row.post_id)?.is_empty() {
        return Ok(false);
    }
    query!(transaction, connection => diesel::insert_into(notification::table)
        .values(row)
        .execute(connection))?;
    Ok(true)
}

/// The row ids of what an account was told of an actor, about that post or about none.
fn alike(
    transaction: &mut Transaction<'_>,
    kind: &str,
    actor: i64,
    account: i64,
    post: Option<i64>,
) -> Result<Vec<i64>> {
    let rows: Vec<(i64, Option<i64>)> = query!(transaction, connection => {
        let mut rows = notification::table.into_boxed();
        if let Some(post) = post {
            rows = rows.filter(notification::post_id.eq(post));
        }
        rows.filter(notification::actor_id.eq(actor))
            .filter(notification::account_id.eq(account))
            .filter(notification::kind.eq(kind))
            .select((notification::id, notification::post_id))
            .load(connection)
    })?;
    Ok(rows.into_iter().filter(|(_, about)| *about == post).map(|(id, _)| id).collect())
}

/// Up to `limit` notifications of these kinds before a row id, newest first.
pub fn before(
    transaction: &mut Transaction<'_>,
    account: i64,
    kinds: &[Kind],
    before: i64,
    limit: i64,
) -> Result<Vec<NotificationRow>> {
    let words: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let rows = query!(transaction, connection => notification::table
        .filter(notification::account_id.eq(account))
        .filter(notification::id.lt(before))
        .filter(notification::kind.eq_any(&words))
        .order(notification::id.desc())
        .limit(limit)
        .select(NotificationRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// How many notifications came after a row id, counted up to `limit`.
pub fn count_after(transaction: &mut Transaction<'_>, account: i64, after: i64, limit: i64) -> Result<usize> {
    let ids: Vec<i64> = query!(transaction, connection => notification::table
        .filter(notification::account_id.eq(account))
        .filter(notification::id.gt(after))
        .order(notification::id)
        .limit(limit)
        .select(notification::id)
        .load(connection))?;
    Ok(ids.len())
}

/// Takes back what somebody was told: the like or boost or request is gone.
pub fn remove(
    transaction: &mut Transaction<'_>,
    kind: Kind,
    actor: i64,
    account: i64,
    post: Option<i64>,
) -> Result<()> {
    let alike = alike(transaction, kind.as_str(), actor, account, post)?;
    let rows = notification::table.filter(notification::id.eq_any(alike));
    query!(transaction, connection => diesel::delete(rows).execute(connection))?;
    Ok(())
}

/// Takes back all that an account was told of an actor.
pub fn remove_between(transaction: &mut Transaction<'_>, actor: i64, account: i64) -> Result<()> {
    let rows = notification::table
        .filter(notification::actor_id.eq(actor))
        .filter(notification::account_id.eq(account));
    query!(transaction, connection => diesel::delete(rows).execute(connection))?;
    Ok(())
}

/// Takes back all that anybody was told of an actor.
pub fn remove_of_actor(transaction: &mut Transaction<'_>, actor: i64) -> Result<()> {
    let rows = notification::table.filter(notification::actor_id.eq(actor));
    query!(transaction, connection => diesel::delete(rows).execute(connection))?;
    Ok(())
}

/// Forgets what was told before a point in time. At most `limit`.
pub fn prune(transaction: &mut Transaction<'_>, created_before: Timestamp, limit: i64) -> Result<usize> {
    let old: Vec<i64> = query!(transaction, connection => notification::table
        .filter(notification::created_at.lt(created_before.0))
        .limit(limit)
        .select(notification::id)
        .load(connection))?;
    let old = notification::table.filter(notification::id.eq_any(old));
    Ok(query!(transaction, connection => diesel::delete(old).execute(connection))?)
}
