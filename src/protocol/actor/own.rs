//! The documents of our own actors, exactly as they go out (ENCRYPTION.md 1.2, FEDERATION.md 1): people and the one
//! instance actor. All addresses are derived here from the actor's id and the server's origin, so that the documents and
//! the server's routes cannot disagree.

use serde_json::{Map, Value, json};

use super::{ActorKind, Profile, PublicKey};
use crate::{
    context,
    handle::Handle,
    id::{ActorId, Origin},
};

/// Paths that actor documents name, under the server's origin.
pub mod path {
    /// The inbox that all actors of the server share.
    pub const SHARED_INBOX: &str = "/inbox";
    /// The server's own actor.
    pub const INSTANCE_ACTOR: &str = "/actor";
    /// OAuth 2 authorization endpoint (RFC 6749 section 3.1).
    pub const AUTHORIZE: &str = "/oauth/authorize";
    /// OAuth 2 token endpoint (RFC 6749 section 3.2).
    pub const TOKEN: &str = "/oauth/token";
    /// `proxyUrl` of ActivityPub section 4.1: `POST` with the form field `id`.
    pub const PROXY: &str = "/api/proxy";
}

/// For whom a person's document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Anybody.
    Public,
    /// The owner's authenticated client, which alone learns of `messages`.
    Owner,
}

/// One of the server's own people.
#[derive(Clone, Debug)]
pub struct Person<'a> {
    /// The id, which contains no handle.
    pub id: &'a ActorId,
    /// The handle; its domain may differ from the host of the id.
    pub handle: &'a Handle,
    /// What the person is shown as.
    pub name: &'a str,
    /// What the person tells.
    pub profile: &'a Profile,
    /// The RSA key, the first and only `publicKey`: others take the first that they find.
    pub rsa_key: &'a PublicKey,
    /// Further keys, under `assertionMethod` (FEP-521a).
    pub assertion_keys: &'a [PublicKey],
}

impl Person<'_> {
    /// The actor document.
    pub fn to_value(&self, reader: Reader) -> Value {
        let origin = self.id.origin();
        let mut members = Map::new();
        let mut terms = inline_terms();
        terms.extend(mls_terms());
        members.insert("@context".into(), actor_context(self.assertion_keys, terms));
        members.extend(common(self.id, &self.handle.name, self.rsa_key));
        extend(&mut members, self.profile.members());
        let more = json!({
            "type": ActorKind::Person.name(),
            "name": self.name,
            "webfinger": format!("{}@{}", self.handle.name, self.handle.domain),
            "url": profile(&origin, &self.handle.name),
            "followers": format!("{}/followers", self.id),
            "following": format!("{}/following", self.id),
            "keyPackages": format!("{}/keyPackages", self.id),
            "featured": format!("{}/featured", self.id),
            "endpoints": endpoints(&origin),
        });
        extend(&mut members, more);
        members.extend(assertion_method(self.assertion_keys));
        if reader == Reader::Owner {
            let messages = format!("{}/messages", self.id);
            extend(&mut members, json!({"messages": messages, "mls:messages": messages}));
        }
        Value::Object(members)
    }
}

/// The server's own actor, which signs what no person asked for: fetches, and the answers of its sequencer.
#[derive(Clone, Debug)]
pub struct Instance<'a> {
    /// Its id.
    pub id: &'a ActorId,
    /// The handle domain, which is also its username, as elsewhere in the Fediverse.
    pub domain: &'a str,
    /// What the server is called.
    pub name: &'a str,
    /// Its RSA key.
    pub rsa_key: &'a PublicKey,
    /// Further keys, under `assertionMethod` (FEP-521a).
    pub assertion_keys: &'a [PublicKey],
}

impl Instance<'_> {
    /// The actor document.
    pub fn to_value(&self) -> Value {
        let origin = self.id.origin();
        let mut members = Map::new();
        members.insert("@context".into(), actor_context(self.assertion_keys, inline_terms()));
        members.extend(common(self.id, instance_username(self.domain), self.rsa_key));
        members.extend(assertion_method(self.assertion_keys));
        let more = json!({
            "type": ActorKind::Application.name(),
            "name": self.name,
            "webfinger": format!("{}@{}", instance_username(self.domain), self.domain),
            "url": format!("{origin}/"),
            "manuallyApprovesFollowers": true,
            "endpoints": {"sharedInbox": format!("{origin}{}", path::SHARED_INBOX)},
        });
        extend(&mut members, more);
        Value::Object(members)
    }
}

/// The username of the instance actor: the handle domain without its port, because usernames hold no colon.
pub fn instance_username(domain: &str) -> &str {
    domain.split_once(':').map_or(domain, |(host, _)| host)
}

/// The page of a person for people, on the server's own origin.
pub fn profile(origin: &Origin, username: &str) -> String {
    format!("{origin}/@{username}")
}

fn common(id: &ActorId, username: &str, key: &PublicKey) -> Map<String, Value> {
    let mut members = Map::new();
    let parts = json!({
        "id": id,
        "preferredUsername": username,
        "inbox": format!("{id}/inbox"),
        "outbox": format!("{id}/outbox"),
        "publicKey": key.to_value(),
    });
    extend(&mut members, parts);
    members
}

fn assertion_method(keys: &[PublicKey]) -> Option<(String, Value)> {
    let list: Vec<Value> = keys.iter().map(PublicKey::to_value).collect();
    (!list.is_empty()).then(|| ("assertionMethod".to_owned(), list.into()))
}

fn endpoints(origin: &Origin) -> Value {
    json!({
        "sharedInbox": format!("{origin}{}", path::SHARED_INBOX),
        "oauthAuthorizationEndpoint": format!("{origin}{}", path::AUTHORIZE),
        "oauthTokenEndpoint": format!("{origin}{}", path::TOKEN),
        "proxyUrl": format!("{origin}{}", path::PROXY),
    })
}

/// Only contexts of which everybody who expands JSON-LD has a copy, because an actor must be read before anything else can be.
fn actor_context(assertion_keys: &[PublicKey], terms: Map<String, Value>) -> Value {
    let mut entries = vec![json!(context::ACTIVITY_STREAMS), json!(context::SECURITY)];
    entries.extend((!assertion_keys.is_empty()).then(|| json!(context::MULTIKEY)));
    entries.push(terms.into());
    Value::Array(entries)
}

/// What of the context for MLS stands in an actor, written out: those who speak MLS look for these by name, and all others
/// need not reach a further server to read an actor.
fn mls_terms() -> Map<String, Value> {
    object(json!({
        "mls": format!("{}#", context::MLS),
        "keyPackages": {"@id": "mls:keyPackages", "@type": "@id"},
        "messages": {"@id": "mls:messages", "@type": "@id"},
    }))
}

/// Terms that none of the contexts above defines, written out so that nobody has to fetch another document for them.
fn inline_terms() -> Map<String, Value> {
    object(json!({
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
        "movedTo": {"@id": "as:movedTo", "@type": "@id"},
        "toot": "http://joinmastodon.org/ns#",
        "featured": {"@id": "toot:featured", "@type": "@id"},
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
        "Emoji": "toot:Emoji",
        "schema": "http://schema.org#",
        "PropertyValue": "schema:PropertyValue",
        "value": "schema:value",
        "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger",
        "assertionMethod": {"@id": "https://w3id.org/security#assertionMethod", "@type": "@id", "@container": "@set"},
    }))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn extend(members: &mut Map<String, Value>, more: Value) {
    members.extend(object(more));
}
