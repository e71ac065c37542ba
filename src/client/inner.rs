//! What is inside an encrypted message: ActivityStreams in JSON, padded (ENCRYPTION.md 1.9). Written exactly, read as
//! tolerantly as the live implementations need (traps T41, T42, T44, T46). Who may say what is decided elsewhere.

use alcove_protocol::{ActorId, GroupId, Timestamp, json as read};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::{html, identity::SecretKey, message::Content};

/// The shortest padded length; longer ones are the next power of two.
const LEAST_LENGTH: usize = 512;
/// The longest inner document that we write: files go elsewhere.
pub(crate) const MOST_BYTES: usize = 256 * 1024;

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
    /// Cover traffic, receipts and failures: nothing to show.
    Silent,
}

impl Inner {
    /// Whether it claims to be by somebody else than its sender (trap T38).
    pub(crate) fn is_not_by(&self, sender: &ActorId) -> bool {
        self.authors.iter().any(|author| author != sender.as_str())
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
    let id = id.or_else(|| read::text(&document, "id")).unwrap_or_default().to_owned();
    let mut authors: Vec<String> = read::ids(&document, "actor").into_iter().map(str::to_owned).collect();
    for document in [&document, object] {
        authors.extend(read::ids(document, "attributedTo").into_iter().map(str::to_owned));
    }
    let published = read::text(note, "published").or_else(|| read::text(&document, "published"));
    let body = if bare { text(&document) } else { body(&kind, &document, object)? };
    Some(Inner { id, authors, published: published.and_then(Timestamp::from_rfc3339), body })
}

fn body(kind: &str, document: &Value, object: &Value) -> Option<Body> {
    let target = || read::id_of(object).unwrap_or_default().to_owned();
    let object_kind = read::type_among(object, |_| true);
    Some(match (kind, object_kind) {
        ("Create", Some("Note")) => text(object),
        ("Create", Some(other)) => Body::Said(Content::Unsupported { kind: other.to_owned() }),
        ("Update", Some("Group")) => Body::Name(html::to_text(read::text(object, "name")?)),
        ("Update", Some("Identity")) => Body::Identity(identity(object)?),
        ("Update", _) => Body::Said(Content::Edit { target: target(), text: words(object) }),
        ("Delete", _) => Body::Said(Content::Deletion { target: target() }),
        ("Like" | "EmojiReact", _) => {
            let emoji = read::text(document, "content").map_or_else(|| "❤".to_owned(), html::to_text);
            Body::Said(Content::Reaction { target: target(), emoji })
        }
        ("Leave", _) => Body::Leave,
        ("Move", Some("Group")) => Body::Continues { group: GroupId::parse(&target()).ok()? },
        ("Join", Some("Group")) => {
            let leaf = alcove_protocol::base64::decode(read::text(document, "instrument")?, 256)?;
            Body::Lost { group: GroupId::parse(&target()).ok()?, leaf }
        }
        _ => Body::Silent,
    })
}

fn text(note: &Value) -> Body {
    let in_reply_to = read::single_id(note, "inReplyTo").map(str::to_owned);
    Body::Said(Content::Text { text: words(note), in_reply_to })
}

/// `content` is HTML unless the object says otherwise.
fn words(note: &Value) -> String {
    let content = read::text(note, "content").unwrap_or_default();
    let plain = read::text(note, "mediaType") == Some("text/plain");
    if plain { content.to_owned() } else { html::to_text(content) }
}

fn identity(object: &Value) -> Option<SecretKey> {
    let bytes = Zeroizing::new(alcove_protocol::base64::decode(read::text(object, "content")?, 32)?);
    bytes[..].try_into().ok().map(SecretKey::from_bytes)
}

/// A message of text.
pub(crate) fn note(
    actor: &ActorId,
    group: &GroupId,
    id: &str,
    text: &str,
    to: &[ActorId],
    now: Timestamp,
) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": format!("{id}#create"), "type": "Create",
        "actor": actor, "to": to, "context": group, "published": now,
        "object": {
            "id": id, "type": "Note", "attributedTo": actor, "to": to, "context": group, "published": now,
            "content": html::from_text(text),
        },
    })
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
    bytes.resize(bytes.len().next_power_of_two().max(LEAST_LENGTH), b' ');
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ana() -> ActorId {
        ActorId::parse("https://h.example/users/1").unwrap()
    }

    #[test]
    fn our_note_reads_back_and_is_padded() {
        let group = GroupId::from_random([7; 16]);
        let document = note(&ana(), &group, "urn:uuid:1", "a < b\nc", &[ana()], Timestamp(1));
        let bytes = padded(&document);
        assert_eq!(bytes.len(), 512);
        let long = note(&ana(), &group, "urn:uuid:1", &"x".repeat(300), &[ana()], Timestamp(1));
        assert_eq!(padded(&long).len(), 1024);
        let inner = parse(&bytes).unwrap();
        assert_eq!(inner.id, "urn:uuid:1");
        assert!(!inner.is_not_by(&ana()));
        assert_eq!(inner.body, Body::Said(Content::Text { text: "a < b\nc".into(), in_reply_to: None }));
    }

    /// Traps T41 and T42: a bare note, and ids of any form.
    #[test]
    fn bare_notes_and_odd_ids_are_read() {
        let inner = parse(br#"{"type":"Note","id":"uri:uuid:7","content":"<p>hi</p>"}"#).unwrap();
        assert_eq!(inner.id, "uri:uuid:7");
        assert_eq!(inner.body, Body::Said(Content::Text { text: "hi".into(), in_reply_to: None }));
    }

    /// Trap T38: a document that names another author.
    #[test]
    fn another_author_is_noticed() {
        let forged = br#"{"type":"Create","actor":"https://h.example/users/2","object":{"type":"Note"}}"#;
        assert!(parse(forged).unwrap().is_not_by(&ana()));
        let inside = br#"{"type":"Create","object":{"type":"Note","attributedTo":{"id":"https://h.example/users/2"}}}"#;
        assert!(parse(inside).unwrap().is_not_by(&ana()));
    }

    #[test]
    fn an_identity_key_is_read_and_never_printed() {
        let document = identity_key(&ana(), &GroupId::from_random([7; 16]), "urn:uuid:1", &[171; 32]);
        let body = parse(&padded(&document)).unwrap().body;
        assert_eq!(body, Body::Identity(SecretKey::from_bytes([171; 32])));
        assert!(!format!("{body:?}").contains("171"));
    }

    #[test]
    fn what_recovery_says_reads_back() {
        let (group, old) = (GroupId::from_random([7; 16]), GroupId::from_random([8; 16]));
        let note = continues(&ana(), &group, "urn:uuid:1", &old);
        assert_eq!(parse(&padded(&note)).unwrap().body, Body::Continues { group: old.clone() });
        let asked = lost(&ana(), &group, "urn:uuid:2", &old, &[9; 32]);
        assert_eq!(parse(&padded(&asked)).unwrap().body, Body::Lost { group: old, leaf: vec![9; 32] });
    }

    /// Trap T46: a failure report is read in silence.
    #[test]
    fn failures_are_silent() {
        assert_eq!(parse(br#"{"type":"Failure","object":"x"}"#).unwrap().body, Body::Silent);
    }
}
