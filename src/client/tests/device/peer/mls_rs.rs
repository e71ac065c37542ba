//! A client on `mls-rs`, an independent implementation of RFC 9420: our suite, basic credentials whose identity is the
//! actor's id, handshakes as PrivateMessage, the ratchet tree inside the Welcome. It knows none of our extensions.

use std::collections::BTreeMap;

use alcove_protocol::{ActorId, GroupId};
use mls_rs::{
    CipherSuite, CipherSuiteProvider, Client, CryptoProvider, ExtensionList, Group, IdentityProvider,
    MlsMessage,
    client_builder::{BaseConfig, PaddingMode, WithCryptoProvider, WithIdentityProvider, WithMlsRules},
    error::IntoAnyError,
    group::{CommitEffect, ReceivedMessage},
    identity::{
        CredentialType, SigningIdentity,
        basic::{BasicCredential, BasicIdentityProvider},
    },
    mls_rules::{DefaultMlsRules, EncryptionOptions},
    time::MlsTime,
};
use mls_rs_core::identity::MemberValidationContext;
use mls_rs_crypto_rustcrypto::RustCryptoProvider;

use super::{Peer, Received, Staged, actor_of};

const SUITE: CipherSuite = CipherSuite::CURVE25519_AES128;

type Config = WithMlsRules<
    DefaultMlsRules,
    WithIdentityProvider<OneLeafPerKey, WithCryptoProvider<RustCryptoProvider, BaseConfig>>,
>;

/// The client.
pub struct MlsRs {
    actor: ActorId,
    client: Client<Config>,
    groups: BTreeMap<GroupId, Group<Config>>,
}

impl MlsRs {
    /// A client with a new signature key.
    pub fn new(actor: ActorId) -> Self {
        let crypto = RustCryptoProvider::new();
        let (secret, public) = crypto.cipher_suite_provider(SUITE).unwrap().signature_key_generate().unwrap();
        let credential = BasicCredential::new(actor.as_str().as_bytes().to_vec());
        let identity = SigningIdentity::new(credential.into_credential(), public);
        let encryption = EncryptionOptions::new(true, PaddingMode::StepFunction);
        let client = Client::builder()
            .crypto_provider(crypto)
            .identity_provider(OneLeafPerKey)
            .mls_rules(DefaultMlsRules::new().with_encryption_options(encryption))
            .signing_identity(identity, secret, SUITE)
            .build();
        Self { actor, client, groups: BTreeMap::new() }
    }

    /// The commit by which an outsider who got hold of a GroupInfo puts itself into the group.
    pub fn enter_from_outside(&self, group_info: &[u8]) -> Vec<u8> {
        let (_, commit) = self.client.commit_external(message(group_info).unwrap()).unwrap();
        commit.to_bytes().unwrap()
    }

    fn group(&self, group: &GroupId) -> &Group<Config> {
        &self.groups[group]
    }

    fn group_mut(&mut self, group: &GroupId) -> &mut Group<Config> {
        self.groups.get_mut(group).unwrap()
    }
}

fn message(bytes: &[u8]) -> Result<MlsMessage, String> {
    MlsMessage::from_bytes(bytes).map_err(words)
}

fn words(error: impl std::fmt::Debug) -> String {
    format!("{error:?}")
}

fn staged(output: mls_rs::group::CommitOutput) -> Staged {
    Staged {
        commit: output.commit_message().to_bytes().unwrap(),
        welcome: output.welcome_messages().first().map(|welcome| welcome.to_bytes().unwrap()),
    }
}

impl Peer for MlsRs {
    fn actor(&self) -> &ActorId {
        &self.actor
    }

    fn key_package(&mut self) -> Vec<u8> {
        let (none, no_more) = (ExtensionList::default(), ExtensionList::default());
        let package = self.client.generate_key_package_message(none, no_more, None).unwrap();
        package.to_bytes().unwrap()
    }

    fn create(&mut self, group: &GroupId) {
        let id = group.as_str().as_bytes().to_vec();
        let made = self.client.group_builder().unwrap().with_group_id(id).build().unwrap();
        self.groups.insert(group.clone(), made);
    }

    fn join(&mut self, welcome: &[u8], tree: Option<&[u8]>) -> Result<GroupId, String> {
        let tree = tree.map(|tree| mls_rs::group::ExportedTree::from_bytes(tree).unwrap());
        let (group, _) = self.client.join_group(tree, &message(welcome)?, None).map_err(words)?;
        let id = GroupId::parse(std::str::from_utf8(group.group_id()).unwrap()).unwrap();
        self.groups.insert(id.clone(), group);
        Ok(id)
    }

    fn add(&mut self, group: &GroupId, key_packages: &[Vec<u8>]) -> Result<Staged, String> {
        let mut builder = self.group_mut(group).commit_builder();
        for package in key_packages {
            builder = builder.add_member(message(package)?).map_err(words)?;
        }
        builder.build().map(staged).map_err(words)
    }

    fn remove(&mut self, group: &GroupId, leaves: &[u32]) -> Result<Staged, String> {
        let mut builder = self.group_mut(group).commit_builder();
        for leaf in leaves {
            builder = builder.remove_member(*leaf).map_err(words)?;
        }
        builder.build().map(staged).map_err(words)
    }

    fn update(&mut self, group: &GroupId) -> Result<Staged, String> {
        self.group_mut(group).commit(Vec::new()).map(staged).map_err(words)
    }

    fn merge(&mut self, group: &GroupId) -> Result<(), String> {
        self.group_mut(group).apply_pending_commit().map(drop).map_err(words)
    }

    fn propose_removal(&mut self, group: &GroupId, leaf: u32) -> Result<Vec<u8>, String> {
        let proposal = self.group_mut(group).propose_remove(leaf, Vec::new()).map_err(words)?;
        Ok(proposal.to_bytes().unwrap())
    }

    fn group_info(&self, group: &GroupId) -> Vec<u8> {
        self.group(group).group_info_message_allowing_ext_commit(true).unwrap().to_bytes().unwrap()
    }

    fn encrypt(&mut self, group: &GroupId, data: &[u8], aad: &[u8]) -> Result<Vec<u8>, String> {
        let sealed = self.group_mut(group).encrypt_application_message(data, aad.to_vec()).map_err(words)?;
        Ok(sealed.to_bytes().unwrap())
    }

    fn receive(&mut self, group: &GroupId, bytes: &[u8]) -> Result<Received, String> {
        let group = self.group_mut(group);
        match group.process_incoming_message(message(bytes)?).map_err(words)? {
            ReceivedMessage::ApplicationMessage(message) => {
                let sender = group.member_at_index(message.sender_index).ok_or("the sender is gone")?;
                let sender = actor_of(&sender.signing_identity.credential.as_basic().unwrap().identifier);
                let data = message.data().to_vec();
                Ok(Received::Application { sender, data, aad: message.authenticated_data })
            }
            ReceivedMessage::Proposal(_) => Ok(Received::Proposal),
            ReceivedMessage::Commit(commit) => {
                Ok(Received::Commit { removed: matches!(commit.effect, CommitEffect::Removed { .. }) })
            }
            other => Err(words(other)),
        }
    }

    fn is_in(&self, group: &GroupId) -> bool {
        self.groups.contains_key(group)
    }

    fn authenticator(&self, group: &GroupId) -> Vec<u8> {
        self.group(group).epoch_authenticator().unwrap().as_bytes().to_vec()
    }

    fn epoch(&self, group: &GroupId) -> u64 {
        self.group(group).current_epoch()
    }

    fn roster(&self, group: &GroupId) -> Vec<(u32, ActorId)> {
        let member = |member: mls_rs::group::Member| {
            (member.index, actor_of(&member.signing_identity.credential.as_basic().unwrap().identifier))
        };
        self.group(group).roster().members_iter().map(member).collect()
    }
}

/// `mls-rs` wants one leaf per identity; an actor has a leaf for each device, so the key is part of the identity.
#[derive(Clone, Debug)]
pub struct OneLeafPerKey;

/// Never happens; the library wants an error of our own.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct NotBasic(#[from] mls_rs::identity::basic::BasicIdentityProviderError);

impl IntoAnyError for NotBasic {
    fn into_dyn_error(self) -> Result<Box<dyn std::error::Error + Send + Sync>, Self> {
        Ok(self.into())
    }
}

impl IdentityProvider for OneLeafPerKey {
    type Error = NotBasic;

    fn validate_member(
        &self,
        identity: &SigningIdentity,
        at: Option<MlsTime>,
        context: MemberValidationContext<'_>,
    ) -> Result<(), NotBasic> {
        Ok(BasicIdentityProvider.validate_member(identity, at, context)?)
    }

    fn validate_external_sender(
        &self,
        identity: &SigningIdentity,
        at: Option<MlsTime>,
        extensions: Option<&ExtensionList>,
    ) -> Result<(), NotBasic> {
        Ok(BasicIdentityProvider.validate_external_sender(identity, at, extensions)?)
    }

    fn identity(&self, identity: &SigningIdentity, extensions: &ExtensionList) -> Result<Vec<u8>, NotBasic> {
        let actor = BasicIdentityProvider.identity(identity, extensions)?;
        Ok([actor.as_slice(), identity.signature_key.as_ref()].concat())
    }

    fn valid_successor(
        &self,
        predecessor: &SigningIdentity,
        successor: &SigningIdentity,
        extensions: &ExtensionList,
    ) -> Result<bool, NotBasic> {
        Ok(BasicIdentityProvider.valid_successor(predecessor, successor, extensions)?)
    }

    fn supported_types(&self) -> Vec<CredentialType> {
        BasicIdentityProvider.supported_types()
    }
}
