//! The device's records as IndexedDB keeps them: sealed, under keys that say nothing but sort as the device needs them
//! (ENCRYPTION.md 1.7). JavaScript writes what a save answers in one transaction; here it is known which save wrote what.
//!
//! A key is `0 ‖ name ‖ save` for hot records and `1 ‖ shelf ‖ place ‖ name ‖ save` for cold ones, names and shelves hidden by a
//! keyed hash. A value is the record's salt and the sealed record. The save stands in the key, so that all keys together
//! show whether records are missing or were put back, without reading one of them.

use std::collections::BTreeMap;

use alcove_client::{
    record,
    seal::{DataKey, Keys, Label, Root},
};
use rand::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use crate::failure::Failure;

const HOT: u8 = 0;
const COLD: u8 = 1;
const SALT: usize = 32;

/// The sealed records of one device.
pub struct Vault {
    data_key: DataKey,
    keys: Keys,
    root: Root,
    /// Under which key each record lies, by its hidden name.
    places: BTreeMap<[u8; 32], Vec<u8>>,
}

/// What one save writes, all or nothing.
#[derive(Debug, Default)]
pub struct Changes {
    /// Keys and values.
    pub put: Vec<(Vec<u8>, Vec<u8>)>,
    /// Keys.
    pub delete: Vec<Vec<u8>>,
    /// The sealed root.
    pub root: Vec<u8>,
}

impl Vault {
    /// The vault of a new device.
    pub fn create(rng: &mut (impl CryptoRng + RngCore)) -> Self {
        let data_key = DataKey::generate(rng);
        Self { keys: data_key.keys(), data_key, root: Root::default(), places: BTreeMap::new() }
    }

    /// The vault with this root and these keys of records: refused if they are not those of its last save.
    pub fn open(
        data_key: DataKey,
        root: &[u8],
        stored: impl IntoIterator<Item = Vec<u8>>,
    ) -> Result<Self, Failure> {
        let keys = data_key.keys();
        let root = Root::open(&keys, root).ok_or(Failure::DAMAGED)?;
        let mut vault = Self { keys, data_key, root: Root::default(), places: BTreeMap::new() };
        for key in stored {
            let label = label(&key).ok_or(Failure::DAMAGED)?;
            vault.root.digest.add(vault.keys.digest(&label.key, label.counter));
            vault.places.insert(label.key, key);
        }
        vault.root.counter = root.counter;
        if vault.root == root { Ok(vault) } else { Err(Failure::DAMAGED) }
    }

    /// The key of everything in it, to be wrapped.
    pub fn data_key(&self) -> &DataKey {
        &self.data_key
    }

    /// The key under which a record lies, by its name.
    pub fn place_of(&self, name: &str) -> Option<Vec<u8>> {
        self.places.get(&self.keys.hide(name)).cloned()
    }

    /// Opens a record.
    pub fn read(&self, key: &[u8], value: &[u8]) -> Result<(String, Vec<u8>), Failure> {
        let opened = label(key)
            .zip(value.split_at_checked(SALT))
            .and_then(|(label, (salt, sealed))| self.keys.open_record(&label, salt, sealed));
        opened.ok_or(Failure::DAMAGED)
    }

    /// Seals one save. What it answers has to be written before anything else is saved.
    pub fn save(
        &mut self,
        put: &[(String, Vec<u8>)],
        delete: &[String],
        rng: &mut (impl CryptoRng + RngCore),
    ) -> Result<Changes, Failure> {
        let mut changes = Changes::default();
        self.root.counter += 1;
        for name in delete {
            let hidden = self.keys.hide(name);
            self.forget(&hidden, &mut changes);
        }
        for (name, value) in put {
            let shelf = record::place(name).map(|(shelf, place)| (self.keys.hide(shelf), place));
            let label = Label { key: self.keys.hide(name), counter: self.root.counter, shelf };
            self.forget(&label.key, &mut changes);
            let mut salt = Zeroizing::new([0; SALT]);
            rng.fill_bytes(&mut *salt);
            let sealed = self.keys.seal_record(&label, &salt, (name, value));
            let sealed = sealed.ok_or_else(|| Failure::new("encryption"))?;
            let key = place(&label);
            self.root.digest.add(self.keys.digest(&label.key, label.counter));
            self.places.insert(label.key, key.clone());
            changes.put.push((key, [&salt[..], &sealed].concat()));
        }
        let root = self.root.seal(&self.keys, rng);
        changes.root = root.ok_or_else(|| Failure::new("encryption"))?;
        Ok(changes)
    }

    /// Takes the present version of a record out.
    fn forget(&mut self, hidden: &[u8; 32], changes: &mut Changes) {
        let Some(key) = self.places.remove(hidden) else { return };
        if let Some(old) = label(&key) {
            self.root.digest.remove(self.keys.digest(&old.key, old.counter));
        }
        // A record that this very save has written is not on the disk yet.
        changes.put.retain(|(put, _)| *put != key);
        changes.delete.push(key);
    }
}

/// The key under which a record lies.
fn place(label: &Label) -> Vec<u8> {
    let counter = label.counter.to_be_bytes();
    match label.shelf {
        None => [&[HOT], &label.key[..], &counter].concat(),
        // Places are never negative, so that their bytes sort as they do.
        Some((shelf, place)) => {
            [&[COLD], &shelf[..], &place.to_be_bytes(), &label.key[..], &counter].concat()
        }
    }
}

fn label(key: &[u8]) -> Option<Label> {
    let (kind, rest) = key.split_first()?;
    let (shelf, rest) = match *kind {
        HOT => (None, rest),
        COLD => {
            let (shelf, rest) = rest.split_first_chunk::<32>()?;
            let (place, rest) = rest.split_first_chunk::<8>()?;
            (Some((*shelf, i64::from_be_bytes(*place))), rest)
        }
        _ => return None,
    };
    let (name, counter) = rest.split_first_chunk::<32>()?;
    Some(Label { key: *name, counter: i64::from_be_bytes(counter.try_into().ok()?), shelf })
}

#[cfg(test)]
mod tests {
    use alcove_protocol::GroupId;
    use rand::rngs::OsRng;

    use super::*;

    /// What IndexedDB would hold.
    #[derive(Clone, Default)]
    struct Disk {
        records: BTreeMap<Vec<u8>, Vec<u8>>,
        root: Vec<u8>,
    }

    impl Disk {
        fn write(&mut self, changes: Changes) {
            for key in changes.delete {
                self.records.remove(&key);
            }
            self.records.extend(changes.put);
            self.root = changes.root;
        }

        fn open(&self, vault: &Vault) -> Result<Vault, Failure> {
            let key = DataKey::from_bytes(&vault.data_key().to_bytes()).unwrap();
            Vault::open(key, &self.root, self.records.keys().cloned())
        }
    }

    fn put(vault: &mut Vault, disk: &mut Disk, name: &str, value: &str) {
        let put = [(name.to_owned(), value.as_bytes().to_vec())];
        disk.write(vault.save(&put, &[], &mut OsRng).unwrap());
    }

    fn filled() -> (Vault, Disk) {
        let (mut vault, mut disk) = (Vault::create(&mut OsRng), Disk::default());
        put(&mut vault, &mut disk, "account", "one");
        put(&mut vault, &mut disk, "pin", "two");
        (vault, disk)
    }

    #[test]
    fn records_come_back_as_they_were_last_saved() {
        let (mut vault, mut disk) = filled();
        put(&mut vault, &mut disk, "account", "three");
        disk.write(vault.save(&[], &["pin".to_owned()], &mut OsRng).unwrap());
        let opened = disk.open(&vault).unwrap();
        let read: Vec<_> = disk.records.iter().map(|(key, value)| opened.read(key, value).unwrap()).collect();
        assert_eq!(read, [("account".to_owned(), b"three".to_vec())]);
    }

    /// What was saved twice in one step is there once.
    #[test]
    fn the_last_of_two_values_in_one_save_counts() {
        let (mut vault, mut disk) = filled();
        let twice = ["a", "b"].map(|value| ("x".to_owned(), value.as_bytes().to_vec()));
        disk.write(vault.save(&twice, &[], &mut OsRng).unwrap());
        let opened = disk.open(&vault).unwrap();
        let read = disk.records.iter().map(|(key, value)| opened.read(key, value).unwrap());
        assert_eq!(read.filter(|(name, _)| name == "x").map(|(_, value)| value).collect::<Vec<_>>(), [b"b"]);
    }

    /// Records that are missing, that were put back, or that lie elsewhere are noticed.
    #[test]
    fn what_is_not_the_last_save_is_refused() {
        let (mut vault, mut disk) = filled();
        let before = disk.clone();
        put(&mut vault, &mut disk, "account", "three");
        let mut missing = disk.clone();
        missing.records.pop_first();
        let mut put_back = before.clone();
        put_back.root = disk.root.clone();
        let mut old_root = disk.clone();
        old_root.root = before.root;
        let mut foreign = disk.clone();
        foreign.root = filled().1.root;
        for damaged in [missing, put_back, old_root, foreign] {
            assert_eq!(damaged.open(&vault).err(), Some(Failure::DAMAGED));
        }
        let mut keys = disk.records.keys();
        let (one, other) = (keys.next().unwrap(), keys.next().unwrap());
        assert!(vault.read(one, &disk.records[other]).is_err(), "a record opens in its own place only");
    }

    /// Hot records first, then messages by conversation and arrival: ranges of keys are what JavaScript asks for.
    #[test]
    fn keys_sort_as_records_are_read() {
        let (mut vault, mut disk) = filled();
        let group = GroupId::parse("g").unwrap();
        for position in [300, 2, 70_000] {
            put(&mut vault, &mut disk, &record::message_key(&group, position), "hello");
        }
        let kinds: Vec<u8> = disk.records.keys().map(|key| key[0]).collect();
        assert_eq!(kinds, [HOT, HOT, COLD, COLD, COLD]);
        let places: Vec<i64> = disk.records.keys().filter_map(|key| Some(label(key)?.shelf?.1)).collect();
        assert_eq!(places, [2, 300, 70_000]);
    }

    /// Nobody who reads the keys learns a name.
    #[test]
    fn names_are_hidden() {
        let (_, disk) = filled();
        let shown = disk.records.iter().flat_map(|(key, value)| [key, value]);
        assert!(shown.into_iter().all(|bytes| !bytes.windows(7).any(|window| window == b"account")));
    }
}
