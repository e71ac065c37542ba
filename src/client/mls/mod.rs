//! OpenMLS, set up as ENCRYPTION.md 1.1 fixes it: suite, capabilities, wire formats, padding and ratchets. Not the flow
//! of commits and messages, which is `conversation`.

mod crypto;
mod hpke;
mod provider;
mod rows;
mod storage;
mod store;

use std::panic::{AssertUnwindSafe, catch_unwind};

use alcove_protocol::GroupId;
use openmls::prelude::{
    Capabilities, Ciphersuite, CredentialType, ExtensionType, LeafNode, MIXED_CIPHERTEXT_WIRE_FORMAT_POLICY,
    MlsGroup, MlsGroupJoinConfig, ProtocolVersion, SenderRatchetConfiguration,
};

pub(crate) use provider::Provider;
pub(crate) use rows::group_prefix;
pub(crate) use store::Store;

use crate::error::Error;

/// The suite of all groups and key packages that we make.
pub(crate) const SUITE: Ciphersuite = Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;
/// Listed in the capabilities of every device of ours, and nothing more: a group where all list it is pure.
pub(crate) const MARKER: u16 = 0xF1A1;
/// The leaf extension that holds the endorsement.
pub(crate) const ENDORSEMENT: u16 = 0xF1A2;
/// How many past epochs can be read (ENCRYPTION.md 1.9).
pub(crate) const PAST_EPOCHS: usize = 16;

/// What a leaf of ours says it can do. One suite, because a device has the algorithms of no other: to name more would be to
/// promise what it cannot keep.
pub(crate) fn capabilities() -> Capabilities {
    Capabilities::new(
        Some(&[ProtocolVersion::Mls10]),
        Some(&[SUITE]),
        Some(&[
            ExtensionType::LastResort,
            ExtensionType::Unknown(MARKER),
            ExtensionType::Unknown(ENDORSEMENT),
        ]),
        Some(&[]),
        Some(&[CredentialType::Basic]),
    )
}

/// How we take part in every group, made or joined.
pub(crate) fn join_config() -> MlsGroupJoinConfig {
    MlsGroupJoinConfig::builder()
        .wire_format_policy(MIXED_CIPHERTEXT_WIRE_FORMAT_POLICY)
        .padding_size(256)
        .max_past_epochs(PAST_EPOCHS)
        .use_ratchet_tree_extension(true)
        .sender_ratchet_configuration(ratchet())
        .build()
}

/// Traps T28 and T29: how far out of order and how far ahead a sender's messages may be.
pub(crate) fn ratchet() -> SenderRatchetConfiguration {
    SenderRatchetConfiguration::new(20, 1000)
}

/// Says whether a leaf is a device of ours.
pub(crate) fn is_ours(leaf: &LeafNode) -> bool {
    leaf.capabilities().extensions().contains(&ExtensionType::Unknown(MARKER))
}

/// The id as OpenMLS has it.
pub(crate) fn group_id(group: &GroupId) -> openmls::group::GroupId {
    openmls::group::GroupId::from_slice(group.as_str().as_bytes())
}

/// The group's state, as the records have it now. Loaded for every use and never kept: after any error the records
/// decide, not a half-changed value in memory.
pub(crate) fn load(provider: &Provider, group: &GroupId) -> Result<MlsGroup, Error> {
    MlsGroup::load(&provider.store, &group_id(group))?
        .ok_or_else(|| Error::UnknownConversation(group.clone()))
}

/// Runs a decoder over foreign bytes so that a panic in it costs one message, not the device (trap T37). On wasm32 a
/// panic cannot be caught; there the host restarts its worker.
pub(crate) fn contained<T>(decode: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(decode))
        .unwrap_or_else(|_| Err(Error::Mls("the decoder gave up".to_owned())))
}
