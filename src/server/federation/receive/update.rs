//! An `Update` arrives: an author has changed a post, or an actor itself, its key for one. What an actor says of itself is
//! not taken from here: it is fetched from its own address (S-01).

use alcove_protocol::activity::update::{Update, Updated};

use super::{Intake, understood};
use crate::{
    actions::{
        errands::{self, Errand, Haste},
        posts::{changed, placed},
        remote_actors,
    },
    db::Transaction,
    error::Result,
};

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
        Updated::Post(post) => changed::changed(transaction, intake.moment, &actor, post),
        Updated::Object(_) => Ok(()),
    }
}
