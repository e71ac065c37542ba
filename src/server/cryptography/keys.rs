//! Keys of actors: RSA and Ed25519, the latter written as Multikey (FEP-521a). The `rsa` crate reads and writes the formats
//! of its kind; keys are made, and every private and public operation is done, by aws-lc-rs, because the timing of `rsa`
//! leaks (RUSTSEC-2023-0071) and it takes three times as long. S-14 says what others try.

use std::sync::Arc;

use alcove_protocol::actor::KeyMaterial;
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{
        ED25519, Ed25519KeyPair, KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256,
    },
};
use rsa::{
    pkcs1::{self, der::Decode as _},
    pkcs8::{
        Document, LineEnding, ObjectIdentifier, PrivateKeyInfo, SecretDocument, spki::SubjectPublicKeyInfoRef,
    },
    rand_core::CryptoRngCore,
};

use super::{base58, pem};

/// What keys can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rsa,
    /// Ed25519.
    Ed25519,
}

impl Algorithm {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rsa => "rsa",
            Self::Ed25519 => "ed25519",
        }
    }

    /// The algorithm of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Rsa, Self::Ed25519].into_iter().find(|algorithm| algorithm.as_str() == word)
    }
}

/// The size of our own RSA keys: what everybody verifies, and three times faster than the next.
const OWN_SIZE: KeySize = KeySize::Rsa2048;
/// The smallest and the largest RSA key that we verify with, in bits.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2_048..=8_192;
/// The object identifier of Ed25519 keys (RFC 8410).
const ED25519_OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// What stands before the bytes of an Ed25519 Multikey.
const ED25519_MULTICODEC: [u8; 2] = [0xed, 0x01];

/// Points of small order, sign bit cleared, with those spelt above the field's prime: a key among them verifies
/// signatures that nobody made.
const SMALL_ORDER: [[u8; 32]; 7] = [
    [0; 32],
    one_point(1),
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
        0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a,
        0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
    near_prime(0xec),
    near_prime(0xed),
    near_prime(0xee),
];

const fn one_point(first: u8) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[0] = first;
    bytes
}

const fn near_prime(first: u8) -> [u8; 32] {
    let mut bytes = [0xff; 32];
    bytes[0] = first;
    bytes[31] = 0x7f;
    bytes
}

/// Why a public key of somebody else is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKey {
    /// It cannot be read.
    #[error("expected a public key in PEM, or an Ed25519 Multikey")]
    Malformed,
    /// It is neither RSA nor Ed25519.
    #[error("expected an RSA or Ed25519 key")]
    Kind,
    /// It can be forged with.
    #[error("expected an RSA key of 2048 to 8192 bits, or an Ed25519 key that is not of small order")]
    Weak,
}

/// Why a private key of ours cannot be made, read or used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It could not be made.
    #[error("making a key failed")]
    Generate,
    /// It is not a private key in PKCS#8.
    #[error("expected an RSA or Ed25519 private key in PKCS#8")]
    Pkcs8(#[from] rsa::pkcs8::Error),
    /// The library refused it.
    #[error("the private key is unusable")]
    Unusable,
}

/// Somebody's public key, ready to verify; cheap to clone and to keep.
#[derive(Clone, Debug)]
pub struct VerificationKey {
    algorithm: Algorithm,
    key: Arc<ParsedPublicKey>,
}

impl VerificationKey {
    /// Reads the key of an actor: SubjectPublicKeyInfo or PKCS#1 in PEM, or an Ed25519 Multikey.
    ///
    /// # Errors
    /// [`InvalidKey`] for what cannot be read or must not be trusted.
    pub fn read(material: &KeyMaterial) -> Result<Self, InvalidKey> {
        match material {
            KeyMaterial::Multikey(text) => {
                let bytes = text.strip_prefix('z').and_then(base58::decode).ok_or(InvalidKey::Malformed)?;
                Self::from_ed25519(bytes.strip_prefix(&ED25519_MULTICODEC).ok_or(InvalidKey::Kind)?)
            }
            KeyMaterial::Pem(text) => match pem::decode(text).ok_or(InvalidKey::Malformed)? {
                ("RSA PUBLIC KEY", der) => Self::from_pkcs1(&der),
                ("PUBLIC KEY", der) => Self::from_spki(&der),
                _ => Err(InvalidKey::Malformed),
            },
        }
    }

    fn from_spki(der: &[u8]) -> Result<Self, InvalidKey> {
        let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| InvalidKey::Malformed)?;
        let key = info.subject_public_key.as_bytes().ok_or(InvalidKey::Malformed)?;
        match info.algorithm.oid {
            pkcs1::ALGORITHM_OID => Self::from_pkcs1(key),
            ED25519_OID => Self::from_ed25519(key),
            _ => Err(InvalidKey::Kind),
        }
    }

    /// S-14: the size, an even modulus and an exponent that changes nothing are looked at here; the library looks again.
    fn from_pkcs1(der: &[u8]) -> Result<Self, InvalidKey> {
        let key = pkcs1::RsaPublicKey::from_der(der).map_err(|_| InvalidKey::Malformed)?;
        let (modulus, exponent) = (key.modulus.as_bytes(), key.public_exponent.as_bytes());
        let odd = |number: &[u8]| number.last().is_some_and(|byte| byte & 1 == 1);
        let bits = modulus.len() * 8 - modulus.first().map_or(0, |byte| byte.leading_zeros() as usize);
        if !odd(modulus)
            || !odd(exponent)
            || exponent == [1]
            || exponent.len() > 8
            || !RSA_BITS.contains(&bits)
        {
            return Err(InvalidKey::Weak);
        }
        let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der).map_err(|_| InvalidKey::Weak)?;
        Ok(Self { algorithm: Algorithm::Rsa, key: Arc::new(key) })
    }

    fn from_ed25519(key: &[u8]) -> Result<Self, InvalidKey> {
        let mut point: [u8; 32] = key.try_into().map_err(|_| InvalidKey::Malformed)?;
        point[31] &= 0x7f;
        if SMALL_ORDER.contains(&point) {
            return Err(InvalidKey::Weak);
        }
        let key = ParsedPublicKey::new(&ED25519, key).map_err(|_| InvalidKey::Malformed)?;
        Ok(Self { algorithm: Algorithm::Ed25519, key: Arc::new(key) })
    }

    /// What it can do.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Says whether it made a signature.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(message, signature).is_ok()
    }

    /// The key itself, however it was spelt.
    pub fn fingerprint(&self) -> &[u8] {
        self.key.as_ref().as_ref()
    }
}

/// A private key of ours. Prints as `***`; its PEM stands in the database and nowhere else.
pub struct SigningKey(Pair);

enum Pair {
    Rsa(Box<KeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

/// A new private key with both its forms to store.
pub struct NewKey {
    /// PKCS#8 in PEM, for [`SigningKey::read`]. Secret.
    pub private_pem: String,
    /// For everybody: SubjectPublicKeyInfo in PEM of an RSA key, the Multikey of an Ed25519 one.
    pub public: String,
}

/// What a new local actor signs with: RSA because everybody verifies it, Ed25519 for proofs and for those who like it.
#[derive(Debug)]
pub struct NewKeys {
    /// 2048 bits.
    pub rsa: NewKey,
    /// The other one.
    pub ed25519: NewKey,
}

impl NewKeys {
    /// Makes both; takes a tenth of a second.
    ///
    /// # Errors
    /// Only when the random source fails.
    pub fn generate(random: &mut impl CryptoRngCore) -> Result<Self, KeyError> {
        Ok(Self { rsa: NewKey::rsa()?, ed25519: NewKey::ed25519(random)? })
    }
}

impl NewKey {
    /// Makes an RSA key, with the library's own random source; takes a tenth of a second.
    ///
    /// # Errors
    /// Only when the random source fails.
    pub fn rsa() -> Result<Self, KeyError> {
        let pair = KeyPair::generate(OWN_SIZE).map_err(|_| KeyError::Generate)?;
        let private: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError::Generate)?;
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(|_| KeyError::Generate)?;
        let public = Document::try_from(public.as_ref()).map_err(rsa::pkcs8::Error::from)?;
        let public = public.to_pem("PUBLIC KEY", LineEnding::LF).map_err(rsa::pkcs8::Error::from)?;
        Ok(Self { private_pem: private_pem(private.as_ref())?, public })
    }

    /// Makes an Ed25519 key.
    ///
    /// # Errors
    /// Only when the random source fails.
    pub fn ed25519(random: &mut impl CryptoRngCore) -> Result<Self, KeyError> {
        let mut seed = [0; 32];
        random.try_fill_bytes(&mut seed).map_err(|_| KeyError::Generate)?;
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| KeyError::Generate)?;
        let private = pair.to_pkcs8v1().map_err(|_| KeyError::Generate)?;
        Ok(Self { private_pem: private_pem(private.as_ref())?, public: multikey(pair.public_key().as_ref()) })
    }
}

/// A private key in PKCS#8 as PEM.
fn private_pem(der: &[u8]) -> Result<String, KeyError> {
    let document = SecretDocument::try_from(der).map_err(rsa::pkcs8::Error::from)?;
    Ok(document.to_pem("PRIVATE KEY", LineEnding::LF).map_err(rsa::pkcs8::Error::from)?.to_string())
}

/// An Ed25519 public key as Multikey.
fn multikey(public: &[u8]) -> String {
    format!("z{}", base58::encode(&[&ED25519_MULTICODEC, public].concat()))
}

impl SigningKey {
    /// Reads what [`NewKey`] wrote.
    ///
    /// # Errors
    /// When it is not an RSA or Ed25519 private key in PKCS#8.
    pub fn read(private_pem: &str) -> Result<Self, KeyError> {
        let (_, document) = SecretDocument::from_pem(private_pem).map_err(rsa::pkcs8::Error::from)?;
        let der = document.as_bytes();
        let pair = match PrivateKeyInfo::try_from(der)?.algorithm.oid {
            pkcs1::ALGORITHM_OID => KeyPair::from_pkcs8(der).map(|pair| Pair::Rsa(Box::new(pair))),
            _ => Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map(|pair| Pair::Ed25519(Box::new(pair))),
        };
        pair.map(Self).map_err(|_| KeyError::Unusable)
    }

    /// What it signs with.
    pub fn algorithm(&self) -> Algorithm {
        match self.0 {
            Pair::Rsa(_) => Algorithm::Rsa,
            Pair::Ed25519(_) => Algorithm::Ed25519,
        }
    }

    /// Signs with RSASSA-PKCS1-v1_5 and SHA-256, or with Ed25519.
    ///
    /// # Errors
    /// Only when the library runs out of memory.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let pair = match &self.0 {
            Pair::Rsa(pair) => pair,
            Pair::Ed25519(pair) => {
                let signature = pair.try_sign(message).map_err(|_| KeyError::Unusable)?;
                return Ok(signature.as_ref().to_vec());
            }
        };
        let mut signature = vec![0; pair.public_modulus_len()];
        // The library takes a random source for the sake of an interface, and does not use it.
        let random = SystemRandom::new();
        pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).map_err(|_| KeyError::Unusable)?;
        Ok(signature)
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SigningKey(***)")
    }
}

impl std::fmt::Debug for NewKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("NewKey(***)")
    }
}

#[cfg(test)]
mod tests;
