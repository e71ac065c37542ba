//! What a token may be used for. Mastodon's names for posts and social things, two of our own for devices and sealed
//! messages: no scope of Mastodon's implies ours, so that no Mastodon app can read `messages` (ARCHITECTURE.md).

use std::fmt;

use crate::error::{Error, Result};

/// What a route asks for. A granted scope covers itself and what it is the first part of: `read` covers `read:statuses`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Read what is not sealed.
    Read,
    /// Change what is not sealed.
    Write,
    /// Follow and unfollow; Mastodon's old name.
    Follow,
    /// Take push messages.
    Push,
    /// Read who the account is.
    Profile,
    /// Sign up devices and their key packages, approve and remove them.
    Devices,
    /// Send and receive sealed messages.
    Messages,
}

/// Every scope, in the order in which pages list them.
pub const ALL: [Scope; 7] =
    [Scope::Profile, Scope::Read, Scope::Write, Scope::Follow, Scope::Push, Scope::Devices, Scope::Messages];

/// The second parts that Mastodon knows; parts of `read` and `write` that we do not know are refused, as Mastodon does.
const PARTS: [&str; 15] = [
    "accounts",
    "blocks",
    "bookmarks",
    "conversations",
    "favourites",
    "filters",
    "follows",
    "lists",
    "media",
    "mutes",
    "notifications",
    "reports",
    "search",
    "statuses",
    "me",
];

/// The most scopes in one request.
const MAX_SCOPES: usize = 40;

impl Scope {
    /// The word in requests and columns.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Follow => "follow",
            Self::Push => "push",
            Self::Profile => "profile",
            Self::Devices => "devices",
            Self::Messages => "messages",
        }
    }

    /// The scope of that word.
    pub fn parse(word: &str) -> Option<Self> {
        ALL.into_iter().find(|scope| scope.as_str() == word)
    }

    /// What the page of consent says that the app will be able to do.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Read => "Read your posts, contacts and settings. Not your encrypted messages.",
            Self::Write => "Post and change things in your name. Not in encrypted conversations.",
            Self::Follow => "Change whom you follow, mute and block.",
            Self::Push => "Take your notifications.",
            Self::Profile => "See your name and address.",
            Self::Devices => "Act as a device of yours: sign up devices, approve and remove them.",
            Self::Messages => "Send and receive your encrypted messages.",
        }
    }
}

/// The scopes of a token, as words: whole ones and parts such as `read:statuses`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scopes(Vec<String>);

impl Scopes {
    /// Every scope: what our own clients get.
    pub fn all() -> Self {
        Self(ALL.into_iter().map(|scope| scope.as_str().to_owned()).collect())
    }

    /// Reads words between spaces; doubles are left out.
    ///
    /// # Errors
    /// An unknown word, too many words, or none.
    pub fn parse(text: &str) -> Result<Self> {
        let mut words: Vec<String> = Vec::new();
        for word in text.split_ascii_whitespace() {
            if !is_scope(word) || words.len() == MAX_SCOPES {
                return Err(Error::refused(
                    "invalid-scope",
                    400,
                    format!("expected scopes among {}", Self::all()),
                ));
            }
            if !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
        if words.is_empty() {
            return Err(Error::refused("invalid-scope", 400, "expected at least one scope"));
        }
        Ok(Self(words))
    }

    /// The scopes of a column, which were checked before they were stored.
    pub fn of_column(text: &str) -> Self {
        Self(text.split_ascii_whitespace().map(str::to_owned).collect())
    }

    /// Whether they allow what a route asks for.
    pub fn allow(&self, scope: Scope) -> bool {
        self.0.iter().any(|word| word == scope.as_str())
    }

    /// Whether they allow a part, as `statuses` of `read`.
    pub fn allow_part(&self, scope: Scope, part: &str) -> bool {
        self.covers(&format!("{}:{part}", scope.as_str()))
    }

    /// Whether everything in `others` is covered by these.
    pub fn cover(&self, others: &Self) -> bool {
        others.0.iter().all(|word| self.covers(word))
    }

    /// The words, for pages.
    pub fn words(&self) -> &[String] {
        &self.0
    }

    fn covers(&self, asked: &str) -> bool {
        let whole = asked.split_once(':').map_or(asked, |(whole, _)| whole);
        self.0.iter().any(|word| word == asked || word == whole)
    }
}

fn is_scope(word: &str) -> bool {
    match word.split_once(':') {
        None => Scope::parse(word).is_some(),
        Some(("read" | "write", part)) => PARTS.contains(&part),
        Some(_) => false,
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S-24: no scope of Mastodon's opens sealed messages or devices.
    #[test]
    fn mastodons_scopes_never_open_messages_or_devices() {
        let all_of_mastodon =
            Scopes::parse("read write follow push profile read:statuses write:media").unwrap();
        assert!(!all_of_mastodon.allow(Scope::Messages) && !all_of_mastodon.allow(Scope::Devices));
        assert!(all_of_mastodon.allow(Scope::Read) && all_of_mastodon.allow_part(Scope::Read, "lists"));
        assert!(Scopes::all().allow(Scope::Messages));
    }

    #[test]
    fn a_part_does_not_open_the_whole() {
        let part = Scopes::parse("read:statuses read:statuses").unwrap();
        assert_eq!(part.to_string(), "read:statuses");
        assert!(!part.allow(Scope::Read) && part.allow_part(Scope::Read, "statuses"));
        assert!(!part.allow_part(Scope::Read, "lists") && !part.allow_part(Scope::Write, "statuses"));
        assert!(Scopes::parse("read").unwrap().cover(&part) && !part.cover(&Scopes::parse("read").unwrap()));
    }

    #[test]
    fn unknown_scopes_are_refused() {
        for text in ["", "admin:read", "read:everything", "messages:all", "read,write", "READ"] {
            assert!(Scopes::parse(text).is_err(), "{text:?}");
        }
    }
}
