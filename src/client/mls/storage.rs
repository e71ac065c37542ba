//! OpenMLS's storage over the device's records. Every value is one record under its group, so that a group's rows can be
//! deleted together; keys that belong to no group have a prefix of their own. Nothing here touches a disk.

use super::{
    Store,
    rows::{epoch_row, loose, name, row},
};
use crate::error::Error;
use openmls_traits::storage::{CURRENT_VERSION as V, StorageProvider, traits};

impl StorageProvider<V> for Store {
    type Error = Error;

    /// As JSON inside the record: OpenMLS reads this one type by looking ahead, which postcard cannot.
    fn write_mls_join_config<G: traits::GroupId<V>, T: traits::MlsGroupJoinConfig<V>>(
        &self,
        group: &G,
        value: &T,
    ) -> Result<(), Error> {
        self.put_row(group, "config", &serde_json::to_vec(value).map_err(Error::mls)?)
    }

    fn mls_group_join_config<G: traits::GroupId<V>, T: traits::MlsGroupJoinConfig<V>>(
        &self,
        group: &G,
    ) -> Result<Option<T>, Error> {
        let json: Option<Vec<u8>> = self.row(group, "config")?;
        json.map(|json| serde_json::from_slice(&json).map_err(Error::mls)).transpose()
    }

    fn delete_group_config<G: traits::GroupId<V>>(&self, group: &G) -> Result<(), Error> {
        self.delete_row(group, "config")
    }

    fn write_tree<G: traits::GroupId<V>, T: traits::TreeSync<V>>(
        &self,
        group: &G,
        value: &T,
    ) -> Result<(), Error> {
        self.put_row(group, "tree", value)
    }

    fn tree<G: traits::GroupId<V>, T: traits::TreeSync<V>>(&self, group: &G) -> Result<Option<T>, Error> {
        self.row(group, "tree")
    }

    fn delete_tree<G: traits::GroupId<V>>(&self, group: &G) -> Result<(), Error> {
        self.delete_row(group, "tree")
    }

    fn write_interim_transcript_hash<G: traits::GroupId<V>, T: traits::InterimTranscriptHash<V>>(
        &self,
        group: &G,
        value: &T,
    ) -> Result<(), Error> {
        self.put_row(group, "interim-transcript-hash", value)
    }

    fn interim_transcript_hash<G: traits::GroupId<V>, T: traits::InterimTranscriptHash<V>>(
        &self,
        group: &G,
    ) -> Result<Option<T>, Error> {
        self.row(group, "interim-transcript-hash")
    }

    fn delete_interim_transcript_hash<G: traits::GroupId<V>>(&self, group: &G) -> Result<(), Error> {
        self.delete_row(group, "interim-transcript-hash")
    }

    fn write_context<G: traits::GroupId<V>, T: traits::GroupContext<V>>(
        &self,
        group: &G,
        value: &T,
    ) -> Result<(), Error> {
        self.put_row(group, "context", value)
    }

    fn group_context<G: traits::GroupId<V>, T: traits::GroupContext<V>>(
        &self,
        group: &G,
    ) -> Result<Option<T>, Error> {
        self.row(group, "context")
    }

    fn delete_context<G: traits::GroupId<V>>(&self, group: &G) -> Result<(), Error> {
        self.delete_row(group, "context")
    }

    fn write_confirmation_tag<G: traits::GroupId<V>, T: traits::ConfirmationTag<V>>(
        &self,
        group: &G,
        value: &T,
    ) -> Result<(), Error> {
        self.put_row(group, "confirmation-tag", value)
    }

    fn confirmation_tag<G: traits::GroupId<V>, T: traits::ConfirmationTag<V>>(
        &self,
        group: &G,
    ) -> Result<Option<T>, Error> {
        self.row(group, "confirmation-tag")
    }

    fn delete_confirmation_tag<G: traits::GroupId<V>>(&self, group: &G) -> Result<(), Error> {
        self.delete_row(group, "confirmation-tag")
    }

    fn write_group_state<T: traits::GroupState<V>, G: traits::GroupId<V>>(
        &self,
        group: &G,
        value: &T,
    ) -> Result<(), Error> {
        self.put_row(group, "state", value)
    }

    fn group_state<T: traits::GroupState<V>, G: traits::GroupId<V>>(
        &self,
        group: &G,
    ) -> Result<Option<T>, Error> {
        self.row(group, "state")
    }

    fn delete_group_state<G: traits::GroupId<V>>(&self, group: &G) -> Result<(), Error> {
        self.delete_row(group, "state")
    }

    fn write_message_secrets<G: traits::GroupId<V>, T: traits::MessageSecrets<V>>(
        &self,
        group: &G,
        value: &T,
    ) -> Result<(), Error> {
        self.put_row(group, "message-secrets", value)
    }

    fn message_secrets<G: traits::GroupId<V>, T: traits::MessageSecrets<V>>(
        &self,
        group: &G,
    ) -> Result<Option<T>, Error> {
        self.row(group, "message-secrets")
    }

    fn delete_message_secrets<G: traits::GroupId<V>>(&self, group: &G) -> Result<(), Error> {
        self.delete_row(group, "message-secrets")
    }

    fn write_resumption_psk_store<G: traits::GroupId<V>, T: traits::ResumptionPskStore<V>>(
        &self,
        group: &G,
        value: &T,
    ) -> Result<(), Error> {
        self.put_row(group, "resumption", value)
    }

    fn resumption_psk_store<G: traits::GroupId<V>, T: traits::ResumptionPskStore<V>>(
        &self,
        group: &G,
    ) -> Result<Option<T>, Error> {
        self.row(group, "resumption")
    }

    fn delete_all_resumption_psk_secrets<G: traits::GroupId<V>>(&self, group: &G) -> Result<(), Error> {
        self.delete_row(group, "resumption")
    }

    fn write_own_leaf_index<G: traits::GroupId<V>, T: traits::LeafNodeIndex<V>>(
        &self,
        group: &G,
        value: &T,
    ) -> Result<(), Error> {
        self.put_row(group, "own-leaf-index", value)
    }

    fn own_leaf_index<G: traits::GroupId<V>, T: traits::LeafNodeIndex<V>>(
        &self,
        group: &G,
    ) -> Result<Option<T>, Error> {
        self.row(group, "own-leaf-index")
    }

    fn delete_own_leaf_index<G: traits::GroupId<V>>(&self, group: &G) -> Result<(), Error> {
        self.delete_row(group, "own-leaf-index")
    }

    fn write_group_epoch_secrets<G: traits::GroupId<V>, T: traits::GroupEpochSecrets<V>>(
        &self,
        group: &G,
        value: &T,
    ) -> Result<(), Error> {
        self.put_row(group, "epoch-secrets", value)
    }

    fn group_epoch_secrets<G: traits::GroupId<V>, T: traits::GroupEpochSecrets<V>>(
        &self,
        group: &G,
    ) -> Result<Option<T>, Error> {
        self.row(group, "epoch-secrets")
    }

    fn delete_group_epoch_secrets<G: traits::GroupId<V>>(&self, group: &G) -> Result<(), Error> {
        self.delete_row(group, "epoch-secrets")
    }

    fn write_signature_key_pair<K: traits::SignaturePublicKey<V>, T: traits::SignatureKeyPair<V>>(
        &self,
        key: &K,
        value: &T,
    ) -> Result<(), Error> {
        self.put(&loose("signature-key", key)?, value)
    }

    fn signature_key_pair<K: traits::SignaturePublicKey<V>, T: traits::SignatureKeyPair<V>>(
        &self,
        key: &K,
    ) -> Result<Option<T>, Error> {
        self.get(&loose("signature-key", key)?)
    }

    fn delete_signature_key_pair<K: traits::SignaturePublicKey<V>>(&self, key: &K) -> Result<(), Error> {
        self.delete(&loose("signature-key", key)?);
        Ok(())
    }

    fn write_encryption_key_pair<K: traits::EncryptionKey<V>, T: traits::HpkeKeyPair<V>>(
        &self,
        key: &K,
        value: &T,
    ) -> Result<(), Error> {
        self.put(&loose("encryption-key", key)?, value)
    }

    fn encryption_key_pair<T: traits::HpkeKeyPair<V>, K: traits::EncryptionKey<V>>(
        &self,
        key: &K,
    ) -> Result<Option<T>, Error> {
        self.get(&loose("encryption-key", key)?)
    }

    fn delete_encryption_key_pair<K: traits::EncryptionKey<V>>(&self, key: &K) -> Result<(), Error> {
        self.delete(&loose("encryption-key", key)?);
        Ok(())
    }

    fn write_key_package<K: traits::HashReference<V>, T: traits::KeyPackage<V>>(
        &self,
        key: &K,
        value: &T,
    ) -> Result<(), Error> {
        self.put(&loose("key-package", key)?, value)
    }

    fn key_package<K: traits::HashReference<V>, T: traits::KeyPackage<V>>(
        &self,
        key: &K,
    ) -> Result<Option<T>, Error> {
        self.get(&loose("key-package", key)?)
    }

    fn delete_key_package<K: traits::HashReference<V>>(&self, key: &K) -> Result<(), Error> {
        self.delete(&loose("key-package", key)?);
        Ok(())
    }

    fn write_psk<K: traits::PskId<V>, T: traits::PskBundle<V>>(
        &self,
        key: &K,
        value: &T,
    ) -> Result<(), Error> {
        self.put(&loose("psk", key)?, value)
    }

    fn psk<T: traits::PskBundle<V>, K: traits::PskId<V>>(&self, key: &K) -> Result<Option<T>, Error> {
        self.get(&loose("psk", key)?)
    }

    fn delete_psk<K: traits::PskId<V>>(&self, key: &K) -> Result<(), Error> {
        self.delete(&loose("psk", key)?);
        Ok(())
    }

    fn append_own_leaf_node<G: traits::GroupId<V>, T: traits::LeafNode<V>>(
        &self,
        group: &G,
        leaf: &T,
    ) -> Result<(), Error> {
        self.append(&row(group, "own-leaf-nodes")?, leaf)
    }

    fn own_leaf_nodes<G: traits::GroupId<V>, T: traits::LeafNode<V>>(
        &self,
        group: &G,
    ) -> Result<Vec<T>, Error> {
        self.list(&row(group, "own-leaf-nodes")?)
    }

    fn delete_own_leaf_nodes<G: traits::GroupId<V>>(&self, group: &G) -> Result<(), Error> {
        self.delete_row(group, "own-leaf-nodes")
    }

    fn queue_proposal<G: traits::GroupId<V>, R: traits::ProposalRef<V>, T: traits::QueuedProposal<V>>(
        &self,
        group: &G,
        reference: &R,
        proposal: &T,
    ) -> Result<(), Error> {
        self.put_row(group, &format!("proposal/{}", name(reference)?), proposal)?;
        self.append(&row(group, "proposals")?, reference)
    }

    fn queued_proposal_refs<G: traits::GroupId<V>, R: traits::ProposalRef<V>>(
        &self,
        group: &G,
    ) -> Result<Vec<R>, Error> {
        self.list(&row(group, "proposals")?)
    }

    fn queued_proposals<G: traits::GroupId<V>, R: traits::ProposalRef<V>, T: traits::QueuedProposal<V>>(
        &self,
        group: &G,
    ) -> Result<Vec<(R, T)>, Error> {
        let references: Vec<R> = self.queued_proposal_refs(group)?;
        let stored = |reference: R| {
            let proposal = self.row(group, &format!("proposal/{}", name(&reference)?))?;
            Ok(proposal.map(|proposal| (reference, proposal)))
        };
        references.into_iter().map(stored).filter_map(Result::transpose).collect()
    }

    fn remove_proposal<G: traits::GroupId<V>, R: traits::ProposalRef<V>>(
        &self,
        group: &G,
        reference: &R,
    ) -> Result<(), Error> {
        self.delete_row(group, &format!("proposal/{}", name(reference)?))?;
        let key = row(group, "proposals")?;
        let gone = postcard::to_stdvec(reference).map_err(Error::mls)?;
        let mut parts: Vec<Vec<u8>> = self.get(&key)?.unwrap_or_default();
        parts.retain(|part| *part != gone);
        self.put(&key, &parts)
    }

    fn clear_proposal_queue<G: traits::GroupId<V>, R: traits::ProposalRef<V>>(
        &self,
        group: &G,
    ) -> Result<(), Error> {
        self.delete_all(&row(group, "proposal")?);
        Ok(())
    }

    fn write_encryption_epoch_key_pairs<
        G: traits::GroupId<V>,
        E: traits::EpochKey<V>,
        T: traits::HpkeKeyPair<V>,
    >(
        &self,
        group: &G,
        epoch: &E,
        leaf: u32,
        keys: &[T],
    ) -> Result<(), Error> {
        self.put(&epoch_row(group, epoch, leaf)?, keys)
    }

    fn encryption_epoch_key_pairs<
        G: traits::GroupId<V>,
        E: traits::EpochKey<V>,
        T: traits::HpkeKeyPair<V>,
    >(
        &self,
        group: &G,
        epoch: &E,
        leaf: u32,
    ) -> Result<Vec<T>, Error> {
        Ok(self.get(&epoch_row(group, epoch, leaf)?)?.unwrap_or_default())
    }

    fn delete_encryption_epoch_key_pairs<G: traits::GroupId<V>, E: traits::EpochKey<V>>(
        &self,
        group: &G,
        epoch: &E,
        leaf: u32,
    ) -> Result<(), Error> {
        self.delete(&epoch_row(group, epoch, leaf)?);
        Ok(())
    }
}
