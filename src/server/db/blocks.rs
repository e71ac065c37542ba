//! The table `block`: who blocks whom, as far as one of the two is ours. A block hides both from each other and lets
//! nothing pass between them. What else it ends is decided in `actions/`.

use alcove_protocol::{ActivityId, ActorId, Timestamp};
use diesel::prelude::*;

use super::{Transaction, query, schema::block};
use crate::error::Result;

/// The two sides of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Who blocks.
    pub blocker: ActorId,
    /// Who is blocked.
    pub blocked: ActorId,
}

/// Stores a block; `false` when there was one already, whose id stays.
pub fn put(
    transaction: &mut Transaction<'_>,
    id: i64,
    activity: &ActivityId,
    pair: &Pair,
    now: Timestamp,
) -> Result<bool> {
    let inserted = query!(transaction, connection => diesel::insert_into(block::table)
        .values((
            block::id.eq(id),
            block::activity_uri.eq(activity.as_str()),
            block::blocker_uri.eq(pair.blocker.as_str()),
            block::blocked_uri.eq(pair.blocked.as_str()),
            block::created_at.eq(now.0),
        ))
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(inserted == 1)
}

/// Ends a block; the id of the activity that began it, if there was one.
pub fn remove(transaction: &mut Transaction<'_>, pair: &Pair) -> Result<Option<ActivityId>> {
    let uri: Option<String> = query!(transaction, connection => diesel::delete(
        block::table
            .filter(block::blocker_uri.eq(pair.blocker.as_str()))
            .filter(block::blocked_uri.eq(pair.blocked.as_str())),
    )
    .returning(block::activity_uri)
    .get_result(connection)
    .optional())?;
    Ok(uri.and_then(|uri| ActivityId::parse(&uri).ok()))
}

/// Ends every block of or by an actor that is gone.
pub fn remove_all(transaction: &mut Transaction<'_>, actor: &ActorId) -> Result<()> {
    query!(transaction, connection => diesel::delete(
        block::table.filter(block::blocker_uri.eq(actor.as_str()).or(block::blocked_uri.eq(actor.as_str()))),
    )
    .execute(connection))?;
    Ok(())
}

/// Whose block an activity of that id was.
pub fn by_activity(transaction: &mut Transaction<'_>, activity: &ActivityId) -> Result<Option<Pair>> {
    let row: Option<(String, String)> = query!(transaction, connection => block::table
        .filter(block::activity_uri.eq(activity.as_str()))
        .select((block::blocker_uri, block::blocked_uri))
        .first(connection)
        .optional())?;
    Ok(row.and_then(|(blocker, blocked)| {
        Some(Pair { blocker: ActorId::parse(&blocker).ok()?, blocked: ActorId::parse(&blocked).ok()? })
    }))
}

/// Whether one of the two blocks the other.
pub fn between(transaction: &mut Transaction<'_>, one: &ActorId, other: &ActorId) -> Result<bool> {
    Ok(!with(transaction, one, std::slice::from_ref(other))?.is_empty())
}

/// Those of a list who block an actor or are blocked by it.
pub fn with(transaction: &mut Transaction<'_>, actor: &ActorId, others: &[ActorId]) -> Result<Vec<ActorId>> {
    let mut met = Vec::new();
    for some in others.chunks(500) {
        let uris: Vec<&str> = some.iter().map(ActorId::as_str).collect();
        let blocked: Vec<String> = query!(transaction, connection => block::table
            .filter(block::blocker_uri.eq(actor.as_str()))
            .filter(block::blocked_uri.eq_any(&uris))
            .select(block::blocked_uri)
            .load(connection))?;
        let blocking: Vec<String> = query!(transaction, connection => block::table
            .filter(block::blocked_uri.eq(actor.as_str()))
            .filter(block::blocker_uri.eq_any(&uris))
            .select(block::blocker_uri)
            .load(connection))?;
        met.extend(blocked.iter().chain(&blocking).filter_map(|uri| ActorId::parse(uri).ok()));
    }
    Ok(met)
}

/// Whom an actor blocks, last first.
pub fn by(transaction: &mut Transaction<'_>, blocker: &ActorId) -> Result<Vec<ActorId>> {
    let uris: Vec<String> = query!(transaction, connection => block::table
        .filter(block::blocker_uri.eq(blocker.as_str()))
        .order(block::id.desc())
        .select(block::blocked_uri)
        .load(connection))?;
    Ok(uris.iter().filter_map(|uri| ActorId::parse(uri).ok()).collect())
}
