//! A device's commit on its way: made ready, decided by the sequencer, here or elsewhere, and sent to everybody with its
//! Welcomes once it has won (ENCRYPTION.md 1.5). The activity's id is chosen before anybody is asked and found again by
//! the digest of the bytes, so that a repeat after a crash completes what was begun (P15).

use alcove_protocol::{
    ActorId, ConversationId,
    activity::Activity,
    api,
    mls::{Outgoing, OutgoingIds, SequencerAdd},
    problem::Problem,
};
use serde_json::{Value, json};

use super::{
    arrive,
    devices::Sender,
    elsewhere, outbox,
    sealed::{self, Sealed},
    sequencer::{self, Post},
};
use crate::{
    app::Moment,
    db::{
        Transaction,
        envelopes::{self, Audience, EnvelopeRow},
        tokens,
    },
    error::{Error, Result},
    site::Site,
};

/// The most Welcomes of one commit: one for each actor that is let in would do.
const MAX_WELCOMES: usize = 50;

/// Where a commit stands after it was posted.
#[derive(Debug)]
pub enum Posted {
    /// It has won, and is on its way.
    Accepted(api::CommitAccepted),
    /// Another server decides; this is what to ask it.
    Elsewhere(Question),
}

/// What the sequencer of another server is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// The conversation, to which it is posted.
    pub conversation: ConversationId,
    /// The `Create` with the property `members`.
    pub body: Value,
}

/// Posts a commit of a device here.
///
/// # Errors
/// Those of the sequencer; [`Error::TooMany`] Welcomes; `mls-audience`, `mls-object`, `not-a-commit`, `members`,
/// `not-a-welcome`.
pub fn post(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    sender: Sender,
    new: &api::NewCommit,
) -> Result<Posted> {
    expect_welcomes(site, new)?;
    tokens::lock(transaction, sender.token)?;
    let more = new_welcomes(transaction, &site.actor(sender.account), new)?;
    sealed::expect_few_welcomes(transaction, moment, &site.actor(sender.account), more)?;
    let row = ready(transaction, site, moment, sender, &new.commit)?;
    let sealed = reread(&row)?;
    let mut body = sealed.activity.document.clone();
    let conversation = new.commit.conversation.clone();
    let post = Post::new(conversation.clone(), sealed, new.members.clone())?;
    if !site.owns(&conversation) {
        body["members"] = json!(new.members);
        return Ok(Posted::Elsewhere(Question { conversation, body }));
    }
    let add = sequencer::take(transaction, site, moment, &post)?;
    let accepted = send(transaction, site, moment, sender, new, &row, add)?;
    Ok(Posted::Accepted(accepted))
}

fn expect_welcomes(site: &Site, new: &api::NewCommit) -> Result<()> {
    let proper = |welcome: &Outgoing| outbox::is_welcome(&welcome.content);
    if new.welcomes.len() > MAX_WELCOMES || !new.welcomes.iter().all(proper) {
        let expected = format!("Expected up to {MAX_WELCOMES} MLS Welcomes beside the commit.");
        return Err(Error::refused("not-a-welcome", 422, expected));
    }
    for part in new.welcomes.iter().chain([&new.commit]) {
        let addresses: Vec<&str> = part.to.iter().map(|actor| actor.as_str()).collect();
        sealed::recipients(site, &addresses)?;
    }
    Ok(())
}

/// How many Welcomes beside a commit are new, and not those of a repeat.
fn new_welcomes(transaction: &mut Transaction<'_>, actor: &ActorId, new: &api::NewCommit) -> Result<usize> {
    let mut count = 0;
    for welcome in &new.welcomes {
        count += usize::from(find_ready(transaction, actor, welcome)?.is_none());
    }
    Ok(count)
}

/// The envelope of something outgoing, stored and not sent yet; the one of before when the same was made ready already.
fn ready(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    sender: Sender,
    outgoing: &Outgoing,
) -> Result<EnvelopeRow> {
    let actor = site.actor(sender.account);
    if let Some(row) = find_ready(transaction, &actor, outgoing)? {
        return Ok(row);
    }
    let ids = OutgoingIds { activity: site.activity(&moment.name()), object: site.object(&moment.name()) };
    let sealed = read(outgoing.to_create(&actor, &ids, moment.now))?;
    let row = sealed.row(moment, outbox::device_uri(transaction, site, sender)?.as_deref());
    envelopes::store(transaction, &row)?;
    Ok(row)
}

fn find_ready(
    transaction: &mut Transaction<'_>,
    actor: &ActorId,
    outgoing: &Outgoing,
) -> Result<Option<EnvelopeRow>> {
    let digest = crate::secret::sha256(&outgoing.content);
    let made = envelopes::by_digest(transaction, actor, &digest)?;
    Ok(made.into_iter().find(|row| is_ready(row, outgoing)))
}

/// Whether an envelope holds the same for the same people in the same conversation.
fn is_ready(row: &EnvelopeRow, outgoing: &Outgoing) -> bool {
    let document: Value = serde_json::from_str(&row.document).unwrap_or_default();
    let to = alcove_protocol::json::ids(&document, "to");
    row.conversation_uri.as_deref() == Some(outgoing.conversation.as_str())
        && to.iter().copied().eq(outgoing.to.iter().map(|actor| actor.as_str()))
}

fn reread(row: &EnvelopeRow) -> Result<Sealed> {
    read(serde_json::from_str(&row.document).map_err(Error::unknown)?)
}

fn read(create: Value) -> Result<Sealed> {
    let refused = |expected: String| Error::refused("mls-object", 422, expected);
    Sealed::read(
        Activity::parse(create).map_err(|invalid| refused(format!("This was not taken: {invalid}.")))?,
    )
}

/// Completes a commit that the sequencer of another server has let win: its word is taken in, then all goes out.
///
/// # Errors
/// [`Error::Busy`] when the answer is about something else: the device asks again.
pub fn complete(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    sender: Sender,
    new: &api::NewCommit,
    answer: Value,
) -> Result<api::CommitAccepted> {
    tokens::lock(transaction, sender.token)?;
    let add = SequencerAdd::parse(&answer).ok_or(Error::Busy)?;
    // Found by what the sequencer names, which is what it was asked about.
    let row = envelopes::by_activity(transaction, &add.object)?.ok_or(Error::Busy)?;
    let fits = row.actor_uri == site.actor(sender.account).as_str()
        && row.digest == Some(crate::secret::sha256(&new.commit.content))
        && is_ready(&row, &new.commit)
        && add.target == new.commit.conversation
        && add.group == new.commit.group
        && add.actor.same_origin(&add.target)
        && Some(&add.digest) == row.digest.as_ref()
        && i64::try_from(add.epoch).ok() == row.epoch;
    if !fits {
        return Err(Error::Busy);
    }
    // Even when the sequencer tells nobody else here.
    elsewhere::learn(transaction, moment, &add)?;
    let activity = Activity::parse(answer).map_err(|_| Error::Busy)?;
    let audience = activity.audience();
    let local = audience.iter().filter_map(|address| site.account_of(&address.parse().ok()?));
    // Not as if it had been delivered: a commit that has won is never answered with a refusal.
    arrive::word(transaction, moment, &activity, &add, &local.collect::<Vec<_>>())?;
    send(transaction, site, moment, sender, new, &row, add)
}

/// What the sequencer of another server answered to a commit that it did not take.
pub fn refusal(problem: Problem) -> Error {
    match problem.status {
        403 | 404 | 409 | 410 | 413 | 422 => Error::Refused(Box::new(problem)),
        // Too often, trouble over there, or between the two servers, which is none of the device's (a 401 would sign it
        // out): it keeps its commit and asks again.
        _ => Error::Busy,
    }
}

/// Sends a commit that has won, and its Welcomes, each once however often this is asked.
fn send(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    sender: Sender,
    new: &api::NewCommit,
    commit: &EnvelopeRow,
    add: SequencerAdd,
) -> Result<api::CommitAccepted> {
    send_once(transaction, site, moment, sender, commit, &new.commit)?;
    for welcome in &new.welcomes {
        let row = ready(transaction, site, moment, sender, welcome)?;
        send_once(transaction, site, moment, sender, &row, welcome)?;
    }
    Ok(api::CommitAccepted { activity: add.object.clone(), add })
}

fn send_once(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    sender: Sender,
    row: &EnvelopeRow,
    outgoing: &Outgoing,
) -> Result<()> {
    if envelopes::send(transaction, moment.id(), sender.account, row, Audience::Named)? {
        outbox::fan_out(transaction, site, moment, sender.account, row.id, &outgoing.to)?;
    }
    Ok(())
}
