//! What a device asks of its account's server, and what it is told: one call for each request of the client API and of
//! ActivityPub C2S that a device makes. Not how they travel: the host turns them into HTTP.

use alcove_protocol::{
    ActivityId, ActorId, ConversationId, DeviceId, KeyPackageId, Problem,
    api::{
        CommitAccepted, Conversation, Cursor, Device, FoundKeyPackages, Invitation, JoinAnswer, JoinProof,
        Joining, NewCommit, NewConversation, NewDevice, NewInvitation, Pairing, PairingAnswer,
        PairingCommitment, PairingReveal, PairingVerdict, PastCommits,
    },
    mls::{KeyPackageObject, Outgoing},
};
use serde::{Deserialize, Serialize};

/// The name of a call on this device: counts up, never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CallId(pub u64);

/// One request. It is stored until it is answered and repeated byte for byte; every one of them may be repeated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// `POST` of the new device; answered with [`Answer::Device`].
    RegisterDevice(NewDevice),
    /// `DELETE` of a device of the account; [`Answer::Done`].
    RemoveDevice(DeviceId),
    /// The devices of the account; [`Answer::Devices`].
    FetchDevices,
    /// `Create` of a key package in the outbox, and its `Add` to the collection, replacing the device's former one;
    /// [`Answer::KeyPackage`].
    PublishKeyPackage(NewKeyPackage),
    /// An actor's key packages, fetched now (trap T15); [`Answer::KeyPackages`]. One's own actor is asked for as well.
    FetchKeyPackages(ActorId),
    /// A conversation at our own server; [`Answer::Conversation`].
    CreateConversation(NewConversation),
    /// A staged commit with its Welcomes, for the sequencer to decide; [`Answer::Commit`], or a problem `wrong-epoch`.
    PostCommit(NewCommit),
    /// An MLS message for the outbox; [`Answer::Message`], or a problem `stale-epoch`.
    PostMessage(Outgoing),
    /// The commits that ended epoch `after` or a later one: `after` is the epoch in which the device is;
    /// [`Answer::PastCommits`].
    FetchPastCommits {
        /// The conversation, wherever its sequencer is.
        conversation: ConversationId,
        /// The epoch that the device is in.
        after: u64,
    },
    /// Everything up to here is saved; [`Answer::Done`].
    Acknowledge(Cursor),
    /// The approvals under way for this account; [`Answer::Pairings`].
    FetchPairings,
    /// Step 1 of an approval; [`Answer::Pairing`], as the three that follow.
    StartPairing(PairingCommitment),
    /// Step 2, by the approved device.
    AnswerPairing {
        /// The approval's name in paths.
        name: String,
        /// Identity key and nonce.
        answer: PairingAnswer,
    },
    /// Step 3, by the new device.
    RevealPairing {
        /// The approval's name in paths.
        name: String,
        /// Device key and nonce.
        reveal: PairingReveal,
    },
    /// Step 4, by the approved device.
    DecidePairing {
        /// The approval's name in paths.
        name: String,
        /// Endorsement or refusal.
        verdict: PairingVerdict,
    },
    /// An invitation that a link was made for; [`Answer::Invitation`]. The same public key again is the same invitation.
    Invite(NewInvitation),
    /// The account's invitations; [`Answer::Invitations`].
    FetchInvitations,
    /// `DELETE` of an invitation by its id; [`Answer::Done`].
    RevokeInvitation(String),
    /// By the newcomer's device, once; [`Answer::Joining`].
    ProveJoin {
        /// The invitation's id.
        id: String,
        /// Who it is, and that it knows the secret.
        proof: JoinProof,
    },
    /// By the newcomer's device: how it stands, by the invitation's id; [`Answer::Joining`].
    FetchJoin(String),
    /// By the inviter's device, once; [`Answer::Done`].
    AnswerJoin {
        /// The invitation's id.
        id: String,
        /// What it thinks of the proof.
        answer: JoinAnswer,
    },
}

/// A key package to be published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewKeyPackage {
    /// Whose it is.
    pub actor: ActorId,
    /// The device, `generator` of the object.
    pub device: DeviceId,
    /// The raw `KeyPackage` structure (trap T4).
    pub content: Vec<u8>,
}

impl NewKeyPackage {
    /// The ActivityStreams object, without the id and time that the server gives it.
    pub fn object(&self) -> KeyPackageObject {
        KeyPackageObject {
            id: None,
            attributed_to: self.actor.clone(),
            content: self.content.clone(),
            device: Some(self.device.clone()),
            ciphersuite: Some(alcove_protocol::context::CIPHERSUITE.to_owned()),
            public: true,
            published: None,
        }
    }
}

/// What a server answered to a call that it took.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// To `RegisterDevice`.
    Device(Device),
    /// To `FetchDevices`.
    Devices(Vec<Device>),
    /// To `PublishKeyPackage`.
    KeyPackage(KeyPackageId),
    /// To `FetchKeyPackages`.
    KeyPackages(FoundKeyPackages),
    /// To `CreateConversation`.
    Conversation(Conversation),
    /// To `PostCommit`.
    Commit(CommitAccepted),
    /// To `PostMessage`: the activity that carries it.
    Message(ActivityId),
    /// To `FetchPastCommits`.
    PastCommits(PastCommits),
    /// To the four steps of an approval.
    Pairing(Pairing),
    /// To `FetchPairings`.
    Pairings(Vec<Pairing>),
    /// To `Invite`.
    Invitation(Invitation),
    /// To `FetchInvitations`.
    Invitations(Vec<Invitation>),
    /// To `ProveJoin` and `FetchJoin`.
    Joining(Joining),
    /// To what has no other answer.
    Done,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The server took it.
    Accepted(Answer),
    /// The server refused it. Problems with status 401, 408, 425, 429 or 500 and above count as no answer.
    Refused(Problem),
    /// No answer came: the call may or may not have been taken. It stays, and `Device::resend` repeats it.
    Unknown,
    /// It was not made, or turned away unread: it was not taken. It stays as well.
    NotMade,
}

impl Outcome {
    /// Whether a server has decided anything. A fault of the moment, and a session that has to be renewed, are the same as
    /// no answer.
    pub fn is_answer(&self) -> bool {
        match self {
            Self::Accepted(_) => true,
            Self::Refused(problem) => {
                problem.status < 500 && !matches!(problem.status, 401 | 408 | 425 | 429)
            }
            Self::Unknown | Self::NotMade => false,
        }
    }

    /// Whether nobody knows if the call was taken. A server that wants the session renewed, or asks for patience, has not
    /// taken it.
    pub(crate) fn is_in_doubt(&self) -> bool {
        match self {
            Self::Unknown => true,
            Self::Refused(problem) => !self.is_answer() && !matches!(problem.status, 401 | 425 | 429),
            Self::Accepted(_) | Self::NotMade => false,
        }
    }
}

/// How often a call may have been made when its answer comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// Once: a refusal says that it was not taken.
    First,
    /// More often, and of one attempt nobody knows what became of it: that one may have been taken.
    Repeated,
}
