//! What can go wrong in a step, named by what the caller can do about it. A step that fails has changed nothing: its
//! records are as they were. Hostile input is no error: it is dropped, or shown as an event.

use std::collections::BTreeSet;

use alcove_protocol::{ActorId, GroupId};

use crate::trust::Suspect;

/// Why a step was not made.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The device waits for its server, or for approval by another device of its person.
    #[error("this device is not approved yet")]
    NotApproved,
    /// There is no such conversation on this device.
    #[error("this device is in no conversation {0}")]
    UnknownConversation(GroupId),
    /// There is no such conversation among those that are not encrypted.
    #[error("this device knows no unencrypted conversation {0}")]
    UnknownTalk(String),
    /// The letters of this device are not all in memory yet.
    #[error("the letters of this device are still being read")]
    NotRecalled,
    /// The conversation has ended for this device: left, removed or refused.
    #[error("this conversation has ended for this device")]
    ConversationOver,
    /// Somebody in the conversation is not who they were (ENCRYPTION.md 1.4). `Command::SendAnyway` or
    /// `Command::RemoveLeaf` settles it.
    #[error("{} may not be who they were: compare safety numbers, send anyway, or remove the device", names(.0))]
    Unverified(Vec<Suspect>),
    /// The person compared an identity key that is not the newest one any more.
    #[error("{0} has shown another identity key meanwhile: compare again")]
    AnotherIdentity(ActorId),
    /// There is no such person in the conversation, device of the account, or approval under way.
    #[error("there is no {0}")]
    Unknown(String),
    /// What was asked for goes past a limit; the sentence names it.
    #[error("{0}")]
    Limit(&'static str),
    /// A record cannot be read: it belongs to a newer release, or the store is damaged.
    #[error("the record {key} cannot be read: {reason}")]
    Record {
        /// Which record.
        key: String,
        /// What was expected.
        reason: String,
    },
    /// A message was posted by somebody else than the member who encrypted it. Never the answer to a step: the message is
    /// dropped, and shown as `Event::Forged`.
    #[error("the message was posted by somebody else than its author")]
    NotTheirs,
    /// MLS refused an operation of our own; the text is for the log.
    #[error("the encryption layer refused: {0}")]
    Mls(String),
}

impl Error {
    /// An error of OpenMLS, whatever its type.
    pub(crate) fn mls(error: impl std::fmt::Display) -> Self {
        Self::Mls(error.to_string())
    }
}

fn names(suspects: &[Suspect]) -> String {
    let actors: BTreeSet<&str> = suspects.iter().map(Suspect::name).collect();
    actors.into_iter().collect::<Vec<_>>().join(", ")
}
