//! The database: SQLite or PostgreSQL, chosen at run time by the URL, behind one [`Db`] and one set of queries. The only
//! code that names diesel. A file beside this one for each table or small family of tables: plain functions that take a
//! [`Transaction`] and return rows.
//!
//! The road not taken: `#[derive(MultiConnection)]` cannot upsert, batch-insert, return rows or begin an immediate
//! transaction. Instead `query!` compiles one query text once per backend.

pub mod accounts;
pub mod actors;
pub mod blobs;
pub mod blocked_domains;
pub mod blocks;
pub mod boosts;
pub mod collections;
pub mod conversations;
pub mod deliveries;
pub mod devices;
pub mod emojis;
pub mod envelopes;
pub mod facts;
pub mod featured;
pub mod follows;
pub mod hashtags;
pub mod hosts;
pub mod ids;
pub mod imports;
pub mod invitations;
pub mod items;
pub mod jobs;
pub mod key_packages;
pub mod letters;
pub mod likes;
pub mod markers;
pub mod media;
mod migrate;
pub mod notifications;
pub mod oauth;
pub mod pairings;
pub mod policy_changes;
pub mod polls;
mod postgres;
pub mod posts;
pub mod preferences;
pub mod profiles;
pub mod recipients;
pub mod remote_media;
pub mod reports;
pub mod revisions;
pub mod schema;
pub mod seen;
pub mod sessions;
pub mod shown;
mod sqlite;
pub mod talks;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod timelines;
pub mod tokens;
pub mod tombstones;
pub mod waiting;

use std::sync::Arc;

use diesel::{PgConnection, SqliteConnection};

use crate::{
    bus::{Bus, Wake},
    config,
    error::{Error, Result},
};

/// Runs one diesel expression on whichever connection a transaction holds.
///
/// `query!(transaction, connection => account::table.find(id).first(connection).optional())`
#[macro_export]
macro_rules! query {
    ($transaction:expr, $connection:ident => $query:expr) => {
        match &mut $transaction.connection {
            $crate::db::Connection::Sqlite(sqlite) => {
                let $connection = &mut **sqlite;
                $query
            }
            $crate::db::Connection::Postgres(postgres) => {
                let $connection = &mut **postgres;
                $query
            }
        }
    };
}
pub use query;

/// One of the two connections, borrowed for a transaction.
pub enum Connection<'c> {
    /// The embedded database.
    Sqlite(&'c mut SqliteConnection),
    /// A database server.
    Postgres(&'c mut PgConnection),
}

/// A transaction under way: given to closures, which are synchronous and so cannot wait for the network inside it.
pub struct Transaction<'c> {
    /// For `query!` only.
    pub connection: Connection<'c>,
    wakes: Vec<Wake>,
}

impl<'c> Transaction<'c> {
    fn new(connection: Connection<'c>) -> Self {
        Self { connection, wakes: Vec::new() }
    }

    /// Wakes somebody once this transaction is committed, and not if it fails.
    pub fn wake(&mut self, wake: Wake) {
        if !self.wakes.contains(&wake) {
            self.wakes.push(wake);
        }
    }
}

/// The database of a server; cheap to clone.
#[derive(Clone)]
pub struct Db {
    backend: Backend,
    bus: Arc<Bus>,
}

#[derive(Clone)]
enum Backend {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Db {
    /// Opens the database and brings its tables up to date.
    ///
    /// # Errors
    /// When it cannot be opened or migrated; the text says which file or server.
    pub fn open(settings: &config::Database, bus: Arc<Bus>) -> Result<Self> {
        let backend = match settings.backend()? {
            config::DatabaseUrl::Sqlite(path) => {
                Backend::Sqlite(sqlite::Sqlite::open(&path, settings.connections)?)
            }
            config::DatabaseUrl::Postgres(url) => {
                Backend::Postgres(postgres::Postgres::open(&url, settings.connections)?)
            }
        };
        Ok(Self { backend, bus })
    }

    /// Runs a transaction that may write. What it returned is on disk when this returns; after an error nothing is.
    ///
    /// # Errors
    /// Whatever the closure answers; [`Error::Busy`] when the database cannot be reached.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.write(self.bus.clone(), work).await,
            Backend::Postgres(postgres) => postgres.write(self.bus.clone(), work).await,
        }
    }

    /// Runs queries that only read, on one consistent snapshot.
    ///
    /// # Errors
    /// Whatever the closure answers; [`Error::Busy`] when the database cannot be reached.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(work).await,
            Backend::Postgres(postgres) => postgres.read(work).await,
        }
    }
}

/// A database that is locked, restarting or out of connections is trouble that passes; a query that is wrong is not.
impl From<diesel::result::Error> for Error {
    fn from(source: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind, Error as Diesel};
        match &source {
            Diesel::DatabaseError(
                DatabaseErrorKind::SerializationFailure
                | DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::UnableToSendCommand,
                _,
            ) => Self::Busy,
            // Where two did the same at the same moment; done again, it finds what the other one has done.
            Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Self::Busy,
            Diesel::DatabaseError(_, information) if passes(information.message()) => Self::Busy,
            // PostgreSQL has no such text; that somebody sends it is no mistake of ours.
            Diesel::DatabaseError(_, information)
                if information.message().contains("invalid byte sequence") =>
            {
                Self::invalid("Expected text without the character U+0000.")
            }
            _ => Self::unknown(source),
        }
    }
}

/// Says whether a database will answer otherwise in a moment; diesel tells these apart by their words only.
fn passes(message: &str) -> bool {
    const PASSING: [&str; 5] = [
        "database is locked",
        "deadlock detected",
        "lock timeout",
        "statement timeout",
        "administrator command",
    ];
    PASSING.iter().any(|words| message.contains(words))
}

/// Runs blocking database work beside the event loop.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::unknown)?
}

#[cfg(test)]
pub(crate) mod tests;
