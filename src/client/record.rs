//! The storage format: what a record's key and bytes look like. Not a store: the host keeps the records, in a file or in
//! IndexedDB, and seals them (ENCRYPTION.md 1.7; "every stored record" in ARCHITECTURE.md).
//!
//! A key is a path. A value is four bytes of header, then postcard: schema number, then the three numbers of the OpenMLS
//! version that wrote it, because half of the records are OpenMLS's own types. Hot records are loaded when the device
//! opens; message records are cold: written once, in an order that a host can page through, and never read here.

use alcove_protocol::GroupId;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::error::Error;

/// The version of our own record types. Schema 1 differs in its messages (`message::former`) and has pins without their ground.
pub const SCHEMA: u8 = 2;
/// The version of OpenMLS whose types are stored.
pub const OPENMLS: [u8; 3] = [0, 9, 2];

const HEADER: [u8; 4] = [SCHEMA, OPENMLS[0], OPENMLS[1], OPENMLS[2]];
const MESSAGES: &str = "message/";
const LETTERS: &str = "letter/";

/// Says whether a record is cold: a host need not load it to open the device.
pub fn is_cold(key: &str) -> bool {
    is_message(key) || is_letter(key)
}

/// Says whether a record holds a message of an encrypted conversation.
pub fn is_message(key: &str) -> bool {
    key.starts_with(MESSAGES)
}

/// Says whether a record holds a letter, a message that is not encrypted (`plain`).
pub fn is_letter(key: &str) -> bool {
    key.starts_with(LETTERS)
}

/// Where a cold record stands: what its key begins with, and its place among those that begin alike. `None` for hot ones.
pub fn place(key: &str) -> Option<(&str, i64)> {
    is_cold(key).then_some(())?;
    let end = key.rfind('/')? + 1;
    Some((key.get(..end)?, key.get(end..)?.parse().ok()?))
}

/// The key of the message that arrived at a position of a conversation.
pub fn message_key(group: &GroupId, position: i64) -> String {
    format!("{}{position:019}", message_prefix(group))
}

/// What the keys of all messages of a conversation begin with; sorted, they are in order of arrival.
pub fn message_prefix(group: &GroupId) -> String {
    format!("{MESSAGES}{}/", group_name(group))
}

/// The key of a letter with this number in a conversation of this name.
pub(crate) fn letter_key(talk: &str, number: i64) -> String {
    format!("{LETTERS}{talk}/{number:019}")
}

/// A name for a group that is safe in a path: others choose group ids freely (trap T36).
pub(crate) fn group_name(group: &GroupId) -> String {
    hex(Sha256::digest(group.as_str().as_bytes()).get(..16).unwrap_or_default())
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256.
pub(crate) fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Writes a record's bytes.
pub(crate) fn encode<T: Serialize + ?Sized>(key: &str, value: &T) -> Result<Vec<u8>, Error> {
    postcard::to_extend(value, HEADER.to_vec()).map_err(|error| failed(key, &error))
}

/// Reads a record's bytes, of this release or an older one.
pub(crate) fn decode<T: DeserializeOwned>(key: &str, bytes: &[u8]) -> Result<T, Error> {
    match bytes.split_at_checked(HEADER.len()) {
        Some(([schema, openmls @ ..], body)) if (1..=SCHEMA).contains(schema) && *openmls == OPENMLS => {
            postcard::from_bytes(body).map_err(|error| failed(key, &error))
        }
        _ => Err(failed(key, "expected a record of this release or an older one")),
    }
}

/// The schema that a record was written in.
pub(crate) fn schema(bytes: &[u8]) -> Option<u8> {
    bytes.first().copied()
}

/// What stands behind the header of a record.
pub(crate) fn body(bytes: &[u8]) -> Option<&[u8]> {
    bytes.get(HEADER.len()..)
}

fn failed(key: &str, reason: impl ToString) -> Error {
    Error::Record { key: key.to_owned(), reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_names_the_openmls_that_is_linked() {
        let lock = include_str!("../../Cargo.lock");
        let [major, minor, patch] = OPENMLS;
        assert!(lock.contains(&format!("name = \"openmls\"\nversion = \"{major}.{minor}.{patch}\"")));
    }

    #[test]
    fn records_of_another_schema_are_refused_by_name() {
        let mut bytes = encode("a", &7u64).unwrap();
        assert_eq!(decode::<u64>("a", &bytes), Ok(7));
        bytes[0] += 1;
        assert!(decode::<u64>("a", &bytes).unwrap_err().to_string().contains("record a"));
    }

    #[test]
    fn messages_sort_by_arrival() {
        let group = GroupId::parse("g").unwrap();
        assert!(message_key(&group, 9) < message_key(&group, 10));
        assert!(is_cold(&message_key(&group, 1)));
        assert_eq!(place(&message_key(&group, 7)), Some((message_prefix(&group).as_str(), 7)));
        assert_eq!(place("account"), None);
        assert_eq!(place(&letter_key("12", 7)), Some(("letter/12/", 7)));
    }
}
