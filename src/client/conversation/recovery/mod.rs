//! What keeps a conversation from going on as it is, and the ways out (ENCRYPTION.md 1.5 points 5 and 7, 1.6): `successor`
//! begins it anew, `readmission` has a lost device added again, `rollback` takes back a commit that somebody else's software
//! did not follow. An obstacle is concluded from the sequencer's own words and answers (`heard`) and from what servers vouch
//! for, never from messages that fail alone: anybody on the roster can send rubbish. Not the asking that heals by itself.

mod heard;
mod readmission;
mod rollback;
mod successor;

use alcove_protocol::{ActorId, GroupId, Timestamp, time::DAY};
use serde::{Deserialize, Serialize};

pub(crate) use heard::{Heard, hear};
pub(super) use readmission::take as readmit;
pub(super) use rollback::{confirm, follow, keep as keep_before_merge};
pub(crate) use successor::{chain, go_on, heir, newest};
pub(super) use successor::{predecessor, repeat_note, take as take_note, with_heir};

use crate::{
    conversation::{Conversation, Standing, handshake, hold, leave},
    error::Error,
    event::Event,
    mls::Store,
    record::group_name,
    turn::Turn,
};

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
        /// Who posted it, if their own server vouches for that.
        by: Option<ActorId>,
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
            Self::Apart { who: actor } | Self::Unappliable { by: Some(actor) } => Some(actor),
            Self::Unappliable { by: None } | Self::Silent | Self::Forgotten | Self::Lost | Self::Forked => {
                None
            }
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

/// Whether this device takes part, and so far wants nothing else.
fn is_going(conversation: &Conversation) -> bool {
    matches!(conversation.standing, Standing::Active | Standing::WantsToLeave | Standing::Leaving)
}

/// Writes an obstacle down and shows it, unless one as grave is known.
fn meet(
    turn: &mut Turn<'_>,
    conversation: &Conversation,
    obstacle: Obstacle,
    epoch: u64,
) -> Result<(), Error> {
    let known = found(&turn.provider.store, &conversation.group)?;
    if !is_going(conversation) || known.is_some_and(|known| known.obstacle >= obstacle) {
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
    meet(turn, conversation, Obstacle::Unappliable { by: Some(by.clone()) }, conversation.epoch())
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
    heard::answered(turn, group)
}

/// Forgets all that was noted about a group: it is over.
pub(super) fn forget(turn: &Turn<'_>, group: &GroupId) {
    turn.provider.store.delete(&found_key(group));
    heard::forget(turn, group);
    successor::forget(turn, group);
    rollback::forget(turn, group);
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
    successor::upkeep(turn, conversation)?;
    heard::upkeep(turn, conversation)?;
    let Some(mut found) = found(&turn.provider.store, &conversation.group)? else { return Ok(()) };
    if let Obstacle::Unappliable { by } = &found.obstacle
        && hold::others_went_on(turn, conversation, found.epoch, by.as_ref())?
    {
        return meet(turn, conversation, Obstacle::Lost, found.epoch);
    }
    if turn.now.since(found.told) <= DAY {
        return Ok(());
    }
    found.told = turn.now;
    turn.provider.store.put(&found_key(&conversation.group), &found)?;
    match found.obstacle {
        Obstacle::Lost => readmission::ask(turn, conversation),
        // Perhaps it has found what it had lost.
        Obstacle::Forgotten => handshake::ask(turn, conversation, conversation.epoch()),
        _ => Ok(()),
    }
}
