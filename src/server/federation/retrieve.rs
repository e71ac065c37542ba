//! What is public at other servers, fetched in the name of this one: by one request for all who ask at the same time, and not
//! again for a while when that failed, however many make us ask (S-54). What only certain people may read is fetched in their
//! names, see `proxy.rs`. Nothing is kept here that could be had: that is for the database.

use std::{net::Ipv4Addr, sync::Arc};

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
use crate::{app::App, error::Result, throttle::Network};

/// How long what a server does not let us read is not asked for again, in milliseconds: it may not have found our key.
const DENIED_FOR: i64 = 10 * SECOND;
/// How long what was not there is not asked for again, in milliseconds.
const ABSENT_FOR: i64 = MINUTE;

/// Below which names of their own many countries let people have domains.
const DIVISIONS: [&str; 18] = [
    "ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "gv", "ltd", "mil", "ne", "net", "nom", "or",
    "org", "plc", "sch",
];

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

/// Under whose name a server stands: whoever has a domain can have any number of servers below it, and they share one
/// allowance (S-54). Without a list of the domains under which anybody can have a name this is a guess; where it is wrong, a few
/// servers share one that need not.
pub fn household(server: &Origin) -> String {
    let authority = server.authority();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    if authority.starts_with('[') || host.parse::<Ipv4Addr>().is_ok() {
        return authority.to_owned();
    }
    let labels: Vec<&str> = host.split('.').collect();
    // As `example.co.uk`.
    let is_divided =
        matches!(labels[..], [_, .., second, top] if top.len() == 2 && DIVISIONS.contains(&second));
    labels[labels.len().saturating_sub(if is_divided { 3 } else { 2 })..].join(".")
}

#[cfg(test)]
mod tests {
    use alcove_protocol::ActorId;

    use super::*;

    /// S-54: any number of names below one domain share its allowance; addresses and ports stand for themselves.
    #[test]
    fn servers_below_one_domain_are_one_household() {
        let of = |url: &str| household(&ActorId::parse(url).unwrap().origin());
        for url in ["https://example.org/u", "https://a.b.example.org/u", "https://x.example.org:8443/u"] {
            assert_eq!(of(url), "example.org", "{url}");
        }
        assert_eq!(of("https://a.b.example.co.uk/u"), "example.co.uk");
        for url in ["https://abc.social/u", "https://r1.abc.social/u", "https://x.r2.abc.social/u"] {
            assert_eq!(of(url), "abc.social", "short names are no divisions: {url}");
        }
        assert_eq!(
            (of("https://r1.abc.de/u"), of("https://r1.com.social/u")),
            ("abc.de".into(), "com.social".into())
        );
        assert_eq!(of("http://127.0.0.1:8440/u"), "127.0.0.1:8440");
        assert_eq!(of("http://[::1]:8440/u"), "[::1]:8440");
    }
}
