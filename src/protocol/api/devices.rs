//! Devices of an account and how a new one is approved by an old one (ENCRYPTION.md 1.4). The server ferries bytes that
//! it cannot use: the six digits are compared by a person.

use serde::{Deserialize, Serialize};

use crate::{
    base64,
    id::{ActorId, DeviceId},
    time::Timestamp,
};

/// SHA-256 of an access token: what a device is told of the token that registers it.
pub type TokenDigest = [u8; 32];

/// What a device signs to show that it holds the key it registers, for this account and with this token only:
/// "alcove device 1\0" ‖ len16(actor) ‖ actor ‖ device key ‖ SHA-256(access token).
pub fn proof_statement(actor: &ActorId, signature_key: &[u8], token: &TokenDigest) -> Vec<u8> {
    // An actor id is at most 2,048 bytes long.
    let length = u16::try_from(actor.as_str().len()).unwrap_or(u16::MAX).to_be_bytes();
    [b"alcove device 1\0", &length[..], actor.as_str().as_bytes(), signature_key, token].concat()
}

/// A device that signs up with its account's server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewDevice {
    /// What the person calls it.
    pub title: String,
    /// Its Ed25519 signature key, 32 bytes; never used by another device of the server.
    #[serde(with = "base64::bytes")]
    pub signature_key: Vec<u8>,
    /// The key's signature, 64 bytes, over [`proof_statement`]: keys are public, so that naming one proves nothing.
    #[serde(with = "base64::bytes")]
    pub proof: Vec<u8>,
}

/// What a device is to be called from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceChange {
    /// What the person calls it, 1 to 100 characters.
    pub title: String,
}

/// Whether a device may publish key packages that others see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceState {
    /// Approved by another device, or the first of its account.
    Approved,
    /// Nobody yet: its key packages are seen by its own actor only.
    Pending,
}

/// A device as its account sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Its id, `generator` of its key packages; the last segment is its name in paths.
    pub id: DeviceId,
    /// What the person calls it.
    pub title: String,
    /// Its Ed25519 signature key.
    #[serde(with = "base64::bytes")]
    pub signature_key: Vec<u8>,
    /// Whether it may publish.
    pub state: DeviceState,
    /// When it signed up.
    pub created_at: Timestamp,
    /// When it last read or asked for something, some minutes behind.
    pub last_seen_at: Option<Timestamp>,
    /// What the program on it calls itself, as `alcove-chat on desk`; none while it is signed out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
}

/// Step 1, by the new device: it binds itself to a key and a nonce without showing them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairingCommitment {
    /// SHA-256(device key ‖ nonce).
    #[serde(with = "base64::bytes")]
    pub commitment: Vec<u8>,
}

/// Step 2, by an approved device: the identity key of the person and a nonce of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairingAnswer {
    /// The person's Ed25519 identity key.
    #[serde(with = "base64::bytes")]
    pub identity_key: Vec<u8>,
    /// 16 random bytes.
    #[serde(with = "base64::bytes")]
    pub nonce: Vec<u8>,
}

/// Step 3, by the new device: what it had bound itself to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairingReveal {
    /// The device key.
    #[serde(with = "base64::bytes")]
    pub device_key: Vec<u8>,
    /// The nonce, 16 bytes.
    #[serde(with = "base64::bytes")]
    pub nonce: Vec<u8>,
}

/// Step 4, by the approved device, after the person typed the six digits of the new device into it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum PairingVerdict {
    /// The digits agreed: the endorsement of the new device's key (104 bytes). The device is approved from now on.
    Approved {
        /// Identity key ‖ issued ‖ signature.
        #[serde(with = "base64::bytes")]
        endorsement: Vec<u8>,
    },
    /// Wrong digits three times, or the person said no. The device stays nobody.
    Refused,
}

/// An approval under way. Each part is written once, by the side it belongs to; it ends after 15 minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pairing {
    /// Its name in paths.
    pub name: String,
    /// The new device.
    pub device: DeviceId,
    /// What the person calls the new device.
    pub title: String,
    /// Step 1.
    pub commitment: PairingCommitment,
    /// Step 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<PairingAnswer>,
    /// Step 3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reveal: Option<PairingReveal>,
    /// Step 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<PairingVerdict>,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The message begins like no other that a device signs, and says each thing exactly once.
    #[test]
    fn a_proof_is_about_one_actor_one_key_and_one_token() {
        let actor = ActorId::parse("https://h.example/users/1").unwrap();
        let statement = proof_statement(&actor, &[2; 32], &[3; 32]);
        let rest = statement.strip_prefix(b"alcove device 1\0\0\x19https://h.example/users/1").unwrap();
        assert_eq!(rest, [[2; 32], [3; 32]].concat());
    }
}
