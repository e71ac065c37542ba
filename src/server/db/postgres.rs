//! PostgreSQL: a pool of connections, each transaction on a thread beside the event loop. A transaction that loses
//! against another one is answered [`Error::Busy`], never tried again in silence: closures run once.

use std::sync::Arc;

use diesel::{
    Connection as _, PgConnection,
    connection::SimpleConnection,
    r2d2::{ConnectionManager, CustomizeConnection, Pool},
};

use super::{Connection, Transaction, beside, migrate};
use crate::{
    bus::Bus,
    error::{Error, Result},
};

/// A PostgreSQL database; cheap to clone.
#[derive(Clone)]
pub struct Postgres {
    pool: Pool<ConnectionManager<PgConnection>>,
}

/// The number of the advisory lock that lets one node migrate while the others wait: the letters "alcove".
const MIGRATION_LOCK: &str = "SELECT pg_advisory_lock(106982617051749)";
const MIGRATION_UNLOCK: &str = "SELECT pg_advisory_unlock(106982617051749)";

impl Postgres {
    /// Connects and migrates; several nodes may start at once.
    pub fn open(url: &str, connections: u32) -> Result<Self> {
        prepare();
        let pool = Pool::builder()
            .max_size(connections)
            .min_idle(Some(1))
            .connection_timeout(std::time::Duration::from_secs(10))
            .connection_customizer(Box::new(Session))
            .build(ConnectionManager::new(url))
            .map_err(Error::unknown)?;
        let mut connection = pool.get().map_err(Error::unknown)?;
        connection.batch_execute(MIGRATION_LOCK).map_err(Error::unknown)?;
        let migrated = migrate::run(&mut *connection, migrate::POSTGRES);
        connection.batch_execute(MIGRATION_UNLOCK).map_err(Error::unknown)?;
        migrated.map(|()| Self { pool })
    }

    /// See [`super::Db::write`].
    pub async fn write<T: Send + 'static>(
        &self,
        bus: Arc<Bus>,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let pool = self.pool.clone();
        beside(move || {
            let mut connection = pool.get().map_err(|_| Error::Busy)?;
            let (value, wakes) = connection.transaction(|connection| {
                let mut transaction = Transaction::new(Connection::Postgres(connection));
                let value = work(&mut transaction)?;
                Ok::<_, Error>((value, transaction.wakes))
            })?;
            bus.send(wakes);
            Ok(value)
        })
        .await
    }

    /// See [`super::Db::read`].
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let pool = self.pool.clone();
        beside(move || {
            let mut connection = pool.get().map_err(|_| Error::Busy)?;
            let mut reading = connection.build_transaction().read_only().repeatable_read();
            reading.run(|connection| work(&mut Transaction::new(Connection::Postgres(connection))))
        })
        .await
    }
}

/// To be called before the first connection. The OpenSSL inside libpq would otherwise be taken down when the process ends,
/// under the feet of threads that still close their connections: a crash after everything was done.
pub fn prepare() {
    openssl_sys::init();
}

#[derive(Debug)]
struct Session;

impl CustomizeConnection<PgConnection, diesel::r2d2::Error> for Session {
    fn on_acquire(&self, connection: &mut PgConnection) -> Result<(), diesel::r2d2::Error> {
        let settings =
            "SET client_min_messages = warning; SET lock_timeout = '10s'; SET statement_timeout = '30s'";
        connection.batch_execute(settings).map_err(diesel::r2d2::Error::QueryError)
    }
}
