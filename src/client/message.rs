//! A message as it is shown and stored: the cold record of a conversation's history. What was encrypted is `inner`; the
//! order on screen is the position, and the inner time is a label.

use alcove_protocol::{ActorId, GroupId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{error::Error, record};

/// One thing that somebody said in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Where.
    pub conversation: GroupId,
    /// Its arrival number: the order on screen.
    pub position: i64,
    /// Who.
    pub sender: ActorId,
    /// Its inner id, unique for this sender in this conversation only.
    pub id: String,
    /// When the sender says it was written, at most five minutes after it arrived.
    pub sent_at: Timestamp,
    /// What.
    pub content: Content,
}

/// What a message says. Edits, deletions and reactions count only for the messages that `target` names: for edits and
/// deletions those of the same sender (trap T42).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// Plain text; markup of other clients is taken out.
    Text {
        /// The text.
        text: String,
        /// The inner id of the message that it answers.
        in_reply_to: Option<String>,
    },
    /// Another text for an earlier message of the same sender.
    Edit {
        /// The earlier message.
        target: String,
        /// Its text from now on.
        text: String,
    },
    /// An earlier message of the same sender is taken back.
    Deletion {
        /// The earlier message.
        target: String,
    },
    /// A reaction to somebody's message.
    Reaction {
        /// Which message.
        target: String,
        /// The emoji, or a heart where none was given.
        emoji: String,
    },
    /// Something that this release cannot show.
    Unsupported {
        /// Its ActivityStreams type.
        kind: String,
    },
}

impl Message {
    /// Reads a record whose key begins with [`record::message_prefix`].
    pub fn from_record(key: &str, bytes: &[u8]) -> Result<Self, Error> {
        record::decode(key, bytes)
    }

    /// The key of its record.
    pub fn key(&self) -> String {
        record::message_key(&self.conversation, self.position)
    }
}
