//! Actors of other servers as we know them: what was fetched is stored, with the keys that really are theirs, and what is
//! gone is forgotten. Fetching is `federation/actors`.

use alcove_protocol::{
    ActorId,
    actor::{Actor, FollowApproval, KeyMaterial, PublicKey},
};
use serde_json::{Value, json};

use crate::{
    app::Moment,
    bus::Wake,
    cryptography::Algorithm,
    db::{
        Transaction,
        actors::{self, ActorRow, KeyRow},
        blocks, boosts, deliveries, follows, likes, notifications, posts,
        profiles::{self, Approval, Discovery, ProfileRow},
    },
    error::{Error, Result},
    site::Site,
    text::sanitize,
};

use super::posts::details::Emoji;

/// Stores an actor as its own server has just served it. The name and domain that were confirmed before stay, unless it says
/// that it has another name now.
///
/// # Errors
/// `not-remote` for an id of ours: nobody else says who our people are (S-19).
pub fn learn(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    actor: &Actor,
    document: &Value,
) -> Result<i64> {
    if site.owns(&actor.id) {
        return Err(Error::refused("not-remote", 403, "Expected an actor of another server."));
    }
    let former = actors::by_uri(transaction, &actor.id)?;
    let (name, domain) = naming(actor, former.as_ref());
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
    if let Some(former) = former {
        if former.inbox != row.inbox {
            deliveries::set_inbox(transaction, &actor.id, &row.inbox)?;
        }
        if (&former.name, &former.domain) != (&row.name, &row.domain) {
            actors::doubt_handle(transaction, id)?;
        }
    }
    let former = profiles::find(transaction, id)?;
    profiles::put(transaction, &profile(moment, id, actor, former)?)?;
    transaction.wake(Wake::Actor(id));
    Ok(id)
}

/// What an actor says of itself, made harmless. When it moved is known from its `Move` and not from here.
fn profile(moment: &Moment, id: i64, actor: &Actor, former: Option<ProfileRow>) -> Result<ProfileRow> {
    let told = &actor.profile;
    let fields: Vec<Value> = told
        .fields
        .iter()
        .map(|field| json!({"name": field.name, "value": sanitize(&field.value)}))
        .collect();
    let emojis: Vec<Emoji> = told.emojis.iter().map(Emoji::of).collect();
    let list = |list: Value| Some(list.to_string()).filter(|text| text != "[]");
    let approval = match told.follow_approval {
        FollowApproval::Automatic => Approval::Automatic,
        FollowApproval::Manual => Approval::Manual,
    };
    let discovery = if told.discoverable { Discovery::Open } else { Discovery::Closed };
    Ok(ProfileRow {
        summary: sanitize(&told.summary),
        fields: Value::Array(fields).to_string(),
        avatar: told.icon.as_ref().map(|image| image.url.to_string()),
        header: told.image.as_ref().map(|image| image.url.to_string()),
        emojis: Emoji::to_column(&emojis)?,
        follow_approval: approval.as_str().to_owned(),
        discovery: discovery.as_str().to_owned(),
        followers: actor.followers.as_ref().map(ToString::to_string),
        featured: actor.featured.as_ref().map(ToString::to_string),
        also_known_as: list(json!(told.also_known_as)),
        moved_to: told.moved_to.as_ref().map(ToString::to_string),
        moved_at: former.and_then(|former| former.moved_at),
        ..ProfileRow::empty(id, moment.now)
    })
}

/// The collection of followers that an actor elsewhere names.
///
/// # Errors
/// When the database fails.
pub fn followers_of(transaction: &mut Transaction<'_>, actor: &ActorRow) -> Result<Option<String>> {
    Ok(profiles::find(transaction, actor.id)?.and_then(|profile| profile.followers))
}

fn naming(actor: &Actor, former: Option<&ActorRow>) -> (String, String) {
    let claimed = actor.preferred_username.as_deref().unwrap_or_default().to_ascii_lowercase();
    match former {
        Some(former) if former.name == claimed => (claimed, former.domain.clone()),
        _ => (claimed, actor.id.origin().authority().to_owned()),
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

/// How many posts go at once with their author; the rest goes when the server tidies up.
const AT_ONCE: i64 = 500;

/// An actor has deleted itself, or its server says that it is gone: it follows nobody any more, nobody follows it, and
/// nothing is sent to it. What it has posted and shared goes with it; where that is much, nobody sees the
/// rest, and it goes a little later.
pub fn gone(transaction: &mut Transaction<'_>, site: &Site, moment: &Moment, id: &ActorId) -> Result<()> {
    let Some(row) = actors::by_uri(transaction, id)?.filter(|_| !site.owns(id)) else { return Ok(()) };
    actors::mark_gone(transaction, row.id, moment.now)?;
    actors::replace_keys(transaction, row.id, &[])?;
    follows::remove_all(transaction, id)?;
    blocks::remove_all(transaction, id)?;
    likes::remove_of_actor(transaction, row.id)?;
    notifications::remove_of_actor(transaction, row.id)?;
    profiles::remove(transaction, row.id)?;
    boosts::remove_of_actor(transaction, row.id, AT_ONCE)?;
    let ids = posts::ids_of_actor(transaction, row.id, AT_ONCE)?;
    posts::delete(transaction, &ids)?;
    let reason = format!("{} says that this actor is gone.", id.origin().authority());
    deliveries::recipient_failed(transaction, id, &reason, moment.now)?;
    transaction.wake(Wake::Actor(row.id));
    Ok(())
}

#[cfg(test)]
mod tests;
