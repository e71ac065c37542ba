//! Writes the changes of one save inside its transaction. Touches the rows of the records that change, two for each, and
//! the root: nothing here looks at how many records there are.

use alcove_client::seal::{Keys, Label, Root};
use rand::{CryptoRng, RngCore};
use rusqlite::{Connection, OptionalExtension, named_params};
use zeroize::Zeroizing;

use super::{Change, failure::Failure, shelf};

/// One save under way.
pub(super) struct Writer<'a> {
    connection: &'a Connection,
    keys: &'a Keys,
    root: Root,
}

impl<'a> Writer<'a> {
    /// Begins the save that `root` already counts.
    pub(super) fn new(connection: &'a Connection, keys: &'a Keys, root: Root) -> Self {
        Self { connection, keys, root }
    }

    /// Writes one change.
    pub(super) fn write(
        &mut self,
        change: Change<'_>,
        rng: &mut (impl CryptoRng + RngCore),
    ) -> Result<(), Failure> {
        match change {
            Change::Put(name, value) => self.put(name, value, rng),
            Change::Delete(name) => self.delete(name),
        }
    }

    /// Writes the root and gives back what it now is.
    pub(super) fn finish(self, rng: &mut (impl CryptoRng + RngCore)) -> Result<Root, Failure> {
        let sealed = self.root.seal(self.keys, rng).ok_or(Failure::Sealing)?;
        self.connection.prepare_cached("UPDATE store SET root = ?1")?.execute([sealed])?;
        Ok(self.root)
    }

    fn put(&mut self, name: &str, value: &[u8], rng: &mut (impl CryptoRng + RngCore)) -> Result<(), Failure> {
        let shelf = shelf::place(name).map(|(shelf, place)| (self.keys.hide(shelf), place));
        let label = Label { key: self.keys.hide(name), counter: self.root.counter, shelf };
        let mut salt = Zeroizing::new([0; 32]);
        rng.fill_bytes(&mut *salt);
        let sealed = self.keys.seal_record(&label, &salt, (name, value)).ok_or(Failure::Sealing)?;
        let slot = match self.find(&label.key)? {
            Some((slot, counter)) => {
                self.root.digest.remove(self.keys.digest(&label.key, counter));
                self.overwrite_salt(slot, &salt)?;
                slot
            }
            None => self.take_slot(&salt)?,
        };
        self.root.digest.add(self.keys.digest(&label.key, label.counter));
        self.insert(slot, &label, &sealed)
    }

    fn delete(&mut self, name: &str) -> Result<(), Failure> {
        let key = self.keys.hide(name);
        let Some((slot, counter)) = self.find(&key)? else {
            return Ok(());
        };
        self.root.digest.remove(self.keys.digest(&key, counter));
        let free = "UPDATE salt SET used = 0, salt = zeroblob(32) WHERE slot = ?1";
        self.connection.prepare_cached(free)?.execute([slot])?;
        self.connection.prepare_cached("DELETE FROM record WHERE slot = ?1")?.execute([slot])?;
        Ok(())
    }

    /// The slot of a record and the save that wrote it.
    fn find(&self, key: &[u8; 32]) -> Result<Option<(i64, i64)>, Failure> {
        let mut statement =
            self.connection.prepare_cached("SELECT slot, counter FROM record WHERE key = ?1")?;
        Ok(statement.query_row([key], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    /// A slot that holds no record any more, or a new one at the end.
    fn take_slot(&self, salt: &[u8; 32]) -> Result<i64, Failure> {
        let mut free = self.connection.prepare_cached("SELECT slot FROM salt WHERE used = 0 LIMIT 1")?;
        if let Some(slot) = free.query_row([], |row| row.get(0)).optional()? {
            self.overwrite_salt(slot, salt)?;
            return Ok(slot);
        }
        let mut append = self.connection.prepare_cached("INSERT INTO salt (used, salt) VALUES (1, ?1)")?;
        Ok(append.insert([salt])?)
    }

    fn overwrite_salt(&self, slot: i64, salt: &[u8; 32]) -> Result<(), Failure> {
        let mut overwrite =
            self.connection.prepare_cached("UPDATE salt SET used = 1, salt = ?2 WHERE slot = ?1")?;
        overwrite.execute((slot, salt))?;
        Ok(())
    }

    fn insert(&self, slot: i64, label: &Label, sealed: &[u8]) -> Result<(), Failure> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO record (slot, key, counter, shelf, place, sealed)
                VALUES (:slot, :key, :counter, :shelf, :place, :sealed)
                ON CONFLICT (slot) DO UPDATE SET counter = excluded.counter, sealed = excluded.sealed",
        )?;
        let (shelf, place) = label.shelf.unzip();
        statement.execute(named_params! {
            ":slot": slot, ":key": label.key, ":counter": label.counter, ":shelf": shelf, ":place": place,
            ":sealed": sealed,
        })?;
        Ok(())
    }
}
