//! The account that the device belongs to, and the records of the host beside the device's own.

use alcove_client::{freight::Freight, plain};
use alcove_protocol::{
    ActorId,
    api::{Token, TokenDigest},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The account's record.
#[derive(Clone, Serialize, Deserialize)]
pub struct Account {
    /// Goes into `Authorization` and nowhere else.
    pub token: String,
    /// Whose account it is.
    pub actor: ActorId,
    /// Their handle.
    pub handle: String,
    /// What the person calls this device.
    pub title: String,
}

impl Account {
    /// The name of the record.
    pub const RECORD: &'static str = "web/account";

    /// The account that a server has just signed this device in to.
    pub fn new(token: Token, title: &str) -> Self {
        Self {
            token: token.access_token,
            actor: token.activitypub_actor_id,
            handle: token.handle,
            title: title.to_owned(),
        }
    }

    /// The record as it is stored.
    pub fn record(&self) -> (String, Vec<u8>) {
        (Self::RECORD.to_owned(), serde_json::to_vec(self).unwrap_or_default())
    }

    /// What the device is told of the token: enough to register with it.
    pub fn token_digest(&self) -> TokenDigest {
        Sha256::digest(&self.token).into()
    }
}

/// Whether a record is of the host, the courier, the freight or the letters, and none of the device.
pub fn is_of_the_host(name: &str) -> bool {
    ["web/", "courier/", Freight::PREFIX, plain::PREFIX].iter().any(|prefix| name.starts_with(prefix))
}
