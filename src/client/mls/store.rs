//! The hot records of a device in memory, with what a step has changed laid over them. A step ends by handing out its
//! changes as one batch; what fails on the way is taken back without a trace. No I/O: the host saves.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroize;

use crate::{
    error::Error,
    record::{body, decode, encode, is_cold},
    step::Batch,
};

/// A layer of changes: the new bytes of a record, or `None` where it was deleted.
type Layer = BTreeMap<String, Option<Vec<u8>>>;

/// Records and the changes of the present step.
#[derive(Default)]
pub(crate) struct Store {
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    saved: BTreeMap<String, Vec<u8>>,
    layers: Vec<Layer>,
}

impl Store {
    /// The records that a host has saved; cold ones are left out.
    pub(crate) fn open(records: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let saved = records.into_iter().filter(|(key, _)| !is_cold(key)).collect();
        Self { state: RefCell::new(State { saved, layers: Vec::new() }) }
    }

    /// A typed record.
    pub(crate) fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Error> {
        self.bytes(key).map(|bytes| decode(key, &bytes)).transpose()
    }

    /// Writes a typed record.
    pub(crate) fn put<T: Serialize + ?Sized>(&self, key: &str, value: &T) -> Result<(), Error> {
        let bytes = encode(key, value)?;
        self.set(key, Some(bytes));
        Ok(())
    }

    /// Writes a typed record unless its bytes are the same as before: a step that changes nothing saves nothing.
    pub(crate) fn put_changed<T: Serialize + ?Sized>(&self, key: &str, value: &T) -> Result<(), Error> {
        let bytes = encode(key, value)?;
        if !self.is(key, &bytes) {
            self.set(key, Some(bytes));
        }
        Ok(())
    }

    /// The first record under this prefix that holds this value; told by its bytes, without reading any.
    pub(crate) fn find<T: Serialize + ?Sized>(
        &self,
        prefix: &str,
        value: &T,
    ) -> Result<Option<String>, Error> {
        let bytes = encode(prefix, value)?;
        // An older release may have written it.
        let same = |key: &String| self.has(key, |found| body(found) == body(&bytes));
        Ok(self.keys(prefix).into_iter().find(same))
    }

    /// Deletes a record, if it is there.
    pub(crate) fn delete(&self, key: &str) {
        self.set(key, None);
    }

    /// The keys that begin with `prefix`, in order.
    pub(crate) fn keys(&self, prefix: &str) -> Vec<String> {
        let state = self.state.borrow();
        let in_range = |key: &&String| key.starts_with(prefix);
        let start = prefix.to_owned();
        let mut keys: BTreeSet<String> =
            state.saved.range(start.clone()..).map(|(key, _)| key).take_while(in_range).cloned().collect();
        for layer in &state.layers {
            for (key, value) in layer.range(start.clone()..).take_while(|(key, _)| in_range(key)) {
                if value.is_some() {
                    keys.insert(key.clone())
                } else {
                    keys.remove(key)
                };
            }
        }
        keys.into_iter().collect()
    }

    /// Deletes every record whose key begins with `prefix`.
    pub(crate) fn delete_all(&self, prefix: &str) {
        self.keys(prefix).iter().for_each(|key| self.delete(key));
    }

    /// Copies every record whose key begins with `from` to the same key with `to` in its place, byte for byte.
    pub(crate) fn copy_all(&self, from: &str, to: &str) {
        for key in self.keys(from) {
            let bytes = self.bytes(&key);
            self.set(&format!("{to}{}", key.strip_prefix(from).unwrap_or(&key)), bytes);
        }
    }

    /// Runs `work` so that its changes stay only if it succeeds.
    pub(crate) fn attempt<T, E>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let depth = self.begin();
        let result = work();
        if result.is_ok() {
            self.keep(depth)
        } else {
            self.discard(depth)
        }
        result
    }

    /// Opens a layer; the number names it to `keep` and `discard`.
    pub(crate) fn begin(&self) -> usize {
        let mut state = self.state.borrow_mut();
        if state.layers.is_empty() {
            state.layers.push(Layer::new());
        }
        state.layers.push(Layer::new());
        state.layers.len()
    }

    /// Drops the changes made since that layer was opened.
    pub(crate) fn discard(&self, depth: usize) {
        let mut state = self.state.borrow_mut();
        state.layers.truncate(depth.saturating_sub(1));
    }

    /// Joins the changes made since that layer was opened to the layer below.
    fn keep(&self, depth: usize) {
        let mut state = self.state.borrow_mut();
        let above = state.layers.split_off(depth.saturating_sub(1));
        if let Some(below) = state.layers.last_mut() {
            below.extend(above.into_iter().flatten());
        }
    }

    /// Ends the step: its changes are the records from now on, and the batch that the host has to save.
    pub(crate) fn finish(&self) -> Batch {
        let mut state = self.state.borrow_mut();
        let mut batch = Batch::default();
        let layers = std::mem::take(&mut state.layers);
        let changes: Layer = layers.into_iter().flatten().collect();
        for (key, value) in changes {
            match value {
                Some(bytes) => {
                    if !is_cold(&key) {
                        wipe(state.saved.insert(key.clone(), bytes.clone()));
                    }
                    batch.put.push((key, bytes));
                }
                None => {
                    wipe(state.saved.remove(&key));
                    batch.delete.push(key);
                }
            }
        }
        batch
    }

    fn bytes(&self, key: &str) -> Option<Vec<u8>> {
        let state = self.state.borrow();
        let changed = state.layers.iter().rev().find_map(|layer| layer.get(key));
        changed.cloned().unwrap_or_else(|| state.saved.get(key).cloned())
    }

    fn is(&self, key: &str, bytes: &[u8]) -> bool {
        self.has(key, |present| present == bytes)
    }

    /// Whether there is a record whose bytes fit.
    fn has(&self, key: &str, fits: impl Fn(&[u8]) -> bool) -> bool {
        let state = self.state.borrow();
        let changed = state.layers.iter().rev().find_map(|layer| layer.get(key));
        let present = changed.map_or_else(|| state.saved.get(key), Option::as_ref);
        present.is_some_and(|present| fits(present))
    }

    fn set(&self, key: &str, value: Option<Vec<u8>>) {
        let mut state = self.state.borrow_mut();
        if state.layers.is_empty() {
            state.layers.push(Layer::new());
        }
        if let Some(layer) = state.layers.last_mut() {
            layer.insert(key.to_owned(), value);
        }
    }
}

/// Old bytes may hold keys that are used up.
fn wipe(bytes: Option<Vec<u8>>) {
    bytes.into_iter().for_each(|mut bytes| bytes.zeroize());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_attempt_leaves_no_trace() {
        let store = Store::default();
        store.put("a/1", "one").unwrap();
        let failed: Result<(), Error> = store.attempt(|| {
            store.put("a/2", "two")?;
            store.delete("a/1");
            assert_eq!(store.keys("a/"), ["a/2"]);
            Err(Error::NotApproved)
        });
        assert!(failed.is_err());
        assert_eq!(store.keys("a/"), ["a/1"]);
        let batch = store.finish();
        assert_eq!(batch.put.len(), 1);
        assert!(store.finish().is_empty());
    }

    #[test]
    fn a_value_is_found_among_those_of_its_prefix() {
        let store = Store::default();
        store.put("a/1", "one").unwrap();
        store.put("b/1", "two").unwrap();
        store.finish();
        store.put("a/2", "two").unwrap();
        assert_eq!(store.find("a/", "two").unwrap().as_deref(), Some("a/2"));
        store.delete("a/2");
        assert_eq!(store.find("a/", "two").unwrap(), None, "deleted, and the other is of another prefix");
    }

    #[test]
    fn records_are_copied_with_their_names() {
        let store = Store::default();
        store.put("a/1", "one").unwrap();
        store.copy_all("a/", "b/c/");
        assert_eq!(store.get::<String>("b/c/1"), Ok(Some("one".to_owned())));
        assert_eq!(store.keys("a/"), ["a/1"]);
    }

    #[test]
    fn cold_records_are_written_and_not_kept() {
        let store = Store::default();
        store.put("message/x/1", "text").unwrap();
        assert_eq!(store.finish().put.len(), 1);
        assert!(store.keys("message/").is_empty());
    }
}
