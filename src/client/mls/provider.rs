//! What OpenMLS needs to work: the algorithms of our suite, the system's randomness, and the device's records as its storage.
//! The one place where randomness is not an argument: OpenMLS draws its own.

use openmls_traits::OpenMlsProvider;

use super::{Store, crypto::Crypto};

/// Algorithms and records of one device.
#[derive(Default)]
pub(crate) struct Provider {
    pub(crate) crypto: Crypto,
    pub(crate) store: Store,
}

impl OpenMlsProvider for Provider {
    type CryptoProvider = Crypto;
    type RandProvider = Crypto;
    type StorageProvider = Store;

    fn storage(&self) -> &Store {
        &self.store
    }

    fn crypto(&self) -> &Crypto {
        &self.crypto
    }

    fn rand(&self) -> &Crypto {
        &self.crypto
    }
}
