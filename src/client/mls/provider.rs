//! What OpenMLS needs to work: its algorithms in Rust, the system's randomness, and the device's records as its storage.
//! The one place where randomness is not an argument: OpenMLS draws its own.

use openmls_rust_crypto::RustCrypto;
use openmls_traits::OpenMlsProvider;

use super::Store;

/// Algorithms and records of one device.
#[derive(Default)]
pub(crate) struct Provider {
    pub(crate) crypto: RustCrypto,
    pub(crate) store: Store,
}

impl OpenMlsProvider for Provider {
    type CryptoProvider = RustCrypto;
    type RandProvider = RustCrypto;
    type StorageProvider = Store;

    fn storage(&self) -> &Store {
        &self.store
    }

    fn crypto(&self) -> &RustCrypto {
        &self.crypto
    }

    fn rand(&self) -> &RustCrypto {
        &self.crypto
    }
}
