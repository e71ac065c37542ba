//! What came back for a request, and what counts as an answer. Nothing, 429, 5xx and everything that is no problem document
//! count as "not known", never as a refusal: a proxy says "not found" while the server behind it is replaced.

use alcove_protocol::{Problem, problem::PROBLEM_JSON, time::SECOND};
use serde::de::DeserializeOwned;

/// Why a server that has too much to do gives no answer.
pub const BUSY: &str = "it asks for patience";

/// What a person is told of a body that a proxy will never take.
const TOO_LARGE: &str = "This is larger than the server takes.";

/// An HTTP response, as far as it matters.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Location`.
    pub location: Option<String>,
    /// `X-Activity-Id` (trap T8).
    pub activity: Option<String>,
    /// `Retry-After`.
    pub retry_after: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// An answer that the server meant.
#[derive(Debug)]
pub struct Answered {
    /// `Location`.
    pub location: Option<String>,
    /// `X-Activity-Id` (trap T8).
    pub activity: Option<String>,
    body: Vec<u8>,
}

/// Why there is none.
#[derive(Debug)]
pub enum NoAnswer {
    /// The server said no and why.
    Refused(Box<Problem>),
    /// The token is not good any more.
    SignedOut(Box<Problem>),
    /// The server was not reached: other requests would fare no better.
    Unreachable(String),
    /// The server asks to wait so many milliseconds before this request is made again; others it may take.
    Patience(i64),
    /// The server answered, but nobody knows whether the request was taken: it, or one that it asked, has trouble.
    Unknown(String),
}

impl Reply {
    /// Tells an answer from a refusal and from neither.
    pub fn judge(self) -> Result<Answered, NoAnswer> {
        if (200..300).contains(&self.status) {
            return Ok(Answered { location: self.location, activity: self.activity, body: self.body });
        }
        Err(match (self.status, self.problem()) {
            (401, Some(problem)) => NoAnswer::SignedOut(Box::new(problem)),
            (429, _) => NoAnswer::Patience(self.patience()),
            (408, _) => NoAnswer::Unreachable(BUSY.to_owned()),
            (400..500, Some(problem)) => NoAnswer::Refused(Box::new(problem)),
            // A proxy that takes only small bodies will never take this one.
            (413, None) => NoAnswer::Refused(Box::new(Problem::new("too-large", TOO_LARGE, 413))),
            (status, _) => NoAnswer::Unknown(format!("it answered {status}")),
        })
    }

    /// `Retry-After` in seconds, within bounds; a minute where the server says nothing that we read.
    fn patience(&self) -> i64 {
        let seconds = self.retry_after.as_deref().and_then(|value| value.trim().parse::<i64>().ok());
        seconds.unwrap_or(60).clamp(1, 60 * 60) * SECOND
    }

    fn problem(&self) -> Option<Problem> {
        let kind = self.content_type.as_deref()?;
        kind.starts_with(PROBLEM_JSON).then(|| serde_json::from_slice(&self.body).ok())?
    }
}

impl Answered {
    /// The answer as the type it should have.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, NoAnswer> {
        serde_json::from_slice(&self.body)
            .map_err(|error| NoAnswer::Unknown(format!("its answer does not fit: {error}")))
    }
}
