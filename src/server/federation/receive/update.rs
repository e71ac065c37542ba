//! An `Update` arrives: an author has changed a post, or an actor itself, its key for one. What an actor says of itself is
//! not taken from here: it is fetched from its own address (S-01). A post that is not here may have been overtaken by its
//! change on the way, or names somebody only now: it is taken as if it had just been written, unless it is old.

use alcove_protocol::{
    activity::update::{Update, Updated},
    post::Post,
    time::DAY,
};

use super::{Intake, understood};
use crate::{
    actions::{
        errands::{self, Errand, Haste},
        posts::{changed, placed},
        remote_actors,
    },
    db::{Transaction, actors::ActorRow, posts},
    error::Result,
};

/// How old a post may be that was never here before it changed, in milliseconds: votes change old questions over and over.
const RECENT: i64 = DAY;

/// Takes a post over as it is now, and believes no more what was fetched of an actor before.
pub(super) fn receive(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    let Some(update) = understood(Update::parse(intake.activity))? else { return Ok(()) };
    let actor = intake.actor(transaction)?;
    match &update.object {
        Updated::Actor(_) => {
            remote_actors::outdated(transaction, &update.actor)?;
            if placed::followers_here(transaction, &actor)?.is_empty() {
                return Ok(());
            }
            let errand = Errand::Actor { actor: update.actor.clone() };
            errands::send(transaction, intake.moment, &errand, Haste::Soon)
        }
        Updated::Post(post) => of_post(transaction, intake, &actor, post),
        Updated::Object(_) => Ok(()),
    }
}

fn of_post(
    transaction: &mut Transaction<'_>,
    intake: &Intake<'_>,
    author: &ActorRow,
    post: &Post,
) -> Result<()> {
    if posts::by_uri(transaction, post.id.as_str())?.is_some() {
        return changed::changed(transaction, intake.moment, author, post);
    }
    let is_recent = post.published.is_some_and(|at| intake.moment.now.since(at) < RECENT);
    if is_recent || !intake.named(transaction)?.is_empty() {
        return intake.post(transaction, author, post);
    }
    Ok(())
}
