//! What is forgotten of other servers: posts that nobody here has had to do with, ids of what was deleted, actors that
//! nobody knows any more. On by default, so that a database stays as small as what people here care for.

use alcove_protocol::{Timestamp, time::DAY};

use crate::{
    actions::errands,
    db::{
        Transaction, actors, blocks, jobs, notifications,
        posts::{self, Foreign},
        tombstones,
    },
    error::Result,
};

/// How long the id of something that was deleted is known, in milliseconds.
const TOMBSTONES: i64 = 90 * DAY;
/// How long somebody can read what they were told, in milliseconds.
const NOTIFICATIONS: i64 = 180 * DAY;
/// After how long an actor is forgotten that nobody here has to do with, in milliseconds.
const ACTORS: i64 = 60 * DAY;

/// Posts of others that came so many days ago and that nobody here has touched since.
///
/// # Errors
/// When the database fails.
pub fn posts(transaction: &mut Transaction<'_>, now: Timestamp, days: u32, limit: i64) -> Result<usize> {
    let before = now.plus(-i64::from(days) * DAY);
    let old = posts::foreign(transaction, Foreign::Untouched { before }, limit)?;
    posts::delete(transaction, &old)?;
    Ok(old.len())
}

/// What actors have left behind that are gone.
pub(super) fn posts_of_gone(transaction: &mut Transaction<'_>, _: Timestamp, limit: i64) -> Result<usize> {
    let left = posts::foreign(transaction, Foreign::OfGone, limit)?;
    posts::delete(transaction, &left)?;
    Ok(left.len())
}

pub(super) fn deleted_ids(transaction: &mut Transaction<'_>, now: Timestamp, limit: i64) -> Result<usize> {
    tombstones::prune(transaction, now.plus(-TOMBSTONES), limit)
}

pub(super) fn news(transaction: &mut Transaction<'_>, now: Timestamp, limit: i64) -> Result<usize> {
    notifications::prune(transaction, now.plus(-NOTIFICATIONS), limit)
}

pub(super) fn mutes(transaction: &mut Transaction<'_>, now: Timestamp, limit: i64) -> Result<usize> {
    blocks::prune_mutes(transaction, now, limit)
}

pub(super) fn dead_ends(transaction: &mut Transaction<'_>, now: Timestamp, limit: i64) -> Result<usize> {
    jobs::prune(transaction, now.plus(-errands::DEAD_ENDS), limit)
}

pub(super) fn unknown_actors(transaction: &mut Transaction<'_>, now: Timestamp, limit: i64) -> Result<usize> {
    actors::prune_unknown(transaction, now.plus(-ACTORS), limit)
}
