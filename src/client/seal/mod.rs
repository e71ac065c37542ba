//! The cryptography of a device's store, whatever keeps it, a file or IndexedDB (ENCRYPTION.md 1.7): a random data key, and
//! what is derived from it to name, seal and count records. Knows bytes only: neither where they lie nor what a record means.
//!
//! Every record is sealed for its place and for the save that wrote it; a sealed [`Root`] counts the saves and has a digest over
//! which save wrote each record, so that records that are missing, or were put back, are noticed.

mod digest;
mod wrapping;

use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

pub use digest::{Digest, Root};
pub use wrapping::{Cost, DataKey, Wrapped};

/// Keys of 256 bits, wiped when they are let go.
type Secret = Zeroizing<[u8; 32]>;

/// Where a record stands; sealed with it as associated data, so that it opens nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The keyed hash of the record's name.
    pub key: [u8; 32],
    /// The save that wrote it. Every save has its own number, so that this is the record's version as well.
    pub counter: i64,
    /// For records that are paged: the keyed hash of what they belong to, and their place in it.
    pub shelf: Option<([u8; 32], i64)>,
}

/// What the data key gives.
pub struct Keys {
    store: [u8; 16],
    names: Secret,
    records: Secret,
    digests: Secret,
    root: Secret,
}

impl Keys {
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

    /// What stands in the store instead of a name.
    pub fn hide(&self, name: &str) -> [u8; 32] {
        keyed_hash(&self.names, &[name.as_bytes()])
    }

    /// What a record at this place adds to the store's [`Digest`].
    pub fn digest(&self, key: &[u8], counter: i64) -> Digest {
        let hash = keyed_hash(&self.digests, &[key, &counter.to_be_bytes()]);
        Digest::from_bytes(&hash)
    }

    /// Seals a record, its name before its value, under a key of its own, made from a salt that is used once: that is why the nonce can be fixed, and
    /// why nobody opens a record whose salt is gone, whatever is left of it on the disk.
    pub fn seal_record(
        &self,
        label: &Label,
        salt: &[u8; 32],
        (name, value): (&str, &[u8]),
    ) -> Option<Vec<u8>> {
        let plain = Zeroizing::new(join_name(name, value)?);
        seal(&self.record_key(salt), &[0; 24], &plain, &self.associated_data(label))
    }

    /// Opens a record; `None` if it is not the one that was sealed with this label and salt.
    pub fn open_record(&self, label: &Label, salt: &[u8], sealed: &[u8]) -> Option<(String, Vec<u8>)> {
        let plain = open(&self.record_key(salt), &[0; 24], sealed, &self.associated_data(label))?;
        split_name(&Zeroizing::new(plain))
    }

    /// Seals the root: nonce first.
    fn seal_root(&self, plain: &[u8], nonce: &[u8; 24]) -> Option<Vec<u8>> {
        Some([nonce.as_slice(), &seal(&self.root, nonce, plain, &self.store)?].concat())
    }

    /// Opens the root; `None` if it is not one that this store's key sealed.
    fn open_root(&self, sealed: &[u8]) -> Option<Vec<u8>> {
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

/// A record's name stands before its value: length in two bytes, name, value.
fn join_name(name: &str, value: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(name.len()).ok()?;
    Some([&length.to_be_bytes()[..], name.as_bytes(), value].concat())
}

fn split_name(plain: &[u8]) -> Option<(String, Vec<u8>)> {
    let (length, rest) = plain.split_first_chunk::<2>()?;
    let (name, value) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    Some((str::from_utf8(name).ok()?.to_owned(), value.to_vec()))
}
