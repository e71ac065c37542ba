//! Where each message of a conversation is stored, by its name: what is deleted for everyone must go from the store, and a
//! device does not read its cold records. A note of a few bytes for each message and each edit, sixteen in a record, so that
//! a step writes as much after many messages as after few. Not the messages.

use alcove_protocol::{ActorId, GroupId};
use serde::{Deserialize, Serialize};

use super::recovery;
use crate::{
    error::Error,
    message::{Content, Message},
    record::{digest, group_name, hex, message_key},
    turn::Turn,
};

/// How many notes stand in a record.
const IN_A_RECORD: u64 = 16;

/// One note.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Note {
    /// Of the sender and the id of the message that it is about.
    name: [u8; 8],
    what: Noted,
}

/// What is noted of a message.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Noted {
    /// It is stored at this position.
    Said(i64),
    /// An edit of it is stored at this position.
    Edited(i64),
}

impl Noted {
    fn position(self) -> i64 {
        match self {
            Self::Said(position) | Self::Edited(position) => position,
        }
    }
}

fn prefix(group: &GroupId) -> String {
    format!("place/{}/", group_name(group))
}

/// The key of the record that counts a group's notes.
fn counter_key(group: &GroupId) -> String {
    format!("places/{}", group_name(group))
}

/// The key that says that a message was deleted for everyone; also before it has come.
fn deleted_key(group: &GroupId, name: [u8; 8]) -> String {
    format!("deleted/{}/{}", group_name(group), hex(&name))
}

fn name_of(sender: &ActorId, id: &str) -> [u8; 8] {
    digest(format!("{sender}\n{id}").as_bytes()).first_chunk().copied().unwrap_or_default()
}

/// Takes a message into the store, unless it was deleted before it came: then nothing of its words is kept. Says what is
/// shown of it.
pub(super) fn keep(turn: &Turn<'_>, mut message: Message) -> Result<Option<Message>, Error> {
    let group = message.conversation.clone();
    let name = name_of(&message.sender, message.content.changes().unwrap_or(&message.id));
    let deleted = is_deleted(turn, &group, name)?;
    match &message.content {
        Content::Text { .. } if message.id.is_empty() => {}
        Content::Text { .. } if deleted => message.content = Content::Erased,
        Content::Text { .. } => note(turn, &group, Note { name, what: Noted::Said(message.position) })?,
        Content::Edit { .. } if deleted => return Ok(None),
        Content::Edit { .. } => note(turn, &group, Note { name, what: Noted::Edited(message.position) })?,
        Content::Deletion { .. } if !deleted => {
            erase(turn, &message, name)?;
            turn.provider.store.put(&deleted_key(&group, name), &())?;
        }
        _ => {}
    }
    turn.provider.store.put(&message.key(), &message)?;
    Ok(Some(message))
}

fn is_deleted(turn: &Turn<'_>, group: &GroupId, name: [u8; 8]) -> Result<bool, Error> {
    for group in recovery::chain(&turn.provider.store, group)? {
        if turn.provider.store.get::<()>(&deleted_key(&group, name))?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The positions at which a message and its edits are stored, in a group and those that it continues.
pub(crate) fn positions(
    turn: &Turn<'_>,
    group: &GroupId,
    sender: &ActorId,
    id: &str,
) -> Result<Vec<i64>, Error> {
    let mut positions = Vec::new();
    for group in recovery::chain(&turn.provider.store, group)? {
        positions.extend(notes_of(turn, &group, name_of(sender, id))?.into_iter().map(Noted::position));
    }
    Ok(positions)
}

/// Overwrites what is stored of a deleted message, and deletes its edits.
fn erase(turn: &Turn<'_>, deletion: &Message, name: [u8; 8]) -> Result<(), Error> {
    let store = &turn.provider.store;
    let id = deletion.content.changes().unwrap_or_default();
    for group in recovery::chain(store, &deletion.conversation)? {
        for noted in notes_of(turn, &group, name)? {
            match noted {
                Noted::Said(position) => {
                    let (conversation, id) = (group.clone(), id.to_owned());
                    let erased =
                        Message { conversation, position, id, content: Content::Erased, ..deletion.clone() };
                    store.put(&erased.key(), &erased)?;
                }
                Noted::Edited(position) => store.delete(&message_key(&group, position)),
            }
        }
    }
    Ok(())
}

fn note(turn: &Turn<'_>, group: &GroupId, note: Note) -> Result<(), Error> {
    let store = &turn.provider.store;
    let count: u64 = store.get(&counter_key(group))?.unwrap_or_default();
    let key = format!("{}{:012}", prefix(group), count / IN_A_RECORD);
    let mut notes: Vec<Note> = store.get(&key)?.unwrap_or_default();
    notes.push(note);
    store.put(&key, &notes)?;
    store.put(&counter_key(group), &(count + 1))
}

fn notes_of(turn: &Turn<'_>, group: &GroupId, name: [u8; 8]) -> Result<Vec<Noted>, Error> {
    let store = &turn.provider.store;
    let mut found = Vec::new();
    for key in store.keys(&prefix(group)) {
        let notes: Vec<Note> = store.get(&key)?.unwrap_or_default();
        found.extend(notes.iter().filter(|note| note.name == name).map(|note| note.what));
    }
    Ok(found)
}
