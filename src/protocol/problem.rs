//! Problem documents (RFC 9457): how the server says no to a program. `kind` is for code, `detail` for people; the
//! server's `http/error.rs` is the only place that makes them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The media type of a problem document.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// A problem document. `kind` is a word such as `wrong-epoch`, written on the wire as `urn:alcove:problem:wrong-epoch`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// What went wrong, as a URN that programs can compare.
    #[serde(rename = "type")]
    pub kind: String,
    /// One sentence, the same for every occurrence.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What was expected, or which check failed, in this occurrence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Members of this kind of problem, such as `currentEpoch`.
    #[serde(flatten)]
    pub members: Map<String, Value>,
}

/// Before the word of a problem in its `type`.
const PREFIX: &str = "urn:alcove:problem:";

impl Problem {
    /// A problem with no more than its kind, sentence and status.
    pub fn new(kind: &str, title: &str, status: u16) -> Self {
        Self {
            kind: format!("{PREFIX}{kind}"),
            title: title.to_owned(),
            status,
            detail: None,
            members: Map::new(),
        }
    }

    /// The same problem with the particulars of this occurrence.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The same problem with one more member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// Says whether a server of our kind wrote this: others have types of their own.
    pub fn is_ours(&self) -> bool {
        self.kind.starts_with(PREFIX)
    }

    /// The word of a problem of ours; empty for those of others.
    pub fn word(&self) -> &str {
        self.kind.strip_prefix(PREFIX).unwrap_or_default()
    }

    /// Says whether this is the problem of that word.
    pub fn is(&self, kind: &str) -> bool {
        self.kind.strip_prefix(PREFIX) == Some(kind)
    }

    /// The sentence a person is shown: the particulars where there are any.
    pub fn sentence(&self) -> &str {
        self.detail.as_deref().unwrap_or(&self.title)
    }
}
