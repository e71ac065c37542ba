//! What can go wrong in a chore, in the developer's words. Not the errors of the programs that a chore starts: those
//! print their own and are named here with their exit status only.

use std::{io, process::ExitStatus};

/// Why a chore ended without success.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something is missing on this machine; the sentence says what to do about it.
    #[error("{0}")]
    Missing(String),
    /// A program that we started has said no; its own words stand above.
    #[error("`{program}` ended with {status}")]
    Ended {
        /// The command as one would type it.
        program: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// A program that ought to run on has failed, or did not become ready in time.
    #[error("{service} did not start: {reason}")]
    NotStarted {
        /// Its name.
        service: String,
        /// What it said, or how long we waited.
        reason: String,
    },
    /// A file, a folder, a socket or a program could not be used.
    #[error("cannot {what}: {source}")]
    Io {
        /// What we were about to do.
        what: String,
        /// What the system answered.
        source: io::Error,
    },
    /// Rules of the project are broken; each has been printed.
    #[error("{0} broken rule(s), listed above")]
    Rules(usize),
    /// The demonstration did not show what it is there to show.
    #[error("the demonstration failed: {0}")]
    Demonstration(String),
}

/// The result of a chore or of a part of one.
pub type Result<T> = std::result::Result<T, Error>;

/// Names what was being done when the system said no.
pub trait While<T> {
    /// Turns an I/O error into ours; `what` completes "cannot ...".
    fn while_(self, what: impl Into<String>) -> Result<T>;
}

impl<T> While<T> for io::Result<T> {
    fn while_(self, what: impl Into<String>) -> Result<T> {
        self.map_err(|source| Error::Io { what: what.into(), source })
    }
}
