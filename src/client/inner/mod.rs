//! What is inside an encrypted message: ActivityStreams in JSON, padded (ENCRYPTION.md 1.9). Written exactly, read as
//! tolerantly as the live implementations need (traps T41, T42, T44, T46). What people say is written by `said`, files by
//! `files`; who may say what is decided elsewhere.

mod files;
mod gzip;
mod said;

use alcove_protocol::{ActorId, GroupId, Timestamp, json as read};
use serde_json::{Value, json};
use zeroize::Zeroizing;

pub(crate) use files::{Audience, most_inline};
pub(crate) use said::{Frame, read_up, say};

use crate::{
    error::Error,
    html,
    identity::SecretKey,
    message::{Content, Reference},
};

/// The shortest padded length; longer ones are the next power of two.
const LEAST_LENGTH: usize = 512;
/// The longest document, and the one padded length that is no power of two: with what MLS lays around it, it is just below
/// what an MLS object may have.
pub(crate) const MOST_BYTES: usize = 504 * 1024;
/// The longest text of a message, in bytes.
pub(crate) const MOST_TEXT: usize = 64 * 1024;
/// The longest id that is kept; nobody can refer to what has a longer one.
const MOST_ID: usize = 300;
/// How many people a message may address, and how many messages a receipt may name.
const MOST_NAMED: usize = 256;
/// The longest emoji, in characters: families of four take eleven.
const LONGEST_EMOJI: usize = 16;

/// An inner document, read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Inner {
    /// Its id, or the object's; scoped to group and sender.
    pub(crate) id: String,
    /// The actors that it names as its authors.
    authors: Vec<String>,
    pub(crate) published: Option<Timestamp>,
    pub(crate) body: Body,
}

/// What it is about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body {
    /// Something of the conversation's history.
    Said(Content),
    /// The conversation's name.
    Name(String),
    /// The sender leaves.
    Leave,
    /// Among one's own devices: the identity key.
    Identity(SecretKey),
    /// This conversation goes on in the place of another.
    Continues {
        /// The older group.
        group: GroupId,
    },
    /// Among one's own devices: the sender has lost its place in a conversation.
    Lost {
        /// The conversation's group.
        group: GroupId,
        /// The encryption key of the leaf that is lost.
        leaf: Vec<u8>,
    },
    /// The sender has read these: messages of this conversation, or of another where one's own devices tell each other.
    Read {
        /// Which.
        messages: Vec<Reference>,
        /// Of which conversation, if of another.
        of: Option<GroupId>,
    },
    /// Cover traffic and failures: nothing to show.
    Silent,
}

impl Inner {
    /// Whether it claims to be by somebody else than its sender (trap T38).
    pub(crate) fn is_not_by(&self, sender: &ActorId) -> bool {
        self.authors.iter().any(|author| author != sender.as_str())
    }

    /// Whether it gives a message of this id another text.
    pub(crate) fn is_edit_of(&self, id: &str) -> bool {
        matches!(&self.body, Body::Said(Content::Edit { target, .. }) if target == id)
    }
}

/// Reads a decrypted message; `None` when it is no activity.
pub(crate) fn parse(bytes: &[u8]) -> Option<Inner> {
    let document = read::parse(bytes).ok()?;
    let kind = read::type_among(&document, |_| true)?.to_owned();
    let object = document.get("object").unwrap_or(&Value::Null);
    let bare = kind == "Note";
    let note = if bare { &document } else { object };
    let id = read::text(note, "id").filter(|_| bare || kind == "Create");
    let id = bounded(id.or_else(|| read::text(&document, "id")));
    let mut authors: Vec<String> = read::ids(&document, "actor").into_iter().map(str::to_owned).collect();
    for document in [&document, object] {
        authors.extend(read::ids(document, "attributedTo").into_iter().map(str::to_owned));
    }
    let published = read::text(note, "published").or_else(|| read::text(&document, "published"));
    let body = if bare { text(&document) } else { body(&kind, &document, object)? };
    Some(Inner { id, authors, published: published.and_then(Timestamp::from_rfc3339), body })
}

fn body(kind: &str, document: &Value, object: &Value) -> Option<Body> {
    let target = || bounded(read::id_of(object));
    let object_kind = read::type_among(object, |_| true);
    Some(match (kind, object_kind) {
        ("Create", Some("Note")) => text(object),
        ("Create", Some(other)) => Body::Said(Content::Unsupported { kind: other.to_owned() }),
        ("Update", Some("Group")) => Body::Name(html::to_text(read::text(object, "name")?)),
        ("Update", Some("Identity")) => Body::Identity(identity(object)?),
        ("Update", _) => {
            Body::Said(Content::Edit { target: target(), text: words(object), mentions: mentions(object) })
        }
        ("Delete", _) => Body::Said(Content::Deletion { target: target() }),
        ("Like" | "EmojiReact", _) => {
            Body::Said(Content::Reaction { target: reacted_to(document), emoji: emoji(document) })
        }
        ("Undo", Some("Like" | "EmojiReact") | None) => undo(object)?,
        ("Read", _) => Body::Read { messages: named(document), of: of_another(document) },
        ("Leave", _) => Body::Leave,
        ("Move", Some("Group")) => Body::Continues { group: GroupId::parse(&target()).ok()? },
        ("Join", Some("Group")) => {
            let leaf = alcove_protocol::base64::decode(read::text(document, "instrument")?, 256)?;
            Body::Lost { group: GroupId::parse(&target()).ok()?, leaf }
        }
        _ => Body::Silent,
    })
}

/// An id, unless it is too long to be kept.
fn bounded(id: Option<&str>) -> String {
    id.filter(|id| id.len() <= MOST_ID).unwrap_or_default().to_owned()
}

fn text(note: &Value) -> Body {
    let in_reply_to = read::single_id(note, "inReplyTo").map(|id| named_by(note, id));
    let (text, files) = (words(note), files::read_all(note));
    Body::Said(Content::Text { text, in_reply_to, mentions: mentions(note), files })
}

/// A message by its id, and by its author where the document tells it ([`said::AUTHOR`]).
fn named_by(document: &Value, id: &str) -> Reference {
    Reference { sender: read::text(document, said::AUTHOR).and_then(actor), id: bounded(Some(id)) }
}

fn actor(id: &str) -> Option<ActorId> {
    ActorId::parse(id).ok()
}

fn reacted_to(like: &Value) -> Reference {
    named_by(like, read::single_id(like, "object").unwrap_or_default())
}

fn emoji(like: &Value) -> String {
    let content = read::text(like, "content").map(html::to_text).unwrap_or_default();
    let emoji: String =
        content.trim().chars().filter(|letter| !letter.is_control()).take(LONGEST_EMOJI).collect();
    if emoji.is_empty() { "❤".to_owned() } else { emoji }
}

/// A reaction taken back: the reaction itself stands in it, or only its id.
fn undo(like: &Value) -> Option<Body> {
    let reaction = Some(bounded(read::id_of(like))).filter(|id| !id.is_empty());
    let target = read::single_id(like, "object").map(|id| named_by(like, id));
    let emoji = target.is_some().then(|| emoji(like));
    let says_something = reaction.is_some() || target.is_some();
    says_something.then_some(Body::Said(Content::Undo { reaction, target, emoji }))
}

/// The messages that a receipt names.
fn named(read_receipt: &Value) -> Vec<Reference> {
    let objects = read::many(read_receipt, "object").iter().take(MOST_NAMED);
    let reference = |object: &Value| {
        let sender = read::ids(object, "attributedTo").first().and_then(|author| actor(author));
        let id = bounded(read::id_of(object));
        (!id.is_empty()).then_some(Reference { sender, id })
    };
    objects.filter_map(reference).collect()
}

fn of_another(document: &Value) -> Option<GroupId> {
    read::single_id(document, "target").and_then(|group| GroupId::parse(group).ok())
}

/// The people whom a message addresses by name.
fn mentions(note: &Value) -> Vec<ActorId> {
    let tags =
        read::many(note, "tag").iter().filter(|tag| read::type_among(tag, |_| true) == Some("Mention"));
    let mut mentioned: Vec<ActorId> = Vec::new();
    for named in tags.filter_map(|tag| read::text(tag, "href").and_then(actor)).take(MOST_NAMED) {
        if !mentioned.contains(&named) {
            mentioned.push(named);
        }
    }
    mentioned
}

/// `content` is HTML unless the object says otherwise.
fn words(note: &Value) -> String {
    let content = read::text(note, "content").unwrap_or_default();
    let plain = read::text(note, "mediaType") == Some("text/plain");
    let mut words = if plain { content.to_owned() } else { html::to_text(content) };
    words.truncate(words.floor_char_boundary(MOST_TEXT));
    words
}

fn identity(object: &Value) -> Option<SecretKey> {
    let bytes = Zeroizing::new(alcove_protocol::base64::decode(read::text(object, "content")?, 32)?);
    bytes[..].try_into().ok().map(SecretKey::from_bytes)
}

/// The conversation's name.
pub(crate) fn name(actor: &ActorId, group: &GroupId, id: &str, name: &str) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": id, "type": "Update", "actor": actor,
        "context": group, "object": {"id": group, "type": "Group", "name": html::from_text(name)},
    })
}

/// The sender leaves.
pub(crate) fn leave(actor: &ActorId, group: &GroupId, id: &str) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": id, "type": "Leave", "actor": actor,
        "context": group, "object": group,
    })
}

/// The identity key, for an approved device of the same person.
pub(crate) fn identity_key(actor: &ActorId, group: &GroupId, id: &str, secret: &[u8; 32]) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": id, "type": "Update", "actor": actor,
        "context": group, "object": {"type": "Identity", "content": alcove_protocol::base64::encode(secret)},
    })
}

/// The conversation goes on in the place of an older one.
pub(crate) fn continues(actor: &ActorId, group: &GroupId, id: &str, old: &GroupId) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": id, "type": "Move", "actor": actor,
        "context": group, "object": {"id": old, "type": "Group"}, "target": group,
    })
}

/// Among one's own devices: this one has lost its place in a conversation, where its leaf has that encryption key.
pub(crate) fn lost(actor: &ActorId, group: &GroupId, id: &str, lost: &GroupId, leaf: &[u8]) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": id, "type": "Join", "actor": actor,
        "context": group, "object": {"id": lost, "type": "Group"},
        "instrument": alcove_protocol::base64::encode(leaf),
    })
}

/// The document's bytes with spaces behind them, up to a power of two: the length tells little.
pub(crate) fn padded(document: &Value) -> Vec<u8> {
    let mut bytes = document.to_string().into_bytes();
    let length = bytes.len().next_power_of_two().clamp(LEAST_LENGTH, MOST_BYTES);
    bytes.resize(bytes.len().max(length), b' ');
    bytes
}

/// Refuses a document that is too long to be sent.
pub(crate) fn check_length(document: &Value) -> Result<(), Error> {
    match document.to_string().len() <= MOST_BYTES {
        true => Ok(()),
        false => {
            Err(Error::Limit("a message with its files has at most 504 kB in the form in which it is sent"))
        }
    }
}

#[cfg(test)]
mod tests;
