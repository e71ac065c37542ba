//! HTTP signatures both ways: draft-cavage-http-signatures-12 as the Fediverse speaks it, and RFC 9421. Pure functions:
//! no I/O, no clock, no look-up of keys. Reading takes two steps, because the key must be found in between: [`parse`]
//! checks all that can be known without the key, [`verify`] the rest. FEDERATION.md 1.1 says who insists on what, its
//! section 4 what S-07 to S-14 try.

mod cavage;
mod digest;
mod rfc9421;
mod structured;
mod window;

#[cfg(test)]
mod tests;

use alcove_protocol::{Origin, Timestamp, actor::KeyId};
use aws_lc_rs::digest::{Context, SHA256};
use url::Url;

use crate::cryptography::{Algorithm, KeyError, SigningKey, VerificationKey};

pub use cavage::sign as sign_cavage;
pub use rfc9421::sign as sign_rfc9421;
pub use window::{MAX_LIFETIME, SKEW};

/// A request that arrived, whichever server library received it.
#[derive(Clone, Copy, Debug)]
pub struct SignedRequest<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// Path and query exactly as received, percent-encoding included (S-12).
    pub target: &'a str,
    /// All headers in order, names in lower case. With HTTP/2 the caller puts `:authority` here as `host`.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// The raw body.
    pub body: &'a [u8],
}

/// A request that is about to be sent.
#[derive(Clone, Copy, Debug)]
pub struct OutgoingRequest<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// Where it goes.
    pub url: &'a Url,
    /// The type of the body, where there is a body.
    pub content_type: Option<&'a str>,
    /// The body; empty for a fetch.
    pub body: &'a [u8],
}

/// Headers to set on an outgoing request, in place of any of the same name.
pub type Headers = Vec<(&'static str, String)>;

/// Whose key signs: the id by which others find it, and the key.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    /// The id of the public key in its actor's document.
    pub key_id: &'a KeyId,
    /// The private key.
    pub key: &'a SigningKey,
}

/// The ways to sign. Senders try the first and, on 400 or 401, another ("double-knocking").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// draft-cavage-http-signatures-12, with RSA.
    Cavage,
    /// RFC 9421 with RSA.
    Rfc9421,
    /// RFC 9421 with Ed25519: only to those who sign so themselves.
    Rfc9421Ed25519,
}

/// Signs a request in one of the ways, with a key that fits it.
///
/// # Errors
/// When the key cannot be used.
pub fn sign(
    request: &OutgoingRequest<'_>,
    scheme: Scheme,
    signer: Signer<'_>,
    now: Timestamp,
) -> Result<Headers, KeyError> {
    match scheme {
        Scheme::Cavage => sign_cavage(request, signer, now),
        Scheme::Rfc9421 | Scheme::Rfc9421Ed25519 => sign_rfc9421(request, signer, now),
    }
}

/// What a request claims, after everything was checked that needs no key: coverage, freshness, target and digest.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The key that is to be found.
    pub key_id: KeyId,
    /// Whether it is signed in the newer way.
    is_rfc9421: bool,
    /// After this moment the claim is stale.
    pub valid_until: Timestamp,
    /// What the sender says it used; missing leaves it to the key.
    algorithm: Option<Algorithm>,
    signature: Vec<u8>,
    /// What may have been signed: with the query, and for cavage also without.
    bases: Vec<Vec<u8>>,
}

/// A signature that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How it is signed.
    pub scheme: Scheme,
    /// What the replay cache keeps (S-11): a digest of key and signature. It names the key itself and not its id, because
    /// cavage does not cover the id, and one key can be reached under several spellings. Only requests that change
    /// something may be refused for it: two equal fetches within a second have equal signatures.
    pub replay_key: [u8; 32],
    /// How long the cache has to keep it.
    pub keep_until: Timestamp,
}

/// Why a request is not accepted as signed. All of these are answered 401: a 403 would end a delivery for good, while
/// after 401 the sender tries its other way to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// There is none.
    #[error("expected a Signature header")]
    Missing,
    /// There is more than one, or one in each of two places.
    #[error("expected exactly one signature")]
    Several,
    /// It cannot be read.
    #[error("expected a well-formed signature: {0}")]
    Malformed(&'static str),
    /// An algorithm that we do not speak, or that does not belong to the key.
    #[error(
        "expected rsa-sha256 or hs2019, or with RFC 9421 rsa-v1_5-sha256 or ed25519, and a key that fits"
    )]
    Algorithm,
    /// Something that matters could have been changed on the way.
    #[error("expected the signature to cover {0}")]
    NotCovered(&'static str),
    /// The digest is missing, or is not that of the body.
    #[error("expected a SHA-256 digest that is the body's")]
    Digest,
    /// Signed too long ago, or ahead of our clock.
    #[error("expected a signature that is valid now; is the clock right?")]
    Stale,
    /// Signed for another server or in another form of target.
    #[error("expected a request to this server, with its name in Host and a path as target")]
    Target,
    /// It does not belong to this request and this key.
    #[error("expected a signature that fits the request and the key")]
    Invalid,
}

/// Checks everything that can be checked without the key. `origin` is our own, as the world knows it.
///
/// # Errors
/// The first thing that is wrong, as [`SignatureError`] names it.
pub fn parse(request: &SignedRequest<'_>, origin: &Origin, now: Timestamp) -> Result<Claim, SignatureError> {
    request.check_target(origin)?;
    let claim = if request.has("signature-input") {
        rfc9421::parse(request, origin, now)?
    } else {
        cavage::parse(request, now)?
    };
    digest::check(request)?;
    Ok(claim)
}

/// Checks the signature itself.
///
/// # Errors
/// [`SignatureError::Algorithm`] when the key is of another kind than the claim, [`SignatureError::Invalid`] when it did
/// not sign this request.
pub fn verify(claim: &Claim, key: &VerificationKey) -> Result<Verified, SignatureError> {
    if claim.algorithm.is_some_and(|algorithm| algorithm != key.algorithm()) {
        return Err(SignatureError::Algorithm);
    }
    if !claim.bases.iter().any(|base| key.verifies(base, &claim.signature)) {
        return Err(SignatureError::Invalid);
    }
    let mut digest = Context::new(&SHA256);
    digest.update(key.fingerprint());
    digest.update(&claim.signature);
    let mut replay_key = [0; 32];
    replay_key.copy_from_slice(digest.finish().as_ref());
    let scheme = match (claim.is_rfc9421, key.algorithm()) {
        (false, _) => Scheme::Cavage,
        (true, Algorithm::Rsa) => Scheme::Rfc9421,
        (true, Algorithm::Ed25519) => Scheme::Rfc9421Ed25519,
    };
    Ok(Verified { scheme, replay_key, keep_until: claim.valid_until })
}

impl<'a> SignedRequest<'a> {
    fn all(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.headers.iter().filter(move |(other, _)| *other == name).map(|(_, value)| value.trim_ascii())
    }

    fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// A header that stands exactly once, as text; `None` when there is none of that name.
    fn single(&self, name: &str) -> Result<Option<&'a str>, SignatureError> {
        let mut values = self.all(name);
        let first = values.next();
        if values.next().is_some() {
            return Err(SignatureError::Several);
        }
        let read = |value| str::from_utf8(value).map_err(|_| SignatureError::Malformed("headers in ASCII"));
        first.map(read).transpose()
    }

    /// The value of a header as both schemes cover it: all of that name, joined with a comma.
    fn joined(&self, name: &str) -> Option<Vec<u8>> {
        let values: Vec<&[u8]> = self.all(name).collect();
        (!values.is_empty()).then(|| values.join(&b", "[..]))
    }

    /// Says whether the body must be covered: every request that has one or could have one.
    fn needs_digest(&self) -> bool {
        !matches!(self.method, "GET" | "HEAD") || !self.body.is_empty()
    }

    /// S-12: the request must be for this server, in the plain form of a target.
    fn check_target(&self, origin: &Origin) -> Result<(), SignatureError> {
        let host = self.single("host")?.ok_or(SignatureError::Target)?;
        let default_port = if origin.as_str().starts_with("https:") { ":443" } else { ":80" };
        let host = host.strip_suffix(default_port).unwrap_or(host);
        let ours = host.eq_ignore_ascii_case(origin.authority()) && self.target.starts_with('/');
        if ours { Ok(()) } else { Err(SignatureError::Target) }
    }
}

impl OutgoingRequest<'_> {
    fn target(&self) -> String {
        let path = self.url.path();
        self.url.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"))
    }

    /// Host and, unless it is the default of the scheme, port: what the client library writes into `Host`.
    fn authority(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// The address without fragment, which never leaves a client.
    fn target_uri(&self) -> String {
        let mut url = self.url.clone();
        url.set_fragment(None);
        url.into()
    }

    fn has_body(&self) -> bool {
        !matches!(self.method, "GET" | "HEAD")
    }
}
