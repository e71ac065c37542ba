//! The tables `block` and `mute`: who wants nothing to do with whom, and whom somebody here only does not want to see. A
//! block counts in both directions, whichever of the two set it.

use std::collections::HashSet;

use alcove_protocol::{ActivityId, ActorId, Timestamp};
use diesel::prelude::*;

use super::{
    Transaction, query,
    schema::{block, mute},
};
use crate::error::Result;

/// A row of `block`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = block)]
pub struct BlockRow {
    /// Its row id.
    pub id: i64,
    /// The id of the `Block`.
    pub activity_uri: String,
    /// Who blocks.
    pub blocker_uri: String,
    /// Who is blocked.
    pub blocked_uri: String,
    /// Milliseconds.
    pub created_at: i64,
}

/// Stores a block; `false` when it is there already, or its id is.
pub fn put(transaction: &mut Transaction<'_>, row: &BlockRow) -> Result<bool> {
    let inserted = query!(transaction, connection => diesel::insert_into(block::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(inserted == 1)
}

/// A block by the id of its activity.
pub fn by_activity(transaction: &mut Transaction<'_>, id: &ActivityId) -> Result<Option<BlockRow>> {
    let row = query!(transaction, connection => block::table
        .filter(block::activity_uri.eq(id.as_str()))
        .select(BlockRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// The block of one by the other.
pub fn find(
    transaction: &mut Transaction<'_>,
    blocker: &ActorId,
    blocked: &ActorId,
) -> Result<Option<BlockRow>> {
    let row = query!(transaction, connection => block::table
        .filter(block::blocker_uri.eq(blocker.as_str()))
        .filter(block::blocked_uri.eq(blocked.as_str()))
        .select(BlockRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// Ends a block; says whether there was one.
pub fn remove(transaction: &mut Transaction<'_>, blocker: &ActorId, blocked: &ActorId) -> Result<bool> {
    let row = block::table
        .filter(block::blocker_uri.eq(blocker.as_str()))
        .filter(block::blocked_uri.eq(blocked.as_str()));
    Ok(query!(transaction, connection => diesel::delete(row).execute(connection))? > 0)
}

/// Ends every block of or by an actor that is gone.
pub fn remove_all(transaction: &mut Transaction<'_>, actor: &ActorId) -> Result<()> {
    let rows =
        block::table.filter(block::blocker_uri.eq(actor.as_str()).or(block::blocked_uri.eq(actor.as_str())));
    query!(transaction, connection => diesel::delete(rows).execute(connection))?;
    Ok(())
}

/// Whether one of the two blocks the other.
pub fn stands_between(transaction: &mut Transaction<'_>, one: &str, other: &str) -> Result<bool> {
    let count: i64 = query!(transaction, connection => block::table
        .filter(
            block::blocker_uri.eq(one).and(block::blocked_uri.eq(other))
                .or(block::blocker_uri.eq(other).and(block::blocked_uri.eq(one))),
        )
        .count()
        .get_result(connection))?;
    Ok(count > 0)
}

/// Everybody who blocks an actor or is blocked by it.
pub fn apart_from(transaction: &mut Transaction<'_>, actor: &str) -> Result<HashSet<String>> {
    let blocked: Vec<String> = query!(transaction, connection => block::table
        .filter(block::blocker_uri.eq(actor))
        .select(block::blocked_uri)
        .load(connection))?;
    let blockers: Vec<String> = query!(transaction, connection => block::table
        .filter(block::blocked_uri.eq(actor))
        .select(block::blocker_uri)
        .load(connection))?;
    Ok(blocked.into_iter().chain(blockers).collect())
}

/// Up to `limit` blocks that an actor has set, before a row id, newest first.
pub fn by(
    transaction: &mut Transaction<'_>,
    blocker: &ActorId,
    before: i64,
    limit: i64,
) -> Result<Vec<BlockRow>> {
    let rows = query!(transaction, connection => block::table
        .filter(block::blocker_uri.eq(blocker.as_str()))
        .filter(block::id.lt(before))
        .order(block::id.desc())
        .limit(limit)
        .select(BlockRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// Does not show an account an actor any more, until then or for good.
pub fn mute(
    transaction: &mut Transaction<'_>,
    account: i64,
    actor: &ActorId,
    until: Option<Timestamp>,
    now: Timestamp,
) -> Result<()> {
    let until = until.map(|at| at.0);
    query!(transaction, connection => diesel::insert_into(mute::table)
        .values((
            mute::account_id.eq(account),
            mute::actor_uri.eq(actor.as_str()),
            mute::until.eq(until),
            mute::created_at.eq(now.0),
        ))
        .on_conflict((mute::account_id, mute::actor_uri))
        .do_update()
        .set(mute::until.eq(until))
        .execute(connection))?;
    Ok(())
}

/// Shows an account an actor again; says whether it was muted.
pub fn unmute(transaction: &mut Transaction<'_>, account: i64, actor: &ActorId) -> Result<bool> {
    let row = mute::table.find((account, actor.as_str()));
    Ok(query!(transaction, connection => diesel::delete(row).execute(connection))? > 0)
}

/// Those of a list of accounts that do not want to see an actor now.
pub fn muting(
    transaction: &mut Transaction<'_>,
    actor: &str,
    accounts: &[i64],
    now: Timestamp,
) -> Result<Vec<i64>> {
    let rows = query!(transaction, connection => mute::table
        .filter(mute::actor_uri.eq(actor))
        .filter(mute::account_id.eq_any(accounts))
        .filter(mute::until.is_null().or(mute::until.gt(now.0)))
        .select(mute::account_id)
        .load(connection))?;
    Ok(rows)
}

/// Whom an account does not want to see now, and until when, in order of their ids.
pub fn muted_by(
    transaction: &mut Transaction<'_>,
    account: i64,
    now: Timestamp,
) -> Result<Vec<(String, Option<i64>)>> {
    let rows = query!(transaction, connection => mute::table
        .filter(mute::account_id.eq(account))
        .filter(mute::until.is_null().or(mute::until.gt(now.0)))
        .order(mute::actor_uri)
        .select((mute::actor_uri, mute::until))
        .load(connection))?;
    Ok(rows)
}

/// Forgets mutes that have ended. At most `limit`.
pub fn prune_mutes(transaction: &mut Transaction<'_>, now: Timestamp, limit: i64) -> Result<usize> {
    let ended: Vec<(i64, String)> = query!(transaction, connection => mute::table
        .filter(mute::until.le(now.0))
        .limit(limit)
        .select((mute::account_id, mute::actor_uri))
        .load(connection))?;
    for (account, actor) in &ended {
        let row = mute::table.find((account, actor));
        query!(transaction, connection => diesel::delete(row).execute(connection))?;
    }
    Ok(ended.len())
}
