//! Digests of bodies: `Digest` (RFC 3230, as cavage's users send it) and `Content-Digest` (RFC 9530). Always recomputed
//! over the raw body; every one that is present must be right (S-08).

use alcove_protocol::base64;
use aws_lc_rs::digest::{SHA256, digest};

use super::{
    SignatureError, SignedRequest,
    structured::{self, Bare, Member},
};

/// The SHA-256 of a body.
fn sha256(body: &[u8]) -> Vec<u8> {
    digest(&SHA256, body).as_ref().to_vec()
}

/// The value of `Digest`.
pub(super) fn legacy(body: &[u8]) -> String {
    format!("SHA-256={}", base64::encode(&sha256(body)))
}

/// The value of `Content-Digest`.
pub(super) fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", base64::encode(&sha256(body)))
}

/// Checks each digest header that is there; that the right one is covered, hence there, is for the schemes to check.
pub(super) fn check(request: &SignedRequest<'_>) -> Result<(), SignatureError> {
    let legacy = request.single("digest")?.map(read_legacy);
    let content = request.single("content-digest")?.map(read_content_digest);
    if legacy.is_none() && content.is_none() {
        return if request.needs_digest() { Err(SignatureError::Digest) } else { Ok(()) };
    }
    let actual = sha256(request.body);
    let right = |claimed: Option<Vec<u8>>| claimed.is_some_and(|claimed| claimed == actual);
    let all_right = legacy.into_iter().chain(content).all(right);
    if all_right { Ok(()) } else { Err(SignatureError::Digest) }
}

/// `SHA-256=<base64>`, perhaps among others; the name in any case, and only once.
fn read_legacy(value: &str) -> Option<Vec<u8>> {
    let mut found = value.split(',').filter_map(|entry| {
        let (name, digest) = entry.trim().split_once('=')?;
        name.eq_ignore_ascii_case("sha-256").then_some(digest)
    });
    let digest = found.next()?;
    if found.next().is_some() {
        return None;
    }
    base64::decode(digest, 32)
}

/// `sha-256=:<base64>:`, perhaps among others.
fn read_content_digest(value: &str) -> Option<Vec<u8>> {
    let entries = structured::dictionary(value)?;
    entries.into_iter().find_map(|(name, member)| match member {
        Member::Item(Bare::Bytes(digest), _) if name == "sha-256" => Some(digest),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(headers: &[(&str, &str)], body: &[u8]) -> Result<(), SignatureError> {
        let headers: Vec<(&str, &[u8])> =
            headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        check(&SignedRequest { method: "POST", target: "/inbox", headers: &headers, body })
    }

    #[test]
    fn digests_are_recomputed() {
        let body = b"{\"hello\": \"world\"}";
        let (old, new) = (legacy(body), content_digest(body));
        assert_eq!(old, "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=");
        assert_eq!(checked(&[("digest", &old)], body), Ok(()));
        assert_eq!(checked(&[("content-digest", &new)], body), Ok(()));
        assert_eq!(checked(&[("digest", &old), ("content-digest", &new)], body), Ok(()));
        let others = format!("unixsum=30637, {}", old.replace("SHA", "sha"));
        assert_eq!(checked(&[("digest", &others)], body), Ok(()));
        assert_eq!(checked(&[("content-digest", &format!("sha-512=:AAAA:, {new}"))], body), Ok(()));
    }

    /// S-08: a changed body, a stale digest, a digest of another kind, two digests.
    #[test]
    fn wrong_digests_are_refused() {
        let body = b"{}";
        let (old, new) = (legacy(body), content_digest(body));
        let twice = format!("{old},{old}");
        for headers in [
            &[][..],
            &[("digest", "SHA-512=AAAA")],
            &[("digest", "SHA-256")],
            &[("digest", "SHA-256=%%%")],
            &[("digest", &twice)],
            &[("content-digest", "sha-256=AAAA")],
            &[("content-digest", &old)],
            &[("digest", &old), ("content-digest", "sha-256=:AAAA:")],
        ] {
            assert_eq!(checked(headers, body), Err(SignatureError::Digest), "{headers:?}");
        }
        for headers in [[("digest", old.as_str())], [("content-digest", new.as_str())]] {
            assert_eq!(checked(&headers, b"{ }"), Err(SignatureError::Digest), "a changed body");
        }
        assert_eq!(checked(&[("digest", &old), ("digest", &old)], body), Err(SignatureError::Several));
    }
}
