//! The table `tombstone`: ids of posts that were deleted, also of those that never came here. Nothing returns under such an
//! id, and nobody else takes it (S-04).

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{Transaction, query, schema::tombstone};
use crate::error::Result;

/// Remembers that a post was deleted, and by whom.
pub fn put(transaction: &mut Transaction<'_>, uri: &str, actor: &str, now: Timestamp) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(tombstone::table)
        .values((tombstone::uri.eq(uri), tombstone::actor_uri.eq(actor), tombstone::deleted_at.eq(now.0)))
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(())
}

/// Who deleted the post of that id, and when, if somebody did.
pub fn find(transaction: &mut Transaction<'_>, uri: &str) -> Result<Option<(String, Timestamp)>> {
    let row: Option<(String, i64)> = query!(transaction, connection => tombstone::table
        .find(uri)
        .select((tombstone::actor_uri, tombstone::deleted_at))
        .first(connection)
        .optional())?;
    Ok(row.map(|(actor, at)| (actor, Timestamp(at))))
}

/// Forgets what was deleted before a point in time. At most `limit`.
pub fn prune(transaction: &mut Transaction<'_>, deleted_before: Timestamp, limit: i64) -> Result<usize> {
    let old: Vec<String> = query!(transaction, connection => tombstone::table
        .filter(tombstone::deleted_at.lt(deleted_before.0))
        .limit(limit)
        .select(tombstone::uri)
        .load(connection))?;
    let old = tombstone::table.filter(tombstone::uri.eq_any(old));
    Ok(query!(transaction, connection => diesel::delete(old).execute(connection))?)
}
