//! What became of a commit of ours (ENCRYPTION.md 1.5 points 2 and 3): it won, it lost to another, or it was refused for
//! good. Not the staging of it, and not what follows a change of epoch; those are `commit` and `merge`.

use alcove_protocol::{ActorId, Problem, api::CommitAccepted, time::DAY};
use serde_json::Value;

use super::{
    Conversation, Intent, Sequencer, Standing, Wish, handshake, leave, merge, receive, send, trouble,
};
use crate::{
    call::{Attempt, CallId},
    error::Error,
    event::Event,
    mls,
    turn::Turn,
};

/// The sequencer has taken it.
pub(super) fn taken(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    call: CallId,
    accepted: &CommitAccepted,
) -> Result<(), Error> {
    let ours = conversation.pending.as_ref().is_some_and(|pending| {
        pending.call == call
            && pending.digest[..] == accepted.add.digest[..]
            && pending.epoch == accepted.add.epoch
    });
    if ours {
        conversation.announcer = Some(accepted.add.actor.clone());
        merge::accepted(turn, conversation)
    } else {
        Ok(())
    }
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
    if attempt == Attempt::Repeated && !(lost && proves_a_loss(conversation, problem)) {
        trouble::refused(turn, conversation, problem.sentence())?;
        return Ok(false);
    }
    if lost {
        self::lost(turn, conversation, problem)?;
        return Ok(true);
    }
    failed(turn, conversation, problem.sentence())?;
    if conversation.standing != Standing::Over && matches!(problem.status, 403 | 404 | 410) {
        // Perhaps we are not in it any more, and have not heard of it.
        handshake::ask(turn, conversation, conversation.epoch())?;
    }
    Ok(true)
}

/// The conversation says that it is still in the epoch that a commit of ours was to end. If servers have refused that for long
/// enough, no attempt of it has won, and none will.
pub(super) fn not_taken_yet(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    let epoch = conversation.epoch();
    let undecided = conversation
        .pending
        .as_ref()
        .filter(|pending| pending.epoch == epoch && pending.accepted.is_none())
        .map(|pending| pending.call);
    match (undecided, trouble::refused_long_ago(turn, &conversation.group)?) {
        (Some(call), Some(reason)) => {
            turn.forget_call(call);
            failed(turn, conversation, &reason)
        }
        _ => Ok(()),
    }
}

/// The winner is another, or the sequencer is in an epoch from which ours cannot have led on.
fn proves_a_loss(conversation: &Conversation, problem: &Problem) -> bool {
    let before_ours = |epoch: u64| conversation.pending.as_ref().is_some_and(|pending| epoch < pending.epoch);
    problem.members.get("winner").is_some_and(Value::is_object)
        || current_epoch(problem).is_some_and(before_ours)
}

fn current_epoch(problem: &Problem) -> Option<u64> {
    problem.members.get("currentEpoch").and_then(Value::as_u64)
}

fn lost(turn: &mut Turn<'_>, conversation: &mut Conversation, problem: &Problem) -> Result<(), Error> {
    let mut group = mls::load(turn.provider, &conversation.group)?;
    group.clear_pending_commit(&turn.provider.store)?;
    let epoch = group.epoch().as_u64();
    merge::lost(turn, conversation);
    if let Some(winner) = problem.members.get("winner") {
        receive::take_winner(turn, conversation, epoch, winner)?;
    }
    let current = current_epoch(problem);
    if conversation.mixed && current.is_some_and(|current| current < epoch) {
        // Foreign commits went past the sequencer: from here on nobody decides, and ours go out as theirs do.
        let address = conversation.address().cloned();
        conversation.sequencer = Sequencer::None(address);
        return Ok(());
    }
    let gone = conversation.standing == Standing::Over;
    let behind = !gone && current.is_none_or(|current| current > epoch) && {
        mls::load(turn.provider, &conversation.group)?.epoch().as_u64() < current.unwrap_or(epoch + 1)
    };
    if behind { handshake::ask(turn, conversation, epoch) } else { Ok(()) }
}

/// It was never taken, and the same again would fare no better: the person hears what does not happen, and why. The renewal
/// of our own leaf, which nobody has asked for, is wanted again later.
fn failed(turn: &mut Turn<'_>, conversation: &mut Conversation, reason: &str) -> Result<(), Error> {
    let mut group = mls::load(turn.provider, &conversation.group)?;
    group.clear_pending_commit(&turn.provider.store)?;
    let Some(pending) = conversation.pending.take() else { return Ok(()) };
    let own = turn.account.actor.clone();
    let added = pending.wishes.iter().filter_map(|wish| match &wish.intent {
        Intent::Add { actor, .. } => Some(actor.clone()),
        Intent::AddDevice { .. } => Some(own.clone()),
        _ => None,
    });
    let (added, removed): (Vec<ActorId>, Vec<ActorId>) = (added.collect(), pending.removes);
    if !added.is_empty() || !removed.is_empty() {
        let (conversation, reason) = (conversation.group.clone(), reason.to_owned());
        turn.show(Event::NotChanged { conversation, added, removed, reason });
    }
    if pending.wishes.iter().any(|wish| wish.intent == Intent::Renew) {
        conversation.wishes.push(Wish::new(Intent::Renew, turn.some_time_within(DAY)));
    }
    if conversation.standing == Standing::Starting {
        // Nobody is in it, and nobody can be.
        send::give_up(turn, conversation, reason)?;
        return leave::end(turn, conversation, None);
    }
    Ok(())
}
