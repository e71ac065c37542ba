//! What the file promises, tried on real files.

use std::{
    collections::{BTreeMap, HashSet},
    fs,
    path::Path,
    process::Command,
};

use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};
use rusqlite::OptionalExtension;
use tempfile::TempDir;

use super::*;

const PASSPHRASE: &str = "a quiet place by the sea";

fn rng() -> StdRng {
    StdRng::seed_from_u64(7)
}

fn create() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path(), PASSPHRASE, Cost::NONE, &mut rng()).unwrap();
    (folder, store)
}

fn reopen(folder: &TempDir, store: Store) -> Result<Store, Error> {
    drop(store);
    Store::open(folder.path(), PASSPHRASE)
}

fn put(store: &mut Store, name: &str, value: &[u8]) {
    store.save([Change::Put(name, value)], &mut rand::rngs::OsRng).unwrap();
}

fn message(place: i64) -> String {
    format!("message/urn:uuid:1/{place:019}")
}

/// The file as a thief sees it.
fn bytes(folder: &Path) -> Vec<u8> {
    fs::read(folder.join(FILE)).unwrap()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// Changes the file behind the store's back.
fn tamper(folder: &TempDir, sql: &str) {
    Connection::open(folder.path().join(FILE)).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn what_was_saved_is_there_again() {
    let (folder, mut store) = create();
    put(&mut store, "identity", b"one");
    put(&mut store, "identity", b"two");
    put(&mut store, "gone", b"three");
    let changes = [Change::Delete("gone"), Change::Delete("never was"), Change::Put("group/1", b"four")];
    store.save(changes, &mut rng()).unwrap();
    let store = reopen(&folder, store).unwrap();
    let hot: BTreeMap<_, _> = store.hot().unwrap().into_iter().collect();
    let expected = [("identity", b"two".to_vec()), ("group/1", b"four".to_vec())];
    assert_eq!(hot, expected.map(|(name, value)| (name.to_owned(), value)).into());
    assert_eq!(store.get("identity").unwrap().as_deref(), Some(&b"two"[..]));
    assert_eq!(store.get("gone").unwrap(), None);
}

#[test]
fn messages_are_not_loaded_but_paged() {
    let (folder, mut store) = create();
    put(&mut store, "identity", b"one");
    for place in 1..=25 {
        put(&mut store, &message(place), &place.to_be_bytes());
    }
    let store = reopen(&folder, store).unwrap();
    assert_eq!(store.hot().unwrap().len(), 1, "messages stay on disk");
    let page = store.page("message/urn:uuid:1/", 21, 10).unwrap();
    let names: Vec<_> = page.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, (11..=20).rev().map(message).collect::<Vec<_>>());
    assert!(store.page("message/urn:uuid:2/", i64::MAX, 10).unwrap().is_empty());
}

/// P29: neither names nor contents stand in the file.
#[test]
fn the_file_tells_nothing() {
    let (folder, mut store) = create();
    put(&mut store, "group/urn:uuid:4711", b"the plaintext of a record");
    put(&mut store, &message(1), b"the plaintext of a message");
    let file = bytes(folder.path());
    for secret in ["urn:uuid", "plaintext", PASSPHRASE] {
        assert!(!contains(&file, secret.as_bytes()), "{secret}");
    }
}

/// A key that was consumed is not in the file any more, not even sealed. What a record's key is made from is
/// looked for, since without it no remainder of the record opens (and SQLite does leave remainders).
#[test]
fn a_consumed_record_is_gone_from_the_file() {
    let (folder, mut store) = create();
    let mut dead = HashSet::new();
    for round in 0..60_usize {
        let names: Vec<_> = (0..10).map(|each| format!("key/{}", (round * 10 + each) * 7 % 90)).collect();
        dead.extend(names.iter().filter_map(|name| salt_of(&store, name)));
        let value = vec![9; [40, 300, 1_500, 6_000][round % 4]];
        let change = |name| if round % 5 == 0 { Change::Delete(name) } else { Change::Put(name, &value) };
        store.save(names.iter().map(|name| change(name.as_str())), &mut rand::rngs::OsRng).unwrap();
    }
    let file = bytes(folder.path());
    assert!(dead.len() > 300, "only {} records were replaced", dead.len());
    assert_eq!(file.windows(32).filter(|window| dead.contains(*window)).count(), 0);
    assert!(!folder.path().join("device.sqlite-journal").exists(), "the journal is gone with the save");
    assert!(reopen(&folder, store).is_ok());
}

/// The ciphertext of a key that was replaced or deleted is zeroed in place as well.
#[test]
fn the_ciphertext_of_a_consumed_key_is_overwritten() {
    let (folder, mut store) = create();
    put(&mut store, "ratchet", &[1; 2_000]);
    let first = sealed_of(&store, "ratchet");
    assert!(contains(&bytes(folder.path()), &first[..100]));
    put(&mut store, "ratchet", &[2; 2_000]);
    let second = sealed_of(&store, "ratchet");
    store.save([Change::Delete("ratchet")], &mut rng()).unwrap();
    let file = bytes(folder.path());
    for sealed in [first, second] {
        assert!(sealed.chunks(32).all(|chunk| !contains(&file, chunk)));
    }
}

fn salt_of(store: &Store, name: &str) -> Option<Vec<u8>> {
    let sql = "SELECT salt FROM salt JOIN record USING (slot) WHERE key = ?1";
    store.connection.query_row(sql, [store.keys.hide(name)], |row| row.get(0)).optional().unwrap()
}

fn sealed_of(store: &Store, name: &str) -> Vec<u8> {
    let sql = "SELECT sealed FROM record WHERE key = ?1";
    store.connection.query_row(sql, [store.keys.hide(name)], |row| row.get(0)).unwrap()
}

/// A step costs the same with 10 messages as with 2,000: counted in rows, and in the pages that the journal had to keep.
#[test]
fn the_cost_of_a_save_does_not_grow_with_the_messages() {
    let (_folder, mut store) = create();
    for place in 0..10 {
        put(&mut store, &message(place), &[3; 400]);
    }
    let rows = |store: &mut Store, place| {
        let before = store.connection.total_changes();
        let changes = [Change::Put("ratchet", &[9; 900]), Change::Put(&message(place), &[3; 400])];
        store.save(changes, &mut rng()).unwrap();
        store.connection.total_changes() - before
    };
    rows(&mut store, 10);
    let few = rows(&mut store, 11);
    let many: Vec<_> = (12..2_012).map(message).collect();
    store.save(many.iter().map(|name| Change::Put(name, &[3; 400])), &mut rng()).unwrap();
    assert_eq!(rows(&mut store, 2_012), few);
    assert_eq!(few, 5, "two rows for each record and the root");
}

/// Erasure and durability rest on settings that SQLite would ignore in silence if they were misspelt.
#[test]
fn the_settings_of_sqlite_hold() {
    let (_folder, store) = create();
    let value =
        |name| store.connection.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0));
    assert_eq!(value("journal_mode").unwrap(), "delete".to_owned().into());
    assert_eq!(value("synchronous").unwrap(), 3.into(), "EXTRA");
    assert_eq!(value("secure_delete").unwrap(), 1.into());
}

#[test]
fn a_wrong_passphrase_is_told_from_damage() {
    let (folder, store) = create();
    drop(store);
    assert!(matches!(Store::open(folder.path(), "guess"), Err(Error::WrongPassphrase)));
    tamper(&folder, "UPDATE store SET root = zeroblob(length(root))");
    assert!(matches!(Store::open(folder.path(), PASSPHRASE), Err(Error::Damaged { .. })));
    fs::write(folder.path().join(FILE), b"no database at all, but long enough to be one?").unwrap();
    let error = Store::open(folder.path(), PASSPHRASE).err().unwrap();
    assert!(error.to_string().contains("is damaged: it is not the file of a device"), "{error}");
}

#[test]
fn a_newer_file_is_refused_by_its_number() {
    let (folder, store) = create();
    drop(store);
    tamper(&folder, "PRAGMA user_version = 2");
    let error = Store::open(folder.path(), PASSPHRASE).err().unwrap();
    assert!(error.to_string().contains("layout 2, this one knows 1"), "{error}");
}

#[test]
fn a_file_that_asks_for_all_memory_is_refused() {
    let (folder, store) = create();
    drop(store);
    tamper(&folder, "UPDATE store SET memory = 4294967295");
    assert!(matches!(Store::open(folder.path(), PASSPHRASE), Err(Error::WrongPassphrase)));
}

#[test]
fn a_missing_device_and_a_second_one_are_told_apart() {
    let (folder, store) = create();
    drop(store);
    assert!(matches!(Store::open(&folder.path().join("x"), PASSPHRASE), Err(Error::NoDevice { .. })));
    let again = Store::create(folder.path(), PASSPHRASE, Cost::NONE, &mut rng());
    assert!(matches!(again, Err(Error::DeviceExists { .. })));
    let interrupted = tempfile::tempdir().unwrap();
    fs::write(interrupted.path().join(UNFINISHED), b"half a file").unwrap();
    assert!(!Store::exists(interrupted.path()));
    Store::create(interrupted.path(), PASSPHRASE, Cost::NONE, &mut rng()).unwrap();
}

/// Every way of putting back, swapping, doubling, moving or dropping single records is noticed.
#[test]
fn tampering_with_records_is_noticed() {
    let swap = "CREATE TEMP TABLE old AS SELECT slot, sealed FROM record;
        UPDATE record SET sealed = (SELECT sealed FROM old WHERE old.slot <> record.slot LIMIT 1)
            WHERE shelf IS NULL;";
    for sql in [
        swap,
        "DELETE FROM record WHERE shelf IS NULL AND slot = 1",
        "DELETE FROM record WHERE shelf IS NOT NULL AND slot = 3",
        "UPDATE record SET counter = counter + 1 WHERE slot = 1",
        "UPDATE record SET key = (SELECT key FROM record WHERE slot = 1), counter = 99 WHERE slot = 2",
        "UPDATE record SET sealed = zeroblob(length(sealed)) WHERE slot = 1",
        "DELETE FROM salt WHERE slot = 1",
        "DROP INDEX record_key;
            INSERT INTO record SELECT 90, key, counter, shelf, place, sealed FROM record WHERE slot = 1",
        "UPDATE record SET shelf = zeroblob(32), place = 1 WHERE slot = 1",
    ] {
        let (folder, mut store) = create();
        put(&mut store, "first", b"1");
        put(&mut store, "second", b"2");
        put(&mut store, &message(3), b"3");
        drop(store);
        tamper(&folder, sql);
        let read =
            Store::open(folder.path(), PASSPHRASE).and_then(|store| Ok((store.hot()?, store.get("first")?)));
        assert!(matches!(read, Err(Error::Damaged { .. })), "{sql}: {read:?}");
    }
}

/// A single record put back to what it was, with everything that belonged to it, root aside.
#[test]
fn rolling_a_record_back_is_noticed() {
    let (folder, mut store) = create();
    put(&mut store, "ratchet", b"used");
    let old = folder.path().join("old.sqlite");
    fs::copy(folder.path().join(FILE), &old).unwrap();
    put(&mut store, "ratchet", b"next");
    drop(store);
    tamper(
        &folder,
        &format!(
            "ATTACH '{}' AS old; DELETE FROM record; DELETE FROM salt;
             INSERT INTO salt SELECT * FROM old.salt; INSERT INTO record SELECT * FROM old.record;",
            old.display()
        ),
    );
    let opened = Store::open(folder.path(), PASSPHRASE).map(drop);
    assert!(matches!(opened, Err(Error::Damaged { .. })), "{opened:?}");
}

#[test]
fn messages_that_were_moved_or_swapped_do_not_open() {
    for sql in [
        "UPDATE record SET place = 3 - place WHERE shelf IS NOT NULL",
        "CREATE TEMP TABLE old AS SELECT slot, sealed FROM record;
            UPDATE record SET sealed = (SELECT sealed FROM old WHERE old.slot <> record.slot)",
    ] {
        let (folder, mut store) = create();
        put(&mut store, &message(1), b"yes");
        put(&mut store, &message(2), b"no");
        drop(store);
        tamper(&folder, sql);
        let page = Store::open(folder.path(), PASSPHRASE).unwrap().page("message/urn:uuid:1/", 9, 9);
        assert!(matches!(page, Err(Error::Damaged { .. })), "{sql}: {page:?}");
    }
}

#[test]
fn one_process_holds_a_device() {
    let (folder, store) = create();
    let error = Store::open(folder.path(), PASSPHRASE).err().unwrap();
    let holder = format!("in use by process {}.", std::process::id());
    assert!(error.to_string().contains(&holder), "{error}");
    drop(store);
    assert!(Store::open(folder.path(), PASSPHRASE).is_ok());
}

/// The variable that turns [`the_writer_that_is_killed`] from a test that has nothing to do into the process to kill.
const VICTIM: &str = "ALCOVE_TEST_STORE";

/// A save is whole after SIGKILL, wherever it hits: within it everything is written and nothing committed; after it all of
/// it stays.
#[test]
fn a_save_is_atomic_when_the_process_is_killed() {
    for (point, expected) in [("within", b"before"), ("after", b"behind")] {
        let (folder, mut store) = create();
        put(&mut store, "a", b"before");
        put(&mut store, "b", b"before");
        drop(store);
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "store::tests::the_writer_that_is_killed", "--nocapture"])
            .env(VICTIM, format!("{point} {}", folder.path().display()))
            .status()
            .unwrap();
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9), "{point}: {status}");
        let store = Store::open(folder.path(), PASSPHRASE).unwrap();
        for name in ["a", "b"] {
            assert_eq!(store.get(name).unwrap().as_deref(), Some(&expected[..]), "{point}");
        }
        let grown = store.get("large").unwrap().is_some();
        assert_eq!(grown, point == "after");
    }
}

#[test]
fn the_writer_that_is_killed() {
    let Ok(task) = std::env::var(VICTIM) else {
        return;
    };
    let (point, folder) = task.split_once(' ').unwrap();
    let mut store = Store::open(Path::new(folder), PASSPHRASE).unwrap();
    if point == "within" {
        store.set_fail_points(FailPoints::new(|_| kill()));
    }
    // More than SQLite's page cache holds, so that pages reach the file before the commit.
    let large = vec![7; 4 << 20];
    let changes = [Change::Put("a", b"behind"), Change::Put("large", &large), Change::Put("b", b"behind")];
    store.save(changes, &mut rng()).unwrap();
    kill();
}

fn kill() {
    let parent = "kill -KILL $PPID";
    Command::new("sh").args(["-c", parent]).status().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    /// Whatever is put and deleted, the file holds what a map would hold, also after opening it again.
    #[test]
    fn the_store_is_a_map(steps in proptest::collection::vec((0_u8..12, proptest::option::of(0_usize..5_000)), 1..40)) {
        let (folder, mut store) = create();
        let mut map = BTreeMap::new();
        for steps in steps.chunks(6) {
            let steps: Vec<_> = steps.iter().map(|(name, length)| (format!("record/{name}"), length)).collect();
            let values: Vec<_> = steps.iter().map(|(name, length)| length.map(|length| vec![name.len() as u8; length])).collect();
            let changes = steps.iter().zip(&values).map(|((name, _), value)| match value {
                Some(value) => Change::Put(name, value),
                None => Change::Delete(name),
            });
            store.save(changes, &mut rng()).unwrap();
            for ((name, _), value) in steps.into_iter().zip(values) {
                match value {
                    Some(value) => drop(map.insert(name, value)),
                    None => drop(map.remove(&name)),
                }
            }
        }
        let store = reopen(&folder, store).unwrap();
        prop_assert_eq!(store.hot().unwrap().into_iter().collect::<BTreeMap<_, _>>(), map);
    }
}
