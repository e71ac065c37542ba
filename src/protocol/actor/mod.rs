//! Actors of any server, tolerantly read: who they are, where they take deliveries, which keys speak for them
//! (ActivityPub section 4, Security Vocabulary v1, FEP-521a, FEP-2c59). [`own`] builds the documents of our own actors.
//! Not a look-up: fetching one, and proving that it was served from its own id, is the server's work.

mod keys;
pub mod own;
mod profile;

use serde_json::Value;

pub use keys::{KeyId, KeyMaterial, MAX_KEYS, PublicKey, owner_of_key};
pub use profile::{Field, FollowApproval, Image, MAX_ALIASES, MAX_FIELDS, Profile};

use crate::{
    handle::{self, Handle},
    id::{ActorId, Id, MAX_ID_LENGTH},
    json, plain_text,
};

/// The kind of an address that belongs to an actor: an inbox or a collection. Never constructed.
pub enum Endpoint {}
/// Where something of an actor is found: an inbox or a collection.
pub type Address = Id<Endpoint>;

/// The longest name that is shown, in characters; longer ones are cut.
const MAX_NAME: usize = 200;

/// The types of actors in ActivityStreams 2.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActorKind {
    /// A human being.
    Person,
    /// A bot.
    Service,
    /// A program, such as a server's own actor.
    Application,
    /// Several people under one name.
    Group,
    /// An institution.
    Organization,
}

impl ActorKind {
    /// The plain name, as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "Person",
            Self::Service => "Service",
            Self::Application => "Application",
            Self::Group => "Group",
            Self::Organization => "Organization",
        }
    }

    /// The type of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Person, Self::Service, Self::Application, Self::Group, Self::Organization]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// An actor as its own server describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Actor {
    /// Its id, byte for byte: its identity in MLS credentials.
    pub id: ActorId,
    /// What it is.
    pub kind: ActorKind,
    /// The name of its handle, in the case its server writes it; missing where it fits no handle.
    pub preferred_username: Option<String>,
    /// The handle it claims for itself (FEP-2c59); proves nothing before WebFinger confirms it.
    pub handle: Option<Handle>,
    /// What it is shown as, one line of plain text.
    pub name: Option<String>,
    /// Its page for people, on the origin of its id.
    pub url: Option<Address>,
    /// Where activities for it are posted.
    pub inbox: Address,
    /// Where one copy is posted for all actors of its server; on the origin of its inbox.
    pub shared_inbox: Option<Address>,
    /// What it did, on the origin of its id.
    pub outbox: Option<Address>,
    /// Who follows it, on the origin of its id.
    pub followers: Option<Address>,
    /// Whom it follows, on the origin of its id.
    pub following: Option<Address>,
    /// The posts that it shows first, on the origin of its id.
    pub featured: Option<Address>,
    /// The key packages of its devices, on the origin of its id. Without it nobody can write to it encrypted.
    pub key_packages: Option<Address>,
    /// What it tells of itself.
    pub profile: Profile,
    /// Keys that speak for it: `publicKey` first, in the order written, then `assertionMethod`.
    pub keys: Vec<PublicKey>,
}

/// Why a document is not an actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidActor {
    /// It has none of the five types of actors.
    #[error("expected a Person, Service, Application, Group or Organization")]
    Type,
    /// It has no usable id.
    #[error("expected an id that is an https address")]
    Id,
    /// It has no usable inbox.
    #[error("expected an inbox that is an https address")]
    Inbox,
}

impl Actor {
    /// Reads an actor document. Whatever is malformed or belongs to another origin is left out, unless nothing works
    /// without it.
    pub fn parse(document: &Value) -> Result<Self, InvalidActor> {
        let kind = json::type_among(document, |name| ActorKind::from_name(name).is_some())
            .and_then(ActorKind::from_name)
            .ok_or(InvalidActor::Type)?;
        let id = json::text(document, "id").and_then(|id| ActorId::parse(id).ok()).ok_or(InvalidActor::Id)?;
        let inbox = address(document, "inbox").ok_or(InvalidActor::Inbox)?;
        let own = |name| address(document, name).filter(|address| address.same_origin(&id));
        let username = json::text(document, "preferredUsername").filter(|name| handle::is_username(name));
        let endpoints = document.get("endpoints").unwrap_or(&Value::Null);
        let shared = address(endpoints, "sharedInbox").or_else(|| address(document, "sharedInbox"));
        Ok(Self {
            kind,
            preferred_username: username.map(str::to_owned),
            handle: short(document, "webfinger").and_then(|text| Handle::parse(text).ok()),
            name: json::text(document, "name").and_then(|name| plain_text::one_line(name, MAX_NAME)),
            url: page(document).filter(|url| url.same_origin(&id)),
            shared_inbox: shared.filter(|shared| shared.same_origin(&inbox)),
            outbox: own("outbox"),
            followers: own("followers"),
            following: own("following"),
            featured: own("featured"),
            key_packages: own("keyPackages").or_else(|| own("mls:keyPackages")),
            profile: Profile::parse(document, &id),
            keys: keys::keys_of(document, &id),
            inbox,
            id,
        })
    }

    /// The key of that id, if the actor lists it (S-06).
    pub fn key(&self, id: &str) -> Option<&PublicKey> {
        self.keys.iter().find(|key| key.id.as_str() == id)
    }

    /// What to call it where there is no handle: its name, else its username, else its id.
    pub fn display_name(&self) -> &str {
        self.name.as_deref().or(self.preferred_username.as_deref()).unwrap_or(self.id.as_str())
    }
}

fn short<'a>(document: &'a Value, name: &str) -> Option<&'a str> {
    json::text(document, name).filter(|text| text.len() <= MAX_ID_LENGTH)
}

fn address(document: &Value, name: &str) -> Option<Address> {
    json::single_id(document, name).and_then(|text| Address::parse(text).ok())
}

/// `url` holds a string, a `Link`, or a list of either (PeerTube); the first page in HTML is meant.
fn page(document: &Value) -> Option<Address> {
    json::many(document, "url").iter().find_map(|link| {
        let html = json::text(link, "mediaType").is_none_or(|kind| kind.starts_with("text/html"));
        let href = link.as_str().or_else(|| json::text(link, "href"))?;
        Address::parse(href).ok().filter(|_| html)
    })
}

#[cfg(test)]
mod tests;
