//! Typed ids. Most are `https` addresses, kept as the exact bytes that were served: an actor's id is its MLS credential,
//! so it is never normalised. Two ids are equal when their bytes are. A [`GroupId`] is the one that is no address.

use std::{fmt, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::address::{Address, authority};

/// The longest id that we take, in bytes; Mastodon refuses longer ones as well.
pub const MAX_ID_LENGTH: usize = 2_048;

/// An address that names a thing of a certain kind; the kind exists for the type checker only.
pub struct Id<Kind>(String, PhantomData<fn() -> Kind>);

/// Kinds of things that have an address; never constructed.
pub mod kind {
    /// A person, group or server that acts.
    pub enum Actor {}
    /// Something done by an actor.
    pub enum Activity {}
    /// A members-only collection at the sequencer of a conversation.
    pub enum Conversation {}
    /// One device of an account.
    pub enum Device {}
    /// One key package of a device.
    pub enum KeyPackage {}
    /// A page, a picture, a file.
    pub enum Link {}
}

/// The id of an actor: contains no handle, is never reused, and is the identity in its MLS credentials.
pub type ActorId = Id<kind::Actor>;
/// The id of an activity.
pub type ActivityId = Id<kind::Activity>;
/// The address of a conversation at its sequencer.
pub type ConversationId = Id<kind::Conversation>;
/// The id of a device, as `generator` of its key packages.
pub type DeviceId = Id<kind::Device>;
/// The id of a key package.
pub type KeyPackageId = Id<kind::KeyPackage>;
/// An address that is followed and never identifies anything: a page, a picture, a file.
pub type Link = Id<kind::Link>;

/// Why a text is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an http(s) address of at most {MAX_ID_LENGTH} bytes, with a host and without a user name")]
pub struct InvalidId;

/// Scheme, host and port: what has the right to speak for an id (FEP-fe34).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin(String);

impl Origin {
    /// The origin as text, as `https://h.example` or `https://h.example:8443`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host and, unless it is the default of the scheme, port: the key of per-host limits.
    pub fn authority(&self) -> &str {
        authority(&self.0)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<Kind> Id<Kind> {
    /// Takes the exact bytes of an address.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        // The parser forgives white space and tabs that it then leaves out; an id that needs that is another id.
        let odd = |byte: u8| byte.is_ascii_whitespace() || byte.is_ascii_control() || byte == b'\\';
        let exact = text.len() <= MAX_ID_LENGTH && text.is_ascii() && !text.bytes().any(odd);
        let proper = |text: &&str| Address::read(text).is_some_and(|read| read.below_origin().is_some());
        let id = Some(text).filter(|_| exact).filter(proper).ok_or(InvalidId)?;
        Ok(Self(id.to_owned(), PhantomData))
    }

    /// Takes an address that is only followed: other scripts in it are escaped, as browsers do.
    pub fn parse_link(text: &str) -> Result<Self, InvalidId> {
        let short = Some(text).filter(|text| text.len() <= MAX_ID_LENGTH).ok_or(InvalidId)?;
        Self::parse(short).or_else(|_| Self::parse(&Address::read(short).ok_or(InvalidId)?.href))
    }

    /// An id below an origin that is known to be proper: how a server makes its own.
    pub fn of_own(origin: &str, path: &str) -> Self {
        Self(format!("{origin}{path}"), PhantomData)
    }

    /// The id as the exact text that was taken.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Who may speak for this id.
    pub fn origin(&self) -> Origin {
        // `parse` has proved that this is an address; an empty origin is equal to no other id's.
        Origin(Address::read(&self.0).map(|address| address.origin).unwrap_or_default())
    }

    /// Says whether another id belongs to the same origin.
    pub fn same_origin<Other>(&self, other: &Id<Other>) -> bool {
        self.origin() == other.origin()
    }
}

impl<Kind> Clone for Id<Kind> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<Kind> PartialEq for Id<Kind> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<Kind> Eq for Id<Kind> {}

impl<Kind> PartialOrd for Id<Kind> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<Kind> Ord for Id<Kind> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

impl<Kind> std::hash::Hash for Id<Kind> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<Kind> fmt::Debug for Id<Kind> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.0)
    }
}

impl<Kind> fmt::Display for Id<Kind> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<Kind> FromStr for Id<Kind> {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Self::parse(text)
    }
}

impl<Kind> Serialize for Id<Kind> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de, Kind> Deserialize<'de> for Id<Kind> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// The id of an MLS group, which is also the `context` of everything said in it. Ours are `urn:uuid:` with a random
/// UUID; those of others are any printable ASCII (trap T36).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct GroupId(String);

/// Why bytes are not a group id that can travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a group id of 1 to 255 printable ASCII characters")]
pub struct InvalidGroupId;

impl GroupId {
    /// Makes a group id from 16 random bytes: a version 4 UUID (RFC 9562).
    pub fn from_random(mut bytes: [u8; 16]) -> Self {
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        Self(urn_uuid(bytes))
    }

    /// Takes a group id as it stands in `context` or in an MLS header.
    pub fn parse(text: &str) -> Result<Self, InvalidGroupId> {
        let printable = text.bytes().all(|byte| byte.is_ascii_graphic());
        (printable && !text.is_empty() && text.len() <= 255)
            .then(|| Self(text.to_owned()))
            .ok_or(InvalidGroupId)
    }

    /// The group id as text; its bytes are the MLS group id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GroupId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for GroupId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// A `urn:uuid:` of 16 bytes whose version bits are already set.
fn urn_uuid(bytes: [u8; 16]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_their_bytes_and_know_their_origin() {
        let id = ActorId::parse("https://H.example:443/users/1#x").unwrap();
        assert_eq!(id.as_str(), "https://H.example:443/users/1#x");
        assert_eq!(id.origin().as_str(), "https://h.example");
        assert_eq!(ActorId::parse("http://localhost:81/a").unwrap().origin().authority(), "localhost:81");
        for wrong in [
            "",
            "a",
            "urn:uuid:1",
            "https://",
            "https://u@h.example/",
            "ftp://h/",
            "https://h/\tb",
            "https://é/",
        ] {
            assert!(ActorId::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn links_are_escaped_and_ids_are_not() {
        let link = Link::parse_link("https://bücher.example/größe").unwrap();
        assert_eq!(link.as_str(), "https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe");
        assert_eq!(Link::parse_link("https://H.example/a").unwrap().as_str(), "https://H.example/a");
        for wrong in ["javascript:alert(1)", "https://good@evil.example/é", "magnet:?xt=urn:1", "é"] {
            assert!(Link::parse_link(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn group_ids_are_version_4_uuids() {
        assert_eq!(
            GroupId::from_random([0xff; 16]).as_str(),
            "urn:uuid:ffffffff-ffff-4fff-bfff-ffffffffffff"
        );
        assert!(GroupId::parse("with space").is_err());
        assert!(GroupId::parse("mls://m/1").is_ok());
    }
}
