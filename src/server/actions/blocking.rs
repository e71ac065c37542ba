//! Whom people here do not want: blocks, which both sides keep to (ActivityPub section 6.9), and mutes, of which nobody
//! hears. A block ends what was between the two, and from then on nothing passes; what it hides is decided in
//! `posts/visible.rs`.

use alcove_protocol::{
    ActivityId, ActorId, Timestamp,
    activity::{block, undo},
};

use super::{desk::Desk, following, outbox::Sent};
use crate::{
    db::{
        Transaction, actors,
        blocks::{self, BlockRow},
        follows, notifications, timelines,
    },
    error::{Error, Result},
};

/// Blocks an actor: neither follows the other any more, and neither sees the other. Said again, it is told again.
///
/// # Errors
/// `block-yourself`; [`Error::NotFound`] for somebody of whom nothing is known.
pub fn block(transaction: &mut Transaction<'_>, desk: &Desk<'_>, blocked: &ActorId) -> Result<Sent> {
    if *blocked == desk.actor {
        return Err(Error::refused("block-yourself", 422, "Nobody can block themselves."));
    }
    let row = actors::by_uri(transaction, blocked)?.ok_or(Error::NotFound)?;
    part(transaction, desk, blocked)?;
    timelines::remove_of_author(transaction, desk.account, row.id)?;
    notifications::remove_between(transaction, row.id, desk.account)?;
    if let Some(account) = desk.site.account_of(blocked) {
        timelines::remove_of_author(transaction, account, desk.account)?;
        notifications::remove_between(transaction, desk.account, account)?;
    }
    let id = desk.activity();
    blocks::remove(transaction, &desk.actor, blocked)?;
    let row = BlockRow {
        id: desk.moment.id(),
        activity_uri: id.to_string(),
        blocker_uri: desk.actor.to_string(),
        blocked_uri: blocked.to_string(),
        created_at: desk.moment.now.0,
    };
    blocks::put(transaction, &row)?;
    let document = block::build(&id, &desk.actor, blocked);
    desk.tell(transaction, id, document, std::slice::from_ref(blocked))
}

/// Ends the follows between the two, and says so: not every server takes a `Block` for the end of a follow.
fn part(transaction: &mut Transaction<'_>, desk: &Desk<'_>, blocked: &ActorId) -> Result<()> {
    if follows::state(transaction, &desk.actor, blocked)?.is_some() {
        following::end(transaction, desk, blocked)?;
    }
    if follows::state(transaction, blocked, &desk.actor)?.is_some() {
        following::decline(transaction, desk, blocked)?;
    }
    Ok(())
}

/// Ends a block. What it has ended does not come back.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn unblock(transaction: &mut Transaction<'_>, desk: &Desk<'_>, blocked: &ActorId) -> Result<Sent> {
    let row = blocks::find(transaction, &desk.actor, blocked)?.ok_or(Error::NotFound)?;
    blocks::remove(transaction, &desk.actor, blocked)?;
    let former = ActivityId::parse(&row.activity_uri).map_err(Error::unknown)?;
    let id = desk.activity();
    let document = undo::build(&id, &desk.actor, &block::build(&former, &desk.actor, blocked));
    desk.tell(transaction, id, document, std::slice::from_ref(blocked))
}

/// Mutes an actor, for ever or until a point in time.
///
/// # Errors
/// `mute-yourself`; [`Error::NotFound`] for somebody of whom nothing is known.
pub fn mute(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    muted: &ActorId,
    until: Option<Timestamp>,
) -> Result<()> {
    if *muted == desk.actor {
        return Err(Error::refused("mute-yourself", 422, "Nobody can mute themselves."));
    }
    actors::by_uri(transaction, muted)?.ok_or(Error::NotFound)?;
    blocks::mute(transaction, desk.account, muted, until, desk.moment.now)
}

/// Ends a mute.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn unmute(transaction: &mut Transaction<'_>, desk: &Desk<'_>, muted: &ActorId) -> Result<()> {
    if blocks::unmute(transaction, desk.account, muted)? { Ok(()) } else { Err(Error::NotFound) }
}

#[cfg(test)]
mod tests;
