//! Who is who: the identity key of a person, the endorsement by which it vouches for a device, and the safety number of
//! two people (ENCRYPTION.md 1.1 and 1.4). Not whom we believe: that is `trust`.

use alcove_protocol::{ActorId, Timestamp};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use openmls_traits::{
    signatures::{Signer, SignerError},
    types::SignatureScheme,
};
use rand::RngCore;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

/// The public half of a person's identity key.
pub type IdentityKey = [u8; 32];

/// A private Ed25519 key: a device's signature key or a person's identity key. Wiped when dropped, never printed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SecretKey(SecretBytes);

#[derive(Clone, Serialize, Deserialize)]
struct SecretBytes([u8; 32]);

impl Drop for SecretBytes {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

impl SecretKey {
    /// A new key.
    pub(crate) fn generate(rng: &mut (impl RngCore + ?Sized)) -> Self {
        let mut bytes = SecretBytes([0; 32]);
        rng.fill_bytes(&mut bytes.0);
        Self(bytes)
    }

    /// The key of these bytes, as another device of the person handed it over.
    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(SecretBytes(bytes))
    }

    /// The bytes, to be handed to another device of the person.
    pub(crate) fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.0)
    }

    /// The public half.
    pub(crate) fn public(&self) -> [u8; 32] {
        self.key().verifying_key().to_bytes()
    }

    /// The signature over a message.
    pub(crate) fn signature(&self, message: &[u8]) -> [u8; 64] {
        self.key().sign(message).to_bytes()
    }

    fn key(&self) -> SigningKey {
        SigningKey::from_bytes(&self.0.0)
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SecretKey(***)")
    }
}

impl PartialEq for SecretKey {
    fn eq(&self, other: &Self) -> bool {
        self.public() == other.public()
    }
}

impl Signer for SecretKey {
    fn sign(&self, payload: &[u8]) -> Result<Vec<u8>, SignerError> {
        Ok(self.signature(payload).to_vec())
    }

    fn signature_scheme(&self) -> SignatureScheme {
        SignatureScheme::ED25519
    }
}

/// A person's word that a device is theirs: identity key, time, signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endorsement {
    /// Who vouches.
    pub(crate) identity: IdentityKey,
    issued: Timestamp,
    signature: [u8; 64],
}

impl Endorsement {
    /// Vouches for a device key of the actor.
    pub(crate) fn issue(identity: &SecretKey, actor: &ActorId, device_key: &[u8], now: Timestamp) -> Self {
        let signature = identity.signature(&statement(actor, device_key, now));
        Self { identity: identity.public(), issued: now, signature }
    }

    /// Reads the extension's bytes; `None` when they are not 104.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (identity, rest) = bytes.split_first_chunk::<32>()?;
        let (issued, rest) = rest.split_first_chunk::<8>()?;
        let signature = rest.try_into().ok()?;
        Some(Self { identity: *identity, issued: Timestamp(i64::from_be_bytes(*issued)), signature })
    }

    /// The extension's bytes.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        [&self.identity[..], &self.issued.0.to_be_bytes(), &self.signature].concat()
    }

    /// Says whether it vouches for this device key of this actor.
    pub(crate) fn covers(&self, actor: &ActorId, device_key: &[u8]) -> bool {
        let statement = statement(actor, device_key, self.issued);
        let signature = Signature::from_bytes(&self.signature);
        VerifyingKey::from_bytes(&self.identity)
            .is_ok_and(|key| key.verify_strict(&statement, &signature).is_ok())
    }
}

/// What an endorsement signs.
fn statement(actor: &ActorId, device_key: &[u8], issued: Timestamp) -> Vec<u8> {
    // An actor id is at most 2,048 bytes long.
    let length = u16::try_from(actor.as_str().len()).unwrap_or(u16::MAX).to_be_bytes();
    let actor = actor.as_str().as_bytes();
    [b"alcove endorsement 1\0", &length[..], actor, device_key, &issued.0.to_be_bytes()].concat()
}

/// The safety number of two people: 60 digits in groups of five, the same on both sides.
pub fn safety_number(one: (&ActorId, &IdentityKey), other: (&ActorId, &IdentityKey)) -> String {
    let mut halves = [digits(one), digits(other)];
    halves.sort();
    halves.concat().join(" ")
}

/// Thirty digits of one person, slow enough to make that a matching key is not found by trying.
fn digits((actor, identity): (&ActorId, &IdentityKey)) -> Vec<String> {
    let mut hash = Sha512::new()
        .chain_update(b"alcove safety number 1\0")
        .chain_update(identity)
        .chain_update(actor.as_str())
        .finalize();
    for _ in 1..5_200 {
        hash = Sha512::new().chain_update(hash).chain_update(identity).finalize();
    }
    let number = |chunk: &[u8]| chunk.iter().fold(0u64, |number, byte| (number << 8) | u64::from(*byte));
    hash.chunks_exact(5).take(6).map(|chunk| format!("{:05}", number(chunk) % 100_000)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(name: &str) -> ActorId {
        ActorId::parse(&format!("https://h.example/users/{name}")).unwrap()
    }

    /// Trap T38: an endorsement holds for one actor and one device key only.
    #[test]
    fn an_endorsement_covers_what_it_names() {
        let identity = SecretKey::from_bytes([1; 32]);
        let device = SecretKey::from_bytes([2; 32]).public();
        let endorsement = Endorsement::issue(&identity, &actor("1"), &device, Timestamp(5));
        let bytes = endorsement.to_bytes();
        assert_eq!(bytes.len(), 104, "key, time, signature");
        let read = Endorsement::from_bytes(&bytes).unwrap();
        assert!(read.covers(&actor("1"), &device));
        assert!(!read.covers(&actor("2"), &device));
        assert!(!read.covers(&actor("1"), &[3; 32]));
        assert!(Endorsement::from_bytes(&bytes[1..]).is_none());
    }

    #[test]
    fn both_sides_see_the_same_sixty_digits() {
        let (one, other) = ((actor("1"), [1; 32]), (actor("2"), [2; 32]));
        let number = safety_number((&one.0, &one.1), (&other.0, &other.1));
        assert_eq!(number, safety_number((&other.0, &other.1), (&one.0, &one.1)));
        assert_eq!(number.chars().filter(char::is_ascii_digit).count(), 60);
        assert_ne!(number, safety_number((&one.0, &one.1), (&other.0, &[3; 32])));
    }
}
