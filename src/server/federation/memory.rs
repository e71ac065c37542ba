//! What a process remembers to be quick: bounded in number and in age, lost at every restart, never the only place of
//! anything. Also what failed and is not tried again for a while, and the turns that keep two requests from fetching the same
//! thing at once.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use alcove_protocol::{Timestamp, time::HOUR};
use tokio::sync::OwnedMutexGuard;

/// Values by key, each for a limited time.
pub struct Memory<K, V> {
    entries: RwLock<HashMap<K, (Timestamp, V)>>,
    capacity: usize,
    lifetime: i64,
}

impl<K: Hash + Eq, V: Clone> Memory<K, V> {
    /// Room for so many values, each for so many milliseconds.
    pub fn new(capacity: usize, lifetime: i64) -> Self {
        Self { entries: RwLock::default(), capacity, lifetime }
    }

    /// What is remembered of a key.
    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q, now: Timestamp) -> Option<V>
    where
        K: std::borrow::Borrow<Q>,
    {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        entries.get(key).filter(|(since, _)| self.is_fresh(*since, now)).map(|(_, value)| value.clone())
    }

    /// Remembers a value. When there is no room, first what is too old goes, then every second entry: cheaper than to
    /// keep an order, and a flood of new keys cannot grow the process.
    pub fn put(&self, key: K, value: V, now: Timestamp) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= self.capacity {
            entries.retain(|_, (since, _)| self.is_fresh(*since, now));
        }
        if entries.len() >= self.capacity {
            let mut keep = false;
            entries.retain(|_, _| {
                keep = !keep;
                keep
            });
        }
        entries.insert(key, (now, value));
    }

    /// Forgets whatever matches.
    pub fn forget(&self, matches: impl Fn(&K, &V) -> bool) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|key, (_, value)| !matches(key, value));
    }

    fn is_fresh(&self, since: Timestamp, now: Timestamp) -> bool {
        now.since(since) < self.lifetime
    }
}

/// What could not be had lately, by what it is: why, and until when nobody is asked for it again.
pub struct Failures<Why>(Memory<String, (Timestamp, Why)>);

impl<Why: Clone> Failures<Why> {
    /// Room for so many.
    pub fn new(capacity: usize) -> Self {
        Self(Memory::new(capacity, HOUR))
    }

    /// Why something was not to be had a moment ago.
    pub fn of(&self, what: &str, now: Timestamp) -> Option<Why> {
        self.0.get(what, now).filter(|(until, _)| now < *until).map(|(_, why)| why)
    }

    /// Remembers it for so many milliseconds, an hour at most.
    pub fn note(&self, what: &str, why: Why, pause: i64, now: Timestamp) {
        self.0.put(what.to_owned(), (now.plus(pause), why), now);
    }
}

/// Turns, one at a time for each key. Whoever waited finds what the one before has left: in the guard, or in the database.
pub struct Turns<Left = ()>(Mutex<HashMap<String, Arc<tokio::sync::Mutex<Option<Left>>>>>);

impl<Left> Default for Turns<Left> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<Left> Turns<Left> {
    /// Waits for the turn of a key; it ends when the guard is dropped. What is put into the guard is there for those who
    /// waited meanwhile, and for nobody later.
    pub async fn take(&self, key: &str) -> OwnedMutexGuard<Option<Left>> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            turns.entry(key.to_owned()).or_default().clone()
        };
        turn.lock_owned().await
    }
}

/// A room with so many places, of which each name takes a few at most: one slow host must not keep everybody waiting
/// (S-54, S-56).
pub struct Room<Name> {
    taken: Arc<Mutex<HashMap<Name, usize>>>,
    places: usize,
    places_of_one: usize,
}

/// A place in a [`Room`], given back when dropped.
pub struct Place<Name: Hash + Eq> {
    taken: Arc<Mutex<HashMap<Name, usize>>>,
    name: Name,
}

impl<Name: Hash + Eq + Clone> Room<Name> {
    /// An empty room.
    pub fn new(places: usize, places_of_one: usize) -> Self {
        Self { taken: Arc::default(), places, places_of_one }
    }

    /// Takes a place; `None` when there is none for that name now.
    pub fn enter(&self, name: &Name) -> Option<Place<Name>> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let total: usize = taken.values().sum();
        let own = taken.entry(name.clone()).or_default();
        if total >= self.places || *own >= self.places_of_one {
            taken.retain(|_, count| *count > 0);
            return None;
        }
        *own += 1;
        Some(Place { taken: self.taken.clone(), name: name.clone() })
    }
}

impl<Name: Hash + Eq> Drop for Place<Name> {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let left = taken.get_mut(&self.name).map(|count| {
            *count -= 1;
            *count
        });
        if left == Some(0) {
            taken.remove(&self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memories_are_bounded_in_number_and_age() {
        let memory = Memory::new(4, 100);
        for number in 0..40_i64 {
            memory.put(number, number, Timestamp(number));
            assert!(memory.entries.read().unwrap().len() <= 4);
        }
        assert_eq!(memory.get(&39, Timestamp(138)), Some(39));
        assert_eq!(memory.get(&39, Timestamp(139)), None, "too old");
        memory.forget(|key, _| *key == 39);
        assert_eq!(memory.get(&39, Timestamp(39)), None);
    }

    /// S-56: one name cannot take all places, all names together cannot take more than there are.
    #[test]
    fn rooms_have_limits_and_places_come_back() {
        let room = Room::new(3, 2);
        let (one, two) = (room.enter(&"a"), room.enter(&"a"));
        assert!(one.is_some() && two.is_some() && room.enter(&"a").is_none());
        let three = room.enter(&"b");
        assert!(three.is_some() && room.enter(&"c").is_none());
        drop(one);
        assert!(room.enter(&"c").is_some());
        drop((two, three));
        assert!(room.taken.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn turns_of_one_key_follow_each_other() {
        let turns = Arc::new(Turns::default());
        let mut first = turns.take("a").await;
        let other = turns.take("b").await;
        let waiting = tokio::spawn({
            let turns = turns.clone();
            async move { *turns.take("a").await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        *first = Some(7);
        drop((first, other));
        assert_eq!(waiting.await.unwrap(), Some(7), "whoever waited finds what was left");
        assert_eq!(*turns.take("a").await, None, "and nobody later");
    }

    /// S-54: what failed is not tried again until its pause is over.
    #[test]
    fn failures_are_remembered_for_their_pause() {
        let failures = Failures::new(4);
        failures.note("a", "gone", 10, Timestamp(100));
        assert_eq!(failures.of("a", Timestamp(109)), Some("gone"));
        assert_eq!((failures.of("a", Timestamp(110)), failures.of("b", Timestamp(100))), (None, None));
    }
}
