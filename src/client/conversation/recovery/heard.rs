//! What the ends of calls say about a conversation's sequencer: that it is silent, that it has forgotten, that it has nothing
//! for this device any more (ENCRYPTION.md 1.5 points 5 and 7, 1.6). One answer that is out of order proves little: a proxy
//! says "not found" while the server behind it is replaced. Not the effects of the answers themselves, which come first.

use alcove_protocol::{
    GroupId, Timestamp,
    api::PastCommit,
    time::{DAY, HOUR},
};
use serde::{Deserialize, Serialize};

use super::{Obstacle, found_key, meet, obstacle};
use crate::{
    call::{Answer, Call, Outcome},
    conversation::{self, Conversation, Purpose, Sequencer, handshake},
    error::Error,
    record::group_name,
    turn::{PendingCall, Turn},
};

/// A sequencer that has not answered for so long counts as dead.
const DEAD_AFTER: i64 = 72 * HOUR;
/// One that has known no such conversation for so long counts as forgetful.
const FORGETFUL_AFTER: i64 = DAY;
/// How often it is asked meanwhile.
const ASK_EVERY: i64 = 6 * HOUR;

fn silent_key(group: &GroupId) -> String {
    format!("recovery/silent/{}", group_name(group))
}

fn absent_key(group: &GroupId) -> String {
    format!("recovery/absent/{}", group_name(group))
}

/// The sequencer knows no such conversation, and no other answer has come since.
#[derive(Serialize, Deserialize)]
struct Absent {
    since: Timestamp,
    asked: Timestamp,
}

/// What the end of a call says about the conversation's sequencer.
pub(crate) enum Heard {
    /// Our own server could not reach it.
    Nothing,
    /// It decided a commit; it is in this epoch, if it said so.
    Decided(Option<u64>),
    /// Asked for the commits from an epoch on, it has these: the epoch that each ended, and its digest.
    Past { after: u64, epoch: u64, commits: Vec<(u64, Vec<u8>)> },
    /// It knows no such conversation.
    Absent,
}

impl Heard {
    /// Looks at the end of a call; `None` when it was not for a sequencer.
    pub(crate) fn of(pending: &PendingCall, outcome: &Outcome) -> Option<(GroupId, Self)> {
        let Purpose::Conversation(group) = &pending.purpose else { return None };
        let after = match &pending.call {
            Call::FetchPastCommits { after, .. } => Some(*after),
            Call::PostCommit(_) => None,
            _ => return None,
        };
        let heard = match (outcome, after) {
            (Outcome::Accepted(Answer::PastCommits(past)), Some(after)) => {
                Self::Past { after, epoch: past.epoch, commits: past.commits.iter().map(in_short).collect() }
            }
            (Outcome::Accepted(_), _) => Self::Decided(None),
            (Outcome::Refused(problem), _) if problem.status >= 500 => Self::Nothing,
            (Outcome::Refused(problem), _) if problem.status == 404 => Self::Absent,
            (Outcome::Refused(problem), None) if problem.is("wrong-epoch") => {
                Self::Decided(problem.members.get("currentEpoch").and_then(serde_json::Value::as_u64))
            }
            _ => return None,
        };
        Some((group.clone(), heard))
    }

    /// The epoch in which the sequencer is.
    fn epoch(&self, present: u64) -> u64 {
        match self {
            Self::Past { epoch, .. } | Self::Decided(Some(epoch)) => *epoch,
            Self::Decided(None) | Self::Nothing | Self::Absent => present,
        }
    }
}

fn in_short(commit: &PastCommit) -> (u64, Vec<u8>) {
    (commit.add.epoch, commit.add.digest.clone())
}

/// Draws the conclusion, after the answer itself has been taken.
pub(crate) fn hear(turn: &mut Turn<'_>, group: &GroupId, heard: Heard) -> Result<(), Error> {
    let Some(known) = conversation::find(turn, group)? else { return Ok(()) };
    let Sequencer::At(address) = &known.sequencer else { return Ok(()) };
    let abroad = !address.same_origin(&turn.account.actor);
    match heard {
        Heard::Nothing => return if abroad { silence(turn, &known) } else { Ok(()) },
        Heard::Absent => {
            answered(turn, group)?;
            return if known.mixed { Ok(()) } else { absence(turn, &known) };
        }
        Heard::Decided(_) | Heard::Past { .. } => {
            answered(turn, group)?;
            remembered(turn, &known, &heard)?;
        }
    }
    match conclude(&known, heard) {
        Some(obstacle) if !known.mixed || matches!(obstacle, Obstacle::Unappliable { .. }) => {
            meet(turn, &known, obstacle, known.epoch())
        }
        _ => Ok(()),
    }
}

/// What an answer of the sequencer means for a device that has done with it what it could. The sequencer of a pure group is
/// never behind its members; a commit that it has handed over and that did not end the present epoch cannot be applied; and one
/// that it does not have, asked for the present epoch, will not come. Its list vouches for no author: nobody is named.
fn conclude(known: &Conversation, heard: Heard) -> Option<Obstacle> {
    let present = known.epoch();
    let (after, epoch, commits) = match heard {
        Heard::Past { after, epoch, commits } => (after, epoch, commits),
        Heard::Decided(epoch) => return epoch.filter(|epoch| *epoch < present).map(|_| Obstacle::Forgotten),
        Heard::Nothing | Heard::Absent => return None,
    };
    if epoch < after {
        return Some(Obstacle::Forgotten);
    }
    match commits.into_iter().find(|(ended, _)| *ended == present) {
        Some((_, digest)) => {
            let announced = known.words.get(&present).is_some_and(|word| word[..] == digest[..]);
            let own = known.pending.as_ref().is_some_and(|pending| pending.digest[..] == digest[..]);
            (announced && !own).then_some(Obstacle::Unappliable { by: None })
        }
        // One page of several leads on to the next.
        None => (epoch > present && after == present).then_some(Obstacle::Lost),
    }
}

/// The sequencer has answered: it is not dead.
pub(super) fn answered(turn: &Turn<'_>, group: &GroupId) -> Result<(), Error> {
    let store = &turn.provider.store;
    if store.get::<Timestamp>(&silent_key(group))?.is_some() {
        store.delete(&silent_key(group));
        if obstacle(store, group)? == Some(Obstacle::Silent) {
            store.delete(&found_key(group));
        }
    }
    Ok(())
}

/// It knows the conversation; if it is not behind this device, it has forgotten nothing.
fn remembered(turn: &Turn<'_>, known: &Conversation, heard: &Heard) -> Result<(), Error> {
    let store = &turn.provider.store;
    if store.get::<Absent>(&absent_key(&known.group))?.is_some() {
        store.delete(&absent_key(&known.group));
    }
    let present = known.epoch();
    if heard.epoch(present) >= present && obstacle(store, &known.group)? == Some(Obstacle::Forgotten) {
        store.delete(&found_key(&known.group));
    }
    Ok(())
}

/// The sequencer could not be reached: the first time is noted, and after 72 hours it counts as dead.
fn silence(turn: &mut Turn<'_>, conversation: &Conversation) -> Result<(), Error> {
    let key = silent_key(&conversation.group);
    match turn.provider.store.get::<Timestamp>(&key)? {
        None => turn.provider.store.put(&key, &turn.now),
        Some(since) if turn.now.since(since) < DEAD_AFTER => Ok(()),
        Some(_) => meet(turn, conversation, Obstacle::Silent, conversation.epoch()),
    }
}

/// The sequencer knows no such conversation: it is asked again, and after a day without another answer it has forgotten.
fn absence(turn: &mut Turn<'_>, conversation: &Conversation) -> Result<(), Error> {
    let key = absent_key(&conversation.group);
    match turn.provider.store.get::<Absent>(&key)? {
        None => turn.provider.store.put(&key, &Absent { since: turn.now, asked: turn.now }),
        Some(absent) if turn.now.since(absent.since) < FORGETFUL_AFTER => Ok(()),
        Some(_) => meet(turn, conversation, Obstacle::Forgotten, conversation.epoch()),
    }
}

/// The upkeep of a tick: a sequencer that seems to have forgotten is asked again.
pub(super) fn upkeep(turn: &mut Turn<'_>, conversation: &Conversation) -> Result<(), Error> {
    let key = absent_key(&conversation.group);
    let Some(absent) = turn.provider.store.get::<Absent>(&key)? else { return Ok(()) };
    if turn.now.since(absent.asked) < ASK_EVERY {
        return Ok(());
    }
    turn.provider.store.put(&key, &Absent { asked: turn.now, ..absent })?;
    handshake::ask(turn, conversation, conversation.epoch())
}

/// Forgets all that was noted about a group's sequencer.
pub(super) fn forget(turn: &Turn<'_>, group: &GroupId) {
    for key in [silent_key(group), absent_key(group)] {
        turn.provider.store.delete(&key);
    }
}
