//! What the server answered to a conversation's calls. Accepted commits are merged, lost ones are wished again; a refused
//! message is encrypted again when its epoch had ended (ENCRYPTION.md 1.5 and 1.8).

use alcove_protocol::{
    ActivityId, ActorId, GroupId, Problem,
    api::{FoundKeyPackages, PastCommits},
    time::{MINUTE, SECOND},
};
use openmls::prelude::tls_codec::Serialize as _;

use super::{
    Conversation, Intent, Packages, Purpose, Sequencer, Standing, Wish, all, decided,
    handshake::{self, Source},
    leave, merge, receive, send, with,
};
use crate::{
    call::{Answer, Attempt, Call, CallId},
    error::Error,
    event::Event,
    identity::IdentityKey,
    key_packages::{self, Judged, LeftOut, Usable},
    mls,
    trust::{self, Pinned},
    turn::{PendingCall, Turn},
};

/// How soon a package is asked for again that an approved device has not published yet: its person has to say yes there.
const ASK_AGAIN: i64 = 5 * SECOND;
/// How soon at the latest: the wait grows with the time that it has taken already.
const ASK_AT_LAST: i64 = MINUTE;

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
            with(turn, group, |turn, conversation| {
                if is_pending(conversation, call) {
                    decided::taken(turn, conversation, &accepted.add)
                } else {
                    Ok(())
                }
            })
        }
        // A commit in a group without sequencer goes out as a message.
        (Purpose::Conversation(group), Answer::Message(_)) => with(turn, group, |turn, conversation| {
            if is_pending(conversation, call) { merge::accepted(turn, conversation) } else { Ok(()) }
        }),
        (Purpose::Conversation(group), Answer::PastCommits(past)) => caught_up(turn, group, &past),
        (Purpose::Message(group, number), Answer::Message(activity)) => sent(turn, group, *number, &activity),
        _ => Ok(()),
    }
}

/// Whether a call posts our pending commit.
fn is_pending(conversation: &Conversation, call: CallId) -> bool {
    conversation.pending.as_ref().is_some_and(|pending| pending.call == call)
}

fn addressed(turn: &mut Turn<'_>, conversation: &mut Conversation, id: alcove_protocol::ConversationId) {
    if conversation.standing == Standing::Starting {
        conversation.sequencer = Sequencer::At(id);
        turn.show(Event::ConversationStarted { conversation: conversation.group.clone() });
    } else if conversation.address().is_none() {
        conversation.sequencer = Sequencer::None(Some(id));
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
        decided::not_taken_yet(turn, conversation, past.epoch)?;
        let epoch = conversation.epoch();
        let progress = past.commits.iter().any(|commit| commit.add.epoch < epoch);
        if progress && epoch < past.epoch { handshake::ask(turn, conversation, epoch) } else { Ok(()) }
    })
}

fn sent(turn: &mut Turn<'_>, group: &GroupId, number: u64, activity: &ActivityId) -> Result<(), Error> {
    with(turn, group, |turn, conversation| send::taken(turn, conversation, number, activity))
}

/// A server refused a call about a conversation; says whether the call is over.
pub(crate) fn refused(
    turn: &mut Turn<'_>,
    pending: &PendingCall,
    call: CallId,
    problem: &Problem,
    attempt: Attempt,
) -> Result<bool, Error> {
    match &pending.purpose {
        Purpose::Conversation(group) => with(turn, group, |turn, conversation| {
            if is_pending(conversation, call) {
                return decided::refused(turn, conversation, problem, attempt);
            }
            let reason = problem.sentence().to_owned();
            if matches!(pending.call, Call::CreateConversation(_)) {
                not_begun(turn, conversation, reason)?;
            }
            Ok(true)
        }),
        Purpose::Message(group, number) => {
            with(turn, group, |turn, conversation| send::not_taken(turn, conversation, *number, problem))?;
            Ok(true)
        }
        Purpose::Handshake(_) | Purpose::Device => Ok(true),
    }
}

/// Our server gives a conversation no address: one that was to be started here ends.
fn not_begun(turn: &mut Turn<'_>, conversation: &mut Conversation, reason: String) -> Result<(), Error> {
    let group = conversation.group.clone();
    turn.show(Event::Refused { conversation: Some(group), reason: reason.clone() });
    if conversation.standing != Standing::Starting {
        return Ok(());
    }
    send::give_up(turn, conversation, &reason)?;
    leave::end(turn, conversation, None)
}

/// Key packages have been found: the actor's pin is learned, and whoever waits for them is served.
pub(crate) fn key_packages_found(turn: &mut Turn<'_>, found: &FoundKeyPackages) -> Result<(), Error> {
    let judged = key_packages::judged(turn, found);
    let mut identities: Vec<IdentityKey> = Vec::new();
    for identity in judged.usable.iter().filter_map(|usable| usable.identity) {
        identities.extend((!identities.contains(&identity)).then_some(identity));
    }
    let pinned = match judged.usable[..] {
        [] => Pinned::Unchanged,
        _ => trust::learn(turn, &found.actor, &identities)?,
    };
    for conversation in all(&turn.provider.store)? {
        let waits = waits_for(&conversation, &turn.account.actor, &found.actor);
        if waits || (pinned == Pinned::Changed && conversation.standing != Standing::Over) {
            with(turn, &conversation.group.clone(), |turn, conversation| {
                serve(turn, conversation, &found.actor, &judged, pinned)?;
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
        Intent::AddDevice { packages: Packages::Asked, .. } => own == actor,
        _ => asks_for(wish, actor),
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
    judged: &Judged,
    pinned: Pinned,
) -> Result<(), Error> {
    let (own, now) = (turn.account.actor.clone(), turn.now);
    let (believed, doubted) = match pinned {
        Pinned::Doubtful => Default::default(),
        Pinned::Unchanged | Pinned::Changed => believed(turn, &judged.usable)?,
    };
    if conversation.wishes.iter().any(|wish| asks_for(wish, actor)) {
        for left_out in judged.left_out.iter().chain(&doubted) {
            turn.show(left_out.clone().event(conversation, actor));
        }
    }
    for wish in &mut conversation.wishes {
        match &mut wish.intent {
            Intent::Add { actor: wanted, packages } if wanted == actor && *packages == Packages::Asked => {
                *packages = Packages::Ready(believed.iter().map(|(_, bytes)| bytes.clone()).collect());
            }
            Intent::AddDevice { key, packages, since } if own == *actor && *packages == Packages::Asked => {
                let found = believed.iter().find(|(device, _)| device == key);
                *packages =
                    found.map_or(Packages::Missing, |(_, bytes)| Packages::Ready(vec![bytes.clone()]));
                if found.is_none() {
                    wish.due = now.plus((now.since(*since) / 4).clamp(ASK_AGAIN, ASK_AT_LAST));
                }
            }
            _ => {}
        }
    }
    // Our own person is in the group already, with this device; everybody else needs a package.
    if believed.is_empty() && *actor != own {
        let reason = if judged.usable.is_empty() {
            format!(
                "{actor} cannot be written to encrypted: their server publishes no keys that can be used."
            )
        } else if pinned == Pinned::Doubtful {
            format!("{actor} shows several identity keys at once, and nobody can say which is theirs.")
        } else {
            format!(
                "{actor} has published another identity key than the one known here. Compare safety numbers first."
            )
        };
        cannot(turn, conversation, actor, reason)?;
    }
    Ok(())
}

fn asks_for(wish: &Wish, actor: &ActorId) -> bool {
    matches!(&wish.intent, Intent::Add { actor: wanted, packages: Packages::Asked } if wanted == actor)
}

/// A device that fits its actor's pin: signature key and raw key package.
type Believed = (Vec<u8>, Vec<u8>);

/// The packages that fit the actor's pin, and the devices that do not.
fn believed(turn: &Turn<'_>, usable: &[Usable]) -> Result<(Vec<Believed>, Vec<LeftOut>), Error> {
    let (mut believed, mut doubted) = (Vec::new(), Vec::new());
    let ours = |usable: &&Usable| {
        let key = usable.signature_key();
        key == turn.account.key.public() || turn.account.devices.is_removed(key)
    };
    for usable in usable.iter().filter(|usable| !ours(usable)) {
        let check = trust::check(&turn.provider.store, &turn.account, usable.package.leaf_node())?;
        if check == trust::LeafCheck::Failed {
            let reason = "it shows another identity key than the one known here";
            doubted.push(LeftOut { device: usable.device.clone(), reason });
        } else {
            let bytes = usable.package.tls_serialize_detached().map_err(Error::mls)?;
            believed.push((usable.signature_key().to_vec(), bytes));
        }
    }
    Ok((believed, doubted))
}

/// Says that somebody cannot be added; a conversation that was to be with them alone ends before it began.
pub(super) fn cannot(
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
