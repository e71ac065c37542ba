//! Secrets that are looked up by their digest: tokens, session cookies, invitation tokens, authorization codes. Not for
//! passwords, which are few bits and go through Argon2id (`actions/passwords.rs`).

use aws_lc_rs::digest;

/// The SHA-256 of a secret: the only form in which one is stored. The secrets have 128 random bits or more, so that a
/// plain digest cannot be guessed back.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretHash(Vec<u8>);

impl SecretHash {
    /// The digest of a secret's text.
    pub fn of(secret: &str) -> Self {
        Self(sha256(secret.as_bytes()))
    }

    /// The 32 bytes, for a column.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}
