//! What can go wrong in the server, by what the caller can do about it. `http/error.rs` is the one mapping to a status,
//! `jobs/` the one to trying again or giving up. Whatever nobody foresaw is [`Error::Unknown`]: logged once with its chain
//! at the boundary, and told to people as one calm sentence.

use alcove_protocol::problem::Problem;

/// The result of nearly everything.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input is not what was expected, and the same input never will be; the problem says what was expected (400,
    /// 403, 409, 410, 413 or 422 stands in it).
    #[error("{}", .0.sentence())]
    Refused(Box<Problem>),
    /// No session or token, or one that has ended.
    #[error("Please sign in first.")]
    NotSignedIn,
    /// A token without the scope, or a person without the role.
    #[error("{0}")]
    Forbidden(String),
    /// There is nothing there, or nothing that the asker may know of: the two look the same (S-23).
    #[error("There is nothing at this address.")]
    NotFound,
    /// It was here once.
    #[error("This has been deleted.")]
    Gone,
    /// Asked too often; seconds until it is worth trying again.
    #[error("That was too often. Please try again in {0} seconds.")]
    TooMany(u64),
    /// A passing trouble of ours or of the database: try again.
    #[error("The server is busy. Please try again in a moment.")]
    Busy,
    /// Nobody foresaw it.
    #[error("Something went wrong on our side. It has been written to the log; please try again.")]
    Unknown(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Wraps what nobody foresaw.
    pub fn unknown(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Unknown(Box::new(source))
    }

    /// Refuses input: the word that programs compare, the status, and what was expected.
    pub fn refused(kind: &str, status: u16, expected: impl Into<String>) -> Self {
        let title = kind.replace('-', " ");
        Self::Refused(Box::new(Problem::new(kind, &title, status).with_detail(expected)))
    }

    /// Input that does not say what it must.
    pub fn invalid(expected: impl Into<String>) -> Self {
        Self::refused("invalid", 400, expected)
    }

    /// Says whether this is the refusal of that kind.
    pub fn is_refusal(&self, kind: &str) -> bool {
        matches!(self, Self::Refused(problem) if problem.is(kind))
    }
}
