//! What makes the records of a store one whole. Not the records: only which save wrote each of them.

use rand::{CryptoRng, RngCore};

use super::Keys;

/// How many saves there were, and a digest over which save wrote each record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Root {
    /// The number of the last save.
    pub counter: i64,
    /// Over all records.
    pub digest: Digest,
}

impl Root {
    /// Opens a sealed root; `None` if this store's key did not seal it.
    pub fn open(keys: &Keys, sealed: &[u8]) -> Option<Self> {
        let plain = keys.open_root(sealed)?;
        let (counter, digest) = plain.split_first_chunk::<8>()?;
        Some(Self {
            counter: i64::from_be_bytes(*counter),
            digest: Digest::from_bytes(digest.try_into().ok()?),
        })
    }

    /// Seals it.
    pub fn seal(&self, keys: &Keys, rng: &mut (impl CryptoRng + RngCore)) -> Option<Vec<u8>> {
        let mut nonce = [0; 24];
        rng.fill_bytes(&mut nonce);
        let plain = [&self.counter.to_be_bytes()[..], &self.digest.to_bytes()].concat();
        keys.seal_root(&plain, &nonce)
    }
}

/// A digest over a set, kept up to date by adding what enters and taking away what leaves: four lanes of keyed hashes,
/// summed. Sound because the hashes are keyed and the sum is only ever stored sealed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digest([u64; 4]);

impl Digest {
    /// The digest of these bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        let mut lanes = [0; 4];
        for (lane, bytes) in lanes.iter_mut().zip(bytes.chunks_exact(8)) {
            *lane = bytes.iter().fold(0, |lane, byte| lane << 8 | u64::from(*byte));
        }
        Self(lanes)
    }

    /// Its bytes.
    pub fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (bytes, lane) in bytes.chunks_exact_mut(8).zip(self.0) {
            bytes.copy_from_slice(&lane.to_be_bytes());
        }
        bytes
    }

    /// Something enters the set.
    pub fn add(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(lane, other)| *lane = lane.wrapping_add(other));
    }

    /// Something leaves the set.
    pub fn remove(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(lane, other)| *lane = lane.wrapping_sub(other));
    }
}
