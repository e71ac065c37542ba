//! An `Add` arrives: a sequencer says which commit won an epoch of a conversation (ENCRYPTION.md 1.5), or an actor shows a
//! post first. Other `Add`s are about other people's collections and are forgotten.

use alcove_protocol::{activity::add::Add, mls::SequencerAdd};

use super::{Intake, understood};
use crate::{
    actions::{
        self, policy,
        shown_first::{self, Change},
    },
    db::Transaction,
    error::Result,
};

/// Hands the word to the people here on the roster. Only the server of a conversation may speak for it (S-04).
pub(super) fn receive(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    let Some(add) = SequencerAdd::parse(&intake.activity.document) else {
        return shows_first(transaction, intake);
    };
    policy::expect_sealed(transaction)?;
    let receivers = intake.receivers(transaction)?;
    actions::arrive::sequencer(transaction, intake.moment, intake.activity, &add, &receivers)
}

fn shows_first(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    let Some(add) = understood(Add::parse(intake.activity))? else { return Ok(()) };
    let actor = intake.actor(transaction)?;
    let (collection, post) = (add.target.as_str(), add.object.as_str());
    shown_first::changed(transaction, intake.moment, &actor, collection, post, Change::Added)
}
