//! What is public at other servers, fetched in the name of this one: by one request for all who ask at the same time, and not
//! again for a while when that failed, however many make us ask (S-54). What only certain people may read is fetched in their
//! names, see `proxy.rs`. Nothing is kept here that could be had: that is for the database.

use std::sync::Arc;

use alcove_protocol::{
    Origin,
    time::{MINUTE, SECOND},
};
use serde_json::Value;

use super::{
    actors::Missing,
    fetch::{Document, FetchError},
    memory::{Failures, Turns},
    senders,
};
use crate::{app::App, error::Result, household::household, throttle::Network};

/// How long what a server does not let us read is not asked for again, in milliseconds: it may not have found our key.
const DENIED_FOR: i64 = 10 * SECOND;
/// How long what was not there is not asked for again, in milliseconds.
const ABSENT_FOR: i64 = MINUTE;

/// Fetches under way.
pub type Fetches<T> = Turns<Result<Arc<T>, FetchError>>;
/// Addresses at which nothing was to be had lately.
pub type FailedFetches = Failures<FetchError>;

/// A document whose id is proved to be where it is served from (S-01, S-02).
///
/// # Errors
/// Why it could not be had.
pub async fn document(app: &App, address: &str) -> Result<Arc<Document>, Missing> {
    let sender = senders::of_instance(app).await.map_err(Missing::Ours)?;
    let fetch = async || app.outgoing.get_document(address, sender.signer(), app.clock.now()).await;
    Ok(once(app, &app.federation.fetches, address, fetch).await?)
}

/// The answer to a WebFinger query.
///
/// # Errors
/// Why it could not be had.
pub async fn web_finger(app: &App, address: &str) -> Result<Arc<Value>, FetchError> {
    let fetch = async || app.outgoing.get_web_finger(address).await;
    once(app, &app.federation.fingers, address, fetch).await
}

async fn once<T>(
    app: &App,
    under_way: &Fetches<T>,
    address: &str,
    fetch: impl AsyncFnOnce() -> Result<T, FetchError>,
) -> Result<Arc<T>, FetchError> {
    let failures = &app.federation.failed_fetches;
    if let Some(failure) = failures.of(address, app.clock.now()) {
        return Err(failure);
    }
    let mut turn = under_way.take(address).await;
    if let Some(found) = turn.as_ref() {
        return found.clone();
    }
    let found = fetch().await.map(Arc::new);
    if let Err(failure) = &found {
        failures.note(address, failure.clone(), pause(failure), app.clock.now());
    }
    *turn = Some(found.clone());
    found
}

fn pause(failure: &FetchError) -> i64 {
    match failure {
        // Our own rules have answered, and may do so again. A server that was down may be back the moment it is heard of;
        // deliveries have a breaker for it, and keys a pause.
        FetchError::Refused(_) | FetchError::Blocked(_) | FetchError::Unreachable(_) => 0,
        FetchError::Denied => DENIED_FOR,
        FetchError::NotFound | FetchError::Gone | FetchError::Invalid(_) => ABSENT_FOR,
    }
}

/// Takes one try of whoever makes us ask, and one of the server that is asked: for what a stranger's request alone makes us
/// fetch.
///
/// # Errors
/// [`crate::error::Error::TooMany`].
pub fn expect_allowance(app: &App, asked: &Origin, asker: Network) -> Result<()> {
    let now = app.clock.now();
    app.federation.askers.take(&asker, now)?;
    app.federation.asked.take(&household(asked), now)
}
