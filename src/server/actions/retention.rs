//! What is forgotten in time, and when. Of sealed things (ENCRYPTION.md 1.8): what every device of their receivers has saved,
//! and everything after 30 days. What is forgotten first is the content; that an activity was here is known for those 30
//! days in any case, so that a repeat is known as one. What came from other servers and nobody here cares for is in `foreign.rs`. Of people: sessions, links and codes
//! that have ended, and posts that waited for files. Not when the work is done: that is `jobs/upkeep.rs`.

pub mod foreign;

use alcove_protocol::{
    Timestamp,
    time::{DAY, HOUR},
};

use crate::{
    db::{
        Transaction, accounts, conversations, deliveries, devices, envelopes, hosts, items, key_packages,
        oauth, pairings, seen, sessions, tokens, waiting,
    },
    error::Result,
};

/// How long sealed things are kept at most, in milliseconds.
pub const LONGEST: i64 = 30 * DAY;
/// How long their sender may repeat what was not answered and still be told the same, in milliseconds.
pub const REPEATABLE: i64 = HOUR;
/// How long an activity that was handled is known, in milliseconds: longer than anybody retries.
const ACTIVITIES: i64 = 30 * DAY;
/// How long the fate of a delivery can be read, in milliseconds.
const DELIVERIES: i64 = 30 * DAY;
/// How long an authorization code is remembered, so that its second use ends its token, in milliseconds.
pub const CODES: i64 = DAY;
/// How long a token that has ended is remembered, in milliseconds: as long as its client is known without another one.
pub const TOKENS: i64 = 30 * DAY;
/// After how long a client is forgotten that nobody has consented to, in milliseconds.
pub const UNUSED_CLIENTS: i64 = 14 * DAY;
/// How long somebody can see what became of a post that waited for its files, in milliseconds.
pub const WAITING: i64 = 7 * DAY;
/// How many rows one transaction deletes at most: others wait for it.
pub const BATCH: i64 = 500;

/// Deletes rows of one kind that are due now, up to so many; how many they were.
pub type Forget = fn(&mut Transaction<'_>, Timestamp, i64) -> Result<usize>;

/// Everything that is forgotten: each by itself, again and again until a batch is not full. What refers to something comes
/// before it.
pub const EVERYTHING: [Forget; 23] = [
    saved_by_all,
    |transaction, now, limit| items::prune_old(transaction, now.plus(-LONGEST), limit),
    content_of_finished,
    |transaction, now, limit| envelopes::prune(transaction, now.plus(-LONGEST), limit),
    |transaction, now, limit| conversations::prune_commits(transaction, now.plus(-LONGEST), limit),
    |transaction, now, limit| key_packages::prune(transaction, now.plus(-LONGEST), limit),
    pairings::prune,
    seen::prune_signatures,
    |transaction, now, limit| seen::prune_activities(transaction, now.plus(-ACTIVITIES), limit),
    |transaction, now, limit| deliveries::prune(transaction, now.plus(-DELIVERIES), limit),
    hosts::prune,
    sessions::prune,
    accounts::prune_reset_links,
    |transaction, now, limit| oauth::prune_codes(transaction, now.plus(-CODES), limit),
    |transaction, now, limit| tokens::prune(transaction, now.plus(-TOKENS), limit),
    |transaction, now, limit| oauth::prune_unused_clients(transaction, now.plus(-UNUSED_CLIENTS), limit),
    |transaction, now, limit| waiting::prune(transaction, now.plus(-WAITING), limit),
    foreign::posts_of_gone,
    foreign::deleted_ids,
    foreign::news,
    foreign::mutes,
    foreign::dead_ends,
    foreign::unknown_actors,
];

/// Sealed things that all devices of an account have saved.
fn saved_by_all(transaction: &mut Transaction<'_>, _: Timestamp, limit: i64) -> Result<usize> {
    let mut left = limit;
    for (account, position) in devices::cursors(transaction)? {
        let gone = items::prune_saved(transaction, account, position, left)?;
        left -= i64::try_from(gone).unwrap_or(left);
    }
    Ok(usize::try_from(limit - left).unwrap_or_default())
}

/// What sealed envelopes held that are on nobody's way any more.
fn content_of_finished(transaction: &mut Transaction<'_>, now: Timestamp, limit: i64) -> Result<usize> {
    let finished = envelopes::finished(transaction, now.plus(-REPEATABLE), now.plus(-LONGEST), limit)?;
    envelopes::empty_finished(transaction, &finished)?;
    Ok(finished.len())
}

#[cfg(test)]
mod tests;
