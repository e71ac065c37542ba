//! Conversations that servers can read: direct messages without encryption, as every software of the Fediverse has them. The
//! app shows them with their label (EXPERIENCE.md section 13.4); they are kept by the server and not by devices. Sealed
//! conversations are in `conversations.rs`.
//!
//! # How an app learns of a new one
//!
//! Letters are no items. When one arrives, is edited or deleted, or another app has read it, the event stream of `messages`
//! sends an `Update` without a name to the devices of the account, as it does for whatever else moves that is no item. The
//! app then asks for the first page of [`LETTERS`](super::path::LETTERS), and does so each time it has opened the stream:
//! what moved while nobody listened is not told again. Whether letters that it has are gone, or say something else, it
//! sees by the count and the last edit of each conversation.

use serde::{Deserialize, Serialize};

use crate::{id::ActorId, time::Timestamp};

/// A page of conversations, those in which something was said last first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correspondences {
    /// At most 30.
    pub correspondences: Vec<Correspondence>,
    /// The value of `before` for the next page, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub older: Option<String>,
}

/// One conversation that is not encrypted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correspondence {
    /// Its name in paths: a decimal number.
    pub id: String,
    /// Everybody else who takes part; nobody in a conversation with oneself.
    pub people: Vec<ActorId>,
    /// The servers whose operators can read it, this one first.
    pub servers: Vec<String>,
    /// What was said last.
    pub last: Letter,
    /// How many letters it has for whoever asks.
    pub letters: u64,
    /// A name of the last edit of one of them, if there was any: another one after each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit: Option<String>,
    /// How many letters of others came after the last one that was read.
    pub unread: u64,
    /// The last letter that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<String>,
}

/// A page of what was said in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letters {
    /// At most 30, oldest first.
    pub letters: Vec<Letter>,
    /// The value of `before` for the page of older ones, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub older: Option<String>,
}

/// One message that is not encrypted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Its name: a decimal number. Later letters have greater numbers.
    pub id: String,
    /// Who wrote it.
    pub author: ActorId,
    /// What it says, without markup; as it was typed, if it was typed here.
    pub text: String,
    /// The same as HTML that this server has made harmless. Whoever shows it does so again, as with any other.
    pub html: String,
    /// What is said before it is opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// When it was sent, as its author's server says.
    pub sent_at: Timestamp,
    /// When it was edited last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// The letter of this conversation that it answers, as far as that is here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    /// Pictures and other files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<LetterFile>,
}

/// A file of a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterFile {
    /// Its media type, as its author's server says; may be empty.
    pub media_type: String,
    /// Its address: on this server what a browser can show by itself, elsewhere all other files.
    pub url: String,
    /// A smaller picture of it, on this server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<String>,
    /// What it shows, in words; may be empty.
    pub description: String,
    /// In bytes, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<i64>,
    /// In pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<i64>,
    /// In pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<i64>,
}

/// The first letter to some people; whoever has a conversation with exactly these goes on with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewCorrespondence {
    /// Whom it is for: 1 to 50 actors that were found before.
    pub people: Vec<ActorId>,
    /// What it says, at most as many characters as the limits of the server say.
    pub text: String,
}

/// A letter to everybody who takes part in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewLetter {
    /// What it says.
    pub text: String,
    /// The letter that it answers; the last one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
}

/// A letter that was sent just now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentLetter {
    /// The conversation in which it stands.
    pub correspondence: String,
    /// The letter.
    pub letter: Letter,
}

/// How far somebody has read; it only goes forward.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadMark {
    /// The last letter that was read.
    pub letter: String,
}
