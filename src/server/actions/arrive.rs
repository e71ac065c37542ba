//! What arrives from other servers for people here and is sealed, and what sequencers elsewhere say. Stored as it came
//! (trap T9), given to everybody it is for, never dropped for who sent it (trap T10), once however often it comes (P17).
//! Who may deliver at all was decided before, by signature; posts that can be read are in `posts.rs`.

use std::collections::BTreeSet;

use alcove_protocol::{activity::Activity, mls::SequencerAdd};

use super::{
    sealed::{self, Sealed},
    sequencer,
};
use crate::{
    app::Moment,
    db::{
        Transaction,
        envelopes::{self, Kind, NewEnvelope},
        items,
    },
    error::{Error, Result},
};

/// Stores a sealed activity and gives it to accounts here.
///
/// # Errors
/// [`Error::TooMany`] Welcomes; `mls-object` when it is none; `not-the-author` when its id is another actor's (S-04).
pub fn mls(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    activity: &Activity,
    receivers: &[i64],
) -> Result<()> {
    let sealed = Sealed::read(activity.clone())?;
    sealed::expect_few_welcomes(transaction, moment, &sealed)?;
    give(transaction, moment, &sealed.row(moment, None), receivers)
}

/// Takes in what a sequencer elsewhere says about a commit, and gives it to accounts here.
///
/// # Errors
/// `not-the-sequencer` when it speaks for a conversation of another origin (S-04); `not-the-author` as above.
pub fn sequencer(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    activity: &Activity,
    add: &SequencerAdd,
    receivers: &[i64],
) -> Result<()> {
    if !activity.actor.same_origin(&add.target) {
        let expected = "Expected the server of the conversation to speak for it.";
        return Err(Error::refused("not-the-sequencer", 403, expected));
    }
    if receivers.is_empty() {
        return Ok(());
    }
    sequencer::learn(transaction, moment, add)?;
    let row = NewEnvelope {
        id: moment.id(),
        activity_uri: add.id.as_str().to_owned(),
        actor_uri: activity.actor.as_str().to_owned(),
        kind: Kind::Sequencer.as_str().to_owned(),
        digest: None,
        conversation_uri: Some(add.target.as_str().to_owned()),
        epoch: i64::try_from(add.epoch).ok(),
        device_uri: None,
        document: activity.document.to_string(),
        created_at: moment.now.0,
    };
    give(transaction, moment, &row, receivers)
}

/// Stores an envelope unless it is there, and gives it to whoever has not got it.
fn give(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    row: &NewEnvelope,
    receivers: &[i64],
) -> Result<()> {
    if receivers.is_empty() {
        return Ok(());
    }
    let envelope = envelopes::store(transaction, row)?;
    let stored = envelopes::lock(transaction, envelope)?.ok_or(Error::Busy)?;
    if stored.actor_uri != row.actor_uri {
        return Err(Error::refused("not-the-author", 403, "Expected an id that belongs to the actor."));
    }
    if stored.document.is_empty() {
        // Forgotten once all had saved it; a repeat may be for somebody who has not. Under an id of before comes what
        // came before, or nothing.
        if (&stored.kind, &stored.digest) != (&row.kind, &row.digest) {
            return Ok(());
        }
        envelopes::refill(transaction, envelope, &row.document)?;
    }
    // In the order of their ids, because each is held until the transaction ends and others hold theirs.
    for account in BTreeSet::from_iter(receivers) {
        items::arrive(transaction, moment, *account, envelope)?;
    }
    Ok(())
}
