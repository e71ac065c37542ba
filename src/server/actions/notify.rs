//! Who is told what: somebody here of what another has done, unless one of the two blocks the other, or the other is muted.
//! Told once, however often it is done. What stands where is in `posts/placed.rs`.

use crate::{
    app::Moment,
    bus::Wake,
    db::{
        Transaction, accounts, actors, blocks,
        notifications::{self, Kind, NotificationRow},
    },
    error::Result,
};

/// Tells an account what an actor, by its row, has done; with the post that it is about.
///
/// # Errors
/// When the database fails.
pub fn tell(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    kind: Kind,
    account: i64,
    actor: i64,
    post: Option<i64>,
) -> Result<()> {
    if accounts::find(transaction, account)?.is_none() || !listens(transaction, moment, account, actor)? {
        return Ok(());
    }
    let row = NotificationRow {
        id: moment.id(),
        account_id: account,
        kind: kind.as_str().to_owned(),
        actor_id: actor,
        post_id: post,
        created_at: moment.now.0,
    };
    if notifications::put(transaction, &row)? {
        transaction.wake(Wake::Account(account));
    }
    Ok(())
}

/// Whether an account wants to hear of an actor.
fn listens(transaction: &mut Transaction<'_>, moment: &Moment, account: i64, actor: i64) -> Result<bool> {
    let (Some(listener), Some(other)) =
        (actors::find(transaction, account)?, actors::find(transaction, actor)?)
    else {
        return Ok(false);
    };
    let apart = blocks::stands_between(transaction, &listener.uri, &other.uri)?;
    Ok(!apart && blocks::muting(transaction, &other.uri, &[account], moment.now)?.is_empty())
}

/// Takes back what an account was told: the like, the boost, the follow or the request is gone.
///
/// # Errors
/// When the database fails.
pub fn take_back(
    transaction: &mut Transaction<'_>,
    kind: Kind,
    account: i64,
    actor: i64,
    post: Option<i64>,
) -> Result<()> {
    notifications::remove(transaction, kind, actor, account, post)
}
