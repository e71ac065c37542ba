//! How often something may be tried: an allowance for each key that fills up again steadily (the generic cell rate
//! algorithm), in memory and bounded. Not for deliveries: those have a breaker per host in the database.

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::Mutex,
};

use alcove_protocol::{Timestamp, time::SECOND};

use crate::error::{Error, Result};

/// The most keys that are remembered; beyond that some of those that have tried least are forgotten.
const MAX_KEYS: usize = 10_000;
/// How many are forgotten at once, because finding them takes a look at all.
const FORGOTTEN: usize = MAX_KEYS / 100;

/// Allowances for keys of one sort.
pub struct Throttle<Key> {
    /// How many may be tried at once.
    burst: i64,
    /// Milliseconds until one more is allowed.
    step: i64,
    /// When each key's allowance is full again; a key that is not here has a full one.
    full_at: Mutex<HashMap<Key, Timestamp>>,
}

impl<Key: Eq + Hash + Clone> Throttle<Key> {
    /// So many at once, and one more every `step` milliseconds.
    pub fn new(burst: i64, step: i64) -> Self {
        Self { burst, step, full_at: Mutex::default() }
    }

    /// Takes one try.
    ///
    /// # Errors
    /// [`Error::TooMany`] with the seconds until there is one again.
    pub fn take(&self, key: &Key, now: Timestamp) -> Result<()> {
        // A poisoned lock still holds the table.
        let mut full_at = self.full_at.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let taken = full_at.get(key).map_or(now, |at| (*at).max(now)).plus(self.step);
        let wait = taken.since(now) - self.burst * self.step;
        if wait > 0 {
            return Err(Error::TooMany(u64::try_from((wait + SECOND - 1) / SECOND).unwrap_or(1)));
        }
        if full_at.len() >= MAX_KEYS && !full_at.contains_key(key) {
            make_room(&mut full_at, now);
        }
        full_at.insert(key.clone(), taken);
        Ok(())
    }

    /// Gives one try back: it did no harm.
    pub fn give_back(&self, key: &Key) {
        let mut full_at = self.full_at.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(at) = full_at.get_mut(key) {
            *at = at.plus(-self.step);
        }
    }
}

fn make_room<Key: Eq + Hash + Clone>(full_at: &mut HashMap<Key, Timestamp>, now: Timestamp) {
    full_at.retain(|_, at| *at > now);
    if full_at.len() < MAX_KEYS {
        return;
    }
    let mut times: Vec<Timestamp> = full_at.values().copied().collect();
    let (_, edge, _) = times.select_nth_unstable(FORGOTTEN);
    let mut left = FORGOTTEN;
    full_at.retain(|_, at| {
        let goes = at <= edge && left > 0;
        left -= usize::from(goes);
        !goes
    });
}

/// Where a request comes from, as far as one party is told from another: an IPv4 address, or the /64 of an IPv6 address,
/// which is what one customer is given (S-62).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// The network of an address.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => Self(v4.into()),
            IpAddr::V6(v6) => Self(Ipv6Addr::from_bits(v6.to_bits() & (!0 << 64)).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowance_runs_out_fills_up_again_and_belongs_to_one_key() {
        let throttle = Throttle::new(3, 10 * SECOND);
        let at = |second: i64| Timestamp(second * SECOND);
        for _ in 0..3 {
            throttle.take(&"ana", at(0)).unwrap();
        }
        assert!(matches!(throttle.take(&"ana", at(1)), Err(Error::TooMany(9))));
        throttle.take(&"ben", at(1)).unwrap();
        throttle.take(&"ana", at(10)).unwrap();
        assert!(throttle.take(&"ana", at(11)).is_err());
        throttle.give_back(&"ana");
        throttle.take(&"ana", at(11)).unwrap();
    }

    #[test]
    fn the_table_is_bounded_and_forgets_whoever_tried_least() {
        let throttle = Throttle::new(2, 10 * SECOND);
        throttle.take(&0, Timestamp(0)).unwrap();
        throttle.take(&0, Timestamp(0)).unwrap();
        for key in 1..30_000 {
            throttle.take(&key, Timestamp(1)).unwrap();
        }
        assert!(throttle.full_at.lock().unwrap().len() <= MAX_KEYS);
        assert!(throttle.take(&0, Timestamp(1)).is_err(), "filling the table frees nobody who is held back");
    }

    /// S-62: a /64 is one party, and an IPv4 address is the same however it is spelt.
    #[test]
    fn networks_are_what_one_party_is_given() {
        let of = |text: &str| Network::of(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.2"), of("192.0.2.1"));
    }
}
