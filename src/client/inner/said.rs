//! What people say, as inner documents (ENCRYPTION.md 1.9). Not the reading, which forgives more than is written here.

use alcove_protocol::{ActorId, GroupId, Timestamp};
use serde_json::{Value, json};

use super::files::{self, Audience};
use crate::{
    html,
    message::{Content, Reference},
};

/// The property that says whose message it is that a reply or a reaction names: ids are scoped to their sender. Others pass
/// it over.
pub(super) const AUTHOR: &str = "targetActor";
const CONTEXT: &str = "https://www.w3.org/ns/activitystreams";

/// What every document says: who, where, under which id, to whom, when.
pub(crate) struct Frame<'a> {
    pub(crate) actor: &'a ActorId,
    pub(crate) group: &'a GroupId,
    pub(crate) id: &'a str,
    pub(crate) to: &'a [ActorId],
    pub(crate) now: Timestamp,
}

impl Frame<'_> {
    /// An activity about an object.
    fn activity(&self, kind: &str, object: impl Into<Value>) -> Value {
        json!({
            "@context": CONTEXT, "id": self.id, "type": kind, "actor": self.actor, "to": self.to,
            "context": self.group, "published": self.now, "object": object.into(),
        })
    }
}

/// The document of something that a person says; nothing for what no person can say.
pub(crate) fn say(frame: &Frame<'_>, content: &Content, audience: Audience) -> Option<Value> {
    Some(match content {
        Content::Text { text, in_reply_to, mentions, files } => {
            let mut object = note(frame, frame.id, text, mentions);
            object["published"] = json!(frame.now);
            if let Some(answered) = in_reply_to {
                object["inReplyTo"] = json!(answered.id);
                name_author(&mut object, answered);
            }
            if !files.is_empty() {
                object["attachment"] = files.iter().map(|file| files::write(file, audience)).collect();
            }
            let mut create = frame.activity("Create", object);
            create["id"] = json!(format!("{}#create", frame.id));
            create
        }
        Content::Edit { target, text, mentions } => {
            let mut object = note(frame, target, text, mentions);
            object["updated"] = json!(frame.now);
            frame.activity("Update", object)
        }
        Content::Deletion { target } => frame.activity("Delete", json!({"id": target, "type": "Tombstone"})),
        Content::Reaction { target, emoji } => {
            let mut like = frame.activity("Like", target.id.as_str());
            like["content"] = json!(html::from_text(emoji));
            name_author(&mut like, target);
            like
        }
        Content::Undo { reaction, target, emoji } => {
            frame.activity("Undo", undone(frame, reaction.as_deref(), target.as_ref(), emoji.as_deref()))
        }
        Content::Read { .. } | Content::Happened(_) | Content::Erased | Content::Unsupported { .. } => {
            return None;
        }
    })
}

fn note(frame: &Frame<'_>, id: &str, text: &str, mentions: &[ActorId]) -> Value {
    let mut note = json!({
        "id": id, "type": "Note", "attributedTo": frame.actor, "to": frame.to, "context": frame.group,
        "content": html::from_text(text),
    });
    if !mentions.is_empty() {
        note["tag"] = mentions.iter().map(|actor| json!({"type": "Mention", "href": actor})).collect();
    }
    note
}

fn name_author(document: &mut Value, reference: &Reference) {
    if let Some(sender) = &reference.sender {
        document[AUTHOR] = json!(sender);
    }
}

fn undone(
    frame: &Frame<'_>,
    reaction: Option<&str>,
    target: Option<&Reference>,
    emoji: Option<&str>,
) -> Value {
    let mut like = json!({"type": "Like", "actor": frame.actor});
    if let Some(id) = reaction {
        like["id"] = json!(id);
    }
    if let Some(target) = target {
        like["object"] = json!(target.id);
        name_author(&mut like, target);
    }
    if let Some(emoji) = emoji {
        like["content"] = json!(html::from_text(emoji));
    }
    like
}

/// A receipt: these messages were read. To one's own devices it says of which conversation.
pub(crate) fn read_up(frame: &Frame<'_>, messages: &[Reference], of: Option<&GroupId>) -> Value {
    let objects: Vec<Value> = messages.iter().map(named).collect();
    let mut document = frame.activity("Read", objects);
    if let Some(group) = of {
        document["target"] = json!(group);
    }
    document
}

fn named(message: &Reference) -> Value {
    match &message.sender {
        Some(sender) => json!({"type": "Note", "id": message.id, "attributedTo": sender}),
        None => json!({"type": "Note", "id": message.id}),
    }
}
