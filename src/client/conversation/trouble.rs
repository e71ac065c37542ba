//! What keeps a conversation from going on: an epoch that has ended without this device knowing how, a commit of ours about
//! which nobody knows whether it won, a commit that won and that cannot be applied here (ENCRYPTION.md 1.5 point 5 and 1.6
//! step 1). The conversation is asked, again and again but ever more rarely. A record of its own, there only while
//! something is wrong. Not the way out of what asking cannot heal: that is `recovery`.

use alcove_protocol::{
    GroupId, Timestamp,
    time::{HOUR, MINUTE, SECOND},
};
use serde::{Deserialize, Serialize};

use super::{
    Conversation, Sequencer, Standing,
    decided::Refusal,
    handshake::{self, Source},
    hold,
    receive::Incoming,
    recovery,
};
use crate::{error::Error, event::Event, record::group_name, turn::Turn};

/// How long an answer, or a commit that was announced, is waited for before the conversation is asked again; doubled every
/// time.
const PATIENCE: i64 = 5 * SECOND;
/// The longest wait.
const LONGEST: i64 = HOUR;

/// How long an attempt may have been on its way after everybody has given it up.
const SETTLED: i64 = 10 * MINUTE;

/// Why the conversation is asked; the later ones are the better reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Reason {
    /// Something of a later epoch is held by somebody who is not in the group, perhaps not yet. Anybody can send that, so it
    /// must not make the other reasons wait.
    Strange,
    /// The sequencer has announced a commit that has not come yet: as a rule it is close behind.
    Announced,
    /// Something of a later epoch, or a commit without the sequencer's word, is held by a member.
    Early,
    /// Our own server or the sequencer says that the epoch is over, or refuses what it may have taken.
    Over,
}

/// A commit of ours that a server refuses now and may have taken before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Refused {
    refusal: Refusal,
    since: Timestamp,
}

/// The record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Trouble {
    asked_for: Option<Reason>,
    ask_at: Timestamp,
    patience: i64,
    refused: Option<Refused>,
}

fn key(group: &GroupId) -> String {
    format!("trouble/{}", group_name(group))
}

/// The trouble of a conversation, if it has any.
pub(crate) fn find(turn: &Turn<'_>, group: &GroupId) -> Result<Option<Trouble>, Error> {
    turn.provider.store.get(&key(group))
}

/// Forgets it: the device has entered another epoch, or the conversation is over.
pub(super) fn end(turn: &Turn<'_>, group: &GroupId) -> Result<(), Error> {
    if find(turn, group)?.is_some() {
        turn.provider.store.delete(&key(group));
    }
    Ok(())
}

/// Asks the conversation what has ended the present epoch, when there is a reason to and it is time.
pub(super) fn ask_when_due(turn: &mut Turn<'_>, conversation: &Conversation) -> Result<(), Error> {
    let known = find(turn, &conversation.group)?;
    let mut trouble = known.clone().unwrap_or_default();
    let Some(reason) = reason(turn, conversation, &trouble) else {
        return end(turn, &conversation.group);
    };
    if trouble.asked_for < Some(reason) {
        let first = if reason == Reason::Announced { PATIENCE } else { 0 };
        trouble =
            Trouble { asked_for: Some(reason), ask_at: turn.now.plus(first), patience: PATIENCE, ..trouble };
    }
    if turn.now >= trouble.ask_at {
        handshake::ask(turn, conversation, conversation.epoch())?;
        trouble.ask_at = turn.now.plus(trouble.patience);
        trouble.patience = trouble.patience.saturating_mul(2).min(LONGEST);
    }
    turn.provider.store.put_changed(&key(&conversation.group), &trouble)
}

fn reason(turn: &Turn<'_>, conversation: &Conversation, trouble: &Trouble) -> Option<Reason> {
    let epoch = conversation.epoch();
    let undecided = |pending: &super::Pending| pending.epoch == epoch && pending.accepted.is_none();
    let refused = trouble.refused.is_some() && conversation.pending.is_some();
    // The answer to a commit of ours will tell, unless there is none to be had.
    let answer_follows = conversation.pending.as_ref().is_some_and(undecided) && !refused;
    let silent = matches!(conversation.standing, Standing::Request | Standing::Over);
    if silent || answer_follows || !matches!(conversation.sequencer, Sequencer::At(_)) {
        return None;
    }
    if refused || conversation.stale.is_some() || conversation.words.keys().any(|word| *word > epoch) {
        Some(Reason::Over)
    } else if hold::holds_from(turn, &conversation.group, epoch, hold::Sender::Member) {
        Some(Reason::Early)
    } else if conversation.words.contains_key(&epoch) {
        Some(Reason::Announced)
    } else {
        hold::holds_from(turn, &conversation.group, epoch, hold::Sender::Stranger).then_some(Reason::Strange)
    }
}

/// The server refuses a commit of ours, and an earlier attempt may have won: it stays as it is. The person hears why once.
pub(super) fn refused(
    turn: &mut Turn<'_>,
    conversation: &Conversation,
    refusal: Refusal,
) -> Result<(), Error> {
    let mut trouble = find(turn, &conversation.group)?.unwrap_or_default();
    if trouble.refused.as_ref().is_some_and(|refused| refused.refusal == refusal) {
        return Ok(());
    }
    let (group, reason) = (conversation.group.clone(), refusal.reason.clone());
    turn.show(Event::Refused { conversation: Some(group), reason });
    let since = trouble.refused.map_or(turn.now, |refused| refused.since);
    trouble.refused = Some(Refused { refusal, since });
    turn.provider.store.put(&key(&conversation.group), &trouble)
}

/// Why a server refuses our commit, when it has done so for so long that no earlier attempt can be on its way any more.
pub(super) fn refused_long_ago(turn: &Turn<'_>, group: &GroupId) -> Result<Option<Refusal>, Error> {
    let refused = find(turn, group)?.and_then(|trouble| trouble.refused);
    let settled = refused.filter(|refused| turn.now.since(refused.since) >= SETTLED);
    Ok(settled.map(|refused| refused.refusal))
}

/// What became of the refused commit is known.
pub(super) fn forget_refusal(turn: &Turn<'_>, group: &GroupId) -> Result<(), Error> {
    match find(turn, group)? {
        Some(trouble) if trouble.refused.is_some() => {
            turn.provider.store.put(&key(group), &Trouble { refused: None, ..trouble })
        }
        _ => Ok(()),
    }
}

/// Whether the sequencer has announced bytes of this digest as the end of the present epoch.
pub(super) fn is_announced(conversation: &Conversation, digest: &[u8; 32]) -> bool {
    let ordered = matches!(conversation.sequencer, Sequencer::At(_)) && !conversation.mixed;
    ordered && conversation.words.get(&conversation.epoch()) == Some(digest)
}

/// The commit that won the present epoch cannot be applied. A slot is never given back: nothing more is encrypted in this
/// epoch, and the person hears whose commit it is, where somebody vouches for that; `recovery` draws the conclusion elsewhere.
pub(super) fn stuck(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    incoming: &Incoming,
) -> Result<(), Error> {
    conversation.stale = Some(conversation.epoch());
    match incoming.source {
        Source::Mailbox => recovery::unappliable(turn, conversation, &incoming.actor),
        Source::Answer => Ok(()),
    }
}
