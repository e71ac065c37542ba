//! What the server answered to a conversation's calls. Accepted commits are merged, lost ones are wished again; a refused
//! message is encrypted again when its epoch had ended (ENCRYPTION.md 1.5 and 1.8).

use alcove_protocol::{
    ActivityId, ActorId, GroupId, Problem,
    api::{CommitAccepted, FoundKeyPackages, PastCommits},
    time::SECOND,
};
use openmls::prelude::tls_codec::Serialize as _;

use super::{
    Conversation, Intent, Packages, Purpose, Sequencer, Standing, Wish, all,
    handshake::{self, Source},
    leave, merge, receive, send, with,
};
use crate::{
    call::{Answer, Call, CallId},
    error::Error,
    event::Event,
    key_packages::{self, Usable},
    mls,
    trust::{self, Pinned},
    turn::{PendingCall, Turn},
};

/// How often a package is asked for again that an approved device has not published yet.
const ASK_AGAIN: i64 = 5 * SECOND;

/// A server took a call about a conversation.
pub(crate) fn accepted(
    turn: &mut Turn<'_>,
    purpose: &Purpose,
    call: CallId,
    answer: Answer,
) -> Result<(), Error> {
    match (purpose, answer) {
        (Purpose::Conversation(group), Answer::Conversation(found)) if found.group == *group => {
            with(turn, group, |turn, conversation| {
                addressed(turn, conversation, found.id);
                Ok(())
            })
        }
        (Purpose::Conversation(group), Answer::Commit(accepted)) => {
            with(turn, group, |turn, conversation| commit_taken(turn, conversation, call, &accepted))
        }
        // A commit in a group without sequencer goes out as a message.
        (Purpose::Conversation(group), Answer::Message(_)) => with(turn, group, |turn, conversation| {
            let ours = conversation.pending.as_ref().is_some_and(|pending| pending.call == call);
            if ours { merge::accepted(turn, conversation) } else { Ok(()) }
        }),
        (Purpose::Conversation(group), Answer::PastCommits(past)) => caught_up(turn, group, &past),
        (Purpose::Message(group, number), Answer::Message(activity)) => sent(turn, group, *number, &activity),
        _ => Ok(()),
    }
}

fn addressed(turn: &mut Turn<'_>, conversation: &mut Conversation, id: alcove_protocol::ConversationId) {
    if conversation.standing == Standing::Starting {
        conversation.sequencer = Sequencer::At(id);
        turn.show(Event::ConversationStarted { conversation: conversation.group.clone() });
    } else if conversation.address().is_none() {
        conversation.sequencer = Sequencer::None(Some(id));
    }
}

fn commit_taken(
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

/// Commits that this device had missed, with the sequencer's word for each.
fn caught_up(turn: &mut Turn<'_>, group: &GroupId, past: &PastCommits) -> Result<(), Error> {
    with(turn, group, |turn, conversation| {
        for commit in &past.commits {
            handshake::take_word(turn, conversation, &commit.add, Source::Answer)?;
            receive::take_past_commit(turn, conversation, &commit.activity)?;
        }
        if conversation.standing == Standing::Over {
            return Ok(());
        }
        let epoch = mls::load(turn.provider, group)?.epoch().as_u64();
        let progress = past.commits.iter().any(|commit| commit.add.epoch < epoch);
        if progress && epoch < past.epoch { handshake::ask(turn, conversation, epoch) } else { Ok(()) }
    })
}

fn sent(turn: &mut Turn<'_>, group: &GroupId, number: u64, activity: &ActivityId) -> Result<(), Error> {
    with(turn, group, |turn, conversation| send::taken(turn, conversation, number, activity))
}

/// A server refused a call about a conversation.
pub(crate) fn refused(
    turn: &mut Turn<'_>,
    pending: &PendingCall,
    call: CallId,
    problem: &Problem,
) -> Result<bool, Error> {
    match &pending.purpose {
        Purpose::Conversation(group) => with(turn, group, |turn, conversation| {
            let ours = conversation.pending.as_ref().is_some_and(|pending| pending.call == call);
            if ours && problem.is("wrong-epoch") {
                commit_lost(turn, conversation, problem)?;
                return Ok(true);
            }
            if matches!(pending.call, Call::FetchPastCommits { .. }) {
                return Ok(true);
            }
            let group = conversation.group.clone();
            turn.show(Event::Refused { conversation: Some(group), reason: problem.sentence().to_owned() });
            if matches!(pending.call, Call::CreateConversation(_))
                && conversation.standing == Standing::Starting
            {
                leave::end(turn, conversation, None)?;
            }
            // Only `wrong-epoch` proves that our commit was not taken: any other refusal keeps it, byte for byte.
            Ok(!ours)
        }),
        Purpose::Message(group, number) => {
            with(turn, group, |turn, conversation| send::not_taken(turn, conversation, *number, problem))?;
            Ok(true)
        }
        Purpose::Handshake(_) | Purpose::Device => Ok(true),
    }
}

fn commit_lost(turn: &mut Turn<'_>, conversation: &mut Conversation, problem: &Problem) -> Result<(), Error> {
    let mut group = mls::load(turn.provider, &conversation.group)?;
    group.clear_pending_commit(&turn.provider.store)?;
    let epoch = group.epoch().as_u64();
    merge::lost(turn, conversation);
    if let Some(winner) = problem.members.get("winner") {
        receive::take_winner(turn, conversation, winner)?;
    }
    let current = problem.members.get("currentEpoch").and_then(serde_json::Value::as_u64);
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

/// Key packages have been found: the actor's pin is learned, and whoever waits for them is served.
pub(crate) fn key_packages_found(turn: &mut Turn<'_>, found: &FoundKeyPackages) -> Result<(), Error> {
    let usable = key_packages::usable(turn, found);
    let identity = usable.iter().find_map(|usable| usable.identity);
    let pinned =
        if usable.is_empty() { Pinned::Unchanged } else { trust::learn(turn, &found.actor, identity)? };
    for conversation in all(&turn.provider.store)? {
        let waits = waits_for(&conversation, &turn.account.actor, &found.actor);
        if waits || (pinned == Pinned::Changed && conversation.standing != Standing::Over) {
            with(turn, &conversation.group.clone(), |turn, conversation| {
                serve(turn, conversation, &found.actor, &usable)?;
                if pinned == Pinned::Changed { rejudge(turn, conversation) } else { Ok(()) }
            })?;
        }
    }
    Ok(())
}

/// Nobody can be added by the actor's key packages: the server refused to look.
pub(crate) fn key_packages_refused(turn: &mut Turn<'_>, actor: &ActorId, reason: &str) -> Result<(), Error> {
    for conversation in all(&turn.provider.store)? {
        if waits_for(&conversation, &turn.account.actor, actor) {
            with(turn, &conversation.group.clone(), |turn, conversation| {
                cannot(turn, conversation, actor, reason.to_owned())
            })?;
        }
    }
    Ok(())
}

fn waits_for(conversation: &Conversation, own: &ActorId, actor: &ActorId) -> bool {
    conversation.wishes.iter().any(|wish| match &wish.intent {
        Intent::Add { actor: wanted, packages: Packages::Asked } => wanted == actor,
        Intent::AddDevice { packages: Packages::Asked, .. } => own == actor,
        _ => false,
    })
}

/// Checks every leaf again, because a pin has changed.
pub(crate) fn rejudge(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    if conversation.standing == Standing::Over {
        return Ok(());
    }
    let group = mls::load(turn.provider, &conversation.group)?;
    merge::judge(turn, conversation, &group)
}

/// Gives the wishes that wait for this actor's packages what was found.
fn serve(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    actor: &ActorId,
    usable: &[Usable],
) -> Result<(), Error> {
    let (own, now) = (turn.account.actor.clone(), turn.now);
    let believed = believed(turn, usable)?;
    for wish in &mut conversation.wishes {
        match &mut wish.intent {
            Intent::Add { actor: wanted, packages } if wanted == actor && *packages == Packages::Asked => {
                *packages = Packages::Ready(believed.iter().map(|(_, bytes)| bytes.clone()).collect());
            }
            Intent::AddDevice { key, packages, .. } if own == *actor && *packages == Packages::Asked => {
                let found = believed.iter().find(|(device, _)| device == key);
                *packages =
                    found.map_or(Packages::Missing, |(_, bytes)| Packages::Ready(vec![bytes.clone()]));
                if found.is_none() {
                    wish.due = now.plus(ASK_AGAIN);
                }
            }
            _ => {}
        }
    }
    // Our own person is in the group already, with this device; everybody else needs a package.
    if believed.is_empty() && *actor != own {
        let reason = if usable.is_empty() {
            format!(
                "{actor} cannot be written to encrypted: their server publishes no keys that can be used."
            )
        } else {
            format!(
                "{actor} has published another identity key than the one known here. Compare safety numbers first."
            )
        };
        cannot(turn, conversation, actor, reason)?;
    }
    Ok(())
}

/// A device that fits its actor's pin: signature key and raw key package.
type Believed = (Vec<u8>, Vec<u8>);

/// The packages that fit the actor's pin.
fn believed(turn: &Turn<'_>, usable: &[Usable]) -> Result<Vec<Believed>, Error> {
    let mut believed = Vec::new();
    for usable in usable.iter().filter(|usable| usable.signature_key() != turn.account.key.public()) {
        let check = trust::check(&turn.provider.store, &turn.account, usable.package.leaf_node())?;
        if check != trust::LeafCheck::Failed {
            let bytes = usable.package.tls_serialize_detached().map_err(Error::mls)?;
            believed.push((usable.signature_key().to_vec(), bytes));
        }
    }
    Ok(believed)
}

/// Says that somebody cannot be added; a conversation that was to be with them alone ends before it began.
fn cannot(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    actor: &ActorId,
    reason: String,
) -> Result<(), Error> {
    let adds = |intent: &Intent| matches!(intent, Intent::Add { actor: wanted, .. } if wanted == actor);
    let known = conversation.wishes.len();
    conversation.wishes.retain(|wish| !adds(&wish.intent));
    if conversation.wishes.len() == known {
        return Ok(());
    }
    turn.show(Event::CannotEncrypt {
        conversation: conversation.group.clone(),
        actor: actor.clone(),
        reason,
    });
    let own = turn.account.actor.clone();
    let others = |wish: &Wish| matches!(&wish.intent, Intent::Add { actor, .. } if *actor != own);
    let nobody = conversation.standing == Standing::Starting && !conversation.wishes.iter().any(others);
    if nobody { leave::end(turn, conversation, None) } else { Ok(()) }
}

/// Puts the call that fetches an actor's packages.
pub(crate) fn learn_pin(turn: &mut Turn<'_>, actor: &ActorId) -> Result<(), Error> {
    if *actor == turn.account.actor || trust::pin(&turn.provider.store, actor)?.is_some() {
        return Ok(());
    }
    turn.call_once(Call::FetchKeyPackages(actor.clone()), Purpose::Device)
}
