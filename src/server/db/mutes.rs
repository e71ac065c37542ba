//! The table `mute`: whom somebody here does not want to see, for ever or until a point in time. Nobody else hears of it.

use alcove_protocol::{ActorId, Timestamp};
use diesel::prelude::*;

use super::{Transaction, query, schema::mute};
use crate::error::Result;

/// Somebody who is muted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Muted {
    /// Who.
    pub actor: ActorId,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
}

/// Mutes an actor; done again it counts until the new point in time.
pub fn put(transaction: &mut Transaction<'_>, account: i64, muted: &Muted, now: Timestamp) -> Result<()> {
    let until = muted.until.map(|until| until.0);
    query!(transaction, connection => diesel::insert_into(mute::table)
        .values((
            mute::account_id.eq(account),
            mute::actor_uri.eq(muted.actor.as_str()),
            mute::until.eq(until),
            mute::created_at.eq(now.0),
        ))
        .on_conflict((mute::account_id, mute::actor_uri))
        .do_update()
        .set(mute::until.eq(until))
        .execute(connection))?;
    Ok(())
}

/// Ends a mute; says whether there was one.
pub fn remove(transaction: &mut Transaction<'_>, account: i64, actor: &ActorId) -> Result<bool> {
    let muted = mute::table.filter(mute::account_id.eq(account)).filter(mute::actor_uri.eq(actor.as_str()));
    let removed = query!(transaction, connection => diesel::delete(muted).execute(connection))?;
    Ok(removed > 0)
}

/// Whom an account mutes now, last first.
pub fn of(transaction: &mut Transaction<'_>, account: i64, now: Timestamp) -> Result<Vec<Muted>> {
    let rows: Vec<(String, Option<i64>)> = query!(transaction, connection => mute::table
        .filter(mute::account_id.eq(account))
        .filter(mute::until.is_null().or(mute::until.gt(now.0)))
        .order((mute::created_at.desc(), mute::actor_uri))
        .select((mute::actor_uri, mute::until))
        .load(connection))?;
    let muted = |(uri, until): (String, Option<i64>)| {
        Some(Muted { actor: ActorId::parse(&uri).ok()?, until: until.map(Timestamp) })
    };
    Ok(rows.into_iter().filter_map(muted).collect())
}

/// Whether an account mutes an actor now.
pub fn is_muted(
    transaction: &mut Transaction<'_>,
    account: i64,
    actor: &ActorId,
    now: Timestamp,
) -> Result<bool> {
    let count: i64 = query!(transaction, connection => mute::table
        .filter(mute::account_id.eq(account))
        .filter(mute::actor_uri.eq(actor.as_str()))
        .filter(mute::until.is_null().or(mute::until.gt(now.0)))
        .count()
        .get_result(connection))?;
    Ok(count > 0)
}

/// Forgets mutes that have ended. At most `limit`.
pub fn prune(transaction: &mut Transaction<'_>, now: Timestamp, limit: i64) -> Result<usize> {
    let over: Vec<(i64, String)> = query!(transaction, connection => mute::table
        .filter(mute::until.le(now.0))
        .limit(limit)
        .select((mute::account_id, mute::actor_uri))
        .load(connection))?;
    for (account, actor) in &over {
        let row = mute::table.filter(mute::account_id.eq(account)).filter(mute::actor_uri.eq(actor));
        query!(transaction, connection => diesel::delete(row).execute(connection))?;
    }
    Ok(over.len())
}
