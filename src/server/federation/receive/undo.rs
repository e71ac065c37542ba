//! An `Undo` arrives: somebody takes back a follow, a boost, a like or a block. Of others' nothing is taken back (S-04), and
//! of what is unknown nothing is noted, but that a boost or a like that may still be on its way does not count.

use alcove_protocol::{ActorId, activity::undo::Undo};

use super::{Intake, understood};
use crate::{
    actions::{
        self, blocked,
        posts::reactions::{self, TakenBack},
    },
    db::Transaction,
    error::Result,
};

/// Takes back what it names, by its id or by what it was about.
pub(super) fn receive(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    let Some(undo) = understood(Undo::parse(intake.activity))? else { return Ok(()) };
    let actor = intake.actor(transaction)?;
    let taken_back = TakenBack {
        id: undo.undone.as_ref().map(|id| id.as_str()),
        kind: undo.kind.as_deref(),
        post: undo.object.as_deref(),
    };
    if reactions::undone(transaction, intake.moment, &actor, taken_back)? {
        return Ok(());
    }
    let named = undo.object.as_deref().filter(|_| undo.kind.as_deref() == Some("Block"));
    let named = named.and_then(|id| ActorId::parse(id).ok());
    if blocked::unblocked(transaction, &undo.actor, undo.undone.as_ref(), named.as_ref())? {
        return Ok(());
    }
    actions::follow::undone(transaction, intake.site, &undo)
}
