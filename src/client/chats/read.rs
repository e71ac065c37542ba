//! What is unread, and what others hear of it: receipts go out in batches of at least 30 seconds, to all members (trap T28), never
//! from a request, and for messages only (promise P37). A person who tells nobody tells their own devices (ENCRYPTION.md 1.7).
//! Every unread message has a small hot record, so that a device knows what it has read without its history.

use alcove_protocol::{ActorId, GroupId, time::SECOND};
use serde::{Deserialize, Serialize};

use super::{Chat, change, changed, get, people, require};
use crate::{
    conversation::{self, Conversation, Standing, places, send},
    error::Error,
    inner,
    message::{Content, Message, Reference},
    mls::Store,
    record::group_name,
    turn::Turn,
};

/// How many unread messages are listed one by one; older ones are counted.
const LISTED: usize = 500;
/// How many messages a receipt names, the newest: older ones are told by nothing.
const NAMED: usize = 256;
/// At least so long after the first of them was read a receipt goes out, and at most twice as long.
const BATCH: i64 = 30 * SECOND;
/// The key of the setting.
const SETTING: &str = "setting/receipts";

/// Who hears what this person has read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Receipts {
    /// Everybody in the conversation.
    #[default]
    Shared,
    /// The person's own devices only.
    Private,
}

/// An unread message.
#[derive(Serialize, Deserialize)]
struct Unread {
    message: Reference,
    /// Whether it speaks to the person.
    mentions: bool,
}

/// What is unread in a conversation.
pub(super) struct Count {
    pub(super) count: u64,
    pub(super) mentioned: bool,
}

fn prefix(group: &GroupId) -> String {
    format!("unread/{}/", group_name(group))
}

fn key(group: &GroupId, position: i64) -> String {
    format!("{}{position:019}", prefix(group))
}

fn position_of(key: &str) -> i64 {
    key.rsplit('/').next().and_then(|position| position.parse().ok()).unwrap_or_default()
}

/// Counts what is unread.
pub(super) fn unread(store: &Store, group: &GroupId, chat: &Chat) -> Result<Count, Error> {
    let keys = store.keys(&prefix(group));
    let mut mentioned = false;
    for key in &keys {
        mentioned |= store.get::<Unread>(key)?.is_some_and(|unread| unread.mentions);
    }
    Ok(Count { count: chat.unlisted + keys.len() as u64, mentioned })
}

/// A message of somebody else is unread. Not asked of a request: nobody is told that there is one (EXPERIENCE.md 13.8).
pub(super) fn arrived(turn: &mut Turn<'_>, group: &GroupId, message: &Message) -> Result<(), Error> {
    let own = message.sender == turn.account.actor;
    let chat = get(&turn.provider.store, group)?;
    let counts = matches!(message.content, Content::Text { .. } | Content::Unsupported { .. });
    if own || !counts || message.position <= chat.read_up_to {
        return Ok(());
    }
    let unread = Unread { message: message.reference(), mentions: speaks_to(turn, message)? };
    turn.provider.store.put(&key(group, message.position), &unread)?;
    let listed = turn.provider.store.keys(&prefix(group));
    let surplus = listed.len().saturating_sub(LISTED);
    listed.iter().take(surplus).for_each(|key| turn.provider.store.delete(key));
    changed(turn, group);
    change(turn, group, |chat| chat.unlisted += surplus as u64)
}

/// Whether a message names the person or answers them.
fn speaks_to(turn: &Turn<'_>, message: &Message) -> Result<bool, Error> {
    let own = &turn.account.actor;
    let Content::Text { mentions, in_reply_to, .. } = &message.content else { return Ok(false) };
    Ok(mentions.contains(own)
        || match in_reply_to {
            Some(Reference { sender: Some(sender), .. }) => sender == own,
            Some(Reference { sender: None, id }) => {
                !places::positions(turn, &message.conversation, own, id)?.is_empty()
            }
            None => false,
        })
}

/// A message is deleted: nobody needs to read it any more.
pub(super) fn delete(turn: &Turn<'_>, group: &GroupId, position: i64) {
    turn.provider.store.delete(&key(group, position));
}

/// The conversation goes on in another group.
pub(super) fn inherit(turn: &Turn<'_>, fresh: &GroupId, old: &GroupId) {
    turn.provider.store.copy_all(&prefix(old), &prefix(fresh));
    turn.provider.store.delete_all(&prefix(old));
}

/// The person has read everything up to a position. What they read of a request nobody hears, also later.
pub(crate) fn mark(turn: &mut Turn<'_>, group: &GroupId, up_to: i64) -> Result<(), Error> {
    let conversation = require(turn, group)?;
    let up_to = up_to.min(turn.account.arrivals());
    let read = take(turn, group, up_to)?;
    let due = turn.some_time_within(BATCH).plus(BATCH);
    let tells = conversation.standing == Standing::Active && !read.is_empty();
    change(turn, group, |chat| {
        chat.read(up_to);
        if tells {
            chat.receipts.extend(read);
            chat.receipts.drain(..chat.receipts.len().saturating_sub(NAMED));
            chat.receipts_due.get_or_insert(due);
        }
    })
}

/// Another device of the person has read these. It has told others, so that this one need not.
pub(crate) fn read_elsewhere(
    turn: &mut Turn<'_>,
    group: &GroupId,
    messages: &[Reference],
) -> Result<(), Error> {
    let store = &turn.provider.store;
    let mut up_to = None;
    for key in store.keys(&prefix(group)) {
        if store.get::<Unread>(&key)?.is_some_and(|unread| messages.contains(&unread.message)) {
            up_to = Some(position_of(&key));
        }
    }
    if let Some(up_to) = up_to {
        take(turn, group, up_to)?;
    }
    change(turn, group, |chat| {
        up_to.into_iter().for_each(|up_to| chat.read(up_to));
        chat.receipts.retain(|message| !messages.contains(message));
        chat.receipts_due = chat.receipts_due.filter(|_| !chat.receipts.is_empty());
    })
}

/// Takes the unread messages up to a position off the list.
fn take(turn: &mut Turn<'_>, group: &GroupId, up_to: i64) -> Result<Vec<Reference>, Error> {
    let store = &turn.provider.store;
    let mut read = Vec::new();
    for key in store.keys(&prefix(group)).into_iter().filter(|key| position_of(key) <= up_to) {
        read.extend(store.get::<Unread>(&key)?.map(|unread| unread.message));
        store.delete(&key);
    }
    if !read.is_empty() {
        changed(turn, group);
    }
    read.retain(|message| !message.id.is_empty());
    Ok(read)
}

impl Chat {
    /// Everything up to a position is read; what is not listed is older than what is.
    fn read(&mut self, up_to: i64) {
        if up_to > self.read_up_to {
            self.read_up_to = up_to;
            self.unlisted = 0;
        }
    }
}

/// Sets who hears what this person reads from now on.
pub(crate) fn set_receipts(turn: &mut Turn<'_>, receipts: Receipts) -> Result<(), Error> {
    turn.provider.store.put(SETTING, &receipts)
}

/// Who hears what this person reads.
pub(crate) fn receipts(store: &Store) -> Result<Receipts, Error> {
    Ok(store.get(SETTING)?.unwrap_or_default())
}

/// The upkeep of a tick: what was read is told when its time has come.
pub(crate) fn upkeep(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    let chat = get(&turn.provider.store, &conversation.group)?;
    let due = chat.receipts_due.is_some_and(|due| due <= turn.now);
    if !due || !send::is_open(conversation) || conversation.standing != Standing::Active {
        return Ok(());
    }
    change(turn, &conversation.group, |chat| (chat.receipts, chat.receipts_due) = (Vec::new(), None))?;
    match receipts(&turn.provider.store)? {
        Receipts::Shared => {
            let people = people(&turn.provider.store, &conversation.group)?;
            tell(turn, conversation, &people, &chat.receipts, None)
        }
        Receipts::Private => {
            let devices = turn.account.device_group.clone();
            let devices = devices.map(|group| conversation::find(turn, &group)).transpose()?.flatten();
            let Some(devices) = devices.filter(Conversation::speaks) else { return Ok(()) };
            let (own, group) = ([turn.account.actor.clone()], conversation.group.clone());
            conversation::with(turn, &devices.group, |turn, devices| {
                tell(turn, devices, &own, &chat.receipts, Some(&group))
            })
        }
    }
}

fn tell(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    to: &[ActorId],
    messages: &[Reference],
    of: Option<&GroupId>,
) -> Result<(), Error> {
    let (actor, group, id) = (turn.account.actor.clone(), conversation.group.clone(), send::new_id(turn));
    let frame = inner::Frame { actor: &actor, group: &group, id: &id, to, now: turn.now };
    let document = inner::read_up(&frame, messages, of);
    send::queue(turn, conversation, &id, &document, send::Visibility::Silent)
}
