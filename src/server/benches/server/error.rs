//! Why a figure could not be had, in a sentence for whoever runs the benchmarks. One kind is enough: nobody handles it.

use std::fmt::Display;

/// What was being done, and what was in the way.
#[derive(Debug, thiserror::Error)]
#[error("cannot {what}: {reason}")]
pub struct Error {
    what: String,
    reason: String,
}

/// The result of a part of a measurement.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// `what` completes "cannot ...".
    pub fn new(what: impl Into<String>, reason: impl Display) -> Self {
        Self { what: what.into(), reason: reason.to_string() }
    }

    /// The same with more for whoever looks for the reason, on lines of its own.
    pub fn with(mut self, more: &str) -> Self {
        if !more.is_empty() {
            self.reason.push_str(&format!("\nThe server's last words:\n{more}"));
        }
        self
    }
}

/// Names what was being done when something failed.
pub trait While<T> {
    /// Turns any error into ours; `what` completes "cannot ...".
    fn while_(self, what: impl Into<String>) -> Result<T>;
}

impl<T, E: Display> While<T> for std::result::Result<T, E> {
    fn while_(self, what: impl Into<String>) -> Result<T> {
        self.map_err(|reason| Error::new(what, reason))
    }
}
