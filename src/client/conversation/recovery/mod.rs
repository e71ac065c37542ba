//! What keeps a conversation from going on as it is, and the ways out (ENCRYPTION.md 1.5 points 5 and 7, 1.6): `successor`
//! begins it anew, `readmission` has a lost device added again, `rollback` takes back a commit that somebody else's software
//! did not follow. An obstacle is concluded from the sequencer's own words and answers and from what servers vouch for, never
//! from messages that fail alone: anybody on the roster can send rubbish. Not the asking that heals by itself.

mod readmission;
mod rollback;
mod successor;

use alcove_protocol::{
    ActorId, GroupId, Timestamp,
    api::PastCommit,
    time::{DAY, HOUR},
};
use serde::{Deserialize, Serialize};

pub(super) use readmission::take as readmit;
pub(super) use rollback::{confirm, follow, keep as keep_before_merge};
pub(crate) use successor::{begin, heir};
pub(super) use successor::{predecessor, repeat_note, take as take_note, with_heir};

use crate::{
    call::{Answer, Call, Outcome},
    conversation::{self, Conversation, Purpose, Sequencer, Standing, hold, leave},
    error::Error,
    event::Event,
    mls::Store,
    record::group_name,
    turn::{PendingCall, Turn},
};

/// A sequencer that has not answered for so long counts as dead.
const DEAD_AFTER: i64 = 72 * HOUR;
/// How long a conversation that goes on elsewhere is still read: deliveries are retried for 14 days.
const READ_ON: i64 = 15 * DAY;

/// Why a conversation cannot go on as it is, the graver reasons last. `Command::Continue` begins it anew, except for
/// [`Obstacle::Lost`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Obstacle {
    /// Its server has not answered for 72 hours: members cannot change any more; reading and writing go on.
    Silent,
    /// Somebody's other software has ended an epoch in another way than this device, and will not come back.
    Apart {
        /// Whose.
        who: ActorId,
    },
    /// The commit that won the epoch cannot be applied.
    Unappliable {
        /// Who posted it.
        by: ActorId,
    },
    /// Its server has lost what it had decided: it was restored from an older backup.
    Forgotten,
    /// This device missed commits that nobody can give it any more, and waits to be added again.
    Lost,
    /// Its server has announced two different commits for one epoch: members are in different groups now.
    Forked,
}

impl Obstacle {
    /// Whom it names.
    pub fn actor(&self) -> Option<&ActorId> {
        match self {
            Self::Apart { who: actor } | Self::Unappliable { by: actor } => Some(actor),
            Self::Silent | Self::Forgotten | Self::Lost | Self::Forked => None,
        }
    }

    /// Whether a member can go on without the others' sequencer: not where only this device is at a loss.
    fn is_continuable(&self) -> bool {
        *self != Self::Lost
    }
}

/// The record of an obstacle.
#[derive(Clone, Serialize, Deserialize)]
struct Found {
    obstacle: Obstacle,
    /// The epoch that could not be passed, or that was ended twice.
    epoch: u64,
    /// When it was last told to those who can help.
    told: Timestamp,
}

fn found_key(group: &GroupId) -> String {
    format!("recovery/obstacle/{}", group_name(group))
}

fn silent_key(group: &GroupId) -> String {
    format!("recovery/silent/{}", group_name(group))
}

fn found(store: &Store, group: &GroupId) -> Result<Option<Found>, Error> {
    store.get(&found_key(group))
}

/// The obstacle of a conversation, if there is one.
pub(super) fn obstacle(store: &Store, group: &GroupId) -> Result<Option<Obstacle>, Error> {
    Ok(found(store, group)?.map(|found| found.obstacle))
}

/// Whether the obstacle is that this device's own state is broken.
pub(super) fn is_lost(turn: &Turn<'_>, group: &GroupId) -> Result<bool, Error> {
    Ok(obstacle(&turn.provider.store, group)? == Some(Obstacle::Lost))
}

/// Whether commits can be decided at all: otherwise wishes wait.
pub(super) fn may_commit(turn: &Turn<'_>, conversation: &Conversation) -> Result<bool, Error> {
    let obstacle = obstacle(&turn.provider.store, &conversation.group)?;
    Ok(!matches!(obstacle, Some(Obstacle::Unappliable { .. } | Obstacle::Forgotten | Obstacle::Lost)))
}

/// Writes an obstacle down and shows it, unless one as grave is known.
fn meet(
    turn: &mut Turn<'_>,
    conversation: &Conversation,
    obstacle: Obstacle,
    epoch: u64,
) -> Result<(), Error> {
    let going =
        matches!(conversation.standing, Standing::Active | Standing::WantsToLeave | Standing::Leaving);
    let known = found(&turn.provider.store, &conversation.group)?;
    if !going || known.is_some_and(|known| known.obstacle >= obstacle) {
        return Ok(());
    }
    let found = Found { obstacle: obstacle.clone(), epoch, told: turn.now };
    turn.provider.store.put(&found_key(&conversation.group), &found)?;
    turn.show(Event::CannotGoOn { conversation: conversation.group.clone(), obstacle: obstacle.clone() });
    if obstacle == Obstacle::Lost { readmission::ask(turn, conversation) } else { Ok(()) }
}

/// The commit that the sequencer announced for the present epoch cannot be applied.
pub(super) fn unappliable(
    turn: &mut Turn<'_>,
    conversation: &Conversation,
    by: &ActorId,
) -> Result<(), Error> {
    meet(turn, conversation, Obstacle::Unappliable { by: by.clone() }, conversation.epoch())
}

/// The sequencer has given its word for another commit of the same epoch before.
pub(super) fn forked(turn: &mut Turn<'_>, conversation: &Conversation, epoch: u64) -> Result<(), Error> {
    if conversation.mixed { Ok(()) } else { meet(turn, conversation, Obstacle::Forked, epoch) }
}

/// In a mixed group: somebody's software has ended an epoch that this device has ended otherwise.
fn apart(turn: &mut Turn<'_>, conversation: &Conversation, who: &ActorId, epoch: u64) -> Result<(), Error> {
    meet(turn, conversation, Obstacle::Apart { who: who.clone() }, epoch)
}

/// The device has entered another epoch, or the group anew: what stood in the way is passed. A fork stays one.
pub(super) fn passed(turn: &Turn<'_>, group: &GroupId) -> Result<(), Error> {
    let store = &turn.provider.store;
    let known = obstacle(store, group)?;
    if known.is_some_and(|known| !matches!(known, Obstacle::Forked | Obstacle::Apart { .. })) {
        store.delete(&found_key(group));
    }
    answered(turn, group)
}

/// Forgets all that was noted about a group: it is over.
pub(super) fn forget(turn: &Turn<'_>, group: &GroupId) {
    for key in [found_key(group), silent_key(group)] {
        turn.provider.store.delete(&key);
    }
    rollback::forget(turn, group);
}

/// The sequencer has answered: it is not dead.
fn answered(turn: &Turn<'_>, group: &GroupId) -> Result<(), Error> {
    let store = &turn.provider.store;
    if store.get::<Timestamp>(&silent_key(group))?.is_some() {
        store.delete(&silent_key(group));
        if obstacle(store, group)? == Some(Obstacle::Silent) {
            store.delete(&found_key(group));
        }
    }
    Ok(())
}

/// What the end of a call says about the conversation's sequencer.
pub(crate) enum Heard {
    /// Our own server could not reach it.
    Nothing,
    /// It decided a commit; it is in this epoch, if it said so.
    Decided(Option<u64>),
    /// Asked for the commits from an epoch on, it has these: the epoch that each ended, its digest and its author.
    Past { after: u64, epoch: u64, commits: Vec<(u64, Vec<u8>, Option<ActorId>)> },
    /// It knows no such conversation.
    Gone,
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
            (Outcome::Refused(problem), _) if problem.status == 404 => Self::Gone,
            (Outcome::Refused(problem), None) if problem.is("wrong-epoch") => {
                Self::Decided(problem.members.get("currentEpoch").and_then(serde_json::Value::as_u64))
            }
            _ => return None,
        };
        Some((group.clone(), heard))
    }
}

/// Draws the conclusion, after the answer itself has been taken.
pub(crate) fn hear(turn: &mut Turn<'_>, group: &GroupId, heard: Heard) -> Result<(), Error> {
    let Some(known) = conversation::find(turn, group)? else { return Ok(()) };
    let Sequencer::At(address) = &known.sequencer else { return Ok(()) };
    let abroad = !address.same_origin(&turn.account.actor);
    if let Heard::Nothing = heard {
        return if abroad { silence(turn, &known) } else { Ok(()) };
    }
    answered(turn, group)?;
    match conclude(&known, heard) {
        Some(obstacle) if !known.mixed || matches!(obstacle, Obstacle::Unappliable { .. }) => {
            meet(turn, &known, obstacle, known.epoch())
        }
        _ => Ok(()),
    }
}

/// What an answer of the sequencer means for a device that has done with it what it could. The sequencer of a pure group is
/// never behind its members; a commit that it has handed over and that did not end the present epoch cannot be applied; and one
/// that it does not have any more will not come.
fn conclude(known: &Conversation, heard: Heard) -> Option<Obstacle> {
    let present = known.epoch();
    let (after, epoch, commits) = match heard {
        Heard::Past { after, epoch, commits } => (after, epoch, commits),
        Heard::Gone => return Some(Obstacle::Forgotten),
        Heard::Decided(epoch) => return epoch.filter(|epoch| *epoch < present).map(|_| Obstacle::Forgotten),
        Heard::Nothing => return None,
    };
    if epoch < after {
        return Some(Obstacle::Forgotten);
    }
    match commits.into_iter().find(|(ended, _, _)| *ended == present) {
        Some((_, digest, by)) => {
            let announced = known.words.get(&present).is_some_and(|word| word[..] == digest[..]);
            let own = known.pending.as_ref().is_some_and(|pending| pending.digest[..] == digest[..]);
            by.filter(|_| announced && !own).map(|by| Obstacle::Unappliable { by })
        }
        None => (epoch > present).then_some(Obstacle::Lost),
    }
}

fn in_short(commit: &PastCommit) -> (u64, Vec<u8>, Option<ActorId>) {
    let author = commit.activity.get("actor").and_then(serde_json::Value::as_str);
    let author = author.and_then(|author| ActorId::parse(author).ok());
    (commit.add.epoch, commit.add.digest.clone(), author)
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

/// What a tick does: a commit that only this device cannot apply is told from one that nobody can; help is asked for again;
/// what goes on elsewhere is let go in time.
pub(super) fn upkeep(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    rollback::upkeep(turn, &conversation.group)?;
    if conversation.standing == Standing::Continued {
        let heir = heir(&turn.provider.store, &conversation.group)?;
        let old = heir.is_none_or(|heir| turn.now.since(heir.since) > READ_ON);
        return if old { leave::end(turn, conversation, None) } else { Ok(()) };
    }
    let Some(mut found) = found(&turn.provider.store, &conversation.group)? else { return Ok(()) };
    if let Obstacle::Unappliable { by } = &found.obstacle
        && hold::others_went_on(turn, conversation, found.epoch, by)?
    {
        return meet(turn, conversation, Obstacle::Lost, found.epoch);
    }
    if found.obstacle == Obstacle::Lost && turn.now.since(found.told) > DAY {
        found.told = turn.now;
        turn.provider.store.put(&found_key(&conversation.group), &found)?;
        readmission::ask(turn, conversation)?;
    }
    Ok(())
}
