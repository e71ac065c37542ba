//! Authors elsewhere change their posts and take them back. A change keeps what was said before, and never moves the time
//! at which it was published; what is older than what is known, and what is not here, is let go. What was deleted does not
//! return, whether it was here or not (S-04).

use alcove_protocol::{
    ActorId,
    activity::create::ObjectId,
    post::{Post, Visibility},
};

use super::stored;
use crate::{
    actions::{arrive::not_the_author, notify},
    app::Moment,
    db::{
        Transaction, accounts,
        actors::ActorRow,
        boosts, hashtags,
        notifications::Kind,
        polls::{self, PollRow},
        posts::{self, Edit, PostRow},
        revisions, timelines, tombstones,
    },
    error::Result,
};

/// The most of those who have shared a post that are told of a change.
const MAX_TOLD: i64 = 1_000;

/// An author says what a post says now.
///
/// # Errors
/// `not-the-author` when it is somebody else's (S-04).
pub fn changed(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    author: &ActorRow,
    post: &Post,
) -> Result<()> {
    let Some(known) = posts::by_uri(transaction, post.id.as_str())? else { return Ok(()) };
    if known.actor_id != author.id {
        return Err(not_the_author());
    }
    let said = stored::said(post)?;
    if said.edited_at.is_some() && said.edited_at < known.edited_at {
        return Ok(());
    }
    if let Some(poll) = &post.poll {
        count(transaction, known.id, stored::poll(known.id, poll)?)?;
    }
    let same = (&said.summary, &said.content, &said.details);
    if same == (&known.summary, &known.content, &known.details) {
        return Ok(());
    }
    revisions::keep(transaction, moment.id(), &known)?;
    // Some change a post without a time; then it is now.
    let edited_at = said.edited_at.or(Some(moment.now.0));
    posts::edit(transaction, known.id, &Edit { edited_at, ..said })?;
    timelines::wake_correspondents(transaction, known.id)?;
    if known.visibility() == Visibility::Public {
        hashtags::set(transaction, known.id, &stored::hashtags(post))?;
    }
    tell_boosters(transaction, moment, &known)
}

/// Takes the count of a question over. That its end was told stays so.
fn count(transaction: &mut Transaction<'_>, post: i64, poll: PollRow) -> Result<()> {
    let known = polls::find(transaction, post)?;
    let closed_at = known.and_then(|known| known.closed_at);
    polls::put(transaction, &PollRow { closed_at, ..poll })
}

fn tell_boosters(transaction: &mut Transaction<'_>, moment: &Moment, post: &PostRow) -> Result<()> {
    for booster in boosts::by_whom(transaction, post.id, MAX_TOLD)? {
        if accounts::find(transaction, booster.id)?.is_some() {
            notify::tell(transaction, moment, Kind::Edit, booster.id, post.actor_id, Some(post.id))?;
        }
    }
    Ok(())
}

/// An author takes something back: a post, or that it was shared, which some say in this way.
///
/// # Errors
/// `not-the-author` when it is somebody else's (S-04).
pub fn deleted(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    actor: &ActorId,
    author: Option<&ActorRow>,
    object: &ObjectId,
) -> Result<()> {
    let is_own = |owner: i64| author.is_some_and(|author| author.id == owner);
    if let Some(post) = posts::by_uri(transaction, object.as_str())? {
        if !is_own(post.actor_id) {
            return Err(not_the_author());
        }
        timelines::wake_correspondents(transaction, post.id)?;
        posts::delete(transaction, &[post.id])?;
        return tombstones::put(transaction, object.as_str(), actor.as_str(), moment.now);
    }
    if let Some(boost) = boosts::by_uri(transaction, object.as_str())? {
        return if is_own(boost.actor_id) {
            boosts::remove(transaction, boost.id)
        } else {
            Err(not_the_author())
        };
    }
    tombstones::put_unseen(transaction, object.as_str(), actor.as_str(), moment.now)
}
