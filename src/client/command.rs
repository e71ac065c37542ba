//! What a person can tell their device to do. Not the words they type: those belong to the terminal and the browser.

use alcove_protocol::{
    ActorId, DeviceId, GroupId,
    api::{OpenInvitation, TokenDigest},
};

use crate::{
    chats::{ChatSetting, Draft, Receipts},
    identity::IdentityKey,
    invitation::InvitationLink,
    message::Content,
    trust::Suspect,
};

/// One order of a person.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// A new conversation with these people, on any servers. The device's own person is in it anyway.
    StartConversation {
        /// Whom to add; each needs at least one key package.
        people: Vec<ActorId>,
        /// The name that members see; none for a conversation between two.
        name: Option<String>,
    },
    /// Says something: a text with or without files, an edit, a deletion, a reaction or its end. It waits while somebody is
    /// being added or the conversation's server cannot be reached.
    Send {
        /// Where.
        conversation: GroupId,
        /// What.
        content: Content,
    },
    /// As `Send`, although the identity behind some devices could not be verified: from now on these are excused.
    SendAnyway {
        /// Where.
        conversation: GroupId,
        /// What.
        content: Content,
        /// The devices that the person was shown; refused if another one fails by now.
        suspects: Vec<Suspect>,
    },
    /// Sends a message again that was refused.
    Retry {
        /// Where.
        conversation: GroupId,
        /// Its inner id.
        id: String,
    },
    /// Forgets a message that was refused, or that waits and is not encrypted yet.
    Discard {
        /// Where.
        conversation: GroupId,
        /// Its inner id.
        id: String,
    },
    /// Keeps what the person has begun to write.
    SetDraft {
        /// Where.
        conversation: GroupId,
        /// What; nothing takes it away.
        draft: Option<Draft>,
    },
    /// The person has read everything up to a position.
    MarkRead {
        /// Where.
        conversation: GroupId,
        /// The position of the newest message that they have seen.
        up_to: i64,
    },
    /// Pins, archives or mutes a conversation, for this person only.
    SetChat {
        /// Which.
        conversation: GroupId,
        /// What.
        setting: ChatSetting,
    },
    /// Who hears what this person reads, from now on.
    SetReceipts(Receipts),
    /// Adds somebody with all their devices.
    Add {
        /// Where.
        conversation: GroupId,
        /// Whom.
        actor: ActorId,
    },
    /// Removes somebody with all their devices.
    Remove {
        /// Where.
        conversation: GroupId,
        /// Whom.
        actor: ActorId,
    },
    /// Removes one leaf of somebody: "Remove this device".
    RemoveLeaf {
        /// Where.
        conversation: GroupId,
        /// Its signature key, as the conversation's view lists it.
        signature_key: Vec<u8>,
    },
    /// Leaves for good; another member's device completes it.
    Leave {
        /// What.
        conversation: GroupId,
    },
    /// Gives the conversation another name.
    Rename {
        /// What.
        conversation: GroupId,
        /// The new name.
        name: String,
    },
    /// Takes a conversation that somebody new had started; sending into it does so as well.
    Accept {
        /// What.
        conversation: GroupId,
    },
    /// Puts such a conversation away. Nothing is sent: nobody can tell (promise P16).
    Decline {
        /// What.
        conversation: GroupId,
    },
    /// Begins a conversation anew that cannot go on as it is (ENCRYPTION.md 1.6 step 4): a new group with the people of the
    /// last epoch, without whoever's commit cannot be applied. The history stays. Of a conversation that somebody offers in the
    /// place of another (`Event::ContinuationOffered`): agrees to that.
    Continue {
        /// Which.
        conversation: GroupId,
    },
    /// Takes a Welcome into a conversation in which the device already is (ENCRYPTION.md 1.6); the history stays.
    Rejoin {
        /// What.
        conversation: GroupId,
    },
    /// Believes that somebody has a new identity key, after it was compared.
    TrustIdentity {
        /// Whose.
        actor: ActorId,
        /// The key that the person has compared; refused if another one has come since.
        identity: IdentityKey,
    },
    /// Goes on with somebody's new identity key without having compared it: they are verified no more.
    ContinueUnverified {
        /// Whose.
        actor: ActorId,
        /// The key that the person was shown; refused if another one has come since.
        identity: IdentityKey,
    },
    /// Makes the link of an invitation for one person; answered by `Event::InvitationMade`.
    Invite {
        /// For whom, in words of whoever invites; the newcomer sees it.
        name: Option<String>,
        /// How long it lasts.
        days: u32,
        /// The message that the newcomer finds; none begins the conversation without one.
        greeting: Option<String>,
    },
    /// Asks whether somebody has taken up an invitation; devices that run do so by themselves.
    LookForInvitations,
    /// Takes an invitation back.
    RevokeInvitation {
        /// Which.
        id: String,
    },
    /// Has joined by this link, and verifies whoever made it. To be given before anything else to a device that was just made;
    /// ends with `Event::InviterVerified` or `Event::InvitationFailed`.
    TakeUpInvitation {
        /// The link.
        link: InvitationLink,
        /// What the server says of it, asked before joining.
        offer: Box<OpenInvitation>,
    },
    /// Replaces the key package now.
    RotateKeyPackage,
    /// Signs in again, with another token. A device that was approved stays the same; one that never was begins anew.
    Enrol {
        /// What the account's list of devices shows.
        title: String,
        /// The digest of the token that the host will make its calls with.
        token: TokenDigest,
    },
    /// Asks for the account's devices; answered by `Event::Devices`.
    ListDevices,
    /// Removes another device from the account and from every conversation. List the devices first.
    RemoveDevice {
        /// Which.
        device: DeviceId,
        /// Why.
        why: Removal,
    },
    /// Asks for approvals under way; answered by `Event::PairingWaiting` for each.
    LookForPairings,
    /// On the approved device: begins the approval of a new one.
    ApprovePairing {
        /// The approval's name, from `Event::PairingWaiting`.
        name: String,
    },
    /// On the approved device: approves the new device whose code this is, without digits.
    ApproveByCode {
        /// As `Event::PairingCode` has it.
        code: String,
    },
    /// On the approved device: the six digits that the new device shows.
    ConfirmPairing {
        /// The approval's name.
        name: String,
        /// As the person typed them; spaces do not matter.
        digits: String,
    },
    /// On the new device: the approved one said that the digits are right.
    AcceptPairing {
        /// The approval's name, from `Event::PairingConfirmationWanted`.
        name: String,
    },
    /// On the approved device: it was not me. On the new device: the other one did not say that the digits are right.
    RefusePairing {
        /// The approval's name.
        name: String,
    },
}

/// Why a device is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It is not used any more, and nobody else has it.
    Retired,
    /// It may be in somebody else's hands: the identity key is replaced as well, which contacts are shown.
    Lost,
}
