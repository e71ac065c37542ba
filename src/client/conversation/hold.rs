//! What is too early: messages of epochs that this device has not reached, commits without the sequencer's word, and
//! messages of groups whose Welcome has not arrived (trap T31). Bounded by sender and by time; tried again after every
//! change of epoch. Beside them the proposals that are kept aside.

use alcove_protocol::{ActorId, GroupId, Timestamp, time::DAY};
use openmls::group::QueuedProposal;
use serde::{Deserialize, Serialize};

use super::{
    Conversation, Standing,
    receive::{self, Incoming, Taken},
};
use crate::{
    error::Error,
    record::{group_name, hex},
    turn::Turn,
};

/// The most held messages of one sender in one group.
const MOST_PER_SENDER: usize = 100;
/// The most held messages of groups that this device does not know.
const MOST_UNKNOWN: usize = 1_000;
/// How long they are kept: deliveries are retried for 14 days.
const KEPT: i64 = 15 * DAY;

/// A held message.
#[derive(Serialize, Deserialize)]
struct Held {
    actor: ActorId,
    since: Timestamp,
    position: i64,
    content: Vec<u8>,
}

/// What the keys of a group's held messages begin with.
fn prefix(group: &GroupId) -> String {
    format!("held/{}/", group_name(group))
}

/// What the keys of a group's proposals begin with.
pub(super) fn aside_prefix(group: &GroupId) -> String {
    format!("aside/{}/", group_name(group))
}

/// Keeps a proposal aside, under the digest of the message that carried it.
pub(super) fn keep_aside(
    turn: &Turn<'_>,
    group: &GroupId,
    digest: &[u8; 32],
    proposal: &QueuedProposal,
) -> Result<(), Error> {
    turn.provider.store.put(&format!("{}{}", aside_prefix(group), hex(digest)), proposal)
}

/// The proposals that were kept aside in this epoch.
pub(super) fn aside(turn: &Turn<'_>, group: &GroupId) -> Result<Vec<QueuedProposal>, Error> {
    let store = &turn.provider.store;
    store.keys(&aside_prefix(group)).iter().filter_map(|key| store.get(key).transpose()).collect()
}

/// Keeps a message for later, unless its sender has too many.
pub(super) fn keep(turn: &Turn<'_>, group: &GroupId, epoch: u64, incoming: &Incoming) -> Result<(), Error> {
    let store = &turn.provider.store;
    let prefix = prefix(group);
    let name = hex(incoming.digest.get(..8).unwrap_or_default());
    let sender = hex(crate::record::digest(incoming.actor.as_str().as_bytes()).get(..4).unwrap_or_default());
    let suffix = format!("-{sender}");
    let theirs = store.keys(&prefix).iter().filter(|key| key.ends_with(&suffix)).count();
    if theirs >= MOST_PER_SENDER {
        return Ok(());
    }
    let key = format!("{prefix}{epoch:020}/{:019}-{name}{suffix}", incoming.position);
    let held = Held {
        actor: incoming.actor.clone(),
        since: turn.now,
        position: incoming.position,
        content: incoming.content.clone(),
    };
    store.put(&key, &held)
}

/// Keeps a message of a group that this device is not in: its Welcome may come from another server, later (trap T12).
pub(super) fn keep_unknown(
    turn: &Turn<'_>,
    group: &GroupId,
    epoch: u64,
    incoming: &Incoming,
) -> Result<(), Error> {
    if turn.provider.store.keys("held/").len() >= MOST_UNKNOWN {
        return Ok(());
    }
    keep(turn, group, epoch, incoming)
}

/// Tries again what is held for the present epoch and for older ones.
pub(super) fn replay(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    let prefix = prefix(&conversation.group);
    loop {
        let epoch = conversation.epochs.last().map_or(0, |epoch| epoch.number);
        let limit = format!("{prefix}{:020}", epoch.saturating_add(1));
        let keys = turn.provider.store.keys(&prefix);
        let mut progress = false;
        for key in keys.into_iter().filter(|key| *key < limit) {
            progress |= try_again(turn, conversation, &key)?;
            let now = conversation.epochs.last().map_or(0, |epoch| epoch.number);
            if conversation.standing == Standing::Over || now != epoch {
                break;
            }
        }
        if !progress || conversation.standing == Standing::Over {
            return Ok(());
        }
    }
}

/// One held message; says whether it is held no longer.
fn try_again(turn: &mut Turn<'_>, conversation: &mut Conversation, key: &str) -> Result<bool, Error> {
    let Some(held) = turn.provider.store.get::<Held>(key)? else { return Ok(false) };
    let incoming = Incoming::new(held.actor, held.content, held.position);
    let taken = receive::protocol_message(turn, conversation, &incoming)?;
    if taken != Taken::Later {
        turn.provider.store.delete(key);
    }
    Ok(taken != Taken::Later)
}

/// The upkeep of a tick: what was held too long is dropped.
pub(crate) fn upkeep(turn: &Turn<'_>) -> Result<(), Error> {
    let store = &turn.provider.store;
    for key in store.keys("held/") {
        let held: Option<Held> = store.get(&key)?;
        if held.is_none_or(|held| turn.now.since(held.since) > KEPT) {
            store.delete(&key);
        }
    }
    Ok(())
}

/// Whether something is held for this epoch or a later one.
pub(super) fn holds_from(turn: &Turn<'_>, group: &GroupId, epoch: u64) -> bool {
    let prefix = prefix(group);
    let from = format!("{prefix}{epoch:020}");
    turn.provider.store.keys(&prefix).iter().any(|key| *key >= from)
}
