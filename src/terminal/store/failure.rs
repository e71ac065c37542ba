//! Why the file could not be read or written, before it is known which file it is. Becomes an [`Error`] at the edge of
//! the store.

use std::path::Path;

use crate::Error;

/// What went wrong.
#[derive(Debug)]
pub(super) enum Failure {
    /// SQLite said so.
    Sql(rusqlite::Error),
    /// Something was changed behind our back.
    Damaged(&'static str),
    /// A newer program made the file.
    Newer {
        /// Its layout.
        found: i64,
    },
    /// A name is too long, or the algorithms refused.
    Sealing,
}

impl Failure {
    /// A record that is not the one that was sealed there.
    pub(super) const RECORD: Self = Self::Damaged("a record does not open");

    /// The failure in a person's words.
    pub(super) fn at(self, path: &Path) -> Error {
        let path = path.to_owned();
        match self {
            Self::Damaged(what) => Error::Damaged { path, what },
            Self::Newer { found } => Error::Newer { path, found, known: super::schema::SCHEMA },
            Self::Sealing => Error::Sealing,
            Self::Sql(source) => match source.sqlite_error_code() {
                Some(rusqlite::ErrorCode::NotADatabase) => {
                    Error::Damaged { path, what: "it is not the file of a device" }
                }
                Some(rusqlite::ErrorCode::DatabaseCorrupt) => {
                    Error::Damaged { path, what: "parts of it are missing" }
                }
                _ => Error::Disk { path, source },
            },
        }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}
