//! What is too early: messages of epochs that this device has not reached, commits without the sequencer's word, and
//! messages of groups whose Welcome has not arrived (traps T12 and T31); tried again after every change of epoch. Bounded
//! for each sender by number and bytes, and by time (ENCRYPTION.md 1.5 point 9): what is full for one sender is not full for
//! another. Beside them the proposals that are kept aside.

use std::collections::BTreeSet;

use alcove_protocol::{ActorId, GroupId, Timestamp, time::DAY};
use openmls::group::QueuedProposal;
use serde::{Deserialize, Serialize};

use super::{
    Conversation, Standing,
    receive::{self, Incoming, Taken},
    roster,
};
use crate::{
    error::Error,
    mls,
    record::{digest, group_name, hex},
    turn::Turn,
};

/// How long something is held: deliveries are retried for 14 days.
const KEPT: i64 = 15 * DAY;
/// What all held messages' keys begin with.
const HELD: &str = "held/";

/// Who sent something that is held, as far as it can be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    /// Somebody on the roster of the group.
    Member,
    /// Anybody: the group is not known yet, or the commit that adds the sender has not come.
    Stranger,
}

/// A bound.
struct Bounds {
    messages: usize,
    bytes: usize,
}

/// How much is held of one sender: of a member in one group, of a stranger in all of them together.
const OF_A_SENDER: Bounds = Bounds { messages: 100, bytes: 1 << 20 };
/// How much of all strangers of one server: their names cost it nothing.
const OF_A_SERVER: Bounds = Bounds { messages: 300, bytes: 3 << 20 };
/// And of all strangers.
const OF_STRANGERS: Bounds = Bounds { messages: 3_000, bytes: 16 << 20 };
/// How many proposals of one leaf are kept aside in an epoch: its honest owner makes one or two.
const ASIDE_OF_A_LEAF: usize = 16;

impl Sender {
    fn mark(self) -> &'static str {
        match self {
            Self::Member => "m",
            Self::Stranger => "s",
        }
    }
}

/// A held message.
#[derive(Serialize, Deserialize)]
struct Held {
    actor: ActorId,
    position: i64,
    instrument: Option<String>,
    content: Vec<u8>,
}

/// What a key says of the message under it, so that bounds and ages are known without reading it.
struct Label<'a> {
    mark: &'a str,
    server: &'a str,
    sender: &'a str,
    since: Timestamp,
    bytes: usize,
}

impl<'a> Label<'a> {
    fn read(key: &'a str) -> Option<Self> {
        let mut parts = key.rsplit('-');
        let bytes = parts.next()?.parse().ok()?;
        let since = Timestamp(parts.next()?.parse().ok()?);
        let (sender, server, mark) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self { mark, server, sender, since, bytes })
    }
}

impl Bounds {
    /// Whether so many bytes more fit beside those that are held already.
    fn admit<'a>(&self, bytes: usize, held: impl Iterator<Item = &'a Label<'a>>) -> bool {
        let (messages, sum) = held.fold((0, 0), |(messages, sum), label| (messages + 1, sum + label.bytes));
        messages < self.messages && sum + bytes <= self.bytes
    }
}

/// What the keys of a group's held messages begin with.
fn prefix(group: &GroupId) -> String {
    format!("{HELD}{}/", group_name(group))
}

/// What stands for a name in a key: long enough that nobody finds another name for the same.
fn short(name: &str) -> String {
    hex(digest(name.as_bytes()).get(..8).unwrap_or_default())
}

/// What the keys of a group's proposals begin with.
pub(super) fn aside_prefix(group: &GroupId) -> String {
    format!("aside/{}/", group_name(group))
}

/// Keeps a proposal aside, under its sender's leaf and the digest of the message that carried it, if there is room for more
/// of that leaf.
pub(super) fn keep_aside(
    turn: &Turn<'_>,
    group: &GroupId,
    digest: &[u8; 32],
    proposal: &QueuedProposal,
) -> Result<(), Error> {
    let openmls::prelude::Sender::Member(leaf) = proposal.sender() else { return Ok(()) };
    let of_the_leaf = format!("{}{}/", aside_prefix(group), leaf.u32());
    if turn.provider.store.keys(&of_the_leaf).len() >= ASIDE_OF_A_LEAF {
        return Ok(());
    }
    turn.provider.store.put(&format!("{of_the_leaf}{}", hex(digest)), proposal)
}

/// The proposals that were kept aside in this epoch.
pub(super) fn aside(turn: &Turn<'_>, group: &GroupId) -> Result<Vec<QueuedProposal>, Error> {
    let store = &turn.provider.store;
    store.keys(&aside_prefix(group)).iter().filter_map(|key| store.get(key).transpose()).collect()
}

/// Keeps a message for the epoch that it belongs to, if there is room for its sender's.
pub(super) fn keep(
    turn: &Turn<'_>,
    group: &GroupId,
    epoch: u64,
    incoming: &Incoming,
    by: Sender,
) -> Result<(), Error> {
    let (server, sender) = (short(incoming.actor.origin().as_str()), short(incoming.actor.as_str()));
    let bytes = incoming.content.len();
    let name = hex(incoming.digest.get(..8).unwrap_or_default());
    let name = format!("-{name}-{}-{server}-{sender}-", by.mark());
    let again = turn.provider.store.keys(&prefix(group)).iter().any(|key| key.contains(&name));
    if again || !has_room(turn, group, by, (&server, &sender), bytes) {
        return Ok(());
    }
    let key = format!("{}{epoch:020}/{:019}{name}{}-{bytes}", prefix(group), incoming.position, turn.now.0);
    let held = Held {
        actor: incoming.actor.clone(),
        position: incoming.position,
        instrument: incoming.instrument.clone(),
        content: incoming.content.clone(),
    };
    turn.provider.store.put(&key, &held)
}

fn has_room(
    turn: &Turn<'_>,
    group: &GroupId,
    by: Sender,
    (server, sender): (&str, &str),
    bytes: usize,
) -> bool {
    let everywhere = match by {
        Sender::Member => prefix(group),
        Sender::Stranger => HELD.to_owned(),
    };
    let keys = turn.provider.store.keys(&everywhere);
    let held: Vec<Label<'_>> =
        keys.iter().filter_map(|key| Label::read(key)).filter(|label| label.mark == by.mark()).collect();
    let theirs = held.iter().filter(|label| label.sender == sender && label.server == server);
    let of_the_server = held.iter().filter(|label| label.server == server);
    let shared = || OF_A_SERVER.admit(bytes, of_the_server) && OF_STRANGERS.admit(bytes, held.iter());
    OF_A_SENDER.admit(bytes, theirs) && (by == Sender::Member || shared())
}

/// Tries again what is held for the present epoch and for older ones.
pub(super) fn replay(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    let prefix = prefix(&conversation.group);
    loop {
        let epoch = conversation.epoch();
        let limit = format!("{prefix}{:020}", epoch.saturating_add(1));
        let keys = turn.provider.store.keys(&prefix);
        let mut progress = false;
        for key in keys.into_iter().filter(|key| *key < limit) {
            progress |= try_again(turn, conversation, &key)?;
            if conversation.standing == Standing::Over || conversation.epoch() != epoch {
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
    let Held { actor, position, instrument, content } = held;
    let incoming = Incoming { instrument, ..Incoming::new(actor, content, position) };
    let taken = receive::take_bytes(turn, conversation, &incoming)?;
    if taken != Taken::Later {
        turn.provider.store.delete(key);
    }
    Ok(taken != Taken::Later)
}

/// The upkeep of a tick: what was held too long is dropped.
pub(crate) fn upkeep(turn: &Turn<'_>) {
    let store = &turn.provider.store;
    for key in store.keys(HELD) {
        if Label::read(&key).is_none_or(|label| turn.now.since(label.since) > KEPT) {
            store.delete(&key);
        }
    }
}

/// Whether something by such a sender is held for this epoch or a later one.
pub(super) fn holds_from(turn: &Turn<'_>, group: &GroupId, epoch: u64, by: Sender) -> bool {
    let prefix = prefix(group);
    let from = format!("{prefix}{epoch:020}");
    let theirs = |key: &str| Label::read(key).is_some_and(|label| label.mark == by.mark());
    turn.provider.store.keys(&prefix).iter().any(|key| *key >= from && theirs(key))
}

/// Whether somebody of the roster, other than the author of the commit that ended an epoch, has sent something of a later
/// one: then that commit can be applied, only not here. Two of them where nobody knows the author, who may be one.
pub(super) fn others_went_on(
    turn: &Turn<'_>,
    conversation: &Conversation,
    epoch: u64,
    author: Option<&ActorId>,
) -> Result<bool, Error> {
    let store = &turn.provider.store;
    let prefix = prefix(&conversation.group);
    let from = format!("{prefix}{:020}", epoch.saturating_add(1));
    let mut senders = BTreeSet::new();
    for key in store.keys(&prefix).iter().filter(|key| **key >= from) {
        senders.extend(store.get::<Held>(key)?.map(|held| held.actor).filter(|actor| Some(actor) != author));
    }
    if senders.is_empty() {
        return Ok(false);
    }
    let members = roster(&mls::load(turn.provider, &conversation.group)?);
    let enough = if author.is_some() { 1 } else { 2 };
    Ok(senders.iter().filter(|sender| members.contains(sender)).count() >= enough)
}
