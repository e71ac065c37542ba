//! Actors of other servers: fetched, proved to be served from their own id, stored. Where a name is shown, WebFinger has
//! confirmed it both ways (`lookup.rs`). Nothing here trusts what a document says about another origin (S-01, S-02, S-06).

use alcove_protocol::{
    ActorId, Timestamp,
    actor::{Actor, KeyId, owner_of_key},
    time::{DAY, MINUTE, SECOND},
};
use serde_json::Value;

use super::{
    fetch::{Document, FetchError},
    memory::Memory,
    senders, verify,
};
use crate::{
    actions::remote_actors,
    app::App,
    db::actors::{self, ActorRow},
    error::{Error, Result},
};

/// How long an actor is used without being fetched again, in milliseconds.
const FRESH: i64 = DAY;
/// How long a server whose key could not be fetched is not asked for it again, in milliseconds.
pub const UNREACHABLE_FOR: i64 = 30 * SECOND;
/// How long a key that is not there is not asked for again, in milliseconds.
const ABSENT_FOR: i64 = 5 * MINUTE;

/// Keys that could not be had lately: until when not to ask again, and what to answer.
pub type FailedKeys = Memory<String, (Timestamp, KeyFailure)>;

/// Why a key could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFailure {
    /// It may be there later.
    Unreachable,
    /// Its server says that it is not there.
    Absent,
}

/// Why an actor could not be had.
#[derive(Debug)]
pub enum Missing {
    /// Its server says that it is gone for good.
    Gone,
    /// Its server knows none.
    Absent,
    /// Its server could not be reached or failed: as `h.example took too long`.
    Unreachable(String),
    /// What was served is no such actor: as `expected …`.
    Unusable(String),
    /// Trouble of our own.
    Ours(Error),
}

impl From<FetchError> for Missing {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Gone => Self::Gone,
            FetchError::NotFound => Self::Absent,
            FetchError::Unreachable(reason) => Self::Unreachable(reason),
            other => Self::Unusable(other.to_string()),
        }
    }
}

impl From<Missing> for Error {
    fn from(missing: Missing) -> Self {
        match missing {
            Missing::Gone => Self::Gone,
            Missing::Absent => Self::NotFound,
            Missing::Unreachable(_) => Self::Busy,
            Missing::Unusable(reason) => Self::refused("actor", 422, format!("This is no actor: {reason}.")),
            Missing::Ours(error) => error,
        }
    }
}

/// An actor as we know it, fetched when we do not or when it was long ago. When its server cannot be reached, an older
/// copy is better than none.
///
/// # Errors
/// Why it could not be had.
pub async fn known(app: &App, id: &ActorId) -> Result<ActorRow, Missing> {
    let row = find_row(app, id).await?;
    let now = app.clock.now();
    let is_fresh = |row: &ActorRow| row.fetched_at.is_none_or(|at| now.since(Timestamp(at)) < FRESH);
    match row {
        Some(row) if row.gone_at.is_some() => Err(Missing::Gone),
        Some(row) if app.site.owns(id) || is_fresh(&row) => Ok(row),
        None if app.site.owns(id) => Err(Missing::Absent),
        older => match refresh(app, id).await {
            Err(Missing::Unreachable(reason)) => older.ok_or(Missing::Unreachable(reason)),
            fetched => fetched,
        },
    }
}

/// Fetches an actor now and stores it; several that ask at once share one fetch.
///
/// # Errors
/// Why it could not be had. One that is gone is stored as gone.
pub async fn refresh(app: &App, id: &ActorId) -> Result<ActorRow, Missing> {
    let asked_at = app.clock.now();
    let _turn = app.federation.turns.take(id.as_str()).await;
    if let Some(row) = find_row(app, id).await?.filter(|row| row.fetched_at.is_some_and(|at| at > asked_at.0))
    {
        return Ok(row);
    }
    let document = match document(app, id.as_str()).await {
        Err(Missing::Gone) => {
            let (site, moment, id) = (app.site.clone(), app.moment(), id.clone());
            let gone = app.db.write(move |transaction| remote_actors::gone(transaction, &site, &moment, &id));
            gone.await.map_err(Missing::Ours)?;
            return Err(Missing::Gone);
        }
        fetched => fetched?,
    };
    let actor = Actor::parse(&document.value).map_err(|invalid| Missing::Unusable(invalid.to_string()))?;
    if actor.id != *id {
        return Err(Missing::Unusable("expected the actor's id to be the address it is served from".into()));
    }
    store(app, actor, document.value).await
}

async fn store(app: &App, actor: Actor, document: Value) -> Result<ActorRow, Missing> {
    let (site, moment) = (app.site.clone(), app.moment());
    let stored = app.db.write(move |transaction| {
        let id = remote_actors::learn(transaction, &site, &moment, &actor, &document, None)?;
        actors::find(transaction, id)?.ok_or(Error::NotFound)
    });
    let row = stored.await.map_err(Missing::Ours)?;
    // What this process remembers of older keys ends now; other nodes hear it by the wake.
    app.federation.keys.forget(|_, known| known.owner_row == row.id);
    Ok(row)
}

async fn find_row(app: &App, id: &ActorId) -> Result<Option<ActorRow>, Missing> {
    let id = id.clone();
    app.db.read(move |transaction| actors::by_uri(transaction, &id)).await.map_err(Missing::Ours)
}

/// Fetches a document in the name of this server; its id is proved to be where it is served from (S-01, S-02).
async fn document(app: &App, address: &str) -> Result<Document, Missing> {
    let sender = senders::of_instance(app).await.map_err(Missing::Ours)?;
    Ok(app.outgoing.get_document(address, sender.signer(), app.clock.now()).await?)
}

/// Fetches and stores the actor that a key belongs to, if that actor lists the key (S-06). The key's address leads to the
/// actor itself, or to a key document or partial actor that names its owner.
///
/// # Errors
/// [`Error::Busy`] when its server cannot be asked now, or too many wait for it already; `signature` (401) when there is no such key.
pub async fn fetch_owner_of(app: &App, key: &KeyId) -> Result<()> {
    let now = app.clock.now();
    if let Some((until, failure)) = app.federation.failed_keys.get(key.as_str(), now)
        && now < until
    {
        return Err(failed(failure));
    }
    let _place = app.federation.waiting.enter(key.origin().as_str()).ok_or(Error::Busy)?;
    let failure = match owner_of(app, key).await {
        Ok(()) => return Ok(()),
        Err(Missing::Ours(error)) => return Err(error),
        Err(Missing::Unreachable(_)) => KeyFailure::Unreachable,
        Err(Missing::Gone | Missing::Absent | Missing::Unusable(_)) => KeyFailure::Absent,
    };
    let pause = if failure == KeyFailure::Absent { ABSENT_FOR } else { UNREACHABLE_FOR };
    app.federation.failed_keys.put(key.as_str().to_owned(), (now.plus(pause), failure), now);
    Err(failed(failure))
}

fn failed(failure: KeyFailure) -> Error {
    match failure {
        KeyFailure::Unreachable => Error::Busy,
        KeyFailure::Absent => verify::nobodys("a keyId at which its owner's server serves the key"),
    }
}

async fn owner_of(app: &App, key: &KeyId) -> Result<(), Missing> {
    let address = key.as_str().split_once('#').map_or(key.as_str(), |(address, _)| address);
    let asked = ActorId::parse(address).map_err(|_| Missing::Absent)?;
    if key.as_str() != address {
        // A fragment: what is served at the address is the actor.
        return refresh(app, &asked).await.map(drop);
    }
    let document = document(app, address).await?.value;
    let owner = owner_of_key(&document).or_else(|| Actor::parse(&document).ok().map(|actor| actor.id));
    let owner = owner
        .filter(|owner| owner.same_origin(key))
        .ok_or_else(|| Missing::Unusable("expected a key of an actor on the same server".into()))?;
    refresh(app, &owner).await.map(drop)
}
