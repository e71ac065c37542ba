//! Invitations that authenticate both sides (ENCRYPTION.md 1.4). The server keeps the public half of a key that is made from
//! the link's secret, and ferries what the two devices say to each other; only they can judge it. Links without a secret, made
//! by a page or on the command line, are taken up by the same request and prove nothing.

use serde::{Deserialize, Serialize};

use crate::{
    base64,
    id::{ActorId, Origin},
    time::Timestamp,
};

/// What a newcomer signs with the key of an invitation to join by it:
/// "alcove join 1\0" ‖ len16(id) ‖ id ‖ len16(server) ‖ server ‖ len16(name) ‖ name.
pub fn join_statement(invitation: &str, server: &Origin, name: &str) -> Vec<u8> {
    let mut statement = b"alcove join 1\0".to_vec();
    for part in [invitation, server.as_str(), name] {
        push_part(&mut statement, part.as_bytes());
    }
    statement
}

/// Appends a part of a statement behind its length in two bytes, big-endian. No part of ours is longer than 2,048 bytes.
pub fn push_part(statement: &mut Vec<u8>, part: &[u8]) {
    statement.extend(u16::try_from(part.len()).unwrap_or(u16::MAX).to_be_bytes());
    statement.extend(part);
}

/// That a newcomer knows the secret of a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvitationSignature {
    /// Ed25519, 64 bytes, over [`join_statement`].
    #[serde(with = "base64::bytes")]
    pub signature: Vec<u8>,
}

/// An invitation for one person, made by a device: its link proves both sides to each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// The public half of the link's Ed25519 key, 32 bytes. The same one again is the same invitation.
    #[serde(with = "base64::bytes")]
    pub public_key: Vec<u8>,
    /// The identity key of whoever invites, 32 bytes: the link holds the first half of its SHA-256.
    #[serde(with = "base64::bytes")]
    pub identity_key: Vec<u8>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// For whom, in words of whoever invites; suggested to the newcomer as their name. Written also where there is none: devices
    /// keep it in a form without names of fields.
    #[serde(default)]
    pub name: Option<String>,
}

/// Where an invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InvitationState {
    /// It can be taken up.
    Open,
    /// Somebody has.
    Used,
    /// Its time is over.
    Expired,
    /// It was taken back.
    Revoked,
}

/// An invitation as the account that made it sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its name in paths and in its link: 128 random bits.
    pub id: String,
    /// For whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Where it stands.
    pub state: InvitationState,
    /// Who came by it, as the server says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newcomer: Option<ActorId>,
    /// What their device says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<JoinProof>,
    /// What a device of the inviter has answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<JoinAnswer>,
}

/// What everybody sees who has the link, without a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenInvitation {
    /// Its name in paths.
    pub id: String,
    /// Which server it leads to.
    pub server: ServerFacts,
    /// Who invites; nobody for a link of the command line.
    pub inviter: Option<Inviter>,
    /// For whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggested_name: Option<String>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// Where it stands.
    pub state: InvitationState,
}

/// A server in a few words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerFacts {
    /// What the place is called.
    pub name: String,
    /// The domain of its handles.
    pub domain: String,
    /// Who runs it.
    pub operator: Option<String>,
    /// Its policy for private messages: `off`, `allowed`, `default` or `required`.
    pub policy: String,
}

/// Who invites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inviter {
    /// Their actor.
    pub actor: ActorId,
    /// What they are shown as.
    pub name: String,
    /// As `@ana@example.org`.
    pub handle: String,
    /// The address of their picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// Their identity key, as the device that made the invitation gave it.
    #[serde(with = "base64::bytes")]
    pub identity_key: Vec<u8>,
}

/// What the newcomer's device says: the statement T of ENCRYPTION.md 1.4, and that it knows the secret. Written once: the same
/// again changes nothing, another is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinProof {
    /// T.
    #[serde(with = "base64::bytes")]
    pub statement: Vec<u8>,
    /// Ed25519 by the link's key over "join" ‖ T, 64 bytes.
    #[serde(with = "base64::bytes")]
    pub signature: Vec<u8>,
    /// HMAC-SHA256 by the link's MAC key over "join" ‖ T, 32 bytes.
    #[serde(with = "base64::bytes")]
    pub mac: Vec<u8>,
}

/// What the inviter's device answers. Written once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum JoinAnswer {
    /// It believes the statement.
    Accepted {
        /// 16 random bytes.
        #[serde(with = "base64::bytes")]
        nonce: Vec<u8>,
        /// HMAC-SHA256 over "accept" ‖ T ‖ nonce, 32 bytes.
        #[serde(with = "base64::bytes")]
        mac: Vec<u8>,
    },
    /// It does not.
    Refused {
        /// A word that the newcomer's device knows.
        reason: String,
    },
}

/// How far the newcomer's device is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joining {
    /// What it has said.
    pub proof: JoinProof,
    /// What was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<JoinAnswer>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The message begins like no other that the key of an invitation signs, and says each thing exactly once.
    #[test]
    fn joining_is_about_one_invitation_one_server_and_one_name() {
        let server = ActorId::parse("https://h.example/users/1").unwrap().origin();
        let statement = join_statement("abc", &server, "ben");
        assert_eq!(statement, b"alcove join 1\0\0\x03abc\0\x11https://h.example\0\x03ben");
    }
}
