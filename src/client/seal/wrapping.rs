//! The data key of a store, and the passphrase around it. A host may wrap the key in other ways: it has its bytes.

use argon2::{Algorithm, Argon2, Params, Version};
use rand::{CryptoRng, RngCore};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Keys, Secret, open, seal};

/// How much work it is to try one passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory: u32,
    /// Passes over that memory.
    pub passes: u32,
}

impl Cost {
    /// 64 MiB, three passes: the second recommendation of RFC 9106, one lane.
    pub const STANDARD: Self = Self { memory: 64 * 1024, passes: 3 };
    /// Next to nothing, for stores that hold nothing worth protecting, as those of tests.
    pub const NONE: Self = Self { memory: 8, passes: 1 };
    /// What a store may ask for at most: one that was tampered with must not take all memory before it is found out.
    const MOST: Self = Self { memory: 1024 * 1024, passes: 64 };
}

/// The data key under the passphrase, as it lies in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrapped {
    /// Names this store; part of everything that is sealed in it.
    pub store: [u8; 16],
    /// How hard it is to try passphrases.
    pub cost: Cost,
    /// For the passphrase.
    pub salt: [u8; 16],
    /// For the key.
    pub nonce: [u8; 24],
    /// The sealed key.
    pub data_key: Vec<u8>,
}

/// The key of everything in one store.
pub struct DataKey {
    store: [u8; 16],
    key: Secret,
}

impl DataKey {
    /// The length of [`DataKey::to_bytes`].
    pub const LENGTH: usize = 48;

    /// The key of a new store.
    pub fn generate(rng: &mut (impl CryptoRng + RngCore)) -> Self {
        let mut made = Self { store: [0; 16], key: Secret::default() };
        rng.fill_bytes(&mut *made.key);
        rng.fill_bytes(&mut made.store);
        made
    }

    /// What it gives.
    pub fn keys(&self) -> Keys {
        Keys::derive(self.store, &self.key)
    }

    /// Wraps it; `None` if the cost is none that Argon2id knows.
    pub fn wrap(
        &self,
        passphrase: &str,
        cost: Cost,
        rng: &mut (impl CryptoRng + RngCore),
    ) -> Option<Wrapped> {
        let mut wrapped =
            Wrapped { store: self.store, cost, salt: [0; 16], nonce: [0; 24], data_key: Vec::new() };
        rng.fill_bytes(&mut wrapped.salt);
        rng.fill_bytes(&mut wrapped.nonce);
        let wrapping = wrapping_key(passphrase, &wrapped)?;
        wrapped.data_key = seal(&wrapping, &wrapped.nonce, &self.key[..], &wrapped.associated_data())?;
        Some(wrapped)
    }

    /// Unwraps it; `None` if the passphrase is another one, or the wrapping was changed.
    pub fn unwrap(passphrase: &str, wrapped: &Wrapped) -> Option<Self> {
        let wrapping = wrapping_key(passphrase, wrapped)?;
        let opened =
            Zeroizing::new(open(&wrapping, &wrapped.nonce, &wrapped.data_key, &wrapped.associated_data())?);
        Some(Self { store: wrapped.store, key: Zeroizing::new(opened.as_slice().try_into().ok()?) })
    }

    /// The store's name and the key, for a host that wraps them itself.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([&self.store[..], &self.key[..]].concat())
    }

    /// The key of these bytes; `None` if they are none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (store, key) = bytes.split_first_chunk::<16>()?;
        Some(Self { store: *store, key: Zeroizing::new(key.try_into().ok()?) })
    }
}

impl Wrapped {
    fn associated_data(&self) -> Vec<u8> {
        let (memory, passes) = (self.cost.memory.to_be_bytes(), self.cost.passes.to_be_bytes());
        [b"alcove store 1".as_slice(), &self.store, &memory, &passes, &self.salt].concat()
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
