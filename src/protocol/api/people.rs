//! Who people are, as apps show them: oneself, many others at once, and whom one does not want to hear of.

use serde::{Deserialize, Serialize};

use crate::id::ActorId;

/// The most people who are asked about at once.
pub const MAX_PEOPLE: usize = 200;

/// Whoever calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Name, handle and picture.
    #[serde(flatten)]
    pub person: Person,
    /// `owner`, `admin` or `member`; others may follow.
    pub role: String,
    /// Whether an invitation by this account is taken up.
    pub may_invite: bool,
}

/// Somebody, here or elsewhere, as this server knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The actor.
    pub actor: ActorId,
    /// The name, one line of text.
    pub name: String,
    /// The handle, as `@ana@example.org`.
    pub handle: String,
    /// The picture, at an address of this server wherever it is from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
}

/// Who is asked about: at most [`MAX_PEOPLE`]. Nobody else's server hears of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Who {
    /// Their ids.
    pub actors: Vec<ActorId>,
}

/// What is known of those who were asked about, each once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// Those who are known, in the order of the question.
    pub people: Vec<Person>,
    /// Those of whom nothing is known here; [`FIND`](super::path::FIND) asks their servers.
    pub unknown: Vec<ActorId>,
}

/// Somebody who is to be blocked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewBlock {
    /// The actor.
    pub actor: ActorId,
}
