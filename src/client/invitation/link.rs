//! The link of an invitation, `https://h.example/i/<id>#v1…`, and the keys that its secret gives: an Ed25519 pair whose public
//! half the server keeps, and a MAC key. What stands behind `#` is for people and never sent to a server.

use std::fmt;

use alcove_protocol::{
    ActorId, Origin,
    api::{InvitationSignature, JoinProof, join_statement},
    base64,
};
use ed25519_dalek::{Signature, VerifyingKey};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use crate::{
    error::Error,
    identity::{IdentityKey, SecretKey},
    record::digest,
};

/// What the fragment begins with: the version of all that follows from it.
const VERSION: &str = "v1";
/// What the path of such a link begins with.
const PATH: &str = "/i/";
/// The longest id that is read.
const LONGEST_ID: usize = 64;

/// What stands before the statement when the newcomer's device proves it.
const JOIN: &[u8] = b"join";
/// What stands before it when the inviter's device answers.
const ACCEPT: &[u8] = b"accept";

/// The secret of a link, 16 random bytes. Wiped when dropped, never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LinkSecret([u8; 16]);

impl Drop for LinkSecret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// The keys of a link.
pub(super) struct LinkKeys {
    signing: SecretKey,
    mac: Zeroizing<[u8; 32]>,
}

impl LinkSecret {
    pub(super) fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// HKDF-SHA256 without salt, "alcove invite 1": 32 bytes for the Ed25519 key, 32 for the MAC.
    pub(super) fn keys(&self) -> Result<LinkKeys, Error> {
        let mut bytes = Zeroizing::new([0; 64]);
        let expanded = Hkdf::<Sha256>::new(None, &self.0).expand(b"alcove invite 1", &mut bytes[..]);
        expanded.map_err(Error::mls)?;
        let (mut signing, mut mac) = ([0; 32], Zeroizing::new([0; 32]));
        signing.copy_from_slice(&bytes[..32]);
        mac.copy_from_slice(&bytes[32..]);
        Ok(LinkKeys { signing: SecretKey::from_bytes(signing), mac })
    }
}

impl LinkKeys {
    /// What the server keeps.
    pub(super) fn public(&self) -> [u8; 32] {
        self.signing.public()
    }

    /// The newcomer's proof of a statement.
    pub(super) fn prove(&self, statement: &[u8]) -> Result<JoinProof, Error> {
        let signed = [JOIN, statement].concat();
        let mac = self.authenticate(&[JOIN, statement])?.finalize().into_bytes();
        Ok(JoinProof {
            statement: statement.to_vec(),
            signature: self.signing.signature(&signed).to_vec(),
            mac: mac.to_vec(),
        })
    }

    /// Whether a proof was made by somebody who knows the secret.
    pub(super) fn is_proof(&self, proof: &JoinProof) -> Result<bool, Error> {
        let signed = [JOIN, &proof.statement].concat();
        let signature = Signature::from_slice(&proof.signature);
        let key = VerifyingKey::from_bytes(&self.public()).map_err(Error::mls)?;
        let is_signed = signature.is_ok_and(|signature| key.verify_strict(&signed, &signature).is_ok());
        let mac = self.authenticate(&[JOIN, &proof.statement])?;
        Ok(is_signed && mac.verify_slice(&proof.mac).is_ok())
    }

    /// The inviter's answer to a statement.
    pub(super) fn accept(&self, statement: &[u8], nonce: &[u8; 16]) -> Result<Vec<u8>, Error> {
        Ok(self.authenticate(&[ACCEPT, statement, nonce])?.finalize().into_bytes().to_vec())
    }

    /// Whether an answer to a statement was made by somebody who knows the secret.
    pub(super) fn is_answer(&self, statement: &[u8], nonce: &[u8; 16], mac: &[u8]) -> Result<bool, Error> {
        Ok(self.authenticate(&[ACCEPT, statement, nonce])?.verify_slice(mac).is_ok())
    }

    fn authenticate(&self, parts: &[&[u8]]) -> Result<Hmac<Sha256>, Error> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.mac[..]).map_err(Error::mls)?;
        parts.iter().for_each(|part| mac.update(part));
        Ok(mac)
    }
}

/// The first half of the digest of an identity key: what the link says of whoever invites.
pub(super) fn half_digest(identity: &[u8]) -> [u8; 16] {
    digest(identity).first_chunk().copied().unwrap_or_default()
}

/// What stands behind `#`.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Fragment {
    pub(super) secret: LinkSecret,
    /// [`half_digest`] of the inviter's identity key.
    pub(super) inviter: [u8; 16],
}

/// A link of an invitation as somebody was given it.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationLink {
    /// Where it leads: any address of that server.
    address: ActorId,
    /// The invitation's id.
    id: String,
    /// Without it nothing can be proved.
    pub(super) fragment: Option<Fragment>,
}

impl InvitationLink {
    /// Reads `https://h.example/i/<id>`, with or without what stands behind `#`.
    ///
    /// # Errors
    /// Anything else; a fragment that is not whole, because a link that was cut off proves nothing and ought to be copied
    /// again.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let expected =
            || Error::Limit("expected the whole link of an invitation, as https://h.example/i/…#v1…");
        let text = text.trim();
        let (address, fragment) = match text.split_once('#') {
            Some((address, fragment)) => (address, Some(fragment)),
            None => (text, None),
        };
        let address = ActorId::parse(address).map_err(|_| expected())?;
        let path = address.as_str().strip_prefix(address.origin().as_str());
        let id = path.and_then(|path| path.strip_prefix(PATH)).ok_or_else(expected)?.to_owned();
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if id.is_empty() || id.len() > LONGEST_ID || !id.bytes().all(is_name) {
            return Err(expected());
        }
        let fragment = fragment.map(|text| Fragment::parse(text).ok_or_else(expected)).transpose()?;
        Ok(Self { address, id, fragment })
    }

    pub(super) fn new(server: &Origin, id: &str, fragment: Fragment) -> Result<Self, Error> {
        let address = ActorId::parse(&format!("{server}{PATH}{id}")).map_err(Error::mls)?;
        Ok(Self { address, id: id.to_owned(), fragment: Some(fragment) })
    }

    /// The server that it leads to.
    pub fn server(&self) -> Origin {
        self.address.origin()
    }

    /// The invitation's id, by which its server knows it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether taking it up can prove both sides to each other.
    pub fn proves(&self) -> bool {
        self.fragment.is_some()
    }

    /// What lets somebody of this name join by it; none without a secret.
    ///
    /// # Errors
    /// None that can be caused from outside.
    pub fn signature(&self, name: &str) -> Result<Option<InvitationSignature>, Error> {
        let Some(fragment) = &self.fragment else { return Ok(None) };
        let statement = join_statement(&self.id, &self.server(), name);
        let signature = fragment.secret.keys()?.signing.signature(&statement).to_vec();
        Ok(Some(InvitationSignature { signature }))
    }

    /// Whether this is the identity key that the link speaks of.
    pub(super) fn names(&self, identity: &IdentityKey) -> bool {
        self.fragment.as_ref().is_some_and(|fragment| fragment.inviter == half_digest(identity))
    }
}

impl fmt::Display for InvitationLink {
    /// The whole link, secret included: to be given to one person.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.address.as_str())?;
        match &self.fragment {
            Some(Fragment { secret, inviter }) => {
                let bytes = Zeroizing::new([secret.0, *inviter].concat());
                write!(formatter, "#{VERSION}{}", base64::encode_url(&bytes))
            }
            None => Ok(()),
        }
    }
}

impl fmt::Debug for InvitationLink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "InvitationLink {{ server: {}, *** }}", self.server())
    }
}

impl Fragment {
    fn parse(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(base64::decode(text.strip_prefix(VERSION)?, 32)?);
        let (secret, inviter) = bytes.split_first_chunk::<16>()?;
        Some(Self { secret: LinkSecret(*secret), inviter: inviter.try_into().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "https://h.example/i/abc#v1AQEBAQEBAQEBAQEBAQEBAQICAgICAgICAgICAgICAgI";

    #[test]
    fn a_link_reads_back_as_it_was_written() {
        let link = InvitationLink::parse(&format!(" {LINK}\n")).unwrap();
        assert_eq!((link.id(), link.server().as_str(), link.proves()), ("abc", "https://h.example", true));
        assert_eq!(link.to_string(), LINK);
        assert!(!format!("{link:?}").contains("AQEB"), "its secret is not printed");
        let without = InvitationLink::parse("https://h.example/i/abc").unwrap();
        assert!(!without.proves() && without.signature("ben").unwrap().is_none());
    }

    /// A link that was cut off is no link without a secret.
    #[test]
    fn half_a_link_is_refused() {
        for text in [
            &LINK[..LINK.len() - 1],
            &LINK[..LINK.len() - 43],
            "https://h.example/i/abc#",
            "https://h.example/i/",
            "https://h.example/i/a/b",
            "https://h.example/join/abc",
            "https://h.example/i/abc?x#v1AQEBAQEBAQEBAQEBAQEBAQICAgICAgICAgICAgICAgI",
            "abc",
        ] {
            assert!(InvitationLink::parse(text).is_err(), "{text}");
        }
    }

    /// Byte for byte what ENCRYPTION.md 1.4 says: public key, MAC of a proof, MAC of an answer, as another implementation of HKDF,
    /// Ed25519 and HMAC has come to them.
    #[test]
    fn the_keys_of_a_secret_never_change() {
        let keys = LinkSecret([1; 16]).keys().unwrap();
        let proof = keys.prove(b"T").unwrap();
        let hex = crate::record::hex;
        let accept = keys.accept(b"T", &[2; 16]).unwrap();
        insta::assert_snapshot!(
            [hex(&keys.public()), hex(&proof.mac), hex(&accept)].join("\n"),
            @"
            c91eccda00d9e5b9bc3350118295fa9e5e6ef6a24e4db407cd38c2a208afd8ee
            a0e45dad4a61da4c29f31df60a1321279d833c1d19f99806f690763966b6a109
            857398e8671ee6130736baf8b3f1ad8a3c1fd24a0294947d1ddf144324b1d181
            "
        );
        assert!(keys.is_proof(&proof).unwrap() && keys.is_answer(b"T", &[2; 16], &accept).unwrap());
        assert!(!keys.is_answer(b"T", &[2; 16], &proof.mac).unwrap(), "a proof is no answer");
    }
}
