//! Which request each call of a device is (ENCRYPTION.md 1.2, traps T8 and T16), as data. What the answer means to the
//! courier is in `answers`; how a request travels is the host's business.

use alcove_protocol::{DeviceId, KeyPackageId, api::path, context};
use serde::Serialize;
use serde_json::{Value, json};

use super::Collections;
use crate::call::{Call, NewKeyPackage};

/// One request to the account's own server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// What it is for.
    pub kind: Kind,
    /// How.
    pub method: Method,
    /// Where.
    pub to: Address,
    /// What it says, if it says anything.
    pub body: Option<Body>,
}

/// What a request is for, as far as that concerns a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// To know the addresses of the account.
    Document,
    /// What arrived.
    Page,
    /// A call of the device.
    Call,
    /// A call that says how far the device has come.
    Acknowledgement,
}

/// The method of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl Method {
    /// As HTTP writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Where a request goes: always to the account's own server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A path of the server with a query, not yet encoded.
    Path {
        /// The path.
        path: String,
        /// The query.
        query: Vec<(&'static str, String)>,
    },
    /// An address that the server has named. A host checks that it is the server's own: the token travels there.
    Named(String),
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

const JSON: &str = "application/json";

impl Letter {
    /// The request of a call; of the two that publish a key package, the first.
    pub(super) fn of(call: &Call, collections: &Collections) -> Self {
        match call {
            Call::RegisterDevice(device) => Self::post(path::DEVICES, device),
            Call::RemoveDevice(device) => Self::remove(path::DEVICES, last_segment(device)),
            Call::FetchDevices => Self::get(path::DEVICES, Vec::new()),
            Call::PublishKeyPackage(package) => Self::to_outbox(&package.object().to_value(), collections),
            Call::FetchKeyPackages(actor) => {
                Self::get(path::KEY_PACKAGES, vec![("actor", actor.to_string())])
            }
            Call::CreateConversation(new) => Self::post(path::CONVERSATIONS, new),
            Call::PostCommit(commit) => Self::post(path::COMMITS, commit),
            // A bare object; the server wraps it and names the activity.
            Call::PostMessage(outgoing) => Self::to_outbox(&outgoing.to_object(), collections),
            Call::FetchPastCommits { conversation, after } => Self::get(
                path::PAST_COMMITS,
                vec![("conversation", conversation.to_string()), ("after", after.to_string())],
            ),
            Call::Acknowledge(cursor) => {
                let letter = Self::put(&format!("{}/cursor", path::ITEMS), cursor);
                Self { kind: Kind::Acknowledgement, ..letter }
            }
            Call::FetchPairings => Self::get(path::PAIRINGS, Vec::new()),
            Call::StartPairing(commitment) => Self::post(path::PAIRINGS, commitment),
            Call::AnswerPairing { name, answer } => Self::pairing(name, "answer", answer),
            Call::RevealPairing { name, reveal } => Self::pairing(name, "reveal", reveal),
            Call::DecidePairing { name, verdict } => Self::pairing(name, "verdict", verdict),
            Call::Invite(new) => Self::post(path::INVITATIONS, new),
            Call::FetchInvitations => Self::get(path::INVITATIONS, Vec::new()),
            Call::RevokeInvitation(id) => Self::remove(path::INVITATIONS, id),
            Call::ProveJoin { id, proof } => Self::put(&format!("{}/{id}/proof", path::INVITATIONS), proof),
            Call::FetchJoin(id) => Self::get(&format!("{}/{id}/proof", path::INVITATIONS), Vec::new()),
            Call::AnswerJoin { id, answer } => {
                Self::put(&format!("{}/{id}/answer", path::INVITATIONS), answer)
            }
        }
    }

    /// The second request of publishing: the key package is added to the collection, and replaces the device's older one.
    pub(super) fn add(package: &NewKeyPackage, id: &KeyPackageId, collections: &Collections) -> Self {
        let add = json!({
            "@context": context::mls(), "type": "Add", "actor": package.actor, "object": id,
            "target": collections.key_packages, "to": [context::PUBLIC],
        });
        Self::to_outbox(&add, collections)
    }

    /// The page of what arrived after a position.
    pub(super) fn page(after: i64) -> Self {
        Self { kind: Kind::Page, ..Self::get(path::ITEMS, vec![("after", after.to_string())]) }
    }

    /// A document that the server has named.
    pub(super) fn document(address: &str) -> Self {
        Self { kind: Kind::Document, method: Method::Get, to: Address::Named(address.to_owned()), body: None }
    }

    pub(crate) fn get(path: &str, query: Vec<(&'static str, String)>) -> Self {
        Self::api(Method::Get, path, query, None)
    }

    pub(crate) fn post(path: &str, body: &impl Serialize) -> Self {
        Self::api(Method::Post, path, Vec::new(), Some(Body::json(JSON, body)))
    }

    pub(crate) fn put(path: &str, body: &impl Serialize) -> Self {
        Self::api(Method::Put, path, Vec::new(), Some(Body::json(JSON, body)))
    }

    fn remove(path: &str, name: &str) -> Self {
        Self::api(Method::Delete, &format!("{path}/{name}"), Vec::new(), None)
    }

    fn pairing(name: &str, step: &str, body: &impl Serialize) -> Self {
        Self::put(&format!("{}/{name}/{step}", path::PAIRINGS), body)
    }

    fn to_outbox(document: &Value, collections: &Collections) -> Self {
        let body = Some(Body::json(context::ACTIVITY_JSON, document));
        let to = Address::Named(collections.outbox.clone());
        Self { kind: Kind::Call, method: Method::Post, to, body }
    }

    fn api(method: Method, path: &str, query: Vec<(&'static str, String)>, body: Option<Body>) -> Self {
        Self { kind: Kind::Call, method, to: Address::Path { path: path.to_owned(), query }, body }
    }
}

impl Body {
    fn json(media_type: &'static str, value: &impl Serialize) -> Self {
        // Our types have no map with other keys than text, for which alone this could fail.
        Self { media_type, bytes: serde_json::to_vec(value).unwrap_or_default() }
    }
}

/// A device's name in paths.
fn last_segment(device: &DeviceId) -> &str {
    device.as_str().rsplit('/').next().unwrap_or_default()
}
