//! Messages as release 0.1.0 stored them (schema 1): read for good, written never again.

use alcove_protocol::{ActorId, GroupId, Timestamp};
use serde::Deserialize;

use super::Reference;

#[derive(Deserialize)]
pub(super) struct Message {
    conversation: GroupId,
    position: i64,
    sender: ActorId,
    id: String,
    sent_at: Timestamp,
    content: Content,
}

#[derive(Deserialize)]
enum Content {
    Text { text: String, in_reply_to: Option<String> },
    Edit { target: String, text: String },
    Deletion { target: String },
    Reaction { target: String, emoji: String },
    Unsupported { kind: String },
}

impl From<Message> for super::Message {
    fn from(former: Message) -> Self {
        let Message { conversation, position, sender, id, sent_at, content } = former;
        Self { conversation, position, sender, id, sent_at, content: content.into() }
    }
}

impl From<Content> for super::Content {
    fn from(former: Content) -> Self {
        let unsigned = |id: String| Reference { sender: None, id };
        match former {
            Content::Text { text, in_reply_to } => Self::Text {
                text,
                in_reply_to: in_reply_to.map(unsigned),
                mentions: Vec::new(),
                files: Vec::new(),
            },
            Content::Edit { target, text } => Self::Edit { target, text, mentions: Vec::new() },
            Content::Deletion { target } => Self::Deletion { target },
            Content::Reaction { target, emoji } => Self::Reaction { target: unsigned(target), emoji },
            Content::Unsupported { kind } => Self::Unsupported { kind },
        }
    }
}
