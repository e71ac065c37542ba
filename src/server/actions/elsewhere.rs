//! Conversations whose sequencer is another server (ENCRYPTION.md 1.5): what is known of them is the epoch and who announces
//! it, as the sequencer itself says. Decisions about conversations of this server are in `sequencer.rs`.

use alcove_protocol::{actor::ActorKind, mls::SequencerAdd};

use crate::{
    app::Moment,
    db::{
        Transaction, actors,
        conversations::{self, ConversationRow, Place},
    },
    error::{Error, Result},
};

/// The most conversations of one server that are remembered as its own to sequence; the oldest go first. What is forgotten
/// with one is its epoch, which the next word about it tells again.
const MAX_OF_ONE_HOST: i64 = 2_000;

/// Notes what the sequencer of a conversation elsewhere announces. Who announces is a server's own actor, and always the
/// same one: people of that server cannot speak for it (S-04).
///
/// # Errors
/// `not-the-sequencer`.
pub fn hear(transaction: &mut Transaction<'_>, moment: &Moment, add: &SequencerAdd) -> Result<()> {
    let announcer = match conversations::by_uri(transaction, add.target.as_str())? {
        Some(known) => known.created_by == add.actor.as_str(),
        None => actors::by_uri(transaction, &add.actor)?
            .is_some_and(|actor| actor.kind == ActorKind::Application.name()),
    };
    if !announcer || !add.actor.same_origin(&add.target) {
        let expected = "Expected the conversation's own server to speak for it.";
        return Err(Error::refused("not-the-sequencer", 403, expected));
    }
    learn(transaction, moment, add)
}

/// Notes what a conversation elsewhere has itself answered: which epoch ended, and who speaks for it.
pub fn learn(transaction: &mut Transaction<'_>, moment: &Moment, add: &SequencerAdd) -> Result<()> {
    let next = i64::try_from(add.epoch).ok().and_then(|epoch| epoch.checked_add(1)).ok_or(Error::Busy)?;
    let row = ConversationRow {
        id: moment.id(),
        uri: add.target.as_str().to_owned(),
        host: add.target.origin().authority().to_owned(),
        group_id: add.group.as_str().to_owned(),
        protection: conversations::MLS.to_owned(),
        place: Place::Elsewhere.as_str().to_owned(),
        epoch: next,
        created_by: add.actor.as_str().to_owned(),
        created_at: moment.now.0,
    };
    if conversations::insert(transaction, &row)? {
        return conversations::keep_newest(transaction, &row.host, MAX_OF_ONE_HOST);
    }
    match conversations::by_uri(transaction, add.target.as_str())? {
        Some(known) if known.place == row.place && known.group_id == row.group_id => {
            conversations::heard(transaction, known.id, &row.created_by, moment.now)?;
            conversations::reach(transaction, known.id, next)
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
