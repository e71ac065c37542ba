//! Handles: what people call each other, as `@ana@example.org`. A handle finds an actor (RFC 7565, RFC 7033); it never
//! identifies one, and it never appears in an id.

use std::{fmt, str::FromStr};

use crate::address::{Address, authority};

/// A name and the domain it belongs to. The name is compared without case; the domain is lower case, with a port only
/// where a server runs on an unusual one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Handle {
    /// The part before the `@`, in lower case.
    pub name: String,
    /// The handle domain.
    pub domain: String,
}

/// Why a text is not a handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHandle {
    /// The name does not fit what the whole Fediverse accepts.
    #[error("expected a name of 1 to 30 letters, digits and _, with . and - between them")]
    Name,
    /// The whole is not name and domain.
    #[error("expected a handle as @name@example.org")]
    Shape,
}

impl Handle {
    /// Reads `@name@domain`, `name@domain` or `acct:name@domain`.
    pub fn parse(text: &str) -> Result<Self, InvalidHandle> {
        let text = text.trim();
        let bare = text.strip_prefix("acct:").or_else(|| text.strip_prefix('@')).unwrap_or(text);
        let (name, domain) = bare.split_once('@').ok_or(InvalidHandle::Shape)?;
        let name = name.to_ascii_lowercase();
        if !is_username(&name) {
            return Err(InvalidHandle::Name);
        }
        Ok(Self { name, domain: parse_domain(domain).ok_or(InvalidHandle::Shape)? })
    }

    /// The handle as an `acct:` URI (RFC 7565).
    pub fn to_acct(&self) -> String {
        format!("acct:{}@{}", self.name, self.domain)
    }
}

/// Reads the name of a handle of our own, in lower case: at most 30 bytes, while others may have longer ones.
pub fn parse_name(text: &str) -> Result<String, InvalidHandle> {
    let name = text.to_ascii_lowercase();
    if is_username(&name) && name.len() <= 30 { Ok(name) } else { Err(InvalidHandle::Name) }
}

/// Says whether a text can be the name in any server's handle: Mastodon's grammar `[a-z0-9_]+([.-]+[a-z0-9_]+)*`, in
/// either case, at most 255 bytes.
pub fn is_username(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let allowed = text.bytes().all(|byte| inner(byte) || byte == b'.' || byte == b'-');
    let ends = text.bytes().next().is_some_and(inner) && text.bytes().last().is_some_and(inner);
    allowed && ends && text.len() <= 255
}

fn parse_domain(text: &str) -> Option<String> {
    let address =
        Address::read(&format!("https://{text}/")).filter(|read| read.below_origin() == Some("/"))?;
    // The reader turns other scripts into punycode, so that look-alikes cannot hide.
    let authority = authority(&address.origin);
    let host = authority.split_once(':').map_or(authority, |(host, _)| host);
    let proper = !text.contains(['/', '@', '?', '#', '\\']) && !host.ends_with('.');
    proper.then(|| authority.to_owned())
}

impl fmt::Display for Handle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "@{}@{}", self.name, self.domain)
    }
}

impl FromStr for Handle {
    type Err = InvalidHandle;

    fn from_str(text: &str) -> Result<Self, InvalidHandle> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_one_handle() {
        for text in ["@Ana@Example.org", "ana@example.org", "acct:ana@example.org", " @ana@example.org "] {
            assert_eq!(Handle::parse(text).unwrap().to_string(), "@ana@example.org");
        }
        assert_eq!(Handle::parse("bob@localhost:8443").unwrap().domain, "localhost:8443");
        assert_eq!(Handle::parse("a@bücher.example").unwrap().domain, "xn--bcher-kva.example");
    }

    /// S-15: letters of another script show themselves, and cannot stand in a name at all.
    #[test]
    fn look_alikes_cannot_hide() {
        let shown = |text: &str| Handle::parse(text).map(|handle| handle.to_string());
        assert_eq!(shown("@ana@exаmple.org").unwrap(), "@ana@xn--exmple-4nf.org", "a Cyrillic letter");
        assert_eq!(
            shown("@ana@ｅxample.org").unwrap(),
            "@ana@example.org",
            "a wide letter is the same letter"
        );
        assert_eq!(shown("@ana@EXAMPLE.org").unwrap(), "@ana@example.org");
        for text in [
            "@аna@example.org",
            "@an\u{200b}a@example.org",
            "@ana\u{202e}@example.org",
            "@ana@exa\u{0}mple.org",
        ] {
            assert!(shown(text).is_err(), "{text:?}");
        }
    }

    /// S-15: several `@`, user names, ports that are none, dots at the end, paths.
    #[test]
    fn what_is_no_handle_is_refused() {
        for text in [
            "ana",
            "@ana",
            "a@b@c",
            ".a@h.example",
            "a.@h.example",
            "a b@h.example",
            "a@",
            "a@h/x",
            "@@h",
            "a@h.example.",
            "a@good.example@evil.example",
            "a@u:p@evil.example",
            "a@h.example:99999",
            "a@h.example#x",
            "a@h.example\\evil.example",
        ] {
            assert!(Handle::parse(text).is_err(), "{text:?}");
        }
        assert_eq!(parse_name(&"x".repeat(31)), Err(InvalidHandle::Name));
    }
}
