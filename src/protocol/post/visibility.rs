//! Who may see a post, as everybody reads it from the addressing (FEDERATION.md 1.1), and the addressing for each.

use super::Mention;
use crate::context;

/// Who may see a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// The public stands in `to`.
    Public,
    /// The public stands in `cc`.
    Unlisted,
    /// The author's followers stand in either.
    Followers,
    /// Nobody but those who are named.
    Direct,
}

impl Visibility {
    /// Who may see what is addressed so; `followers` is the collection that the author's actor document names.
    pub fn of(to: &[String], cc: &[String], followers: Option<&str>) -> Self {
        let is_followers = |address: &String| Some(address.as_str()) == followers;
        if to.iter().any(|address| context::is_public(address)) {
            Self::Public
        } else if cc.iter().any(|address| context::is_public(address)) {
            Self::Unlisted
        } else if to.iter().chain(cc).any(is_followers) {
            Self::Followers
        } else {
            Self::Direct
        }
    }

    /// The addressing, `to` and `cc`, of a post that everybody is to read as this.
    pub fn addressing(self, followers: &str, mentions: &[Mention]) -> (Vec<String>, Vec<String>) {
        let named = mentions.iter().map(|mention| mention.href.to_string());
        let and_named =
            |first: Option<&str>| first.map(str::to_owned).into_iter().chain(named.clone()).collect();
        match self {
            Self::Public => (vec![context::PUBLIC.to_owned()], and_named(Some(followers))),
            Self::Unlisted => (vec![followers.to_owned()], and_named(Some(context::PUBLIC))),
            Self::Followers => (vec![followers.to_owned()], and_named(None)),
            Self::Direct => (and_named(None), Vec::new()),
        }
    }
}
