//! The tables `seen_signature` and `seen_activity`: what was accepted once and must not count twice (S-11). Not the store
//! of activities: those that are kept are envelopes, and known by their own id.

use alcove_protocol::{ActivityId, Timestamp};
use diesel::prelude::*;

use super::{
    Transaction, query,
    schema::{seen_activity, seen_signature},
};
use crate::error::Result;

/// Whether something was met before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It is new, and noted from now on.
    First,
    /// It was met before.
    Again,
}

impl Sight {
    fn of(inserted: usize) -> Self {
        if inserted == 1 { Self::First } else { Self::Again }
    }
}

/// Notes the digest of a signature that was accepted, until its window has passed and it would be refused as stale.
pub fn signature(transaction: &mut Transaction<'_>, digest: &[u8], expires_at: Timestamp) -> Result<Sight> {
    let inserted = query!(transaction, connection => diesel::insert_into(seen_signature::table)
        .values((seen_signature::digest.eq(digest), seen_signature::expires_at.eq(expires_at.0)))
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(Sight::of(inserted))
}

/// Notes an activity that is handled and not stored.
pub fn activity(transaction: &mut Transaction<'_>, id: &ActivityId, now: Timestamp) -> Result<Sight> {
    let inserted = query!(transaction, connection => diesel::insert_into(seen_activity::table)
        .values((seen_activity::uri.eq(id.as_str()), seen_activity::seen_at.eq(now.0)))
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(Sight::of(inserted))
}

/// Forgets signatures whose window has passed by `now`. At most `limit`.
pub fn prune_signatures(transaction: &mut Transaction<'_>, now: Timestamp, limit: i64) -> Result<usize> {
    let passed: Vec<Vec<u8>> = query!(transaction, connection => seen_signature::table
        .filter(seen_signature::expires_at.lt(now.0))
        .limit(limit)
        .select(seen_signature::digest)
        .load(connection))?;
    let passed = seen_signature::table.filter(seen_signature::digest.eq_any(&passed));
    let pruned = query!(transaction, connection => diesel::delete(passed).execute(connection))?;
    Ok(pruned)
}

/// Forgets activities that were handled before a point in time. At most `limit`.
pub fn prune_activities(
    transaction: &mut Transaction<'_>,
    seen_before: Timestamp,
    limit: i64,
) -> Result<usize> {
    let old: Vec<String> = query!(transaction, connection => seen_activity::table
        .filter(seen_activity::seen_at.lt(seen_before.0))
        .limit(limit)
        .select(seen_activity::uri)
        .load(connection))?;
    let old = seen_activity::table.filter(seen_activity::uri.eq_any(&old));
    let pruned = query!(transaction, connection => diesel::delete(old).execute(connection))?;
    Ok(pruned)
}
