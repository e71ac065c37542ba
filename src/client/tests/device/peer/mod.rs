//! Somebody else's software in a group: what every MLS client can do, over two independent libraries. Not an account or a
//! server: bytes in, bytes out, and whoever calls carries them.

pub mod mls_rs;
pub mod openmls;

use alcove_protocol::{ActorId, GroupId};

/// A commit that waits for its author's `merge`, and the Welcome for those it adds.
pub struct Staged {
    /// The commit, an `MLSMessage`.
    pub commit: Vec<u8>,
    /// One Welcome for everybody who is added.
    pub welcome: Option<Vec<u8>>,
}

/// What bytes turned out to be.
#[derive(Debug, PartialEq)]
pub enum Received {
    /// Application data.
    Application {
        /// Whose leaf wrote it.
        sender: ActorId,
        /// As encrypted.
        data: Vec<u8>,
        /// The authenticated data, which travels in clear.
        aad: Vec<u8>,
    },
    /// A proposal, kept for the next commit.
    Proposal,
    /// A commit that is merged.
    Commit {
        /// Whether it removed the reader.
        removed: bool,
    },
}

/// A client of somebody else's software. Errors are the library's own words: tests compare what happens, not how it is
/// said, except where a trap names the error.
pub trait Peer {
    /// Whose.
    fn actor(&self) -> &ActorId;
    /// A new key package, as an `MLSMessage`.
    fn key_package(&mut self) -> Vec<u8>;
    /// A new group with this client alone in it.
    fn create(&mut self, group: &GroupId);
    /// Joins by a Welcome; the tree comes with it or by `tree`, a bare ratchet tree.
    fn join(&mut self, welcome: &[u8], tree: Option<&[u8]>) -> Result<GroupId, String>;
    /// Stages a commit that adds, by value. Key packages are `MLSMessage`s.
    fn add(&mut self, group: &GroupId, key_packages: &[Vec<u8>]) -> Result<Staged, String>;
    /// Stages a commit that removes leaves, by value.
    fn remove(&mut self, group: &GroupId, leaves: &[u32]) -> Result<Staged, String>;
    /// Stages a commit that renews the own leaf, and takes in every proposal received: by reference.
    fn update(&mut self, group: &GroupId) -> Result<Staged, String>;
    /// Merges the staged commit.
    fn merge(&mut self, group: &GroupId) -> Result<(), String>;
    /// A proposal to remove a leaf.
    fn propose_removal(&mut self, group: &GroupId, leaf: u32) -> Result<Vec<u8>, String>;
    /// A GroupInfo that lets others in from outside: what must never leak.
    fn group_info(&self, group: &GroupId) -> Vec<u8>;
    /// Encrypts application data.
    fn encrypt(&mut self, group: &GroupId, data: &[u8], aad: &[u8]) -> Result<Vec<u8>, String>;
    /// Takes whatever arrives; commits are merged at once.
    fn receive(&mut self, group: &GroupId, bytes: &[u8]) -> Result<Received, String>;
    /// Whether this client knows the group.
    fn is_in(&self, group: &GroupId) -> bool;
    /// The epoch authenticator.
    fn authenticator(&self, group: &GroupId) -> Vec<u8>;
    /// The epoch.
    fn epoch(&self, group: &GroupId) -> u64;
    /// Leaf index and actor of every member.
    fn roster(&self, group: &GroupId) -> Vec<(u32, ActorId)>;

    /// The leaves of an actor.
    fn leaves_of(&self, group: &GroupId, actor: &ActorId) -> Vec<u32> {
        self.roster(group).into_iter().filter(|(_, member)| member == actor).map(|(leaf, _)| leaf).collect()
    }
}

/// An actor on a host of its own.
pub fn actor(name: &str) -> ActorId {
    ActorId::parse(&format!("https://{name}.example/users/{name}")).unwrap()
}

/// An actor as a credential names it.
pub fn actor_of(identity: &[u8]) -> ActorId {
    ActorId::parse(std::str::from_utf8(identity).unwrap()).unwrap()
}
