//! What actors of this server and of others sign with: keys, and the proofs on activities. Pure functions: no I/O, no clock,
//! no look-up of keys, and nothing about requests: HTTP signatures are `federation/signatures`. Devices have keys of their
//! own, which never come here.

mod base58;
mod keys;
mod pem;
pub mod proofs;

pub use keys::{Algorithm, InvalidKey, KeyError, NewKey, NewKeys, SigningKey, VerificationKey};
