//! Which key sealed which message: the sender data of every PrivateMessage that devices have handed to the network, opened
//! with the secrets on their disks (RFC 9420 section 6.3.2). For the test that no (leaf, epoch, generation) is used twice;
//! nothing else may know this.

use std::collections::BTreeMap;

use openmls::prelude::{
    MlsGroup, OpenMlsCrypto, OpenMlsProvider, PastEpochDeletion,
    tls_codec::{DeserializeBytes, VLBytes},
};
use openmls_rust_crypto::OpenMlsRustCrypto;
use openmls_traits::types::{AeadType, HashType};
use serde_json::Value;

use super::{Host, Service};
use crate::{
    conversation::{self, Standing},
    mls,
};

/// The bytes of one PrivateMessage, taken apart.
struct Sealed {
    group: Vec<u8>,
    epoch: u64,
    content_type: u8,
    sender_data: Vec<u8>,
    ciphertext: Vec<u8>,
}

impl Sealed {
    fn read(content: &[u8]) -> Option<Self> {
        let rest = content.strip_prefix(&[0, 1, 0, 2])?;
        let (group, rest) = VLBytes::tls_deserialize_bytes(rest).ok()?;
        let (epoch, rest) = rest.split_first_chunk::<8>()?;
        let (content_type, rest) = rest.split_first()?;
        let (_, rest) = VLBytes::tls_deserialize_bytes(rest).ok()?;
        let (sender_data, rest) = VLBytes::tls_deserialize_bytes(rest).ok()?;
        let (ciphertext, _) = VLBytes::tls_deserialize_bytes(rest).ok()?;
        Some(Self {
            group: group.as_slice().to_vec(),
            epoch: u64::from_be_bytes(*epoch),
            content_type: *content_type,
            sender_data: sender_data.as_slice().to_vec(),
            ciphertext: ciphertext.as_slice().to_vec(),
        })
    }

    /// Leaf and generation.
    fn open(&self, secret: &[u8]) -> Option<(u32, u32)> {
        let crypto = OpenMlsRustCrypto::default();
        let crypto = crypto.crypto();
        let sample = self.ciphertext.get(..32).unwrap_or(&self.ciphertext);
        let expand = |label: &str, length: u16| {
            let label = format!("MLS 1.0 {label}");
            let mut info = length.to_be_bytes().to_vec();
            for part in [label.as_bytes(), sample] {
                info.push(u8::try_from(part.len()).ok()?);
                info.extend(part);
            }
            let expanded = crypto.hkdf_expand(HashType::Sha2_256, secret, &info, usize::from(length));
            expanded.ok().map(|expanded| expanded.as_slice().to_vec())
        };
        let (key, nonce) = (expand("key", 16)?, expand("nonce", 12)?);
        let mut aad = vec![u8::try_from(self.group.len()).ok()?];
        aad.extend(&self.group);
        aad.extend(self.epoch.to_be_bytes());
        aad.push(self.content_type);
        let opened = crypto.aead_decrypt(AeadType::Aes128Gcm, &key, &self.sender_data, &nonce, &aad).ok()?;
        let (leaf, rest) = opened.split_first_chunk::<4>()?;
        let (generation, _) = rest.split_first_chunk::<4>()?;
        Some((u32::from_be_bytes(*leaf), u32::from_be_bytes(*generation)))
    }
}

/// The secrets that open sender data, by group and epoch.
#[derive(Default)]
pub struct Ratchets {
    secrets: BTreeMap<(Vec<u8>, u64), Vec<u8>>,
}

impl Ratchets {
    /// Learns what is on a disk: of each group the present epoch and the past ones that can still be read. To be called
    /// before any of them is forgotten.
    pub fn learn(&mut self, host: &Host) {
        let records = host.disk.iter().map(|(key, bytes)| (key.clone(), bytes.clone()));
        let provider = mls::Provider { store: mls::Store::open(records), ..mls::Provider::default() };
        for known in conversation::all(&provider.store).unwrap() {
            if known.standing != Standing::Over {
                self.learn_group(mls::load(&provider, &known.group).unwrap());
            }
        }
    }

    /// The secrets have no public name; in JSON, as the other storage of the library writes them, they have.
    fn learn_group(&mut self, mut group: MlsGroup) {
        let copy = OpenMlsRustCrypto::default();
        let all = PastEpochDeletion::delete_all_without_timestamps().max_past_epochs(usize::MAX);
        group.delete_past_epoch_secrets(&copy, all).unwrap();
        let values = copy.storage().values.read().unwrap();
        let written: Value = serde_json::from_slice(values.values().next().unwrap()).unwrap();
        let id = group.group_id().as_slice();
        self.learn_epoch(id, group.epoch().as_u64(), &written["message_secrets"]);
        for past in written["past_epoch_trees"].as_array().unwrap() {
            self.learn_epoch(id, past["epoch"].as_u64().unwrap(), &past["message_secrets"]);
        }
    }

    fn learn_epoch(&mut self, group: &[u8], epoch: u64, secrets: &Value) {
        let secret = &secrets["sender_data_secret"]["secret"]["value"];
        let secret = secret.get("vec").unwrap_or(secret);
        let secret: Vec<u8> = serde_json::from_value(secret.clone()).unwrap();
        self.secrets.insert((group.to_vec(), epoch), secret);
    }

    /// Asserts that no two messages that were handed to the service have used the same key, and that every one was looked
    /// at. The same bytes again are the same message. How many there were.
    pub fn assert_used_once(&self, service: &Service) -> usize {
        let mut used: BTreeMap<_, &[u8]> = BTreeMap::new();
        for content in &service.handed_over {
            let Some(sealed) = Sealed::read(content) else { continue };
            let secret = self.secrets.get(&(sealed.group.clone(), sealed.epoch));
            let (leaf, generation) = sealed.open(secret.unwrap()).unwrap();
            // Handshakes and application messages have ratchets of their own.
            let is_application = sealed.content_type == 1;
            let key = (sealed.group, sealed.epoch, leaf, is_application, generation);
            let first = used.entry(key.clone()).or_insert(content);
            assert!(*first == content.as_slice(), "used twice: {key:?}");
        }
        used.len()
    }
}
