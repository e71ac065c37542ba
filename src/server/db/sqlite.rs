//! SQLite: one thread writes, a pool of connections reads. Writers that wait together share one commit: the thread takes
//! what is queued, runs each closure in a savepoint, commits once and then answers all, so that what has been answered
//! is on disk (`synchronous=FULL`) at the price of one sync for many.

use std::{
    panic::AssertUnwindSafe,
    path::Path,
    sync::{Arc, mpsc},
    thread,
};

use diesel::{
    Connection as _, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection,
    r2d2::{ConnectionManager, CustomizeConnection, Pool},
    sql_query,
};
use tokio::sync::oneshot;

use super::{Connection, Transaction, beside, migrate};
use crate::{
    bus::Bus,
    error::{Error, Result},
};

/// The most closures that share one commit.
const BATCH: usize = 64;

/// WAL lets readers go on while one writes; the busy timeout is for other processes (a backup, a shell).
const SETTINGS: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;";

/// A SQLite database; cheap to clone.
#[derive(Clone)]
pub struct Sqlite {
    writer: mpsc::Sender<Job>,
    readers: Pool<ConnectionManager<SqliteConnection>>,
}

/// One writing closure: `run` keeps its answer inside and says whether to keep the savepoint; `finish` hands the answer
/// over once the commit is known.
struct Job {
    run: Box<dyn FnOnce(&mut SqliteConnection) -> Finish + Send>,
}

struct Finish {
    keep: bool,
    answer: Box<dyn FnOnce(Result<()>) + Send>,
}

impl Sqlite {
    /// Opens or makes the file, migrates it, and starts the writing thread, which ends with the last clone.
    pub fn open(path: &Path, connections: u32) -> Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(Error::unknown)?;
        }
        let name = path.to_string_lossy().into_owned();
        let mut connection = connect(&name)?;
        // One process at a time: a server and an order may both find the tables missing.
        connection.immediate_transaction(|connection| migrate::run(connection, migrate::SQLITE))?;
        let readers = Pool::builder()
            .max_size(connections)
            .connection_customizer(Box::new(ReadOnly))
            .build(ConnectionManager::new(&name))
            .map_err(Error::unknown)?;
        let (writer, jobs) = mpsc::channel();
        thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || write_until_closed(&name, connection, &jobs))
            .map_err(Error::unknown)?;
        Ok(Self { writer, readers })
    }

    /// See [`super::Db::write`].
    pub async fn write<T: Send + 'static>(
        &self,
        bus: Arc<Bus>,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (sender, receiver) = oneshot::channel();
        let run = Box::new(move |connection: &mut SqliteConnection| {
            let mut transaction = Transaction::new(Connection::Sqlite(connection));
            let result = std::panic::catch_unwind(AssertUnwindSafe(|| work(&mut transaction)))
                .unwrap_or_else(|_| Err(Error::unknown(Panicked)));
            let wakes = transaction.wakes;
            let keep = result.is_ok();
            let answer = move |committed: Result<()>| {
                let answer = result.and_then(|value| committed.map(|()| value));
                // Here and not where the answer is awaited: whoever asked may have given up, and it is done all the same.
                if answer.is_ok() {
                    bus.send(wakes);
                }
                drop(sender.send(answer));
            };
            Finish { keep, answer: Box::new(answer) }
        });
        self.writer.send(Job { run }).map_err(|_| Error::Busy)?;
        receiver.await.map_err(|_| Error::Busy)?
    }

    /// See [`super::Db::read`].
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let readers = self.readers.clone();
        beside(move || {
            let mut connection = readers.get().map_err(|_| Error::Busy)?;
            connection.transaction(|connection| work(&mut Transaction::new(Connection::Sqlite(connection))))
        })
        .await
    }
}

#[derive(Debug, thiserror::Error)]
#[error("a database closure panicked")]
struct Panicked;

#[derive(Debug)]
struct ReadOnly;

impl CustomizeConnection<SqliteConnection, diesel::r2d2::Error> for ReadOnly {
    fn on_acquire(&self, connection: &mut SqliteConnection) -> std::result::Result<(), diesel::r2d2::Error> {
        let settings = format!("{SETTINGS} PRAGMA query_only = ON;");
        connection.batch_execute(&settings).map_err(diesel::r2d2::Error::QueryError)
    }
}

fn connect(name: &str) -> Result<SqliteConnection> {
    let mut connection = SqliteConnection::establish(name).map_err(Error::unknown)?;
    connection.batch_execute(SETTINGS).map_err(Error::unknown)?;
    Ok(connection)
}

fn write_until_closed(name: &str, mut connection: SqliteConnection, jobs: &mpsc::Receiver<Job>) {
    while let Ok(first) = jobs.recv() {
        let batch = std::iter::once(first).chain(jobs.try_iter().take(BATCH - 1));
        let mut finished = Vec::new();
        let committed = commit_together(&mut connection, batch, &mut finished);
        for finish in finished {
            // A failed commit failed for each of them; the particulars are logged once.
            (finish.answer)(committed.as_ref().map(drop).map_err(|_| Error::Busy));
        }
        if let Err(error) = committed {
            tracing::error!(%error, "the database did not commit");
            // A full disk can leave a connection that refuses everything; a new one starts clean.
            match connect(name) {
                Ok(fresh) => connection = fresh,
                Err(error) => tracing::error!(%error, "the database could not be opened again"),
            }
        }
    }
}

fn commit_together(
    connection: &mut SqliteConnection,
    batch: impl Iterator<Item = Job>,
    finished: &mut Vec<Finish>,
) -> diesel::QueryResult<()> {
    connection.immediate_transaction(|connection| {
        for job in batch {
            sql_query("SAVEPOINT one").execute(connection)?;
            let finish = (job.run)(connection);
            let end = if finish.keep { "RELEASE one" } else { "ROLLBACK TO one; RELEASE one" };
            finished.push(finish);
            connection.batch_execute(end)?;
        }
        Ok(())
    })
}
