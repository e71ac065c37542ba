//! What the server may know of MLS bytes (RFC 9420): the public framing of messages and whether a key package is one that
//! others can use. The only module of the server that names openmls. Nothing here decrypts, and no private key of a
//! group ever comes near it (P1). Hostile bytes are bounded in size before and contained while they are read (trap T37).

#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use alcove_protocol::{
    ActorId, GroupId, Timestamp,
    context::CIPHERSUITE,
    mls::{MAX_KEY_PACKAGE_BYTES, MAX_MLS_BYTES, MlsType},
    time::DAY,
};
use openmls::{
    framing::{ContentType, MlsMessageBodyIn, MlsMessageIn, ProtocolMessage},
    key_packages::{KeyPackage, KeyPackageIn, errors::KeyPackageVerifyError},
    prelude::{BasicCredential, Ciphersuite, ProtocolVersion, tls_codec::Deserialize},
};
use openmls_rust_crypto::RustCrypto;

/// The longest lifetime of a key package that is taken, in milliseconds (ENCRYPTION.md 1.3).
pub const MAX_LIFETIME: i64 = 400 * DAY;

/// What bytes are, as far as everybody may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Something said in a group.
    Message(Header),
    /// What a new member joins by; it names no group.
    Welcome,
    /// The public state of a group.
    GroupInfo,
    /// A key package in an MLS message.
    KeyPackage,
}

/// The clear header of a message in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Whether only the content or nothing of it is hidden.
    pub wire: MlsType,
    /// The group.
    pub group: GroupId,
    /// The epoch in which it was made.
    pub epoch: u64,
    /// What kind of thing is said.
    pub content: Content,
}

/// What kind of thing is said in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A message of people.
    Application,
    /// A change that somebody asks for.
    Proposal,
    /// A change that ends the epoch.
    Commit,
}

impl Framing {
    /// The type that belongs around these bytes (trap T3).
    pub fn wire(&self) -> MlsType {
        match self {
            Self::Message(header) => header.wire,
            Self::Welcome => MlsType::Welcome,
            Self::GroupInfo => MlsType::GroupInfo,
            Self::KeyPackage => MlsType::KeyPackage,
        }
    }

    /// The header, of what is said in a group.
    pub fn header(&self) -> Option<&Header> {
        match self {
            Self::Message(header) => Some(header),
            _ => None,
        }
    }
}

/// Reads the framing of an MLS message; `None` when the bytes are none, are too many, or have something behind them.
pub fn framing(bytes: &[u8]) -> Option<Framing> {
    if bytes.len() > MAX_MLS_BYTES {
        return None;
    }
    let message: MlsMessageIn = whole(bytes)?;
    match message.extract() {
        MlsMessageBodyIn::PublicMessage(message) => header(MlsType::PublicMessage, &message.into()),
        MlsMessageBodyIn::PrivateMessage(message) => header(MlsType::PrivateMessage, &message.into()),
        MlsMessageBodyIn::Welcome(_) => Some(Framing::Welcome),
        MlsMessageBodyIn::GroupInfo(_) => Some(Framing::GroupInfo),
        MlsMessageBodyIn::KeyPackage(_) => Some(Framing::KeyPackage),
    }
}

fn header(wire: MlsType, message: &ProtocolMessage) -> Option<Framing> {
    let content = match message.content_type() {
        ContentType::Application => Content::Application,
        ContentType::Proposal => Content::Proposal,
        ContentType::Commit => Content::Commit,
    };
    let group = std::str::from_utf8(message.group_id().as_slice()).ok()?;
    let group = GroupId::parse(group).ok()?;
    Some(Framing::Message(Header { wire, group, epoch: message.epoch().as_u64(), content }))
}

/// A key package that others can use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidKeyPackage {
    /// The raw `KeyPackage` structure, without an MLS message around it (trap T4).
    pub content: Vec<u8>,
    /// The device's signature key.
    pub signature_key: Vec<u8>,
    /// When its lifetime ends.
    pub expires_at: Timestamp,
}

/// The check of ENCRYPTION.md 1.3 that a key package fails, in words for whoever made it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKeyPackage {
    /// Too many bytes.
    #[error("expected a key package of at most {MAX_KEY_PACKAGE_BYTES} bytes in base64")]
    Size,
    /// Not a key package, or not only one.
    #[error("expected one whole key package of RFC 9420 and nothing behind it")]
    Parse,
    /// Another cipher suite.
    #[error("expected the cipher suite {CIPHERSUITE}")]
    Suite,
    /// Another credential.
    #[error("expected a basic credential whose identity is {0}")]
    Identity(ActorId),
    /// A signature or something else inside that does not hold.
    #[error("expected valid signatures and extensions: {0}")]
    Signature(String),
    /// Expired, not valid yet, or valid for too long.
    #[error("expected a lifetime that has begun, has not ended and is at most 400 days long")]
    Lifetime,
    /// The device signed its packages with another key before.
    #[error("expected the signature key with which the device signed up")]
    OtherKey,
    /// Another device has that signature key.
    #[error("expected a signature key that no other device of this server uses")]
    KeyInUse,
}

impl InvalidKeyPackage {
    /// The word of the check, for programs.
    pub fn check(&self) -> &'static str {
        match self {
            Self::Size => "size",
            Self::Parse => "parse",
            Self::Suite => "suite",
            Self::Identity(_) => "identity",
            Self::Signature(_) => "signature",
            Self::Lifetime => "lifetime",
            Self::OtherKey => "other-key",
            Self::KeyInUse => "key-in-use",
        }
    }
}

/// Checks what can be checked of a key package without knowing other devices. Raw or in an MLS message is told by which
/// of the two parses to the end, never by the first bytes (trap T4).
///
/// # Errors
/// The first check that fails.
pub fn key_package(
    bytes: &[u8],
    actor: &ActorId,
    now: Timestamp,
) -> Result<ValidKeyPackage, InvalidKeyPackage> {
    if bytes.len() > MAX_KEY_PACKAGE_BYTES {
        return Err(InvalidKeyPackage::Size);
    }
    let (package, raw) = whole_key_package(bytes).ok_or(InvalidKeyPackage::Parse)?;
    // Behind two bytes of version stands the suite; openmls shows it only once all else is checked.
    if raw.get(2..4) != Some(&u16::from(SUITE).to_be_bytes()) {
        return Err(InvalidKeyPackage::Suite);
    }
    let claimed = package.unverified_credential();
    let identity = BasicCredential::try_from(claimed.credential).ok();
    if identity.is_none_or(|credential| credential.identity() != actor.as_str().as_bytes()) {
        return Err(InvalidKeyPackage::Identity(actor.clone()));
    }
    let package = validate(package)?;
    Ok(ValidKeyPackage {
        content: raw.to_vec(),
        signature_key: package.leaf_node().signature_key().as_slice().to_vec(),
        expires_at: end_of_lifetime(&package, now)?,
    })
}

const SUITE: Ciphersuite = Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;

fn whole_key_package(bytes: &[u8]) -> Option<(KeyPackageIn, &[u8])> {
    if let Some(raw) = whole::<KeyPackageIn>(bytes) {
        return Some((raw, bytes));
    }
    match whole::<MlsMessageIn>(bytes)?.extract() {
        // Four bytes of version and wire format stand before the structure.
        MlsMessageBodyIn::KeyPackage(package) => Some((package, bytes.get(4..)?)),
        _ => None,
    }
}

fn validate(package: KeyPackageIn) -> Result<KeyPackage, InvalidKeyPackage> {
    let checked = contained(|| {
        let crypto = RustCrypto::default();
        package.validate(&crypto, ProtocolVersion::Mls10)
    });
    match checked {
        Some(Ok(package)) => Ok(package),
        Some(Err(KeyPackageVerifyError::LifetimeError(_) | KeyPackageVerifyError::MissingLifetime)) => {
            Err(InvalidKeyPackage::Lifetime)
        }
        Some(Err(error)) => Err(InvalidKeyPackage::Signature(error.to_string())),
        None => Err(InvalidKeyPackage::Parse),
    }
}

fn end_of_lifetime(package: &KeyPackage, now: Timestamp) -> Result<Timestamp, InvalidKeyPackage> {
    let point = |seconds: u64| i64::try_from(seconds).ok().and_then(|seconds| seconds.checked_mul(1_000));
    let lifetime = package.life_time();
    let (begins, ends) =
        point(lifetime.not_before()).zip(point(lifetime.not_after())).ok_or(InvalidKeyPackage::Lifetime)?;
    let proper = begins <= now.0 && now.0 < ends && ends - begins <= MAX_LIFETIME;
    proper.then_some(Timestamp(ends)).ok_or(InvalidKeyPackage::Lifetime)
}

/// Reads a structure that takes up all of the bytes.
fn whole<T: Deserialize>(bytes: &[u8]) -> Option<T> {
    contained(|| T::tls_deserialize_exact(bytes).ok())?
}

/// Runs foreign code over foreign bytes; a panic in it is an answer like any other (trap T37).
fn contained<T>(read: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(read)).ok()
}
