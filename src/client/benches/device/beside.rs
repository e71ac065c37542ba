//! The bare MLS part of the same work, by `mls-rs`: an independent implementation with the same algorithms in Rust, without
//! envelopes, endorsements or records. What our figures are held against, in the same run on the same machine.

use std::time::{Duration, Instant};

use mls_rs::{
    CipherSuite, CipherSuiteProvider, Client, CryptoProvider, ExtensionList, MlsMessage,
    client_builder::MlsConfig,
    client_builder::PaddingMode,
    group::ReceivedMessage,
    identity::{
        SigningIdentity,
        basic::{BasicCredential, BasicIdentityProvider},
    },
    mls_rules::{DefaultMlsRules, EncryptionOptions},
};
use mls_rs_crypto_rustcrypto::RustCryptoProvider;

use crate::Result;

const SUITE: CipherSuite = CipherSuite::CURVE25519_AES128;

/// How long all messages took.
pub struct Talk {
    /// To encrypt.
    pub encrypting: Duration,
    /// To decrypt.
    pub decrypting: Duration,
}

/// What making a group cost.
pub struct Made {
    /// Of whoever made it.
    pub time: Duration,
    /// Of commits and Welcomes.
    pub bytes: usize,
}

/// Encrypts and decrypts so many messages between two.
pub fn talk(count: usize, text: &[u8]) -> Result<Talk> {
    let (ana, bob) = (client("ana")?, client("bob")?);
    let mut ours = ana.group_builder()?.build()?;
    let added = ours.commit_builder().add_member(key_package(&bob)?)?.build()?;
    ours.apply_pending_commit()?;
    let welcome = added.welcome_messages().first().ok_or("a commit without a Welcome")?;
    let (mut theirs, _) = bob.join_group(None, welcome, None)?;
    let mut sealed = Vec::with_capacity(count);
    let began = Instant::now();
    for _ in 0..count {
        sealed.push(ours.encrypt_application_message(text, Vec::new())?.to_bytes()?);
    }
    let encrypting = began.elapsed();
    let began = Instant::now();
    for bytes in &sealed {
        match theirs.process_incoming_message(MlsMessage::from_bytes(bytes)?)? {
            ReceivedMessage::ApplicationMessage(message) if message.data() == text => {}
            _ => return Err("mls-rs read something else than was written".into()),
        }
    }
    Ok(Talk { encrypting, decrypting: began.elapsed() })
}

/// Makes a group of so many members, at most `at_once` added by one commit.
pub fn make_group(size: usize, at_once: usize) -> Result<Made> {
    let maker = client("maker")?;
    let packages = (1..size).map(|number| key_package(&client(&format!("member {number}"))?));
    let packages = packages.collect::<Result<Vec<MlsMessage>>>()?;
    let (began, mut bytes) = (Instant::now(), 0);
    let mut group = maker.group_builder()?.build()?;
    for some in packages.chunks(at_once) {
        let mut builder = group.commit_builder();
        for package in some {
            builder = builder.add_member(package.clone())?;
        }
        let made = builder.build()?;
        group.apply_pending_commit()?;
        bytes += made.commit_message().to_bytes()?.len();
        for welcome in made.welcome_messages() {
            bytes += welcome.to_bytes()?.len();
        }
    }
    Ok(Made { time: began.elapsed(), bytes })
}

fn client(name: &str) -> Result<Client<impl MlsConfig>> {
    let crypto = RustCryptoProvider::new();
    let suite = crypto.cipher_suite_provider(SUITE).ok_or("mls-rs does not know our suite")?;
    let (secret, public) = suite.signature_key_generate()?;
    let credential = BasicCredential::new(name.as_bytes().to_vec());
    let identity = SigningIdentity::new(credential.into_credential(), public);
    let encryption = EncryptionOptions::new(true, PaddingMode::StepFunction);
    Ok(Client::builder()
        .crypto_provider(crypto)
        .identity_provider(BasicIdentityProvider)
        .mls_rules(DefaultMlsRules::new().with_encryption_options(encryption))
        .signing_identity(identity, secret, SUITE)
        .build())
}

fn key_package(client: &Client<impl MlsConfig>) -> Result<MlsMessage> {
    Ok(client.generate_key_package_message(ExtensionList::default(), ExtensionList::default(), None)?)
}
