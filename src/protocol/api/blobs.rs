//! Sealed files of conversations (ENCRYPTION.md 1.10): laid on the sender's server in parts, had by everybody who knows the
//! address. What is in them nobody but the conversation knows.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The bytes of one part; only the last may have less. Small enough to arrive over a slow line before a server loses patience.
pub const BLOB_PART: u64 = 512 << 10;

/// A file that is about to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewBlob {
    /// Its length in bytes, as it is sealed.
    pub length: u64,
}

/// Where a file goes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobPlace {
    /// Its name in paths: 128 random bits.
    pub name: String,
    /// Where it will be had.
    pub url: String,
    /// The secret that sends and removes it: goes into `Authorization: Bearer` of its own paths and nowhere else.
    pub upload_token: String,
}

impl fmt::Debug for BlobPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "BlobPlace {{ name: {}, *** }}", self.name)
    }
}

/// How far a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobStanding {
    /// What was announced.
    pub length: u64,
    /// What has come: where to go on. The file can be had when both are the same.
    pub received: u64,
}
