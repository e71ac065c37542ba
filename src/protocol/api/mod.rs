//! Requests and answers that only Alcove's own clients and servers know: `/api/alcove/v1`. All that ActivityPub C2S and
//! the MLS draft define (outbox, `messages`, `keyPackages`, `proxyUrl`, event streams) is spoken as they define it and
//! has no type here.
//!
//! Every path needs a bearer token except joining, looking at an invitation, signing in and what the server says about
//! itself. Failures are [`crate::Problem`] documents.

mod accounts;
mod blobs;
mod conversations;
mod devices;
mod invitations;
mod items;
mod letters;
mod people;
mod server;

pub use accounts::{Join, PasswordChange, Session, SessionKind, SignIn, Token};
pub use blobs::{BLOB_PART, BlobPlace, BlobStanding, NewBlob};
pub use conversations::{
    CommitAccepted, Conversation, Delivery, DeliveryState, FoundActor, FoundKeyPackages, NewCommit,
    NewConversation, PastCommit, PastCommits,
};
pub use devices::{
    Device, DeviceChange, DeviceState, NewDevice, Pairing, PairingAnswer, PairingCommitment, PairingReveal,
    PairingVerdict, TokenDigest, proof_statement,
};
pub use invitations::{
    Invitation, InvitationSignature, InvitationState, Inviter, JoinAnswer, JoinProof, Joining, NewInvitation,
    OpenInvitation, ServerFacts, join_statement, push_part,
};
pub use items::{Cursor, Item, Items};
pub use letters::{
    Correspondence, Correspondences, Letter, LetterFile, Letters, NewCorrespondence, NewLetter, ReadMark,
    SentLetter,
};
pub use people::{MAX_PEOPLE, Me, NewBlock, People, Person, Who};
pub use server::{INLINE_BYTES, Limits, Server};

/// Paths under the server's address.
pub mod path {
    /// `POST` [`super::Join`] -> 201 [`super::Token`]. No token needed.
    pub const JOIN: &str = "/api/alcove/v1/join";
    /// `GET {INVITATION}/{id}` -> [`super::OpenInvitation`]. No token needed.
    pub const INVITATION: &str = "/api/alcove/v1/invitation";
    /// `POST` [`super::NewInvitation`] -> 201 [`super::Invitation`]; `GET` -> list of one's own, newest first;
    /// `DELETE {INVITATIONS}/{id}` takes one back. `PUT {INVITATIONS}/{id}/answer` [`super::JoinAnswer`] by a device of the
    /// inviter -> 204. By whoever came by it: `PUT {INVITATIONS}/{id}/proof` [`super::JoinProof`] and
    /// `GET {INVITATIONS}/{id}/proof` -> [`super::Joining`].
    pub const INVITATIONS: &str = "/api/alcove/v1/invitations";
    /// `POST` [`super::SignIn`] -> 201 [`super::Token`]. No token needed. `DELETE` ends the token it is called with.
    pub const TOKENS: &str = "/api/alcove/v1/tokens";
    /// `POST` [`super::PasswordChange`] -> 204; ends all other sessions and tokens.
    pub const PASSWORD: &str = "/api/alcove/v1/password";
    /// `GET` -> list of [`super::Session`]; `DELETE {SESSIONS}/{id}` ends one.
    pub const SESSIONS: &str = "/api/alcove/v1/sessions";
    /// `GET` -> list of [`super::Device`]; `POST` [`super::NewDevice`] -> 201 [`super::Device`], bound to the token: a
    /// device that signs in again is the same device, and its other tokens end.
    /// `PATCH {DEVICES}/{name}` [`super::DeviceChange`] -> [`super::Device`]; `DELETE {DEVICES}/{name}` removes one: its key
    /// packages and tokens end with it. Both by an approved device, or itself.
    pub const DEVICES: &str = "/api/alcove/v1/devices";
    /// `GET` -> open [`super::Pairing`]s; `POST` [`super::PairingCommitment`] -> 201 [`super::Pairing`];
    /// `PUT {PAIRINGS}/{name}/answer`, `/reveal`, `/verdict` with the three types of those names -> [`super::Pairing`].
    pub const PAIRINGS: &str = "/api/alcove/v1/pairings";
    /// `POST` [`super::NewConversation`] -> 201 [`super::Conversation`].
    pub const CONVERSATIONS: &str = "/api/alcove/v1/conversations";
    /// `POST` [`super::NewCommit`] -> 201 [`super::CommitAccepted`], 409 `wrong-epoch` with `currentEpoch` and `winner`.
    pub const COMMITS: &str = "/api/alcove/v1/commits";
    /// `GET ?conversation=&after=EPOCH` -> [`super::PastCommits`], asked of the sequencer wherever it is.
    pub const PAST_COMMITS: &str = "/api/alcove/v1/past-commits";
    /// `GET ?after=POSITION` -> [`super::Items`]; `PUT {ITEMS}/cursor` [`super::Cursor`] -> 204.
    pub const ITEMS: &str = "/api/alcove/v1/items";
    /// `GET ?activity=ID` -> list of [`super::Delivery`], for the sender only.
    pub const DELIVERIES: &str = "/api/alcove/v1/deliveries";
    /// `POST` [`super::NewBlob`] -> 201 [`super::BlobPlace`]. With the file's token in place of the session's:
    /// `PATCH {BLOBS}/{name}?offset=N` with the next part ([`super::BLOB_PART`] bytes, the last one what is left) ->
    /// [`super::BlobStanding`], 409 `wrong-offset` with `received`; `HEAD` and `GET {BLOBS}/{name}` -> the same;
    /// `DELETE {BLOBS}/{name}` -> 204. `GET {BLOBS}/fetch?url=`, with `Range`: a file of any server, for its reader.
    pub const BLOBS: &str = "/api/alcove/v1/blobs";
    /// `GET ?handle=@ana@h.example` or `?actor=ID` -> [`super::FoundActor`].
    pub const FIND: &str = "/api/alcove/v1/find";
    /// `GET ?actor=ID` -> [`super::FoundKeyPackages`], fetched now, never from a cache (trap T15).
    pub const KEY_PACKAGES: &str = "/api/alcove/v1/key-packages";
    /// `GET ?before=` -> [`super::Correspondences`]; `POST` [`super::NewCorrespondence`] -> 201 [`super::SentLetter`].
    /// `GET {LETTERS}/{id}?before=` -> [`super::Letters`]; `POST {LETTERS}/{id}` [`super::NewLetter`] -> 201
    /// [`super::SentLetter`]; `PUT {LETTERS}/{id}/read` [`super::ReadMark`] -> 204; `GET {LETTERS}/{id}/deliveries?letter=`
    /// -> list of [`super::Delivery`], for its author only. Sending is refused as `plain-refused`
    /// (403) where all messages have to be encrypted. Who gets no answer looks whether the letter is there before sending it
    /// again: a second one is another letter.
    pub const LETTERS: &str = "/api/alcove/v1/letters";
    /// `GET` -> [`super::Me`].
    pub const ME: &str = "/api/alcove/v1/me";
    /// `POST` [`super::Who`] -> [`super::People`].
    pub const PEOPLE: &str = "/api/alcove/v1/people";
    /// `GET` -> list of actor ids; `POST` [`super::NewBlock`] -> 204; `DELETE ?actor=ID` -> 204, blocked or not.
    pub const BLOCKS: &str = "/api/alcove/v1/blocks";
    /// `GET` -> [`super::Server`]. No token needed.
    pub const SERVER: &str = "/api/alcove/v1/server";
}
