//! How long sealed things are kept (ENCRYPTION.md 1.8): until every device of their receivers has saved them, at most 30
//! days. What is forgotten first is the content; that an activity was here is known for those 30 days in any case, so that
//! a repeat is known as one. Posts that can be read are kept.

use alcove_protocol::time::{DAY, HOUR};

use crate::{
    app::Moment,
    db::{Transaction, conversations, devices, envelopes, items, key_packages, pairings},
    error::Result,
};

/// How long sealed things are kept at most, in milliseconds.
pub const LONGEST: i64 = 30 * DAY;
/// How long their sender may repeat what was not answered and still be told the same, in milliseconds.
pub const REPEATABLE: i64 = HOUR;
/// How many envelopes one run forgets: a run is one transaction, and others wait for it.
const BATCH: i64 = 500;

/// Whether one run was enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// There is more to forget at once.
    More,
    /// Nothing is due.
    Nothing,
}

/// Forgets what is due, up to a batch.
pub fn forget(transaction: &mut Transaction<'_>, moment: &Moment) -> Result<Left> {
    let now = moment.now;
    for (account, position) in devices::cursors(transaction)? {
        items::prune_saved(transaction, account, position)?;
    }
    items::prune_old(transaction, now.plus(-LONGEST))?;
    let finished = envelopes::finished(transaction, now.plus(-REPEATABLE), now.plus(-LONGEST), BATCH)?;
    envelopes::empty_finished(transaction, &finished)?;
    let gone = envelopes::prune(transaction, now.plus(-LONGEST), BATCH)?;
    let commits = conversations::prune_commits(transaction, now.plus(-LONGEST))?;
    key_packages::prune(transaction, now.plus(-LONGEST))?;
    pairings::prune(transaction, now)?;
    let batch = usize::try_from(BATCH).unwrap_or(usize::MAX);
    let more = finished.len() >= batch || gone >= batch || commits >= batch;
    Ok(if more { Left::More } else { Left::Nothing })
}
