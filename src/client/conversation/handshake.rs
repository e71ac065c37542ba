//! Commits and proposals of others, and the sequencer's word. In a pure group a commit is merged only with the word for
//! the same digest, else it is held and the conversation is asked (ENCRYPTION.md 1.5 point 4); in a mixed group the first
//! one to arrive is taken (point 8). Proposals are kept aside and committed by value (trap T19).

use alcove_protocol::{mls::SequencerAdd, time::SECOND};
use openmls::{
    group::{MlsGroup, ProcessMessageError, QueuedProposal, StageCommitError, StagedCommit},
    prelude::{ProcessedMessage, ProcessedMessageContent, Proposal, ProtocolMessage, Sender},
};

use super::{
    Conversation, Intent, Purpose, Sequencer, Wish, hold,
    merge::{self, Change},
    receive::{Incoming, Taken},
    recovery, roster,
};
use crate::{call::Call, error::Error, mls, trust::actor_of, turn::Turn};

/// Between two members who could complete the same departure.
const STAGGER: i64 = 2 * SECOND;

/// How something came.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// In the answer to a question of ours: from the sequencer itself.
    Answer,
    /// In the mailbox: from the actor that it names, whose server vouches for that. A word counts only if it is the known one.
    Mailbox,
}

/// The sequencer says which commit ended an epoch. The first word for an epoch stays: a second one would be a fork.
pub(super) fn take_word(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    add: &SequencerAdd,
    source: Source,
) -> Result<(), Error> {
    if source == Source::Answer && add.actor.same_origin(&add.target) {
        conversation.announcer = Some(add.actor.clone());
    }
    let from_sequencer = conversation.announcer.as_ref() == Some(&add.actor)
        && matches!(&conversation.sequencer, Sequencer::At(id) if *id == add.target)
        && add.actor.same_origin(&add.target)
        && add.group == conversation.group;
    let Ok(digest) = <[u8; 32]>::try_from(&add.digest[..]) else { return Ok(()) };
    let known = conversation.words.get(&add.epoch).copied();
    if from_sequencer && known.is_some_and(|known| known != digest) {
        recovery::forked(turn, conversation, add.epoch)?;
    }
    if !from_sequencer || add.epoch < conversation.epoch() || conversation.words.len() > 200 {
        return Ok(());
    }
    let word = *conversation.words.entry(add.epoch).or_insert(digest);
    let won = conversation
        .pending
        .as_ref()
        .is_some_and(|pending| pending.epoch == add.epoch && pending.digest == word);
    if won { merge::accepted(turn, conversation) } else { Ok(()) }
}

/// Asks the conversation for the commits from this epoch on.
pub(super) fn ask(turn: &mut Turn<'_>, conversation: &Conversation, epoch: u64) -> Result<(), Error> {
    let Sequencer::At(id) = &conversation.sequencer else { return Ok(()) };
    let call = Call::FetchPastCommits { conversation: id.clone(), after: epoch };
    turn.call_once(call, Purpose::Conversation(conversation.group.clone()))
}

/// Whether a commit of the present epoch may be merged now.
pub(super) fn may_merge(conversation: &Conversation, incoming: &Incoming, epoch: u64) -> Taken {
    if conversation.mixed || matches!(conversation.sequencer, Sequencer::None(_)) {
        return yields(conversation, incoming);
    }
    match conversation.words.get(&epoch) {
        Some(word) if *word == incoming.digest => Taken::Done,
        // It lost: the sequencer has taken another.
        Some(_) => Taken::Never,
        None => Taken::Later,
    }
}

/// In a mixed group ours yields to a commit that arrives in time, unless it removes that commit's sender or has yielded
/// once already (point 8).
fn yields(conversation: &Conversation, incoming: &Incoming) -> Taken {
    let pending = conversation.pending.as_ref();
    let insists =
        pending.is_some_and(|pending| pending.removes.contains(&incoming.actor) || pending.insists());
    if insists { Taken::Later } else { Taken::Done }
}

/// Decrypts a message; nothing, if it is a commit by reference to a proposal that has not come. One that was kept aside is
/// handed over with it.
pub(super) fn decrypt(
    turn: &Turn<'_>,
    conversation: &Conversation,
    message: ProtocolMessage,
) -> Result<Option<(MlsGroup, ProcessedMessage)>, Error> {
    let by_value = attempt(turn, conversation, message.clone(), Vec::new())?;
    if by_value.is_some() {
        return Ok(by_value);
    }
    attempt(turn, conversation, message, hold::aside(turn, &conversation.group)?)
}

fn attempt(
    turn: &Turn<'_>,
    conversation: &Conversation,
    message: ProtocolMessage,
    proposals: Vec<QueuedProposal>,
) -> Result<Option<(MlsGroup, ProcessedMessage)>, Error> {
    match turn.provider.store.attempt(|| process(turn, conversation, message, proposals)) {
        Ok(done) => Ok(Some(done)),
        Err(Missing::Proposal) => Ok(None),
        Err(Missing::Nothing(error)) => Err(error),
    }
}

/// Why a message could not be processed.
enum Missing {
    Proposal,
    Nothing(Error),
}

impl From<Error> for Missing {
    fn from(error: Error) -> Self {
        Self::Nothing(error)
    }
}

fn process(
    turn: &Turn<'_>,
    conversation: &Conversation,
    message: ProtocolMessage,
    proposals: Vec<QueuedProposal>,
) -> Result<(MlsGroup, ProcessedMessage), Missing> {
    let mut group = mls::load(turn.provider, &conversation.group)?;
    for proposal in proposals {
        group.store_pending_proposal(&turn.provider.store, proposal)?;
    }
    match group.process_message(turn.provider, message) {
        Ok(processed) => Ok((group, processed)),
        Err(ProcessMessageError::InvalidCommit(StageCommitError::MissingProposal)) => Err(Missing::Proposal),
        Err(error) => Err(Missing::Nothing(Error::mls(error))),
    }
}

/// Merges a commit of somebody else. Only a member's commit counts: OpenMLS would take external ones as well.
pub(super) fn merge_foreign(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    incoming: &Incoming,
    mut group: MlsGroup,
    processed: ProcessedMessage,
) -> Result<(), Error> {
    let by = member_actor(&processed)?;
    if by != incoming.actor {
        // Somebody else posted these bytes: the commit itself is still to come.
        return Err(Error::NotTheirs);
    }
    let Sender::Member(committer) = *processed.sender() else { return Err(Error::NotTheirs) };
    let ProcessedMessageContent::StagedCommitMessage(staged) = processed.into_content() else {
        return Err(Error::Mls("expected a commit".to_owned()));
    };
    merge::lost(turn, conversation);
    recovery::keep_before_merge(turn, conversation, &group, committer, &staged)?;
    let (people, before) = (roster(&group), merge::leaves(&group));
    conversation.words.insert(group.epoch().as_u64(), incoming.digest);
    apply(turn, &mut group, *staged)?;
    conversation.quiet_since = turn.now;
    let change = Change { by, position: incoming.position, renewed: false };
    merge::entered(turn, conversation, &mut group, &people, &before, &change)
}

fn apply(turn: &Turn<'_>, group: &mut MlsGroup, staged: StagedCommit) -> Result<(), Error> {
    group.merge_staged_commit(turn.provider, staged).map_err(Error::mls)?;
    // What was stored for this commit alone must not stop the next message (`PendingProposal`).
    group.clear_pending_proposals(&turn.provider.store)
}

/// The actor of a message's leaf, if its sender is a member at all.
pub(super) fn member_actor(processed: &ProcessedMessage) -> Result<alcove_protocol::ActorId, Error> {
    match processed.sender() {
        Sender::Member(_) => {
            actor_of(processed.credential()).ok_or_else(|| Error::Mls("a leaf without actor".to_owned()))
        }
        _ => Err(Error::Mls("expected a member as sender".to_owned())),
    }
}

/// A proposal is kept aside for a commit that may name it; a departure is wished by value, staggered so that not
/// everybody commits it at once, the leaving person's own devices first.
pub(super) fn take_proposal(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    incoming: &Incoming,
    group: &MlsGroup,
    proposal: &QueuedProposal,
) -> Result<(), Error> {
    hold::keep_aside(turn, &conversation.group, &incoming.digest, proposal)?;
    let (Proposal::Remove(remove), Sender::Member(sender)) = (proposal.proposal(), proposal.sender()) else {
        return Ok(());
    };
    let Some(leaver) = group.member_at(remove.removed()).filter(|member| member.index == *sender) else {
        return Ok(());
    };
    let actor = actor_of(&leaver.credential);
    let own = actor.as_ref() == Some(&turn.account.actor);
    let rank = if own { 0 } else { i64::from(group.own_leaf_index().u32()) + 1 };
    let intent = Intent::RemoveLeaf { key: leaver.signature_key, actor };
    if !conversation.wishes.iter().any(|wish| wish.intent == intent) {
        conversation.wishes.push(Wish::new(intent, turn.now.plus(rank * STAGGER)));
    }
    Ok(())
}
