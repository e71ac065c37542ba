//! The table `tombstone`: ids of posts that were deleted, also of those that never came here. Nothing returns under such an
//! id, and nobody else takes it (S-04).

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{Transaction, query, schema::tombstone};
use crate::error::Result;

/// What a tombstone rests on.
const SEEN: &str = "seen";
const TOLD: &str = "told";

/// Remembers that a post that was here was deleted by its author.
pub fn put(transaction: &mut Transaction<'_>, uri: &str, author: &str, now: Timestamp) -> Result<()> {
    let row =
        (tombstone::actor_uri.eq(author), tombstone::evidence.eq(SEEN), tombstone::deleted_at.eq(now.0));
    query!(transaction, connection => diesel::insert_into(tombstone::table)
        .values((tombstone::uri.eq(uri), row))
        .on_conflict(tombstone::uri)
        .do_update()
        .set(row)
        .execute(connection))?;
    Ok(())
}

/// Remembers that an actor deleted a post that never came here: nobody knows whose it was, so that it counts against that
/// actor only.
pub fn put_unseen(transaction: &mut Transaction<'_>, uri: &str, actor: &str, now: Timestamp) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(tombstone::table)
        .values((
            tombstone::uri.eq(uri),
            tombstone::actor_uri.eq(actor),
            tombstone::evidence.eq(TOLD),
            tombstone::deleted_at.eq(now.0),
        ))
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(())
}

/// Whether a post of that id by an author was deleted, or the id belongs to one that was.
pub fn forbids(transaction: &mut Transaction<'_>, uri: &str, author: &str) -> Result<bool> {
    let row: Option<(String, String)> = query!(transaction, connection => tombstone::table
        .find(uri)
        .select((tombstone::actor_uri, tombstone::evidence))
        .first(connection)
        .optional())?;
    Ok(row.is_some_and(|(actor, evidence)| evidence == SEEN || actor == author))
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
