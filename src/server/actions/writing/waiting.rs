//! Posts that are complete but for files that are still being prepared: they go out as soon as those are ready, whether their
//! author waits for it or not. When a file turns out to be of no use, or anything else stands in the way by then, the author
//! gets back all that was typed, and why. The worker is `jobs/waiting.rs`.

use super::typed::{self, Typed};
use crate::{
    actions::desk::Desk,
    app::Moment,
    bus::Wake,
    db::{
        Transaction, devices,
        jobs::{self, JobRow},
        media::{self, State},
        waiting::{self, WaitingRow},
    },
    error::{Error, Result},
    text::Mentions,
};

/// The work in the table `job` that publishes one; its subject is the row id.
pub const PUBLISH: &str = "waiting-post";

/// Lets a post wait; its row id.
///
/// # Errors
/// When the database fails.
pub fn store(transaction: &mut Transaction<'_>, moment: &Moment, account: i64, typed: &Typed) -> Result<i64> {
    // Whoever settles a file of it is done by now, or finds it waiting.
    devices::lock(transaction, account)?;
    let row = WaitingRow {
        id: moment.id(),
        account_id: account,
        typed: serde_json::to_string(typed).map_err(Error::unknown)?,
        problem: None,
        post_id: None,
        created_at: moment.now.0,
    };
    waiting::insert(transaction, &row)?;
    // Its files may have become ready just now.
    look(transaction, moment, account)?;
    Ok(row.id)
}

/// Sends those posts of an account on their way that wait for no file any more.
///
/// # Errors
/// When the database fails.
pub fn look(transaction: &mut Transaction<'_>, moment: &Moment, account: i64) -> Result<()> {
    for row in waiting::open(transaction, account)? {
        let files = media::of_account(transaction, account, &typed_in(&row)?.kept())?;
        if !files.iter().any(|file| file.is(State::Processing)) {
            let job = JobRow::new(moment, PUBLISH, &row.id.to_string());
            jobs::put(transaction, &JobRow { account_id: Some(account), ..job })?;
        }
    }
    Ok(())
}

/// Publishes one whose files are ready.
///
/// # Errors
/// As [`typed::send`]; [`Error::Busy`] when somebody else was quicker.
pub fn publish(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    row: &WaitingRow,
    mentions: Mentions,
) -> Result<()> {
    let post = typed::send(transaction, desk, &typed_in(row)?, mentions)?.post;
    if !waiting::has_become(transaction, row.id, post)? {
        return Err(Error::Busy);
    }
    transaction.wake(Wake::Account(desk.account));
    Ok(())
}

/// Notes why one does not go out; its author finds it with that.
///
/// # Errors
/// When the database fails.
pub fn give_back(transaction: &mut Transaction<'_>, row: &WaitingRow, why: &str) -> Result<()> {
    waiting::has_failed(transaction, row.id, why)?;
    transaction.wake(Wake::Account(row.account_id));
    Ok(())
}

/// One's own.
///
/// # Errors
/// [`Error::NotFound`], for those of others too.
pub fn own(transaction: &mut Transaction<'_>, account: i64, id: i64) -> Result<WaitingRow> {
    waiting::find(transaction, id)?.filter(|row| row.account_id == account).ok_or(Error::NotFound)
}

/// Takes one's own back, unless it has gone out already; what was typed.
///
/// # Errors
/// As [`own`].
pub fn take_back(transaction: &mut Transaction<'_>, account: i64, id: i64) -> Result<Option<Typed>> {
    let row = own(transaction, account, id)?;
    if waiting::take_back(transaction, id)? { typed_in(&row).map(Some) } else { Ok(None) }
}

/// What was typed.
///
/// # Errors
/// Never, in practice.
pub fn typed_in(row: &WaitingRow) -> Result<Typed> {
    serde_json::from_str(&row.typed).map_err(Error::unknown)
}

#[cfg(test)]
mod tests;
