//! One signed-in device of Alcove: identity, MLS groups, conversations, key packages, approval of other devices.
//!
//! Sans-I/O: commands, answers and arrivals go in, [`Step`]s come out, and a host saves, sends and shows them in this
//! order (invariant 6 of the architecture). What is deliberately absent: network, disk, clock, user interface. This is
//! the only crate that holds private keys; it implements ENCRYPTION.md.

mod account;
pub mod blob;
mod call;
mod chats;
mod command;
mod conversation;
pub mod courier;
mod device;
mod devices;
mod error;
mod event;
pub mod freight;
pub mod history;
mod html;
mod identity;
mod inner;
mod invitation;
mod key_packages;
mod links;
mod message;
mod mls;
mod orders;
mod outcomes;
mod pairing;
pub mod plain;
pub mod record;
mod replacement;
pub mod seal;
mod step;
#[cfg(test)]
mod stories;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod trust;
mod turn;
mod upkeep;

pub use account::DeviceStanding;
pub use call::{Answer, Call, CallId, NewKeyPackage, Outcome};
pub use chats::{ChatSetting, ChatView, Draft, Preview, PreviewKind, Receipts, Section};
pub use command::{Command, Removal};
pub use conversation::{ConversationView, LeafView, Obstacle, Outgoing, OutgoingState, Standing};
pub use device::Device;
pub use error::Error;
pub use event::{Event, JoinedAs, PairingEnd};
pub use identity::{IdentityKey, safety_number};
pub use invitation::{InvitationLink, InvitationProblem, OwnInvitation};
pub use links::{TextLink, links};
pub use message::{Bytes, Content, File, FileKind, Happening, Message, Place, Reference, Thumbnail, What};
pub use step::{Batch, Request, Step};
pub use trust::{LeafCheck, Means, Suspect, Trust};
