//! The last message of a conversation, in one short line. Not the message: that is cold.

use alcove_protocol::ActorId;
use serde::{Deserialize, Serialize};

use crate::message::{Content, FileKind, Message, What};

/// How many characters of a text are shown.
const LENGTH: usize = 120;

/// The last thing that was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Who.
    pub by: ActorId,
    /// Where it stands.
    pub position: i64,
    /// Its inner id.
    pub id: String,
    /// What kind of thing.
    pub kind: PreviewKind,
    /// The begin of the text in one line, or the name of the file.
    pub text: String,
    /// How long a voice note is, in seconds.
    pub seconds: Option<u32>,
    /// What was done.
    pub what: Option<What>,
}

/// What kind of thing was said last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PreviewKind {
    /// Words.
    Text,
    /// A file.
    File,
    /// A picture.
    Picture,
    /// A voice note.
    Voice,
    /// Something that is deleted.
    Deleted,
    /// Something that was done.
    Happening,
    /// Something that this release cannot show.
    Unsupported,
}

impl Preview {
    /// Of a message that stands in the history by itself.
    pub(super) fn of(message: &Message) -> Option<Self> {
        let (kind, text, seconds, what) = match &message.content {
            Content::Text { text, files, .. } => match files.first() {
                None => (PreviewKind::Text, line(text), None, None),
                Some(file) => {
                    let kind = match file.kind() {
                        FileKind::Picture => PreviewKind::Picture,
                        FileKind::Voice => PreviewKind::Voice,
                        FileKind::File => PreviewKind::File,
                    };
                    let name = file.name.as_deref().unwrap_or_default();
                    let words = if text.trim().is_empty() { name } else { text };
                    (kind, line(words), file.seconds, None)
                }
            },
            Content::Erased => (PreviewKind::Deleted, String::new(), None, None),
            Content::Happened(happening) => {
                let text = happening.text.as_deref().map(line).unwrap_or_default();
                (PreviewKind::Happening, text, None, Some(happening.what))
            }
            Content::Unsupported { kind } => (PreviewKind::Unsupported, line(kind), None, None),
            _ => return None,
        };
        let (by, id) = (message.sender.clone(), message.id.clone());
        Some(Self { by, position: message.position, id, kind, text, seconds, what })
    }

    /// Whether it is of this message.
    pub(super) fn is(&self, sender: &ActorId, id: &str) -> bool {
        self.by == *sender && self.id == id && !id.is_empty()
    }

    /// The message says something else now.
    pub(super) fn edit(&mut self, text: &str) {
        if self.kind != PreviewKind::Deleted {
            self.text = line(text);
        }
    }

    /// The message is deleted.
    pub(super) fn delete(&mut self) {
        (self.kind, self.text, self.seconds) = (PreviewKind::Deleted, String::new(), None);
    }
}

/// The begin of a text in one line.
fn line(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().take(LENGTH));
        if line.chars().count() >= LENGTH {
            break;
        }
    }
    line.chars().take(LENGTH).collect()
}
