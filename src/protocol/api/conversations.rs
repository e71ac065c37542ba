//! Conversations, commits and what became of what was sent (ENCRYPTION.md 1.5).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    id::{ActivityId, ActorId, ConversationId, GroupId},
    mls::{Outgoing, SequencerAdd},
    time::Timestamp,
};

/// Asks the device's own server to be the sequencer of a new group, at epoch 0 with the asker alone in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewConversation {
    /// The MLS group id; asking again for the same group gets the same conversation.
    pub group: GroupId,
}

/// A conversation at its sequencer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// Its address.
    pub id: ConversationId,
    /// The MLS group.
    pub group: GroupId,
    /// The epoch that the next commit must name.
    pub epoch: u64,
    /// The sequencer's incarnation.
    pub incarnation: i64,
}

/// A staged commit, posted in one request with all that goes out when it wins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewCommit {
    /// The commit, addressed to everybody with a leaf before or after it.
    pub commit: Outgoing,
    /// Its Welcomes, each addressed to the actors it lets in.
    pub welcomes: Vec<Outgoing>,
    /// The roster that results: every actor with a leaf after the commit.
    pub members: Vec<ActorId>,
}

/// The commit won its epoch. Posting the same bytes again gets this answer again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitAccepted {
    /// The activity that carried the commit.
    pub activity: ActivityId,
    /// The sequencer's word.
    pub add: SequencerAdd,
}

/// One commit that the sequencer keeps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PastCommit {
    /// The sequencer's word.
    pub add: SequencerAdd,
    /// The whole `Create` that carried the commit.
    pub activity: Value,
}

/// The commits from an epoch on, oldest first; what a device asks for when it holds a commit without the sequencer's
/// word, or misses one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PastCommits {
    /// The epoch that the group is in now.
    pub epoch: u64,
    /// The sequencer's incarnation.
    pub incarnation: i64,
    /// At most 50.
    pub commits: Vec<PastCommit>,
}

/// What became of one activity for one recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Whom it goes to.
    pub recipient: ActorId,
    /// Where it stands.
    pub state: DeliveryState,
    /// Why the last attempt failed, in a sentence that names the server and what it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Attempts so far.
    pub attempts: i32,
    /// The next attempt, while it is queued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<Timestamp>,
}

impl Delivery {
    /// To somebody on the sender's own server: no attempt can fail.
    pub fn arrived(recipient: ActorId) -> Self {
        Self { recipient, state: DeliveryState::Delivered, reason: None, attempts: 1, next_attempt_at: None }
    }
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// Waiting for its first or its next attempt.
    Queued,
    /// The recipient's server has taken it.
    Delivered,
    /// Given up.
    Failed,
}

/// An actor that was looked up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundActor {
    /// Its id.
    pub id: ActorId,
    /// Its handle, as its own server confirms it.
    pub handle: String,
    /// What it calls itself.
    pub name: String,
    /// Whether it has a `keyPackages` collection: without one it cannot be written to encrypted.
    pub takes_encrypted: bool,
}

/// An actor's published key packages, as its own server served them just now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoundKeyPackages {
    /// Whose.
    pub actor: ActorId,
    /// ActivityStreams objects for [`crate::mls::KeyPackageObject::parse`]; none is a valid answer.
    pub key_packages: Vec<Value>,
}
