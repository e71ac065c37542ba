//! The device's own record: whose it is, its keys, how far it has come. Not conversations, which have records of their
//! own. Rewritten in every step, so it stays small.

use alcove_protocol::{ActorId, DeviceId, GroupId, Timestamp, api::Cursor};
use openmls::prelude::{
    BasicCredential, CredentialWithKey, Extension, Extensions, LeafNode, UnknownExtension,
};
use serde::{Deserialize, Serialize};

use crate::{
    error::Error,
    identity::{Endorsement, IdentityKey, SecretKey},
    key_packages::OwnPackages,
    mls::ENDORSEMENT,
    pairing::{Approval, OwnRequest},
};

/// The key of the record.
pub(crate) const KEY: &str = "account";

/// Where the device stands with its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceStanding {
    /// The server has not answered yet.
    Registering,
    /// It waits for another device to approve it.
    Waiting,
    /// It may publish, send and receive.
    Approved,
    /// It was removed, or its state was copied: it must not send any more.
    Stopped,
}

/// The record.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) actor: ActorId,
    pub(crate) key: SecretKey,
    pub(crate) standing: DeviceStanding,
    pub(crate) device: Option<DeviceId>,
    /// Known from the first approval on.
    pub(crate) identity: Option<IdentityKey>,
    /// Held by the first device, and by every other once the device group has carried it over.
    pub(crate) identity_secret: Option<SecretKey>,
    /// The endorsement of this device's key, as in its leaf.
    pub(crate) endorsement: Option<Vec<u8>>,
    pub(crate) cursor: Option<Cursor>,
    pub(crate) next_call: u64,
    pub(crate) packages: OwnPackages,
    /// The MLS group of this person's own devices.
    pub(crate) device_group: Option<GroupId>,
    /// The account's devices and their keys, as last listed.
    pub(crate) devices: Vec<(DeviceId, Vec<u8>)>,
    /// This device's own request to be approved.
    pub(crate) request: Option<OwnRequest>,
    /// Approvals of other devices, under way on this one.
    pub(crate) approvals: Vec<Approval>,
}

impl Account {
    /// A device that is about to register.
    pub(crate) fn new(actor: ActorId, key: SecretKey) -> Self {
        Self {
            actor,
            key,
            standing: DeviceStanding::Registering,
            device: None,
            identity: None,
            identity_secret: None,
            endorsement: None,
            cursor: None,
            next_call: 1,
            packages: OwnPackages::default(),
            device_group: None,
            devices: Vec::new(),
            request: None,
            approvals: Vec::new(),
        }
    }

    /// The credential that stands in every leaf of this device.
    pub(crate) fn credential(&self) -> CredentialWithKey {
        CredentialWithKey {
            credential: BasicCredential::new(self.actor.as_str().as_bytes().to_vec()).into(),
            signature_key: self.key.public().to_vec().into(),
        }
    }

    /// The endorsement as leaf extension (ENCRYPTION.md 1.1).
    pub(crate) fn leaf_extensions(&self) -> Result<Extensions<LeafNode>, Error> {
        let endorsement = self.endorsement.clone().ok_or(Error::NotApproved)?;
        let extension = Extension::Unknown(ENDORSEMENT, UnknownExtension(endorsement));
        Extensions::single(extension).map_err(Error::mls)
    }

    /// Refuses what only an approved device may do.
    pub(crate) fn require_approved(&self) -> Result<(), Error> {
        match self.standing {
            DeviceStanding::Approved => Ok(()),
            _ => Err(Error::NotApproved),
        }
    }

    /// The first device of a person makes their identity key and vouches for itself.
    pub(crate) fn found_identity(&mut self, identity: SecretKey, now: Timestamp) {
        let endorsement = Endorsement::issue(&identity, &self.actor, &self.key.public(), now);
        self.identity = Some(identity.public());
        self.endorsement = Some(endorsement.to_bytes());
        self.identity_secret = Some(identity);
        self.standing = DeviceStanding::Approved;
    }
}
