//! What became of a commit of ours (ENCRYPTION.md 1.5 points 2 and 3): it won, it lost to another, or it was refused for
//! good. Not the staging of it, and not what follows a change of epoch; those are `commit` and `merge`.

use alcove_protocol::{
    ActorId, Problem,
    mls::SequencerAdd,
    time::{DAY, HOUR},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Conversation, Intent, Sequencer, Standing, Wish,
    handshake::{self, Source},
    leave, merge, receive, send, trouble,
};
use crate::{call::Attempt, error::Error, event::Event, mls, turn::Turn};

/// How soon a removal is tried again that was refused.
const REMOVE_AGAIN: i64 = HOUR;
/// What the person hears of an answer that is about another commit.
const NO_FIT: &str = "The server's answer does not fit the change of members that was sent.";

/// What a server has against a commit of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Refusal {
    /// The HTTP status.
    pub(super) status: u16,
    /// Its sentence, for the person.
    pub(super) reason: String,
}

impl Refusal {
    fn of(problem: &Problem) -> Self {
        Self { status: problem.status, reason: problem.sentence().to_owned() }
    }

    /// Whether it is about the commit itself, so that the same wish would fare no better another time.
    fn is_final(&self) -> bool {
        matches!(self.status, 400 | 413 | 422)
    }
}

/// The sequencer has taken it, by this word. One that is about something else decides nothing: the conversation is asked.
pub(super) fn taken(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    add: &SequencerAdd,
) -> Result<(), Error> {
    let Some(pending) = &conversation.pending else { return Ok(()) };
    if pending.digest[..] != add.digest[..] || pending.epoch != add.epoch {
        let refusal = Refusal { status: 201, reason: NO_FIT.to_owned() };
        return trouble::refused(turn, conversation, refusal);
    }
    conversation.announcer = Some(add.actor.clone());
    merge::accepted(turn, conversation)
}

/// A server refused it; says whether the call is over. After an attempt whose answer is not known only the winner proves
/// that ours was not taken: any other refusal keeps it, byte for byte, and the conversation is asked until it has told the
/// winner, or [`not_taken_yet`] for long enough.
pub(super) fn refused(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    problem: &Problem,
    attempt: Attempt,
) -> Result<bool, Error> {
    let lost = problem.is("wrong-epoch");
    let winner = if lost { winner(conversation, problem) } else { None };
    match winner {
        Some((add, _)) if is_ours(conversation, &add) => taken(turn, conversation, &add)?,
        None if attempt == Attempt::Repeated => {
            trouble::refused(turn, conversation, Refusal::of(problem))?;
            return Ok(false);
        }
        winner if lost => self::lost(turn, conversation, winner, current_epoch(problem))?,
        _ => failed(turn, conversation, &Refusal::of(problem))?,
    }
    Ok(true)
}

/// The conversation says that it is in an epoch that a commit of ours has not ended. If servers have refused that for long
/// enough, no attempt of it has won, and none will.
pub(super) fn not_taken_yet(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    epoch: u64,
) -> Result<(), Error> {
    let Some(pending) = conversation.pending.as_ref().filter(|pending| pending.accepted.is_none()) else {
        return Ok(());
    };
    let (call, went_past) = (pending.call, conversation.mixed && epoch < pending.epoch);
    if epoch != pending.epoch && !went_past {
        return Ok(());
    }
    let Some(refusal) = trouble::refused_long_ago(turn, &conversation.group)? else { return Ok(()) };
    turn.forget_call(call);
    if went_past || refusal.status == 409 {
        lost(turn, conversation, None, Some(epoch))
    } else {
        failed(turn, conversation, &refusal)
    }
}

/// The commit that won the epoch that ours was to end, with the sequencer's word for it. Only both together, and of the same
/// bytes, prove anything.
fn winner<'a>(conversation: &Conversation, problem: &'a Problem) -> Option<(SequencerAdd, &'a Value)> {
    let activity = problem.members.get("winner")?;
    let add = SequencerAdd::parse(problem.members.get("add")?)?;
    let incoming = receive::open_past(activity, 0)?;
    let ended_ours = conversation.pending.as_ref().is_some_and(|pending| pending.epoch == add.epoch);
    let by_the_sequencer = add.group == conversation.group
        && conversation.address() == Some(&add.target)
        && add.actor.same_origin(&add.target);
    (ended_ours && by_the_sequencer && incoming.digest[..] == add.digest[..]).then_some((add, activity))
}

fn is_ours(conversation: &Conversation, add: &SequencerAdd) -> bool {
    conversation.pending.as_ref().is_some_and(|pending| pending.digest[..] == add.digest[..])
}

fn current_epoch(problem: &Problem) -> Option<u64> {
    problem.members.get("currentEpoch").and_then(Value::as_u64)
}

/// Takes back what was staged.
fn clear(turn: &Turn<'_>, conversation: &Conversation) -> Result<(), Error> {
    let mut group = mls::load(turn.provider, &conversation.group)?;
    group.clear_pending_commit(&turn.provider.store)?;
    trouble::forget_refusal(turn, &conversation.group)
}

fn lost(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    winner: Option<(SequencerAdd, &Value)>,
    current: Option<u64>,
) -> Result<(), Error> {
    clear(turn, conversation)?;
    let epoch = conversation.epoch();
    merge::lost(turn, conversation);
    if let Some((add, activity)) = winner {
        handshake::take_word(turn, conversation, &add, Source::Answer)?;
        receive::take_past_commit(turn, conversation, activity)?;
    }
    if conversation.mixed && current.is_some_and(|current| current < epoch) {
        // Foreign commits went past the sequencer: from here on nobody decides, and ours go out as theirs do.
        let address = conversation.address().cloned();
        conversation.sequencer = Sequencer::None(address);
        return Ok(());
    }
    let behind = conversation.standing != Standing::Over
        && current.is_none_or(|current| current > epoch)
        && conversation.epoch() < current.unwrap_or(epoch + 1);
    if behind { handshake::ask(turn, conversation, epoch) } else { Ok(()) }
}

/// It was never taken: the person hears what does not happen, and why. What protects somebody, a removal and the renewal of our
/// own leaf, is wanted again later; a removal unless it can never be taken.
fn failed(turn: &mut Turn<'_>, conversation: &mut Conversation, refusal: &Refusal) -> Result<(), Error> {
    clear(turn, conversation)?;
    let Some(pending) = conversation.pending.take() else { return Ok(()) };
    let own = turn.account.actor.clone();
    let (mut added, mut removed): (Vec<ActorId>, Vec<ActorId>) = (Vec::new(), Vec::new());
    for wish in pending.wishes {
        match &wish.intent {
            Intent::Add { actor, .. } => added.push(actor.clone()),
            Intent::AddDevice { .. } => added.push(own.clone()),
            Intent::Renew => {
                conversation.wishes.push(Wish::new(Intent::Renew, turn.some_time_within(DAY)));
            }
            Intent::Remove { .. } | Intent::RemoveLeaf { .. } if refusal.is_final() => {
                removed.clone_from(&pending.removes);
            }
            Intent::Remove { .. } | Intent::RemoveLeaf { .. } => {
                let (group, reason) = (conversation.group.clone(), refusal.reason.clone());
                turn.show(Event::Refused { conversation: Some(group), reason });
                conversation.wishes.push(Wish { due: turn.now.plus(REMOVE_AGAIN), ..wish });
            }
        }
    }
    if !added.is_empty() || !removed.is_empty() {
        let (conversation, reason) = (conversation.group.clone(), refusal.reason.clone());
        turn.show(Event::NotChanged { conversation, added, removed, reason });
    }
    if conversation.standing == Standing::Starting {
        // Nobody is in it, and nobody can be.
        send::give_up(turn, conversation, &refusal.reason)?;
        return leave::end(turn, conversation, None);
    }
    if matches!(refusal.status, 403 | 404 | 410) {
        // Perhaps we are not in it any more, and have not heard of it.
        return handshake::ask(turn, conversation, conversation.epoch());
    }
    Ok(())
}
