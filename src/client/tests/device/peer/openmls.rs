//! A client on OpenMLS that is not ours, set up as Bonfire's (every default of the library, the join default among them:
//! trap T22), or as ENCRYPTION.md 1.1 sets ours up, to learn what holds between the libraries alone.

use std::collections::BTreeMap;

use alcove_protocol::{ActorId, GroupId};
use openmls::prelude::{
    tls_codec::{DeserializeBytes as _, Serialize as _},
    *,
};
use openmls_basic_credential::SignatureKeyPair;
use openmls_rust_crypto::OpenMlsRustCrypto;

use super::{Peer, Received, Staged, actor_of};

const SUITE: Ciphersuite = Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;

/// How the library is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setup {
    /// As Bonfire: the tree is put into Welcomes of groups that it makes, not of groups that it joined.
    Bonfire,
    /// Handshakes in clear framing, as takos sends them (trap T23).
    Clear,
    /// As ENCRYPTION.md 1.1, with a leaf that carries 104 bytes in extension 0xF1A2.
    Ours,
}

/// The client.
pub struct OpenMls {
    actor: ActorId,
    setup: Setup,
    provider: OpenMlsRustCrypto,
    signer: SignatureKeyPair,
    groups: BTreeMap<GroupId, MlsGroup>,
}

impl OpenMls {
    /// A client with a new signature key.
    pub fn new(actor: ActorId, setup: Setup) -> Self {
        let signer = SignatureKeyPair::new(SUITE.signature_algorithm()).unwrap();
        Self { actor, setup, provider: OpenMlsRustCrypto::default(), signer, groups: BTreeMap::new() }
    }

    /// The ratchet tree by itself, as Bonfire's older browser client sent it beside the Welcome (trap T2).
    pub fn ratchet_tree(&self, group: &GroupId) -> Vec<u8> {
        self.groups[group].export_ratchet_tree().tls_serialize_detached().unwrap()
    }

    fn credential(&self) -> CredentialWithKey {
        CredentialWithKey {
            credential: BasicCredential::new(self.actor.as_str().as_bytes().to_vec()).into(),
            signature_key: self.signer.public().into(),
        }
    }

    fn capabilities(&self) -> Capabilities {
        let suites = [1, 2, 3].map(|suite| Ciphersuite::try_from(suite).unwrap());
        let extensions =
            [ExtensionType::LastResort, ExtensionType::Unknown(0xF1A1), ExtensionType::Unknown(0xF1A2)];
        let versions = [ProtocolVersion::Mls10];
        Capabilities::new(
            Some(&versions),
            Some(&suites),
            Some(&extensions),
            Some(&[]),
            Some(&[CredentialType::Basic]),
        )
    }

    fn leaf_extensions() -> Extensions<LeafNode> {
        Extensions::single(Extension::Unknown(0xF1A2, UnknownExtension(vec![7; 104]))).unwrap()
    }

    fn join_config(&self) -> MlsGroupJoinConfig {
        match self.setup {
            Setup::Bonfire => MlsGroupJoinConfig::default(),
            Setup::Clear => MlsGroupJoinConfig::builder()
                .wire_format_policy(MIXED_PLAINTEXT_WIRE_FORMAT_POLICY)
                .use_ratchet_tree_extension(true)
                .build(),
            Setup::Ours => MlsGroupJoinConfig::builder()
                .wire_format_policy(MIXED_CIPHERTEXT_WIRE_FORMAT_POLICY)
                .padding_size(256)
                .max_past_epochs(16)
                .use_ratchet_tree_extension(true)
                .sender_ratchet_configuration(SenderRatchetConfiguration::new(20, 1000))
                .build(),
        }
    }

    fn parts(&mut self, group: &GroupId) -> (&mut MlsGroup, &OpenMlsRustCrypto, &SignatureKeyPair) {
        (self.groups.get_mut(group).unwrap(), &self.provider, &self.signer)
    }
}

fn words(error: impl std::fmt::Debug) -> String {
    format!("{error:?}")
}

fn bytes(message: &MlsMessageOut) -> Vec<u8> {
    message.tls_serialize_detached().unwrap()
}

fn parse(bytes: &[u8]) -> Result<MlsMessageBodyIn, String> {
    Ok(MlsMessageIn::tls_deserialize_exact_bytes(bytes).map_err(words)?.extract())
}

impl Peer for OpenMls {
    fn actor(&self) -> &ActorId {
        &self.actor
    }

    fn key_package(&mut self) -> Vec<u8> {
        let builder = match self.setup {
            Setup::Bonfire | Setup::Clear => KeyPackage::builder(),
            Setup::Ours => KeyPackage::builder()
                .leaf_node_capabilities(self.capabilities())
                .leaf_node_extensions(Self::leaf_extensions())
                .mark_as_last_resort(),
        };
        let bundle = builder.build(SUITE, &self.provider, &self.signer, self.credential()).unwrap();
        bytes(&MlsMessageOut::from(bundle.key_package().clone()))
    }

    fn create(&mut self, group: &GroupId) {
        let id = openmls::group::GroupId::from_slice(group.as_str().as_bytes());
        let builder =
            MlsGroup::builder().with_group_id(id).ciphersuite(SUITE).use_ratchet_tree_extension(true);
        let builder = match self.setup {
            Setup::Bonfire => builder,
            Setup::Clear => builder.with_wire_format_policy(MIXED_PLAINTEXT_WIRE_FORMAT_POLICY),
            Setup::Ours => builder
                .with_capabilities(self.capabilities())
                .with_leaf_node_extensions(Self::leaf_extensions())
                .unwrap()
                .with_wire_format_policy(MIXED_CIPHERTEXT_WIRE_FORMAT_POLICY)
                .padding_size(256)
                .sender_ratchet_configuration(SenderRatchetConfiguration::new(20, 1000))
                .max_past_epochs(16),
        };
        let made = builder.build(&self.provider, &self.signer, self.credential()).unwrap();
        self.groups.insert(group.clone(), made);
    }

    fn join(&mut self, welcome: &[u8], tree: Option<&[u8]>) -> Result<GroupId, String> {
        let MlsMessageBodyIn::Welcome(welcome) = parse(welcome)? else { return Err("not a Welcome".into()) };
        let tree = tree.map(|tree| RatchetTreeIn::tls_deserialize_exact_bytes(tree).unwrap());
        let staged = StagedWelcome::new_from_welcome(&self.provider, &self.join_config(), welcome, tree);
        let group = staged.map_err(words)?.into_group(&self.provider).map_err(words)?;
        let id = GroupId::parse(std::str::from_utf8(group.group_id().as_slice()).unwrap()).unwrap();
        self.groups.insert(id.clone(), group);
        Ok(id)
    }

    fn add(&mut self, group: &GroupId, key_packages: &[Vec<u8>]) -> Result<Staged, String> {
        let (group, provider, signer) = self.parts(group);
        let packages: Result<Vec<_>, String> =
            key_packages.iter().map(|bytes| key_package(provider, bytes)).collect();
        let (commit, welcome, _) = group.add_members(provider, signer, &packages?).map_err(words)?;
        Ok(Staged { commit: bytes(&commit), welcome: Some(bytes(&welcome)) })
    }

    fn remove(&mut self, group: &GroupId, leaves: &[u32]) -> Result<Staged, String> {
        let leaves: Vec<_> = leaves.iter().copied().map(LeafNodeIndex::new).collect();
        let (group, provider, signer) = self.parts(group);
        let (commit, _, _) = group.remove_members(provider, signer, &leaves).map_err(words)?;
        Ok(Staged { commit: bytes(&commit), welcome: None })
    }

    fn update(&mut self, group: &GroupId) -> Result<Staged, String> {
        let (group, provider, signer) = self.parts(group);
        let bundle = group.self_update(provider, signer, LeafNodeParameters::default()).map_err(words)?;
        Ok(Staged { commit: bytes(bundle.commit()), welcome: bundle.to_welcome_msg().as_ref().map(bytes) })
    }

    fn merge(&mut self, group: &GroupId) -> Result<(), String> {
        let (group, provider, _) = self.parts(group);
        group.merge_pending_commit(provider).map_err(words)
    }

    fn propose_removal(&mut self, group: &GroupId, leaf: u32) -> Result<Vec<u8>, String> {
        let (group, provider, signer) = self.parts(group);
        let leaf = LeafNodeIndex::new(leaf);
        let proposal = if leaf == group.own_leaf_index() {
            group.leave_group(provider, signer).map_err(words)?
        } else {
            group.propose_remove_member(provider, signer, leaf).map_err(words)?.0
        };
        Ok(bytes(&proposal))
    }

    fn group_info(&self, group: &GroupId) -> Vec<u8> {
        bytes(&self.groups[group].export_group_info(self.provider.crypto(), &self.signer, true).unwrap())
    }

    fn encrypt(&mut self, group: &GroupId, data: &[u8], aad: &[u8]) -> Result<Vec<u8>, String> {
        let (group, provider, signer) = self.parts(group);
        group.set_aad(aad.to_vec());
        Ok(bytes(&group.create_message(provider, signer, data).map_err(words)?))
    }

    fn receive(&mut self, group: &GroupId, bytes: &[u8]) -> Result<Received, String> {
        let (group, provider, _) = self.parts(group);
        let message = parse(bytes).and_then(|body| match body {
            MlsMessageBodyIn::PrivateMessage(message) => Ok(ProtocolMessage::from(message)),
            MlsMessageBodyIn::PublicMessage(message) => Ok(ProtocolMessage::from(message)),
            other => Err(words(other)),
        })?;
        let processed = group.process_message(provider, message).map_err(words)?;
        let aad = processed.aad().to_vec();
        let credential = BasicCredential::try_from(processed.credential().clone()).unwrap();
        match processed.into_content() {
            ProcessedMessageContent::ApplicationMessage(message) => {
                let sender = actor_of(credential.identity());
                Ok(Received::Application { sender, data: message.into_bytes(), aad })
            }
            ProcessedMessageContent::ProposalMessage(proposal) => {
                group.store_pending_proposal(provider.storage(), *proposal).map_err(words)?;
                Ok(Received::Proposal)
            }
            ProcessedMessageContent::StagedCommitMessage(commit) => {
                let removed = commit.self_removed();
                group.merge_staged_commit(provider, *commit).map_err(words)?;
                Ok(Received::Commit { removed })
            }
            other => Err(words(other)),
        }
    }

    fn is_in(&self, group: &GroupId) -> bool {
        self.groups.contains_key(group)
    }

    fn authenticator(&self, group: &GroupId) -> Vec<u8> {
        self.groups[group].epoch_authenticator().as_slice().to_vec()
    }

    fn epoch(&self, group: &GroupId) -> u64 {
        self.groups[group].epoch().as_u64()
    }

    fn roster(&self, group: &GroupId) -> Vec<(u32, ActorId)> {
        let actor = |member: Member| {
            let credential = BasicCredential::try_from(member.credential).unwrap();
            (member.index.u32(), actor_of(credential.identity()))
        };
        self.groups[group].members().map(actor).collect()
    }
}

fn key_package(provider: &OpenMlsRustCrypto, bytes: &[u8]) -> Result<KeyPackage, String> {
    match parse(bytes)? {
        MlsMessageBodyIn::KeyPackage(package) => {
            package.validate(provider.crypto(), ProtocolVersion::Mls10).map_err(words)
        }
        other => Err(words(other)),
    }
}
