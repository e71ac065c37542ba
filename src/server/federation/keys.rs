//! Keys of other servers' actors: from the memory, from the database, or from their owner's server. Any number of key ids
//! can be made up, so a look that found nothing is remembered, an actor that was fetched a moment ago is not fetched again
//! for another key of it, and each host is asked so often only (S-06, S-14, S-54).

use alcove_protocol::{
    ActorId, Timestamp,
    actor::{Actor, KeyId, KeyMaterial, owner_of_key},
    time::{MINUTE, SECOND},
};

use super::{
    actors::{self, Missing, REFETCH_AFTER},
    memory::{Failures, Memory},
    retrieve, verify,
};
use crate::{
    app::App,
    cryptography::{Algorithm, VerificationKey},
    db::actors::{self as table, ActorRow, KeyRow},
    error::{Error, Result},
    household::household,
    throttle::Network,
};

/// How long a server whose key could not be fetched is not asked for it again, in milliseconds.
const UNREACHABLE_FOR: i64 = 30 * SECOND;
/// How long a key that is not there is not asked for again, in milliseconds.
const ABSENT_FOR: i64 = 5 * MINUTE;

/// A key of another server's actor, ready to verify.
#[derive(Clone)]
pub struct KnownKey {
    /// Whom it speaks for.
    pub owner: ActorId,
    /// The row of its owner.
    pub owner_row: i64,
    /// When its owner was fetched.
    pub fetched_at: Timestamp,
    /// The key.
    pub key: VerificationKey,
}

/// The keys that this process has met lately, by their ids.
pub type KnownKeys = Memory<String, KnownKey>;

/// Keys that could not be had lately, by their ids or by the address where they were looked for.
pub type FailedKeys = Failures<KeyFailure>;

/// Why a key could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFailure {
    /// It may be there later.
    Unreachable,
    /// Its server says that it is not there.
    Absent,
}

/// A key from the memory or the database; none of ours, since nobody else signs with those.
///
/// # Errors
/// `signature` (401) for a key of ours.
pub async fn known(app: &App, id: &KeyId) -> Result<Option<KnownKey>> {
    let now = app.clock.now();
    if let Some(known) = app.federation.keys.get(id.as_str(), now) {
        return Ok(Some(known));
    }
    if app.site.owns(id) {
        return Err(verify::nobodys("a key of another server"));
    }
    let uri = id.as_str().to_owned();
    let found = app.db.read(move |transaction| {
        let Some(key) = table::key_by_uri(transaction, &uri)? else { return Ok(None) };
        Ok(table::find(transaction, key.actor_id)?.map(|actor| (key, actor)))
    });
    let known = found.await?.and_then(|(key, actor)| {
        let fetched_at = Timestamp(actor.fetched_at.unwrap_or_default());
        let key = read_key(&key)?;
        Some(KnownKey { owner: ActorId::parse(&actor.uri).ok()?, owner_row: actor.id, fetched_at, key })
    });
    if let Some(known) = &known {
        app.federation.keys.put(id.as_str().to_owned(), known.clone(), now);
    }
    Ok(known)
}

fn read_key(row: &KeyRow) -> Option<VerificationKey> {
    let material = match Algorithm::parse(&row.algorithm)? {
        Algorithm::Rsa => KeyMaterial::Pem(row.public_pem.clone()),
        Algorithm::Ed25519 => KeyMaterial::Multikey(row.public_pem.clone()),
    };
    VerificationKey::read(&material).ok()
}

/// Fetches the actor that a key belongs to, once for all who ask at the same time, and answers the key if that actor lists
/// it (S-06). `asker` is where the request that names the key comes from: whoever makes up key ids of another server uses
/// up an allowance of their own, and places of their own to wait in, before those of that server.
///
/// # Errors
/// [`Error::Busy`] when its server cannot be asked now, or too many wait for it already; [`Error::TooMany`] when it was
/// asked too often; `signature` (401) when there is no such key.
pub async fn fetch(app: &App, id: &KeyId, asker: Network) -> Result<KnownKey> {
    expect_hope(app, id)?;
    let _place = app.federation.waiting_askers.enter(&asker).ok_or(Error::Busy)?;
    let _place = app.federation.waiting.enter(&household(&id.origin())).ok_or(Error::Busy)?;
    let _turn = app.federation.turns.take(&format!("key at {}", address_of(id))).await;
    // Whoever waited finds what the one before has learnt.
    expect_hope(app, id)?;
    let asked_at = app.clock.now();
    if let Some(key) = known(app, id).await?.filter(|key| asked_at.since(key.fetched_at) < REFETCH_AFTER) {
        return Ok(key);
    }
    let owner = match owner_of(app, id, asker).await {
        Ok(owner) => owner,
        Err(Missing::Ours(error)) => return Err(error),
        Err(Missing::Unreachable(_) | Missing::Denied) => {
            return Err(failed(app, address_of(id), UNREACHABLE_FOR, KeyFailure::Unreachable));
        }
        Err(Missing::Gone | Missing::Absent | Missing::Unusable(_)) => {
            return Err(failed(app, address_of(id), ABSENT_FOR, KeyFailure::Absent));
        }
    };
    match known(app, id).await? {
        Some(key) => Ok(key),
        None => Err(not_listed(app, id, &owner, asked_at)),
    }
}

/// Refuses a key that was looked for a moment ago in vain.
fn expect_hope(app: &App, id: &KeyId) -> Result<()> {
    let now = app.clock.now();
    let lately = |text: &str| app.federation.failed_keys.of(text, now);
    match lately(id.as_str()).or_else(|| lately(address_of(id))) {
        Some(failure) => Err(refusal(failure)),
        None => Ok(()),
    }
}

/// The actor of a key, as it is now. The key's address leads to the actor itself, or to a key document or partial actor
/// that names its owner.
async fn owner_of(app: &App, id: &KeyId, asker: Network) -> Result<ActorRow, Missing> {
    let address = address_of(id);
    if id.as_str() != address {
        // A fragment: what is served at the address is the actor.
        let owner = ActorId::parse(address).map_err(|_| Missing::Absent)?;
        if let Some(row) = actors::renewed(app, &owner).await? {
            return Ok(row);
        }
        retrieve::expect_allowance(app, &id.origin(), asker).map_err(Missing::Ours)?;
        return actors::refresh(app, &owner).await;
    }
    retrieve::expect_allowance(app, &id.origin(), asker).map_err(Missing::Ours)?;
    let document = retrieve::document(app, address).await?;
    let owner =
        owner_of_key(&document.value).or_else(|| Actor::parse(&document.value).ok().map(|actor| actor.id));
    let owner = owner
        .filter(|owner| owner.same_origin(id))
        .ok_or_else(|| Missing::Unusable("expected a key of an actor on the same server".into()))?;
    match actors::renewed(app, &owner).await? {
        Some(row) => Ok(row),
        None => actors::refresh(app, &owner).await,
    }
}

/// The answer about a key that its actor does not list: for good when the actor was asked just now; a key that is younger
/// than what was fetched a moment ago is found when the actor may be asked again.
fn not_listed(app: &App, id: &KeyId, owner: &ActorRow, asked_at: Timestamp) -> Error {
    let fetched_at = Timestamp(owner.fetched_at.unwrap_or_default());
    if fetched_at >= asked_at {
        return failed(app, id.as_str(), ABSENT_FOR, KeyFailure::Absent);
    }
    failed(app, id.as_str(), REFETCH_AFTER - asked_at.since(fetched_at), KeyFailure::Unreachable)
}

/// Remembers for so many milliseconds that a key, or all at an address, could not be had.
fn failed(app: &App, what: &str, pause: i64, failure: KeyFailure) -> Error {
    app.federation.failed_keys.note(what, failure, pause, app.clock.now());
    refusal(failure)
}

fn refusal(failure: KeyFailure) -> Error {
    match failure {
        KeyFailure::Unreachable => Error::Busy,
        KeyFailure::Absent => verify::nobodys("a keyId at which its owner's server serves the key"),
    }
}

/// Where a key is looked for.
fn address_of(id: &KeyId) -> &str {
    id.as_str().split_once('#').map_or(id.as_str(), |(address, _)| address)
}
