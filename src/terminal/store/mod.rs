//! The device's records on disk: one SQLite file of sealed records, saved one atomic batch per step (ENCRYPTION.md 1.7).
//!
//! Hot records, the state of the device, are handed over once at opening. Records of the messages lie on shelves, are
//! never loaded at once and are paged from disk; a save costs what it changes, however many there are. What stands in a
//! record is the device's business. Not a protection against somebody who puts back the whole file as it once was.

mod failure;
mod lock;
mod schema;
mod shelf;
#[cfg(test)]
mod tests;
mod writer;

use std::path::{Path, PathBuf};

use rand::{CryptoRng, RngCore};
use rusqlite::{Connection, Row, ToSql, TransactionBehavior, named_params};

pub use alcove_client::seal::Cost;
pub(crate) use shelf::SENT;

use alcove_client::seal::{DataKey, Digest, Keys, Label, Root, Wrapped};

use self::{failure::Failure, lock::Lock, writer::Writer};
use crate::{Error, FailPoint, FailPoints};

/// The file with the records.
const FILE: &str = "device.sqlite";
/// The file while it is being made: what has the name of a device is whole.
const UNFINISHED: &str = "device.new";
/// The file that is locked.
const LOCK: &str = "device.lock";

/// A record with its name.
pub type Record = (String, Vec<u8>);

/// One change to the records.
#[derive(Clone, Copy, Debug)]
pub enum Change<'a> {
    /// The record of this name is now this.
    Put(&'a str, &'a [u8]),
    /// There is no record of this name.
    Delete(&'a str),
}

/// The open file of one device.
pub struct Store {
    path: PathBuf,
    connection: Connection,
    keys: Keys,
    root: Root,
    points: FailPoints,
    _lock: Lock,
}

impl Store {
    /// Says whether a folder holds a device.
    pub fn exists(folder: &Path) -> bool {
        folder.join(FILE).exists()
    }

    /// Makes the file of a new device.
    pub fn create(
        folder: &Path,
        passphrase: &str,
        cost: Cost,
        rng: &mut (impl CryptoRng + RngCore),
    ) -> Result<Self, Error> {
        make_folder(folder)?;
        let lock = Lock::take(&folder.join(LOCK))?;
        let (path, unfinished) = (folder.join(FILE), folder.join(UNFINISHED));
        let failed = |source| Error::Folder { path: folder.to_owned(), source };
        if path.exists() {
            return Err(Error::DeviceExists { folder: folder.to_owned() });
        }
        if unfinished.exists() {
            std::fs::remove_file(&unfinished).map_err(failed)?;
        }
        let (keys, root) =
            Self::begin(&unfinished, passphrase, cost, rng).map_err(|failure| failure.at(&path))?;
        std::fs::rename(&unfinished, &path).map_err(failed)?;
        let connection = schema::open(&path).map_err(|failure| failure.at(&path))?;
        Ok(Self { path, connection, keys, root, points: FailPoints::default(), _lock: lock })
    }

    /// Makes the unfinished file with everything that an empty device has.
    fn begin(
        unfinished: &Path,
        passphrase: &str,
        cost: Cost,
        rng: &mut (impl CryptoRng + RngCore),
    ) -> Result<(Keys, Root), Failure> {
        let data_key = DataKey::generate(rng);
        let wrapped = data_key.wrap(passphrase, cost, rng).ok_or(Failure::Sealing)?;
        let (keys, root) = (data_key.keys(), Root::default());
        let connection = schema::create(unfinished)?;
        let sealed = root.seal(&keys, rng).ok_or(Failure::Sealing)?;
        insert_wrapped(&connection, &wrapped, &sealed)?;
        Ok((keys, root))
    }

    /// Opens the file of a device and checks that its records are those of its last save.
    pub fn open(folder: &Path, passphrase: &str) -> Result<Self, Error> {
        let path = folder.join(FILE);
        if !path.exists() {
            return Err(Error::NoDevice { folder: folder.to_owned() });
        }
        let lock = Lock::take(&folder.join(LOCK))?;
        let failed = |failure: Failure| failure.at(&path);
        let connection = schema::open(&path).map_err(failed)?;
        let (wrapped, sealed) = select_wrapped(&connection).map_err(|source| failed(source.into()))?;
        let keys = DataKey::unwrap(passphrase, &wrapped).ok_or(Error::WrongPassphrase)?.keys();
        let root = Root::open(&keys, &sealed)
            .ok_or_else(|| failed(Failure::Damaged("its root record does not open")))?;
        let store =
            Self { path: path.clone(), connection, keys, root, points: FailPoints::default(), _lock: lock };
        store.check_digest().map_err(failed)?;
        Ok(store)
    }

    /// Where tests interrupt saving.
    pub fn set_fail_points(&mut self, points: FailPoints) {
        self.points = points;
    }

    /// The error of a file whose records do not make sense together.
    pub(crate) fn damaged(&self, what: &'static str) -> Error {
        Failure::Damaged(what).at(&self.path)
    }

    /// Everything but what lies on shelves.
    pub fn hot(&self) -> Result<Vec<Record>, Error> {
        self.read("INDEXED BY record_hot", "shelf IS NULL", &[])
    }

    /// One record, wherever it lies.
    pub fn get(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let found = self.read("", "key = :key", &[(":key", &self.keys.hide(name))])?;
        Ok(found.into_iter().next().map(|(_, value)| value))
    }

    /// The last records of a shelf before a place, at most so many, newest first. The shelf is what the records' names
    /// begin with, up to the last slash.
    pub fn page(&self, shelf: &str, before: i64, limit: usize) -> Result<Vec<Record>, Error> {
        let (shelf, limit) = (self.keys.hide(shelf), i64::try_from(limit).unwrap_or(i64::MAX));
        self.read(
            "",
            "shelf = :shelf AND place < :before ORDER BY place DESC LIMIT :limit",
            &[(":shelf", &shelf), (":before", &before), (":limit", &limit)],
        )
    }

    fn read(
        &self,
        index: &str,
        condition: &str,
        parameters: &[(&str, &dyn ToSql)],
    ) -> Result<Vec<Record>, Error> {
        self.select(index, condition, parameters).map_err(|failure| failure.at(&self.path))
    }

    fn select(
        &self,
        index: &str,
        condition: &str,
        parameters: &[(&str, &dyn ToSql)],
    ) -> Result<Vec<Record>, Failure> {
        let sql = format!(
            "SELECT key, counter, shelf, place, sealed, salt.salt FROM record {index}
                LEFT JOIN salt USING (slot) WHERE {condition}"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_and_then(parameters, |row| {
            let (label, salt, sealed) = read_row(row)?;
            self.keys.open_record(&label, &salt, &sealed).ok_or(Failure::RECORD)
        })?;
        rows.collect()
    }

    /// Saves one step: all of it or nothing. Once this returns, it is on the disk.
    pub fn save<'a>(
        &mut self,
        changes: impl IntoIterator<Item = Change<'a>>,
        rng: &mut (impl CryptoRng + RngCore),
    ) -> Result<(), Error> {
        let mut changes = changes.into_iter().peekable();
        if changes.peek().is_none() {
            return Ok(());
        }
        let root = self.commit(changes, rng).map_err(|failure| failure.at(&self.path))?;
        self.root = root;
        Ok(())
    }

    fn commit<'a>(
        &mut self,
        changes: impl Iterator<Item = Change<'a>>,
        rng: &mut (impl CryptoRng + RngCore),
    ) -> Result<Root, Failure> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let next = Root { counter: self.root.counter + 1, digest: self.root.digest };
        let mut writer = Writer::new(&transaction, &self.keys, next);
        for change in changes {
            writer.write(change, rng)?;
        }
        let root = writer.finish(rng)?;
        self.points.reach(FailPoint::WithinSave);
        transaction.commit()?;
        Ok(root)
    }

    fn check_digest(&self) -> Result<(), Failure> {
        let mut statement = self.connection.prepare_cached("SELECT key, counter FROM record")?;
        let mut rows = statement.query([])?;
        let mut digest = Digest::default();
        while let Some(row) = rows.next()? {
            let key = row.get_ref(0)?.as_blob().map_err(|_| Failure::RECORD)?;
            digest.add(self.keys.digest(key, row.get(1)?));
        }
        let same = digest == self.root.digest;
        same.then_some(()).ok_or(Failure::Damaged("records are missing or were put back"))
    }
}

/// A folder that only its owner can look into.
fn make_folder(folder: &Path) -> Result<(), Error> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|source| Error::Folder { path: folder.to_owned(), source })
}

fn insert_wrapped(connection: &Connection, wrapped: &Wrapped, root: &[u8]) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO store (one, name, memory, passes, salt, nonce, data_key, root)
            VALUES (1, :name, :memory, :passes, :salt, :nonce, :data_key, :root)",
        named_params! {
            ":name": wrapped.store, ":memory": wrapped.cost.memory, ":passes": wrapped.cost.passes,
            ":salt": wrapped.salt, ":nonce": wrapped.nonce, ":data_key": wrapped.data_key, ":root": root,
        },
    )?;
    Ok(())
}

fn select_wrapped(connection: &Connection) -> rusqlite::Result<(Wrapped, Vec<u8>)> {
    let sql = "SELECT name, memory, passes, salt, nonce, data_key, root FROM store";
    connection.query_row(sql, [], |row| {
        let wrapped = Wrapped {
            store: row.get(0)?,
            cost: Cost { memory: row.get(1)?, passes: row.get(2)? },
            salt: row.get(3)?,
            nonce: row.get(4)?,
            data_key: row.get(5)?,
        };
        Ok((wrapped, row.get(6)?))
    })
}

/// A row of `record` with its salt; one whose salt is missing opens no more than one with a wrong salt.
fn read_row(row: &Row<'_>) -> rusqlite::Result<(Label, Vec<u8>, Vec<u8>)> {
    let shelf = row.get::<_, Option<[u8; 32]>>("shelf")?;
    let place = row.get::<_, Option<i64>>("place")?;
    let label = Label { key: row.get("key")?, counter: row.get("counter")?, shelf: shelf.zip(place) };
    Ok((label, row.get::<_, Option<_>>("salt")?.unwrap_or_default(), row.get("sealed")?))
}
