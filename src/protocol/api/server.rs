//! What a server says about itself to everybody: who runs it, what it does with private messages, how much it takes. The app
//! shows it before anybody has signed in ("who runs this place").

use serde::{Deserialize, Serialize};

use super::Person;
use crate::time::Timestamp;

/// The largest file that goes into a message itself, in bytes (ENCRYPTION.md 1.10).
pub const INLINE_BYTES: u64 = 256 * 1_024;

/// A server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// What people call the place.
    pub name: String,
    /// The domain of its handles.
    pub domain: String,
    /// The version of its software.
    pub version: String,
    /// The hash of the browser app that it serves, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// Who runs it: owners and admins.
    pub operators: Vec<Person>,
    /// Whether private messages are encrypted: `off`, `allowed`, `default` or `required` (EXPERIENCE.md section 2).
    pub policy: String,
    /// Since when that holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_since: Option<Timestamp>,
    /// How much it takes.
    pub limits: Limits,
}

/// How much a server takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// The largest file that goes into a message itself, in bytes.
    pub inline_bytes: u64,
    /// The largest file that is kept beside a message, in bytes; without it this server keeps none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blob_bytes: Option<u64>,
    /// The largest MLS object, in bytes.
    pub message_bytes: u64,
    /// The longest letter, in characters.
    pub letter_characters: u64,
    /// The shortest password, in characters.
    pub password_characters: u64,
    /// The most devices of one account.
    pub devices: u64,
}
