//! What arrives from other servers for people here and is sealed, and what sequencers elsewhere say. Stored as it came
//! (trap T9), given to everybody it is for, never dropped for who sent it (trap T10), once however often it comes (P17).
//! Who may deliver at all was decided before, by signature; posts that can be read are in `posts.rs`.

use std::collections::BTreeSet;

use alcove_protocol::{activity::Activity, mls::SequencerAdd};

use super::{
    elsewhere,
    sealed::{self, Sealed},
    sequencer,
};
use crate::{
    app::Moment,
    db::{
        Transaction,
        envelopes::{self, NewEnvelope, Stored},
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
    // A repeat adds none.
    if sealed.welcomes() > 0 && envelopes::by_activity(transaction, &sealed.id)?.is_none() {
        sealed::expect_few_welcomes(transaction, moment, &activity.actor, sealed.welcomes())?;
    }
    keep(transaction, moment, &sealed.row(moment, None), receivers)
}

/// Takes in what a sequencer elsewhere says about a commit, and gives it to accounts here.
///
/// # Errors
/// `not-the-sequencer` when somebody else speaks for the conversation (S-04); `not-the-author` as above.
pub fn sequencer(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    activity: &Activity,
    add: &SequencerAdd,
    receivers: &[i64],
) -> Result<()> {
    if receivers.is_empty() {
        return Ok(());
    }
    elsewhere::hear(transaction, moment, add)?;
    word(transaction, moment, activity, add, receivers)
}

/// Gives a sequencer's word, which is its own beyond doubt, to accounts here.
///
/// # Errors
/// `not-the-author` as above.
pub(super) fn word(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    activity: &Activity,
    add: &SequencerAdd,
    receivers: &[i64],
) -> Result<()> {
    keep(transaction, moment, &sequencer::row_of(moment, add, &activity.document), receivers)
}

fn keep(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    row: &NewEnvelope,
    receivers: &[i64],
) -> Result<()> {
    if receivers.is_empty() {
        return Ok(());
    }
    match store(transaction, row)? {
        Some(envelope) => give(transaction, moment, envelope, receivers.iter().copied()),
        None => Ok(()),
    }
}

/// Stores an envelope unless it is there, and answers its row; none when something else came under its id before, and is
/// forgotten.
///
/// # Errors
/// `not-the-author` when its id is another actor's (S-04).
pub(super) fn store(transaction: &mut Transaction<'_>, row: &NewEnvelope) -> Result<Option<i64>> {
    let known = match envelopes::store(transaction, row)? {
        Stored::New(envelope) => return Ok(Some(envelope)),
        Stored::Known(known) => known,
    };
    if known.actor_uri != row.actor_uri {
        return Err(not_the_author());
    }
    if known.document.is_empty() {
        // Forgotten once all had saved it; a repeat may be for somebody who has not.
        if (&known.kind, &known.digest) != (&row.kind, &row.digest) {
            return Ok(None);
        }
        envelopes::refill(transaction, known.id, &row.document)?;
    }
    Ok(Some(known.id))
}

/// Gives an envelope to those accounts here that have not got it.
pub(super) fn give(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    envelope: i64,
    accounts: impl IntoIterator<Item = i64>,
) -> Result<()> {
    // In the order of their ids, because each is held until the transaction ends and others hold theirs.
    for account in BTreeSet::from_iter(accounts) {
        items::arrive(transaction, moment, account, envelope)?;
    }
    Ok(())
}

/// The refusal of an id that somebody else's thing has (S-04).
pub(super) fn not_the_author() -> Error {
    let expected = "Expected an id that belongs to the actor: this one is somebody else's.";
    Error::refused("not-the-author", 403, expected)
}
