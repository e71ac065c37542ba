//! The posts that actors elsewhere show first (`featured`): told one by one (`Add` and `Remove`), and looked at as a whole
//! when somebody here begins to follow. Those of people here are in `sharing.rs`.

use alcove_protocol::ActorId;

use super::errands::{self, Errand, Haste};
use crate::{
    app::Moment,
    db::{Transaction, actors::ActorRow, featured, posts, profiles},
    error::Result,
};

/// The most posts that are shown first of one actor.
pub const MAX_FEATURED: usize = 10;

/// What happens to a post of a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is shown first from now on.
    Added,
    /// It is not any more.
    Removed,
}

/// An actor changes a collection. Only its own `featured` is of interest, and in it only its own posts (S-04); one that is
/// not here is looked for with all the others.
///
/// # Errors
/// When the database fails.
pub fn changed(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    actor: &ActorRow,
    collection: &str,
    post: &str,
    change: Change,
) -> Result<()> {
    let profile = profiles::find(transaction, actor.id)?;
    if profile.and_then(|profile| profile.featured).as_deref() != Some(collection) {
        return Ok(());
    }
    let known = posts::by_uri(transaction, post)?.filter(|post| post.actor_id == actor.id);
    match (known, change) {
        (Some(post), Change::Added) => {
            let shown = featured::of(transaction, actor.id, i64::try_from(MAX_FEATURED).unwrap_or(i64::MAX))?;
            if shown.len() < MAX_FEATURED {
                featured::add(transaction, actor.id, post.id, moment.now)?;
            }
            Ok(())
        }
        (Some(post), Change::Removed) => featured::remove(transaction, actor.id, post.id).map(drop),
        (None, Change::Added) => look(transaction, moment, &actor.uri),
        (None, Change::Removed) => Ok(()),
    }
}

/// Sends somebody to look what an actor shows first.
///
/// # Errors
/// When the database fails.
pub fn look(transaction: &mut Transaction<'_>, moment: &Moment, actor: &str) -> Result<()> {
    match ActorId::parse(actor) {
        Ok(actor) => errands::send(transaction, moment, &Errand::Featured { actor }, Haste::Soon),
        Err(_) => Ok(()),
    }
}

/// Puts these posts in the place of those that an actor showed first.
///
/// # Errors
/// When the database fails.
pub fn replace(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    actor: &ActorRow,
    shown: &[i64],
) -> Result<()> {
    for former in featured::of(transaction, actor.id, i64::MAX)? {
        featured::remove(transaction, actor.id, former.id)?;
    }
    for (place, post) in shown.iter().enumerate().take(MAX_FEATURED) {
        // The first of the list is the one that was added last.
        let place = i64::try_from(place).unwrap_or_default();
        featured::add(transaction, actor.id, *post, moment.now.plus(-place))?;
    }
    Ok(())
}
