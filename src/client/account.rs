//! The device's own record: whose it is, its keys, how far it has come. Not conversations, which have records of their
//! own. Rewritten in every step, so it stays small.

use alcove_protocol::{ActorId, DeviceId, GroupId, Timestamp, api::Cursor};
use openmls::prelude::{
    BasicCredential, CredentialWithKey, Extension, Extensions, LeafNode, UnknownExtension,
};
use serde::{Deserialize, Serialize};

use crate::{
    devices::OwnDevices,
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
    /// It was removed from its account: it must not go on.
    Removed,
    /// Its state was copied or restored: it must not send any more.
    Copied,
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
    /// A new identity key that waits for the device group to be rid of a removed device.
    pub(crate) replacement: Option<SecretKey>,
    /// The endorsement of this device's key, as in its leaf.
    pub(crate) endorsement: Option<Vec<u8>>,
    pub(crate) cursor: Option<Cursor>,
    /// How much had arrived before the server began to count anew (a new incarnation), and what happened without arriving:
    /// arrival numbers only grow.
    pub(crate) arrived_before: i64,
    pub(crate) next_call: u64,
    pub(crate) packages: OwnPackages,
    /// The MLS group of this person's own devices.
    pub(crate) device_group: Option<GroupId>,
    /// The devices of this person, as far as this one knows their keys.
    pub(crate) devices: OwnDevices,
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
            replacement: None,
            endorsement: None,
            cursor: None,
            arrived_before: 0,
            next_call: 1,
            packages: OwnPackages::default(),
            device_group: None,
            devices: OwnDevices::default(),
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

    /// The number of the newest arrival: the order of every history, whatever the server counts.
    pub(crate) fn arrivals(&self) -> i64 {
        self.arrived_before.saturating_add(self.cursor.map_or(0, |cursor| cursor.position))
    }

    /// Moves the cursor to an item, and gives its arrival number.
    pub(crate) fn arrived(&mut self, at: Cursor) -> i64 {
        if self.cursor.is_some_and(|cursor| cursor.incarnation != at.incarnation) {
            self.arrived_before = self.arrivals();
        }
        self.cursor = Some(at);
        self.arrivals()
    }

    /// A number of its own for something that happened here and did not arrive: it stands behind the newest arrival.
    pub(crate) fn next_arrival(&mut self) -> i64 {
        self.arrived_before = self.arrived_before.saturating_add(1);
        self.arrivals()
    }

    /// Refuses what only an approved device may do.
    pub(crate) fn require_approved(&self) -> Result<(), Error> {
        match self.standing {
            DeviceStanding::Approved => Ok(()),
            _ => Err(Error::NotApproved),
        }
    }

    /// This device takes up an identity key, made here or handed over, and vouches for itself.
    pub(crate) fn found_identity(&mut self, identity: SecretKey, now: Timestamp) {
        let endorsement = Endorsement::issue(&identity, &self.actor, &self.key.public(), now);
        self.identity = Some(identity.public());
        self.endorsement = Some(endorsement.to_bytes());
        self.identity_secret = Some(identity);
        self.standing = DeviceStanding::Approved;
    }
}
