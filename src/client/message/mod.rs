//! A message as it is shown and stored: the cold record of a conversation's history. What was encrypted is `inner`; the
//! order on screen is the position, and the inner time is a label. How records work on each other is `history`.

mod file;
mod former;

use alcove_protocol::{ActorId, GroupId, Timestamp};
use serde::{Deserialize, Serialize};

pub use file::{Bytes, File, FileKind, Place, Thumbnail};

use crate::{
    error::Error,
    record::{self, schema},
};

/// One thing that somebody said or did in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Where.
    pub conversation: GroupId,
    /// Its arrival number: the order on screen.
    pub position: i64,
    /// Who.
    pub sender: ActorId,
    /// Its inner id, unique for this sender in this conversation only; empty where there is none.
    pub id: String,
    /// When the sender says it was written, at most five minutes after it arrived.
    pub sent_at: Timestamp,
    /// What.
    pub content: Content,
}

/// What a message says; the same in what a person sends (`Command::Send`) and in what arrives. Edits, deletions and undone
/// reactions count only for what the same sender has said (trap T42).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// Plain text, with or without files; markup of other clients is taken out.
    Text {
        /// The text.
        text: String,
        /// The message that it answers.
        in_reply_to: Option<Reference>,
        /// Whom it addresses by name.
        mentions: Vec<ActorId>,
        /// What hangs on it.
        files: Vec<File>,
    },
    /// Another text for an earlier message of the same sender.
    Edit {
        /// The earlier message.
        target: String,
        /// Its text from now on.
        text: String,
        /// Whom it addresses by name from now on.
        mentions: Vec<ActorId>,
    },
    /// An earlier message of the same sender is taken back, for everyone.
    Deletion {
        /// The earlier message.
        target: String,
    },
    /// A reaction to somebody's message.
    Reaction {
        /// Which message.
        target: Reference,
        /// The emoji, or a heart where none was given.
        emoji: String,
    },
    /// A reaction of the same sender is taken back.
    Undo {
        /// The reaction's own id, as far as it is known; others' software goes by nothing else.
        reaction: Option<String>,
        /// The message that the reaction was to, where it says so.
        target: Option<Reference>,
        /// The emoji, where it says so.
        emoji: Option<String>,
    },
    /// The sender has read these messages. Never sent by `Command::Send`: it comes from `Command::MarkRead`.
    Read {
        /// Which.
        messages: Vec<Reference>,
    },
    /// Something that was done and not said. Never sent.
    Happened(Happening),
    /// What stood here was deleted for everyone. Never sent.
    Erased,
    /// Something that this release cannot show. Never sent.
    Unsupported {
        /// Its ActivityStreams type.
        kind: String,
    },
}

/// A message by name: ids are scoped to their sender, whom other software does not tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Reference {
    /// Who wrote it; unknown in what other software sends.
    pub sender: Option<ActorId>,
    /// Its inner id.
    pub id: String,
}

/// Something that was done in a conversation; the message's sender did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    /// What.
    pub what: What,
    /// To whom.
    pub about: Vec<ActorId>,
    /// The name that was given, or the group that is continued.
    pub text: Option<String>,
}

/// What can be done in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// People were added.
    Added,
    /// People were removed.
    Removed,
    /// The sender leaves.
    Left,
    /// The conversation has another name.
    Renamed,
    /// People who were in already have another device in it.
    DeviceChanged,
    /// The sender has published another identity key.
    IdentityChanged,
    /// This device was let in by the sender.
    Joined,
    /// The sender began the conversation anew.
    Continued,
    /// The conversation is over for this device.
    Ended,
}

impl Message {
    /// Reads a record whose key begins with [`record::message_prefix`], of this release or an older one.
    pub fn from_record(key: &str, bytes: &[u8]) -> Result<Self, Error> {
        match schema(bytes) {
            Some(1) => record::decode::<former::Message>(key, bytes).map(Self::from),
            _ => record::decode(key, bytes),
        }
    }

    /// The key of its record.
    pub fn key(&self) -> String {
        record::message_key(&self.conversation, self.position)
    }

    /// The name by which others refer to it.
    pub fn reference(&self) -> Reference {
        Reference { sender: Some(self.sender.clone()), id: self.id.clone() }
    }
}

impl Content {
    /// A message of text and nothing else.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), in_reply_to: None, mentions: Vec::new(), files: Vec::new() }
    }

    /// The message of the same sender that it changes.
    pub(crate) fn changes(&self) -> Option<&str> {
        match self {
            Self::Edit { target, .. } | Self::Deletion { target } => Some(target),
            _ => None,
        }
    }
}

impl Reference {
    /// A message of somebody.
    pub fn of(sender: &ActorId, id: impl Into<String>) -> Self {
        Self { sender: Some(sender.clone()), id: id.into() }
    }

    /// Whether it can be a message of this person.
    pub fn may_be_by(&self, actor: &ActorId) -> bool {
        self.sender.as_ref().is_none_or(|sender| sender == actor)
    }
}
