//! MLS bytes for tests of the server: key packages made with openmls, as a device makes them, and messages whose public
//! framing is real while their sealed parts are noise, which is all that a server ever sees of them.

#![expect(clippy::unwrap_used, reason = "bytes that cannot be made are a broken test")]

use alcove_protocol::{
    ActorId, GroupId, Timestamp,
    api::{NewDevice, TokenDigest, proof_statement},
};
use openmls::prelude::{
    BasicCredential, Capabilities, Ciphersuite, CredentialWithKey, ExtensionType, KeyPackage, Lifetime,
    tls_codec::Serialize,
};
use openmls_basic_credential::SignatureKeyPair;
use openmls_rust_crypto::OpenMlsRustCrypto;
use openmls_traits::signatures::Signer as _;

use super::Content;

/// A device's signature key, with which it makes packages.
pub struct Signer {
    pair: SignatureKeyPair,
    suite: Ciphersuite,
}

impl Signer {
    /// A fresh key of our suite.
    #[expect(clippy::new_without_default, reason = "making a key is work, not a default")]
    pub fn new() -> Self {
        Self::of_suite(super::SUITE)
    }

    /// A fresh key of another suite.
    pub fn of_suite(suite: Ciphersuite) -> Self {
        Self { pair: SignatureKeyPair::new(suite.signature_algorithm()).unwrap(), suite }
    }

    /// The public half.
    pub fn public(&self) -> Vec<u8> {
        self.pair.public().to_vec()
    }

    /// A device with this key, as it registers with the token of that digest.
    pub fn device(&self, title: &str, actor: &ActorId, token: &TokenDigest) -> NewDevice {
        let proof = self.pair.sign(&proof_statement(actor, &self.public(), token)).unwrap();
        NewDevice { title: title.to_owned(), signature_key: self.public(), proof }
    }

    /// A raw last-resort package of an actor, valid for so many seconds before and after a point in time.
    pub fn package(&self, actor: &str, now: Timestamp, before: i64, after: i64) -> Vec<u8> {
        let at = |seconds: i64| u64::try_from(now.seconds() + seconds).unwrap();
        KeyPackage::builder()
            .key_package_lifetime(Lifetime::init(at(-before), at(after)))
            .mark_as_last_resort()
            .leaf_node_capabilities(Capabilities::new(
                None,
                None,
                Some(&[ExtensionType::LastResort]),
                None,
                None,
            ))
            .build(
                self.suite,
                &OpenMlsRustCrypto::default(),
                &self.pair,
                CredentialWithKey {
                    credential: BasicCredential::new(actor.as_bytes().to_vec()).into(),
                    signature_key: self.pair.public().into(),
                },
            )
            .unwrap()
            .key_package()
            .tls_serialize_detached()
            .unwrap()
    }

    /// A raw package with the lifetime that our devices give.
    pub fn usual_package(&self, actor: &ActorId, now: Timestamp) -> Vec<u8> {
        self.package(actor.as_str(), now, 25 * 3_600, 83 * 86_400)
    }
}

/// A private message with a real header; `body` stands where the ciphertext would.
pub fn message(group: &GroupId, epoch: u64, content: Content, body: &[u8]) -> Vec<u8> {
    let content = match content {
        Content::Application => 1,
        Content::Proposal => 2,
        Content::Commit => 3,
    };
    let mut bytes = vec![0, 1, 0, 2];
    vector(&mut bytes, group.as_str().as_bytes());
    bytes.extend(epoch.to_be_bytes());
    bytes.push(content);
    for part in [&b""[..], &[7; 28], body] {
        vector(&mut bytes, part);
    }
    bytes
}

/// A Welcome for nobody, told apart by its body.
pub fn welcome(body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 1, 0, 3, 0, 1];
    vector(&mut bytes, b"");
    vector(&mut bytes, body);
    bytes
}

/// Appends a vector with its length as RFC 9420 section 2.1.2 writes it.
fn vector(bytes: &mut Vec<u8>, part: &[u8]) {
    let length = u16::try_from(part.len()).unwrap();
    match length {
        0..=63 => bytes.push(u8::try_from(length).unwrap()),
        _ => bytes.extend((length | 0x4000).to_be_bytes()),
    }
    bytes.extend(part);
}
