//! A conversation as this device knows it: one MLS group, its place at the sequencer, and what the person still wants of
//! it. Its parts: `start` and `welcome` make one, `commit` changes its members, `decided` hears what became of it, `merge`
//! enters an epoch, `receive` reads what arrives, `hold` keeps what is too early, `shown` and `happened` make the history of it and
//! `places` knows where it is stored, `send` writes, `trouble` asks when it does not go on, `recovery` goes on where asking does not help (ENCRYPTION.md 1.5, 1.6, 1.9).

pub(crate) mod answers;
pub(crate) mod commit;
mod decided;
mod handshake;
pub(crate) mod happened;
pub(crate) mod hold;
mod intent;
pub(crate) mod leave;
mod merge;
pub(crate) mod places;
mod plan;
pub(crate) mod posted;
pub(crate) mod receive;
pub(crate) mod recovery;
pub(crate) mod send;
mod shown;
pub(crate) mod start;
pub(crate) mod trouble;
pub(crate) mod view;
pub(crate) mod welcome;

use std::collections::BTreeMap;

use alcove_protocol::{ActorId, ConversationId, GroupId, Timestamp};
use openmls::prelude::MlsGroup;
use serde::{Deserialize, Serialize};

pub(crate) use intent::{Intent, Packages, Wish, remove, removes_leaf};
pub use recovery::Obstacle;
pub use send::failed::{Outgoing, OutgoingState};
pub use view::{ConversationView, LeafView};

use crate::{
    call::CallId,
    chats,
    error::Error,
    event::Event,
    identity::IdentityKey,
    mls,
    record::group_name,
    trust::{self, Suspect},
    turn::Turn,
};

/// What a call is about, so that its answer finds its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Purpose {
    /// The device itself: registration, key packages, approvals, the cursor.
    Device,
    /// A conversation.
    Conversation(GroupId),
    /// One message of a conversation, by its number among the outgoing.
    Message(GroupId, u64),
    /// A handshake that is no commit to be decided: nothing depends on the answer.
    Handshake(GroupId),
}

/// Where a conversation stands for this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Started here; its first members are being added.
    Starting,
    /// Somebody new started it: nothing is sent until the person accepts.
    Request,
    /// As usual.
    Active,
    /// The person wants to leave: the proposal goes out as soon as no commit is pending.
    WantsToLeave,
    /// The proposal is out; somebody else completes it.
    Leaving,
    /// Left, removed or declined.
    Over,
    /// Another group goes on in its place: what is still on its way is read, nothing is written.
    Continued,
}

/// Who decides the order of commits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Sequencer {
    /// The server of this address.
    At(ConversationId),
    /// Nobody: a foreign client made the group. The address, once our server has given one, is only a label.
    None(Option<ConversationId>),
}

/// A commit of ours that waits for its decision.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) epoch: u64,
    pub(crate) digest: [u8; 32],
    pub(crate) call: CallId,
    pub(crate) wishes: Vec<Wish>,
    /// Whom it removes: a commit by one of them never wins over it (mixed groups).
    pub(crate) removes: Vec<ActorId>,
    /// When it was taken; in mixed groups it is merged ten seconds later.
    pub(crate) accepted: Option<Timestamp>,
    /// Welcomes that go out when it is merged, in groups without sequencer.
    pub(crate) welcomes: Vec<alcove_protocol::mls::Outgoing>,
}

impl Pending {
    /// In a mixed group a removal yields to a commit of somebody else once, and not again (ENCRYPTION.md 1.5 point 8).
    pub(crate) fn insists(&self) -> bool {
        !self.removes.is_empty() && self.wishes.iter().any(|wish| wish.yielded)
    }
}

/// An epoch of the group, while messages of it can still be read.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Epoch {
    pub(crate) number: u64,
    pub(crate) started: Timestamp,
}

/// A leaf that is gone, while messages of its time can still be read (ENCRYPTION.md 1.9).
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct RemovedLeaf {
    pub(crate) index: u32,
    /// The first epoch without it.
    pub(crate) epoch: u64,
    /// What had arrived when it was removed.
    pub(crate) position: i64,
}

/// The name of a conversation and the epoch that it was given in: the newest wins.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) epoch: u64,
}

/// The record.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Conversation {
    pub(crate) group: GroupId,
    pub(crate) standing: Standing,
    pub(crate) sequencer: Sequencer,
    /// Who speaks for the sequencer, as its own answers showed: nobody else on that server can give its word.
    pub(crate) announcer: Option<ActorId>,
    pub(crate) name: Option<Name>,
    pub(crate) wishes: Vec<Wish>,
    pub(crate) pending: Option<Pending>,
    /// The sequencer's word for epochs from the present one on: the digest of the commit that won each.
    pub(crate) words: BTreeMap<u64, [u8; 32]>,
    pub(crate) epochs: Vec<Epoch>,
    pub(crate) removed: Vec<RemovedLeaf>,
    /// Leaves that fail their check.
    pub(crate) failing: Vec<Suspect>,
    /// Those of them that the person has excused.
    pub(crate) excused: Vec<Suspect>,
    /// Whether a leaf of somebody else's software is in the group.
    pub(crate) mixed: bool,
    /// The identity key that this device's own leaf shows there.
    pub(crate) shown: Option<IdentityKey>,
    /// When this device last renewed its own leaf.
    pub(crate) renewed: Timestamp,
    /// When the last handshake of somebody else arrived.
    pub(crate) quiet_since: Timestamp,
    pub(crate) next_outgoing: u64,
    /// The epoch whose end the server knows and this device does not: nothing is encrypted until it is passed.
    pub(crate) stale: Option<u64>,
    /// Whether it could not move on at the last attempt, which the person has been told.
    pub(crate) stuck: bool,
    /// Hashes of the newest inner ids, so that what was encrypted twice is shown once.
    pub(crate) recent: Vec<u64>,
}

impl Conversation {
    /// A conversation that has just been made or joined.
    pub(crate) fn new(group: GroupId, standing: Standing, sequencer: Sequencer, now: Timestamp) -> Self {
        Self {
            group,
            standing,
            sequencer,
            announcer: None,
            name: None,
            wishes: Vec::new(),
            pending: None,
            words: BTreeMap::new(),
            epochs: Vec::new(),
            removed: Vec::new(),
            failing: Vec::new(),
            excused: Vec::new(),
            mixed: false,
            shown: None,
            renewed: now,
            quiet_since: Timestamp::default(),
            next_outgoing: 0,
            stale: None,
            stuck: false,
            recent: Vec::new(),
        }
    }

    /// Its address, for the envelopes of its messages.
    pub(crate) fn address(&self) -> Option<&ConversationId> {
        match &self.sequencer {
            Sequencer::At(id) => Some(id),
            Sequencer::None(label) => label.as_ref(),
        }
    }

    /// The epoch that this device is in.
    pub(crate) fn epoch(&self) -> u64 {
        self.epochs.last().map_or(0, |epoch| epoch.number)
    }

    /// Whether the device may send anything at all into it.
    pub(crate) fn speaks(&self) -> bool {
        matches!(self.standing, Standing::Starting | Standing::Active | Standing::WantsToLeave)
    }

    /// The leaves that fail and are not excused.
    pub(crate) fn unverified(&self) -> Vec<Suspect> {
        self.failing.iter().filter(|leaf| !self.excused.contains(leaf)).cloned().collect()
    }

    /// Whether a leaf fails and is not excused, named or not.
    pub(crate) fn is_blocked(&self) -> bool {
        self.failing.iter().any(|leaf| !self.excused.contains(leaf))
    }

    /// Writes the record.
    pub(crate) fn save(&self, turn: &Turn<'_>) -> Result<(), Error> {
        turn.provider.store.put_changed(&key(&self.group), self)
    }
}

/// What all conversations' records begin with.
pub(crate) const CONVERSATIONS: &str = "conversation/";

/// The key of a conversation's record.
pub(crate) fn key(group: &GroupId) -> String {
    format!("{CONVERSATIONS}{}", group_name(group))
}

/// A conversation's record.
pub(crate) fn find(turn: &Turn<'_>, group: &GroupId) -> Result<Option<Conversation>, Error> {
    turn.provider.store.get(&key(group))
}

/// All conversations.
pub(crate) fn all(store: &mls::Store) -> Result<Vec<Conversation>, Error> {
    store.keys(CONVERSATIONS).iter().filter_map(|key| store.get(key).transpose()).collect()
}

/// Works on a conversation, moves it on as far as it goes by itself, and saves it.
pub(crate) fn with<T>(
    turn: &mut Turn<'_>,
    group: &GroupId,
    work: impl FnOnce(&mut Turn<'_>, &mut Conversation) -> Result<T, Error>,
) -> Result<T, Error> {
    let conversation = find(turn, group)?.ok_or_else(|| Error::UnknownConversation(group.clone()))?;
    with_found(turn, conversation, work)
}

/// The same with a record that has been read already.
fn with_found<T>(
    turn: &mut Turn<'_>,
    mut conversation: Conversation,
    work: impl FnOnce(&mut Turn<'_>, &mut Conversation) -> Result<T, Error>,
) -> Result<T, Error> {
    let result = work(turn, &mut conversation)?;
    if conversation.standing != Standing::Over {
        hold::replay(turn, &mut conversation)?;
    }
    move_on(turn, &mut conversation)?;
    trouble::ask_when_due(turn, &conversation)?;
    conversation.save(turn)?;
    if conversation.standing == Standing::Over {
        welcome::take_offer(turn, &conversation.group)?;
    }
    Ok(result)
}

/// Does what can be done now: merges what is due, commits what is wanted, encrypts what waits. Called after everything
/// that happened, and by every tick.
pub(crate) fn advance(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    if !conversation.speaks() || turn.account.require_approved().is_err() {
        return Ok(());
    }
    merge::merge_when_due(turn, conversation)?;
    if recovery::may_commit(turn, conversation)? {
        commit::renew_when_due(turn, conversation);
        commit::commit_next(turn, conversation)?;
    }
    send::flush(turn, conversation)?;
    leave::propose_when_free(turn, conversation)
}

/// Moves on as far as possible.
fn move_on(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    try_to(turn, conversation, advance)
}

/// What a tick does for a conversation; the others go on, whatever becomes of it.
pub(crate) fn tick(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    try_to(turn, conversation, |turn, conversation| {
        merge::upkeep(turn, conversation)?;
        recovery::upkeep(turn, conversation)?;
        chats::upkeep(turn, conversation)?;
        advance(turn, conversation)?;
        trouble::ask_when_due(turn, conversation)
    })?;
    conversation.save(turn)
}

/// Does something that is tried again by the next tick if it fails. A failure takes back only that, never what has just
/// arrived or been answered, and the person hears of it once. A damaged store stops the device.
fn try_to(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    work: impl FnOnce(&mut Turn<'_>, &mut Conversation) -> Result<(), Error>,
) -> Result<(), Error> {
    let before = conversation.clone();
    match turn.attempt(|turn| work(turn, conversation)) {
        Err(error @ Error::Record { .. }) => Err(error),
        Err(_) => {
            let told = before.stuck;
            *conversation = Conversation { stuck: true, ..before };
            if !told {
                turn.show(Event::Stuck { conversation: conversation.group.clone() });
            }
            Ok(())
        }
        Ok(()) => {
            conversation.stuck = false;
            Ok(())
        }
    }
}

/// The actors with a leaf, each once, in order.
pub(crate) fn roster(group: &MlsGroup) -> Vec<ActorId> {
    let actors = group.members().filter_map(|member| trust::actor_of(&member.credential));
    actors.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}
