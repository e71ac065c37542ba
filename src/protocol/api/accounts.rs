//! Joining by invitation, signing in, changing the password.
//!
//! Each of these holds a secret, so that each prints its name and nothing else.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::InvitationSignature;
use crate::{id::ActorId, time::Timestamp};

/// A newcomer takes up an invitation.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// What stands behind `/join/` or `/i/` in the link: the invitation's secret, or its id, which opens nothing by itself.
    pub invitation: String,
    /// With an id: that the newcomer knows the secret of the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<InvitationSignature>,
    /// The name of the handle that the newcomer wants.
    pub name: String,
    /// What people are shown; the handle's name if missing.
    #[serde(default)]
    pub display_name: Option<String>,
    /// At least 12 characters.
    pub password: String,
    /// What the list of sessions shows, as `alcove-chat on desk`.
    pub client_name: String,
}

/// Somebody signs in with a client of ours.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The name of the handle, without domain.
    pub name: String,
    /// The password.
    pub password: String,
    /// What the list of sessions shows.
    pub client_name: String,
}

/// A change of the password.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The present password.
    pub current: String,
    /// The new one, at least 12 characters.
    pub new: String,
}

/// What a client is given to act for an account. The fields of an OAuth 2 token response (RFC 6749 section 5.1) with the
/// draft's `activitypub_actor_id`; the same document answers `/oauth/token`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// The secret; goes into `Authorization: Bearer` and nowhere else.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Scopes, separated by spaces.
    pub scope: String,
    /// The actor that the token acts for.
    pub activitypub_actor_id: ActorId,
    /// When it was made, in seconds since the Unix epoch; Mastodon's apps insist on it.
    pub created_at: i64,
    /// The handle, as `@ana@example.org`.
    pub handle: String,
}

/// One way in which an account is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its name in paths: a decimal number.
    pub id: String,
    /// What is signed in.
    pub kind: SessionKind,
    /// What it calls itself.
    pub client_name: String,
    /// The scopes of a token, separated by spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was last used, some minutes behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<Timestamp>,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// What is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SessionKind {
    /// A browser, on the server's own pages.
    Browser,
    /// A client of ours, with every scope.
    Client,
    /// Another program, by OAuth.
    App,
}

impl fmt::Debug for Join {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Join { *** }")
    }
}

impl fmt::Debug for SignIn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SignIn { *** }")
    }
}

impl fmt::Debug for PasswordChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PasswordChange { *** }")
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token { *** }")
    }
}
