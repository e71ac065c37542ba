//! The sequencer (ENCRYPTION.md 1.5): for conversations of this server it decides which commit ends an epoch. It reads the
//! clear header of a commit and nothing else. One compare-and-set in one transaction makes the winner; a slot that was
//! given is never taken back; the same commit gets the same answer however often it is posted (P14, P17).

use std::collections::BTreeSet;

use alcove_protocol::{
    ActorId, ConversationId, GroupId,
    api::{Conversation, PastCommit, PastCommits},
    mls::SequencerAdd,
    problem::Problem,
    time::{HOUR, SECOND},
};
use serde_json::Value;

use super::{
    outbox,
    sealed::{MAX_RECIPIENTS, Sealed},
};
use crate::{
    app::Moment,
    db::{
        Transaction, actors,
        conversations::{self, CommitRow, ConversationRow, Membership, Place},
        envelopes::{self, Kind, NewEnvelope},
        facts,
    },
    error::{Error, Result},
    mls::Content,
    site::Site,
};

/// The most commits of one actor that win in a conversation within an hour.
pub const MAX_PER_HOUR: usize = 30;
/// The most conversations that one actor begins within an hour.
const MAX_BEGUN_PER_HOUR: i64 = 200;
/// The most commits in one page of the past.
pub const PAGE: i64 = 50;
/// The most bytes of commits in one page, if it holds more than one: servers read answers of up to a megabyte.
const PAGE_BYTES: usize = 880 << 10;

/// Begins a conversation for a new group at epoch 0, with the asker alone on its roster. Asking again for the same group
/// gets the same conversation.
///
/// # Errors
/// [`Error::TooMany`].
pub fn begin(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    actor: &ActorId,
    group: &GroupId,
) -> Result<Conversation> {
    let incarnation = facts::incarnation(transaction)?;
    if let Some(row) = conversations::begun_by(transaction, actor.as_str(), group.as_str())? {
        let id = ConversationId::parse(&row.uri).map_err(Error::unknown)?;
        return Ok(Conversation { id, group: group.clone(), epoch: row.epoch.unsigned_abs(), incarnation });
    }
    let since = moment.now.plus(-HOUR);
    if conversations::count_begun(transaction, actor.as_str(), since)? >= MAX_BEGUN_PER_HOUR {
        return Err(Error::TooMany(HOUR.unsigned_abs() / 1_000));
    }
    let id = site.conversation(&moment.name());
    let row = ConversationRow {
        id: moment.id(),
        uri: id.as_str().to_owned(),
        host: id.origin().authority().to_owned(),
        group_id: group.as_str().to_owned(),
        protection: conversations::MLS.to_owned(),
        place: Place::Here.as_str().to_owned(),
        epoch: 0,
        created_by: actor.as_str().to_owned(),
        created_at: moment.now.0,
    };
    conversations::insert(transaction, &row)?;
    conversations::join(transaction, row.id, actor.as_str(), 0)?;
    Ok(Conversation { id, group: group.clone(), epoch: 0, incarnation })
}

/// A commit that was posted to a conversation of this server.
#[derive(Clone, Debug)]
pub struct Post {
    /// Where.
    pub conversation: ConversationId,
    /// The activity that carries it.
    pub sealed: Sealed,
    /// The roster that results.
    pub members: Vec<ActorId>,
    epoch: i64,
}

impl Post {
    /// Checks what can be checked of a post without knowing the conversation.
    ///
    /// # Errors
    /// `not-a-commit`, for garbage as well; `members`.
    pub fn new(conversation: ConversationId, sealed: Sealed, members: Vec<ActorId>) -> Result<Self> {
        let refused = |kind: &str, expected: String| Error::refused(kind, 422, expected);
        let header = sealed.header().filter(|header| header.content == Content::Commit);
        let epoch = header.and_then(|header| i64::try_from(header.epoch).ok());
        let epoch =
            epoch.ok_or_else(|| refused("not-a-commit", "Expected the framing of an MLS commit.".into()))?;
        let distinct: BTreeSet<&ActorId> = members.iter().collect();
        if distinct.len() != members.len()
            || members.len() > MAX_RECIPIENTS
            || !members.contains(&sealed.activity.actor)
        {
            let expected = format!(
                "members: expected up to {MAX_RECIPIENTS} actors, each once, whoever commits among them"
            );
            return Err(refused("members", expected));
        }
        Ok(Self { conversation, sealed, members, epoch })
    }

    fn poster(&self) -> &ActorId {
        &self.sealed.activity.actor
    }
}

/// Takes a commit, or says why not. On winning, the sequencer's word is stored and on its way to everybody on the roster
/// before or after it.
///
/// # Errors
/// [`Error::NotFound`] to strangers; [`Error::Forbidden`] to people who left; `wrong-group`; `wrong-epoch` with
/// `currentEpoch` and, when it is known, the `winner` and its `add`; [`Error::TooMany`].
pub fn take(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    post: &Post,
) -> Result<SequencerAdd> {
    let row = here(transaction, &post.conversation)?;
    // From here on one at a time, so that nobody is taken off the roster between the look at it and the decision.
    conversations::lock(transaction, row.id)?;
    let memberships = conversations::memberships(transaction, row.id, post.poster().as_str())?;
    if memberships.is_empty() {
        return Err(Error::NotFound);
    }
    if post.sealed.group().is_none_or(|group| group.as_str() != row.group_id) {
        return Err(Error::refused("wrong-group", 422, "Expected a commit of this conversation's group."));
    }
    if let Some(add) = first_answer(transaction, &row, post)? {
        return Ok(add);
    }
    let is_member = memberships.iter().any(|membership| membership.left.is_none());
    if !is_member && !was_there(&memberships, post.epoch) {
        return Err(Error::Forbidden("You are not in this conversation any more.".into()));
    }
    expect_leisure(transaction, &row, post.poster(), moment)?;
    if is_member && conversations::advance(transaction, row.id, post.epoch)? {
        return win(transaction, site, moment, &row, post);
    }
    Err(wrong_epoch(transaction, post, &memberships)?)
}

fn here(transaction: &mut Transaction<'_>, conversation: &ConversationId) -> Result<ConversationRow> {
    conversations::by_uri(transaction, conversation.as_str())?
        .filter(|row| row.place == Place::Here.as_str())
        .ok_or(Error::NotFound)
}

fn was_there(memberships: &[Membership], epoch: i64) -> bool {
    memberships.iter().any(|membership| membership.covers(epoch))
}

/// The answer of before, when this very commit has won already.
fn first_answer(
    transaction: &mut Transaction<'_>,
    row: &ConversationRow,
    post: &Post,
) -> Result<Option<SequencerAdd>> {
    let winner = conversations::commit_at(transaction, row.id, post.epoch)?;
    let same =
        |winner: &CommitRow| winner.digest == post.sealed.digest && winner.poster == post.poster().as_str();
    winner.filter(same).map(|winner| add_of(&winner)).transpose()
}

fn add_of(row: &CommitRow) -> Result<SequencerAdd> {
    let value: Value = serde_json::from_str(&row.add_document).map_err(Error::unknown)?;
    SequencerAdd::parse(&value).ok_or(Error::Busy)
}

/// At most [`MAX_PER_HOUR`] commits of one actor win within an hour.
fn expect_leisure(
    transaction: &mut Transaction<'_>,
    row: &ConversationRow,
    poster: &ActorId,
    moment: &Moment,
) -> Result<()> {
    let wins = conversations::wins_since(transaction, row.id, poster.as_str(), moment.now.plus(-HOUR))?;
    match wins.len().checked_sub(MAX_PER_HOUR).and_then(|first| wins.get(first)) {
        Some(oldest) => Err(Error::TooMany(((oldest + HOUR - moment.now.0) / SECOND + 1).unsigned_abs())),
        None => Ok(()),
    }
}

/// The refusal of a commit that names another epoch than the current one. Who has left is told of the epoch that began
/// without them, and of winners of epochs in which they were there.
fn wrong_epoch(transaction: &mut Transaction<'_>, post: &Post, memberships: &[Membership]) -> Result<Error> {
    // Read again: on PostgreSQL another commit may have won between the first look and the lock.
    let row = here(transaction, &post.conversation)?;
    let left = memberships.iter().map(|membership| membership.left.unwrap_or(row.epoch)).max();
    let mut problem = Problem::new("wrong-epoch", "The group is in another epoch.", 409)
        .with("currentEpoch", left.unwrap_or(row.epoch));
    let winner = match was_there(memberships, post.epoch) {
        true => conversations::commit_at(transaction, row.id, post.epoch)?,
        false => None,
    };
    if let Some(winner) = winner {
        let document: Value = serde_json::from_str(&winner.document).map_err(Error::unknown)?;
        let add: Value = serde_json::from_str(&winner.add_document).map_err(Error::unknown)?;
        problem = problem.with("winner", document).with("add", add);
    }
    Ok(Error::Refused(Box::new(problem)))
}

fn win(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    row: &ConversationRow,
    post: &Post,
) -> Result<SequencerAdd> {
    let roster = conversations::roster(transaction, row.id)?;
    let audience = change_roster(transaction, row.id, &roster, post)?;
    let add = SequencerAdd {
        id: site.activity(&moment.name()),
        actor: site.instance_actor(),
        object: post.sealed.id.clone(),
        target: post.conversation.clone(),
        group: GroupId::parse(&row.group_id).map_err(Error::unknown)?,
        epoch: post.epoch.unsigned_abs(),
        digest: post.sealed.digest.clone(),
        incarnation: facts::incarnation(transaction)?,
    };
    let document = add.to_value(&audience);
    let commit = CommitRow {
        conversation_id: row.id,
        epoch: post.epoch,
        digest: add.digest.clone(),
        poster: post.poster().as_str().to_owned(),
        activity_uri: post.sealed.id.as_str().to_owned(),
        document: post.sealed.activity.document.to_string(),
        add_document: document.to_string(),
        received_at: moment.now.0,
    };
    conversations::insert_commit(transaction, &commit)?;
    announce(transaction, site, moment, &add, &document, &audience)?;
    Ok(add)
}

/// Puts the new roster in the place of the old one; answers everybody who is on either.
fn change_roster(
    transaction: &mut Transaction<'_>,
    conversation: i64,
    roster: &[String],
    post: &Post,
) -> Result<Vec<ActorId>> {
    let next = post.epoch + 1;
    let mut audience = post.members.clone();
    for actor in roster {
        let actor = ActorId::parse(actor).map_err(Error::unknown)?;
        if !post.members.contains(&actor) {
            conversations::leave(transaction, conversation, actor.as_str(), next)?;
            audience.push(actor);
        }
    }
    for member in &post.members {
        if !roster.iter().any(|actor| actor == member.as_str()) {
            conversations::join(transaction, conversation, member.as_str(), next)?;
        }
    }
    Ok(audience)
}

/// Sends the sequencer's word in the name of the server itself.
fn announce(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    add: &SequencerAdd,
    document: &Value,
    audience: &[ActorId],
) -> Result<()> {
    let instance = actors::by_uri(transaction, &site.instance_actor())?.ok_or(Error::Busy)?;
    let row = row_of(moment, add, document);
    let envelope = envelopes::store(transaction, &row)?.id();
    outbox::fan_out(transaction, site, moment, instance.id, envelope, audience)
}

/// The envelope of a sequencer's word.
pub(super) fn row_of(moment: &Moment, add: &SequencerAdd, document: &Value) -> NewEnvelope {
    NewEnvelope {
        conversation_uri: Some(add.target.as_str().to_owned()),
        epoch: i64::try_from(add.epoch).ok(),
        ..NewEnvelope::new(moment, Kind::Sequencer, &add.id, &add.actor, document)
    }
}

/// The commits of a conversation here, from an epoch on, as far as the reader was there: what ended an epoch is for those
/// who were in it and for those whom it let in. A page of them: whoever is behind its `epoch` afterwards asks again from
/// where the page has led.
///
/// # Errors
/// [`Error::NotFound`] to strangers, as if there were none.
pub fn past(
    transaction: &mut Transaction<'_>,
    conversation: &ConversationId,
    reader: &ActorId,
    from: u64,
) -> Result<(GroupId, PastCommits)> {
    let row = here(transaction, conversation)?;
    let memberships = conversations::memberships(transaction, row.id, reader.as_str())?;
    let first = memberships.iter().map(|membership| membership.joined - 1).min().ok_or(Error::NotFound)?;
    let from = i64::try_from(from).unwrap_or(i64::MAX).max(first);
    let (mut commits, mut bytes) = (Vec::new(), 0);
    for commit in conversations::commits_from(transaction, row.id, from, PAGE)? {
        if was_there(&memberships, commit.epoch) || was_there(&memberships, commit.epoch + 1) {
            bytes += commit.document.len() + commit.add_document.len();
            if bytes > PAGE_BYTES && !commits.is_empty() {
                break;
            }
            let activity = serde_json::from_str(&commit.document).map_err(Error::unknown)?;
            commits.push(PastCommit { add: add_of(&commit)?, activity });
        }
    }
    let left = memberships.iter().map(|membership| membership.left.unwrap_or(row.epoch)).max();
    let epoch = left.unwrap_or(row.epoch).unsigned_abs();
    let group = GroupId::parse(&row.group_id).map_err(Error::unknown)?;
    Ok((group, PastCommits { epoch, incarnation: facts::incarnation(transaction)?, commits }))
}

/// The epoch that a group is known to have reached, where its conversation is known.
pub fn known_epoch(
    transaction: &mut Transaction<'_>,
    conversation: &ConversationId,
    group: &GroupId,
) -> Result<Option<u64>> {
    let row = conversations::by_uri(transaction, conversation.as_str())?;
    Ok(row.filter(|row| row.group_id == group.as_str()).map(|row| row.epoch.unsigned_abs()))
}

#[cfg(test)]
mod tests;
