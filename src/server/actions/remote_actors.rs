//! Actors of other servers as we know them: what was fetched is stored, with the keys that really are theirs, and what is
//! gone is forgotten. Fetching is `federation/actors`.

use alcove_protocol::{
    ActorId, Handle,
    actor::{Actor, KeyMaterial, PublicKey},
};
use serde_json::Value;

use crate::{
    app::Moment,
    bus::Wake,
    cryptography::Algorithm,
    db::{
        Transaction,
        actors::{self, ActorRow, KeyRow},
        deliveries, follows,
    },
    error::{Error, Result},
    site::Site,
};

/// Stores an actor as its own server has just served it. A handle is confirmed by WebFinger or not given; without one the
/// name and domain that were confirmed before stay.
///
/// # Errors
/// `not-remote` for an id of ours: nobody else says who our people are (S-19).
pub fn learn(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    actor: &Actor,
    document: &Value,
    handle: Option<&Handle>,
) -> Result<i64> {
    if site.owns(&actor.id) {
        return Err(Error::refused("not-remote", 403, "Expected an actor of another server."));
    }
    let former = actors::by_uri(transaction, &actor.id)?;
    let (name, domain) = naming(actor, handle, former.as_ref());
    let row = ActorRow {
        id: moment.id(),
        uri: actor.id.as_str().to_owned(),
        kind: actor.kind.name().to_owned(),
        name,
        domain,
        display_name: actor.display_name().to_owned(),
        url: actor.url.as_ref().map(|url| url.as_str().to_owned()),
        inbox: actor.inbox.as_str().to_owned(),
        shared_inbox: actor.shared_inbox.as_ref().map(|inbox| inbox.as_str().to_owned()),
        key_packages: actor.key_packages.as_ref().map(|collection| collection.as_str().to_owned()),
        document: Some(document.to_string()),
        fetched_at: Some(moment.now.0),
        created_at: moment.now.0,
        gone_at: None,
    };
    let id = actors::upsert_remote(transaction, &row)?;
    actors::replace_keys(transaction, id, &keys(moment, id, actor))?;
    if former.is_some_and(|former| former.inbox != row.inbox) {
        deliveries::set_inbox(transaction, &actor.id, &row.inbox)?;
    }
    transaction.wake(Wake::Actor(id));
    Ok(id)
}

fn naming(actor: &Actor, handle: Option<&Handle>, former: Option<&ActorRow>) -> (String, String) {
    let claimed = actor.preferred_username.as_deref().unwrap_or_default().to_ascii_lowercase();
    match (handle, former) {
        (Some(handle), _) => (handle.name.clone(), handle.domain.clone()),
        (None, Some(former)) if former.name == claimed => (claimed, former.domain.clone()),
        (None, _) => (claimed, actor.id.origin().authority().to_owned()),
    }
}

/// The keys whose ids show that they are the actor's. On one host anybody may be able to put a document that lists the id
/// of a neighbour's key (S-06): so the id has to be the actor's own, with a fragment, or lie below it.
fn keys(moment: &Moment, actor_id: i64, actor: &Actor) -> Vec<KeyRow> {
    let row = |key: &PublicKey| {
        let (algorithm, text) = match &key.material {
            KeyMaterial::Pem(text) => (Algorithm::Rsa, text),
            KeyMaterial::Multikey(text) => (Algorithm::Ed25519, text),
        };
        KeyRow {
            id: moment.id(),
            actor_id,
            uri: key.id.as_str().to_owned(),
            algorithm: algorithm.as_str().to_owned(),
            public_pem: text.clone(),
            private_pem: None,
            created_at: moment.now.0,
            retired_at: None,
        }
    };
    let mut rows: Vec<KeyRow> = Vec::new();
    for key in actor.keys.iter().filter(|key| is_below(key.id.as_str(), &actor.id)) {
        if rows.iter().all(|other| other.uri != key.id.as_str()) {
            rows.push(row(key));
        }
    }
    rows
}

fn is_below(key: &str, actor: &ActorId) -> bool {
    let rest = key.strip_prefix(actor.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['#', '/', '?']))
}

/// An actor has changed since it was fetched.
pub fn outdated(transaction: &mut Transaction<'_>, id: &ActorId) -> Result<()> {
    if let Some(row) = actors::by_uri(transaction, id)? {
        actors::set_outdated(transaction, row.id)?;
        transaction.wake(Wake::Actor(row.id));
    }
    Ok(())
}

/// An actor has deleted itself, or its server says that it is gone: it follows nobody any more, nobody follows it, and
/// nothing is sent to it.
pub fn gone(transaction: &mut Transaction<'_>, site: &Site, moment: &Moment, id: &ActorId) -> Result<()> {
    let Some(row) = actors::by_uri(transaction, id)?.filter(|_| !site.owns(id)) else { return Ok(()) };
    actors::mark_gone(transaction, row.id, moment.now)?;
    actors::replace_keys(transaction, row.id, &[])?;
    follows::remove_all(transaction, id)?;
    let reason = format!("{} says that this actor is gone.", id.origin().authority());
    deliveries::recipient_failed(transaction, id, &reason, moment.now)?;
    transaction.wake(Wake::Actor(row.id));
    Ok(())
}
