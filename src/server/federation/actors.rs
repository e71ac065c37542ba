//! Actors of other servers: fetched, proved to be served from their own id, stored. Where a name is shown, WebFinger has
//! confirmed it both ways (`lookup.rs`). Nothing here trusts what a document says about another origin (S-01, S-02, S-06).

use alcove_protocol::{
    ActorId, Timestamp,
    actor::Actor,
    time::{DAY, MINUTE},
};
use serde_json::Value;

use super::{fetch::FetchError, retrieve};
use crate::{
    actions::{domains, remote_actors},
    app::App,
    db::actors::{self, ActorRow},
    error::{Error, Result},
};

/// How long an actor is used without being fetched again, in milliseconds.
const FRESH: i64 = DAY;
/// How long an actor that was fetched is not fetched again because a key of it is missing or does not fit, in
/// milliseconds: whoever sends nonsense in a row must not make us fetch in a row.
pub const REFETCH_AFTER: i64 = 2 * MINUTE;

/// Why an actor could not be had.
#[derive(Debug)]
pub enum Missing {
    /// Its server says that it is gone for good.
    Gone,
    /// Its server knows none.
    Absent,
    /// Its server could not be reached or failed: as `h.example took too long`.
    Unreachable(String),
    /// Its server does not let us read it, perhaps because it could not look up our own key.
    Denied,
    /// What was served is no such actor: as `expected …`.
    Unusable(String),
    /// Trouble of our own, or a server that is blocked here.
    Ours(Error),
}

impl From<FetchError> for Missing {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Gone => Self::Gone,
            FetchError::NotFound => Self::Absent,
            FetchError::Unreachable(reason) => Self::Unreachable(reason),
            FetchError::Denied => Self::Denied,
            FetchError::Blocked(server) => Self::Ours(domains::refusal(&server)),
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
            Missing::Denied => Self::refused("actor", 422, "Its server does not let us read this actor."),
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
    app.federation.blocked.expect_open(id.origin().authority()).map_err(Missing::Ours)?;
    let row = find_row(app, id).await?;
    let now = app.clock.now();
    let is_fresh = |row: &ActorRow| row.fetched_at.is_none_or(|at| now.since(Timestamp(at)) < FRESH);
    match row {
        Some(row) if row.gone_at.is_some() => Err(Missing::Gone),
        Some(row) if app.site.owns(id) || is_fresh(&row) => Ok(row),
        None if app.site.owns(id) => Err(Missing::Absent),
        older => match refresh(app, id).await {
            Err(missing @ (Missing::Unreachable(_) | Missing::Denied)) => older.ok_or(missing),
            fetched => fetched,
        },
    }
}

/// An actor as it was a moment ago; none when it was fetched before that or never.
///
/// # Errors
/// When the database cannot be asked.
pub async fn renewed(app: &App, id: &ActorId) -> Result<Option<ActorRow>, Missing> {
    let now = app.clock.now();
    let is_new = |row: &ActorRow| row.fetched_at.is_some_and(|at| now.since(Timestamp(at)) < REFETCH_AFTER);
    Ok(find_row(app, id).await?.filter(is_new))
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
    let document = match retrieve::document(app, id.as_str()).await {
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
    store(app, actor, document.value.clone()).await
}

async fn store(app: &App, actor: Actor, document: Value) -> Result<ActorRow, Missing> {
    let (site, moment) = (app.site.clone(), app.moment());
    let stored = app.db.write(move |transaction| {
        let id = remote_actors::learn(transaction, &site, &moment, &actor, &document)?;
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
