//! What a device wants shown, after it was saved. Not sentences: the shells have their own words, except where a server
//! or a person on it is the reason and has said so.

use alcove_protocol::{ActorId, GroupId, Timestamp, api};
use serde::Serialize;

use crate::{
    conversation::Obstacle, identity::IdentityKey, invitation::InvitationProblem, message::Message,
    trust::Suspect,
};

/// One thing to show.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Event {
    /// The device may be written to: registered, approved, its key package about to be published.
    DeviceReady,
    /// The device waits for approval by another device of its person.
    ApprovalNeeded,
    /// The six digits to be typed into the approved device.
    PairingDigits {
        /// Six digits.
        digits: String,
    },
    /// A new device of this account asks to be approved.
    PairingWaiting {
        /// The approval's name, for the commands.
        name: String,
        /// What the person calls the new device.
        title: String,
        /// When it ends by itself.
        expires_at: Timestamp,
    },
    /// The new device has shown its key: the person can type the digits now.
    PairingDigitsWanted {
        /// The approval's name.
        name: String,
    },
    /// On the new device, instead of digits: the code that the approved device can read (`Command::ApproveByCode`), as text or
    /// as a QR code.
    PairingCode {
        /// The code.
        code: String,
    },
    /// On the new device: an approval has come, and is kept aside until the person says that the other device found the
    /// digits right (`Command::AcceptPairing`).
    PairingConfirmationWanted {
        /// The approval's name.
        name: String,
    },
    /// The digits were wrong.
    PairingDigitsWrong {
        /// The approval's name.
        name: String,
        /// After the last one the approval is refused.
        attempts_left: u8,
    },
    /// An approval ended.
    PairingEnded {
        /// The approval's name.
        name: String,
        /// How.
        end: PairingEnd,
    },
    /// The devices of the account.
    Devices(Vec<api::Device>),
    /// This device was removed, or its state was copied or restored: it must not go on (ENCRYPTION.md 1.6).
    DeviceMustStop {
        /// In a sentence.
        reason: String,
    },
    /// A conversation that this device starts: its name in commands from now on.
    ConversationCreated {
        /// Which.
        conversation: GroupId,
    },
    /// A conversation that this device started now has an address; people are being added.
    ConversationStarted {
        /// Which.
        conversation: GroupId,
    },
    /// The device was added to a conversation.
    Joined {
        /// Which.
        conversation: GroupId,
        /// By whom.
        by: ActorId,
        /// Whether it is a request that waits for `Command::Accept`.
        standing: JoinedAs,
    },
    /// A Welcome into a conversation in which the device already is: `Command::Rejoin` takes it.
    RejoinOffered {
        /// Which.
        conversation: GroupId,
        /// By whom.
        by: ActorId,
    },
    /// People came, went or changed devices; each act with its author.
    Membership {
        /// Where.
        conversation: GroupId,
        /// Who did it.
        by: ActorId,
        /// New people.
        added: Vec<ActorId>,
        /// People who are gone.
        removed: Vec<ActorId>,
        /// People who were in already and have another device in it now.
        devices: Vec<ActorId>,
    },
    /// Somebody said that they leave.
    Leaving {
        /// Where.
        conversation: GroupId,
        /// Who.
        actor: ActorId,
    },
    /// The conversation has ended for this device; its messages stay.
    Ended {
        /// Which.
        conversation: GroupId,
        /// Who removed this device, or the device's own person.
        by: Option<ActorId>,
    },
    /// The conversation cannot go on as it is; it is said once for each obstacle.
    CannotGoOn {
        /// Which.
        conversation: GroupId,
        /// Why.
        obstacle: Obstacle,
    },
    /// Somebody has begun another conversation anew, although nothing keeps that one from going on here: nothing of it is
    /// sent there until `Command::Continue` of the new one says so.
    ContinuationOffered {
        /// The new group.
        conversation: GroupId,
        /// The old one.
        instead_of: GroupId,
        /// Who began it anew.
        by: ActorId,
    },
    /// The conversation goes on in another group; its messages stay with it.
    Continued {
        /// The new group.
        conversation: GroupId,
        /// The old one.
        instead_of: GroupId,
        /// Who began it anew.
        by: ActorId,
    },
    /// The conversation has another name.
    Renamed {
        /// Which.
        conversation: GroupId,
        /// By whom.
        by: ActorId,
        /// The name.
        name: String,
    },
    /// Something that was said, by others or oneself; stored under its conversation and position. What was done has events of
    /// its own, and is stored as well (`Content::Happened`).
    Message(Message),
    /// What the list shows of a conversation is not what it was (`Device::chats`).
    ChatChanged {
        /// Which.
        conversation: GroupId,
    },
    /// A message of this device waits or is on its way.
    Sending {
        /// Where.
        conversation: GroupId,
        /// Its inner id, the same in `Message` later.
        id: String,
    },
    /// The server has taken a message of this device.
    Sent {
        /// Where.
        conversation: GroupId,
        /// Its inner id.
        id: String,
        /// The activity, for asking where its delivery stands.
        activity: alcove_protocol::ActivityId,
    },
    /// A message of this device was refused.
    NotSent {
        /// Where.
        conversation: GroupId,
        /// Its inner id.
        id: String,
        /// The server's sentence.
        reason: String,
    },
    /// A change of members that was refused: it does not happen.
    NotChanged {
        /// Where.
        conversation: GroupId,
        /// Who is not added.
        added: Vec<ActorId>,
        /// Who is not removed.
        removed: Vec<ActorId>,
        /// The server's sentence.
        reason: String,
    },
    /// Something the server refused, other than a message or a change of members.
    Refused {
        /// Where, if it belongs to a conversation.
        conversation: Option<GroupId>,
        /// The server's sentence.
        reason: String,
    },
    /// A conversation could not move on, and is tried again. Shown once until it has moved on.
    Stuck {
        /// Which.
        conversation: GroupId,
    },
    /// Somebody cannot be written to encrypted.
    CannotEncrypt {
        /// Where they were to be added.
        conversation: GroupId,
        /// Who.
        actor: ActorId,
        /// In a sentence.
        reason: String,
    },
    /// One of somebody's devices cannot be added; their others can, or `CannotEncrypt` follows.
    DeviceLeftOut {
        /// Where they are added.
        conversation: GroupId,
        /// Whose device.
        actor: ActorId,
        /// What it is called, or what is known of it.
        device: String,
        /// Why: the end of a sentence.
        reason: String,
    },
    /// The composer is blocked until the person chooses: these leaves fail their check (ENCRYPTION.md 1.4).
    Unverified {
        /// Where.
        conversation: GroupId,
        /// Which.
        suspects: Vec<Suspect>,
    },
    /// Somebody's published identity key is another than the one that was known.
    IdentityChanged {
        /// Whose.
        actor: ActorId,
        /// The new one.
        identity: IdentityKey,
    },
    /// The link of an invitation is there to be given to one person.
    InvitationMade {
        /// The invitation's id.
        id: String,
        /// The whole link with its secret.
        link: String,
        /// When it ends.
        expires_at: Timestamp,
    },
    /// Somebody has joined by an invitation of this device, and is verified by it.
    InvitationTakenUp {
        /// The invitation's id.
        id: String,
        /// For whom it was made.
        name: Option<String>,
        /// Who they are.
        newcomer: ActorId,
        /// The conversation that was begun with them.
        conversation: GroupId,
    },
    /// Something came for an invitation of this device that verifies nobody. Said once for each.
    InvitationMisused {
        /// The invitation's id.
        id: String,
        /// For whom it was made.
        name: Option<String>,
        /// What was wrong.
        problem: InvitationProblem,
    },
    /// Whoever invited this person is verified by the invitation.
    InviterVerified {
        /// Who.
        actor: ActorId,
    },
    /// The invitation by which this person came has verified nobody: whoever is behind it is like anybody else.
    InvitationFailed {
        /// Why.
        problem: InvitationProblem,
    },
    /// The identity key of this device's own person was replaced, here or by another of their devices.
    IdentityReplaced,
    /// Something arrived that claims to be from somebody else; it is not shown.
    Forged {
        /// Where.
        conversation: GroupId,
        /// Who sent it.
        sender: ActorId,
    },
    /// The key package runs out soon: the device could not publish for weeks.
    KeyPackageExpires {
        /// When.
        at: Timestamp,
    },
}

impl Event {
    /// The conversation that it belongs to, if it belongs to one.
    pub fn conversation(&self) -> Option<&GroupId> {
        match self {
            Self::ConversationCreated { conversation }
            | Self::ConversationStarted { conversation }
            | Self::Joined { conversation, .. }
            | Self::RejoinOffered { conversation, .. }
            | Self::Membership { conversation, .. }
            | Self::Leaving { conversation, .. }
            | Self::Ended { conversation, .. }
            | Self::CannotGoOn { conversation, .. }
            | Self::ContinuationOffered { conversation, .. }
            | Self::Continued { conversation, .. }
            | Self::Renamed { conversation, .. }
            | Self::Sending { conversation, .. }
            | Self::Sent { conversation, .. }
            | Self::ChatChanged { conversation }
            | Self::NotSent { conversation, .. }
            | Self::NotChanged { conversation, .. }
            | Self::DeviceLeftOut { conversation, .. }
            | Self::CannotEncrypt { conversation, .. }
            | Self::Unverified { conversation, .. }
            | Self::Stuck { conversation }
            | Self::Forged { conversation, .. } => Some(conversation),
            Self::Message(message) => Some(&message.conversation),
            Self::Refused { conversation, .. } => conversation.as_ref(),
            _ => None,
        }
    }
}

/// How an approval ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum PairingEnd {
    /// On the new device: it is approved.
    Approved,
    /// On the approved device: the digits agree. The person says so on the new device, which waits for it.
    Matched,
    /// On the approved device: it has read the new one's code, which goes on by itself.
    Scanned,
    /// Three wrong attempts, or the person said no.
    Refused,
    /// Nobody finished it in time. `Command::LookForPairings` on the new device asks anew.
    Expired,
    /// What the other side showed does not fit what it had bound itself to.
    Mismatch,
    /// On an approved device: another one of the person's, or nobody, has decided.
    Elsewhere,
}

/// How a device came to be in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum JoinedAs {
    /// By somebody known.
    Member,
    /// By somebody new: nothing is sent until the person accepts.
    Request,
}
