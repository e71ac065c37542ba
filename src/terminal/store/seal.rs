//! The cryptography of the device's file: a random data key wrapped by the passphrase, and what is derived from it to
//! name, seal and count records (ENCRYPTION.md 1.7). Knows bytes only: neither SQLite nor what a record means.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use rand::{CryptoRng, RngCore};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Keys of 256 bits, wiped when they are let go.
type Secret = Zeroizing<[u8; 32]>;

/// How much work it is to try one passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory: u32,
    /// Passes over that memory.
    pub passes: u32,
}

impl Cost {
    /// 64 MiB, three passes: the second recommendation of RFC 9106, one lane.
    pub const STANDARD: Self = Self { memory: 64 * 1024, passes: 3 };
    /// Next to nothing, for files that hold nothing worth protecting, as those of tests.
    pub const NONE: Self = Self { memory: 8, passes: 1 };
    /// What a file may ask for at most: one that was tampered with must not take all memory before it is found out.
    const MOST: Self = Self { memory: 1024 * 1024, passes: 64 };
}

/// The data key under the passphrase, as it lies in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrapped {
    /// Names this file; part of everything that is sealed in it.
    pub(super) store: [u8; 16],
    pub(super) cost: Cost,
    pub(super) salt: [u8; 16],
    pub(super) nonce: [u8; 24],
    pub(super) data_key: Vec<u8>,
}

/// Where a record stands; sealed with it as associated data, so that it opens nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    /// The keyed hash of the record's name.
    pub(super) key: [u8; 32],
    /// The save that wrote it. Every save has its own number, so that this is the record's version as well.
    pub(super) counter: i64,
    /// For records that are paged: the keyed hash of what they belong to, and their place in it.
    pub(super) shelf: Option<([u8; 32], i64)>,
}

/// What the data key gives.
pub(super) struct Keys {
    store: [u8; 16],
    names: Secret,
    records: Secret,
    digests: Secret,
    root: Secret,
}

impl Keys {
    /// Makes the data key of a new file and wraps it; `None` if the cost is none that Argon2id knows.
    pub(super) fn create(
        passphrase: &str,
        cost: Cost,
        rng: &mut (impl CryptoRng + RngCore),
    ) -> Option<(Self, Wrapped)> {
        let mut data_key = Secret::default();
        let mut wrapped =
            Wrapped { store: [0; 16], cost, salt: [0; 16], nonce: [0; 24], data_key: Vec::new() };
        rng.fill_bytes(&mut *data_key);
        rng.fill_bytes(&mut wrapped.store);
        rng.fill_bytes(&mut wrapped.salt);
        rng.fill_bytes(&mut wrapped.nonce);
        let wrapping = wrapping_key(passphrase, &wrapped)?;
        wrapped.data_key = seal(&wrapping, &wrapped.nonce, &data_key[..], &wrapped.associated_data())?;
        Some((Self::derive(wrapped.store, &data_key), wrapped))
    }

    /// Unwraps the data key; `None` if the passphrase is another one, or the wrapping was changed.
    pub(super) fn open(passphrase: &str, wrapped: &Wrapped) -> Option<Self> {
        let wrapping = wrapping_key(passphrase, wrapped)?;
        let opened =
            Zeroizing::new(open(&wrapping, &wrapped.nonce, &wrapped.data_key, &wrapped.associated_data())?);
        let data_key = Zeroizing::new(<[u8; 32]>::try_from(opened.as_slice()).ok()?);
        Some(Self::derive(wrapped.store, &data_key))
    }

    fn derive(store: [u8; 16], data_key: &[u8; 32]) -> Self {
        let key = |purpose: &str| Zeroizing::new(keyed_hash(data_key, &[purpose.as_bytes()]));
        Self {
            store,
            names: key("alcove store: names"),
            records: key("alcove store: records"),
            digests: key("alcove store: digests"),
            root: key("alcove store: root"),
        }
    }

    /// What stands in the file instead of a name.
    pub(super) fn hide(&self, name: &str) -> [u8; 32] {
        keyed_hash(&self.names, &[name.as_bytes()])
    }

    /// What a record at this place adds to the file's [`Digest`].
    pub(super) fn digest(&self, key: &[u8], counter: i64) -> Digest {
        let hash = keyed_hash(&self.digests, &[key, &counter.to_be_bytes()]);
        Digest::from_bytes(&hash)
    }

    /// Seals a record under a key of its own, made from a salt that is used once: that is why the nonce can be fixed, and
    /// why nobody opens a record whose salt is gone, whatever is left of it on the disk.
    pub(super) fn seal_record(&self, label: &Label, salt: &[u8; 32], plain: &[u8]) -> Option<Vec<u8>> {
        seal(&self.record_key(salt), &[0; 24], plain, &self.associated_data(label))
    }

    /// Opens a record; `None` if it is not the one that was sealed with this label and salt.
    pub(super) fn open_record(
        &self,
        label: &Label,
        salt: &[u8],
        sealed: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        open(&self.record_key(salt), &[0; 24], sealed, &self.associated_data(label)).map(Zeroizing::new)
    }

    /// Seals the root: nonce first.
    pub(super) fn seal_root(&self, plain: &[u8], nonce: &[u8; 24]) -> Option<Vec<u8>> {
        Some([nonce.as_slice(), &seal(&self.root, nonce, plain, &self.store)?].concat())
    }

    /// Opens the root; `None` if it is not one that this file's key sealed.
    pub(super) fn open_root(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(24)?;
        open(&self.root, nonce.try_into().ok()?, sealed, &self.store)
    }

    fn record_key(&self, salt: &[u8]) -> Secret {
        Zeroizing::new(keyed_hash(&self.records, &[salt]))
    }

    fn associated_data(&self, label: &Label) -> Vec<u8> {
        let (shelf, place) = label.shelf.unwrap_or_default();
        let number = label.counter.to_be_bytes();
        [&self.store[..], &label.key, &number, &shelf, &place.to_be_bytes()].concat()
    }
}

impl Wrapped {
    fn associated_data(&self) -> Vec<u8> {
        let (memory, passes) = (self.cost.memory.to_be_bytes(), self.cost.passes.to_be_bytes());
        [b"alcove store 1".as_slice(), &self.store, &memory, &passes, &self.salt].concat()
    }
}

/// A digest over a set, kept up to date by adding what enters and taking away what leaves: four lanes of keyed hashes,
/// summed. Sound because the hashes are keyed and the sum is only ever stored sealed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Digest([u64; 4]);

impl Digest {
    pub(super) fn from_bytes(bytes: &[u8; 32]) -> Self {
        let mut lanes = [0; 4];
        for (lane, bytes) in lanes.iter_mut().zip(bytes.chunks_exact(8)) {
            *lane = bytes.iter().fold(0, |lane, byte| lane << 8 | u64::from(*byte));
        }
        Self(lanes)
    }

    pub(super) fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (bytes, lane) in bytes.chunks_exact_mut(8).zip(self.0) {
            bytes.copy_from_slice(&lane.to_be_bytes());
        }
        bytes
    }

    pub(super) fn add(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(lane, other)| *lane = lane.wrapping_add(other));
    }

    pub(super) fn remove(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(lane, other)| *lane = lane.wrapping_sub(other));
    }
}

fn wrapping_key(passphrase: &str, wrapped: &Wrapped) -> Option<Secret> {
    let Cost { memory, passes } = wrapped.cost;
    if memory > Cost::MOST.memory || passes > Cost::MOST.passes {
        return None;
    }
    let parameters = Params::new(memory, passes, 1, Some(32)).ok()?;
    let mut key = Secret::default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
        .hash_password_into(passphrase.as_bytes(), &wrapped.salt, &mut *key)
        .ok()?;
    Some(key)
}

fn keyed_hash(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC fills a key up to the hash's block with zeros; done here, there is no error to handle.
    let mut block = Zeroizing::new([0; 64]);
    block[..32].copy_from_slice(key);
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new((&*block).into());
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

fn seal(key: &[u8; 32], nonce: &[u8; 24], plain: &[u8], associated: &[u8]) -> Option<Vec<u8>> {
    let payload = Payload { msg: plain, aad: associated };
    XChaCha20Poly1305::new(Key::from_slice(key)).encrypt(XNonce::from_slice(nonce), payload).ok()
}

fn open(key: &[u8; 32], nonce: &[u8; 24], sealed: &[u8], associated: &[u8]) -> Option<Vec<u8>> {
    let payload = Payload { msg: sealed, aad: associated };
    XChaCha20Poly1305::new(Key::from_slice(key)).decrypt(XNonce::from_slice(nonce), payload).ok()
}
