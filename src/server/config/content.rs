//! The sections `[invitations]`, `[messages]` and `[retention]`: whom and what this server takes in, and how long it keeps it.

use serde::Deserialize;

/// Who may invite.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Invitations {
    /// Who makes links with their own device, each for one person.
    pub by: Inviters,
}

/// Who may invite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Inviters {
    /// Admins and owners.
    #[default]
    Admins,
    /// Everybody here.
    Members,
}

/// Private messages.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Messages {
    /// Whether they are end-to-end encrypted.
    pub policy: Policy,
}

/// Whether private messages are end-to-end encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// None are.
    Off,
    /// Where somebody switches it on.
    Allowed,
    /// Where everybody in a conversation can.
    #[default]
    Default,
    /// All are: others are refused.
    Required,
}

impl Policy {
    /// The word in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Allowed => "allowed",
            Self::Default => "default",
            Self::Required => "required",
        }
    }

    /// The policy of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Off, Self::Allowed, Self::Default, Self::Required].into_iter().find(|it| it.as_str() == word)
    }
}

/// What is kept for how long.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// Days after which posts of other servers go that nobody here has had to do with.
    pub posts_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { posts_days: 60 }
    }
}
