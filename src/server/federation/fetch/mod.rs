//! The only reader of foreign URLs, and the way by which deliveries go out: one HTTP client that connects to vetted
//! addresses only, follows few redirects and vets each, reads bounded bodies of the expected types within a deadline
//! (FEDERATION.md 1.1, S-01 to S-03, S-30 to S-38, S-50, S-55). Not a cache: what was fetched lives in the database.

pub mod blob;
mod content;
mod exchange;
mod media;
mod resolver;

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use alcove_protocol::{Origin, Timestamp, json};
use reqwest::{Certificate, Client, redirect, retry};
use serde_json::Value;
use url::Url;

pub use content::Expected;
pub use exchange::{Answer, RetryAfter};

use super::{
    address::{AddressPolicy, Network, Protection},
    blocked::BlockedDomains,
    signatures::{Headers, Signer},
};

/// The most bytes of a body, in or out: what everybody else takes as well.
pub const MAX_BODY: usize = 1024 * 1024;
/// The most redirects that are followed.
const MAX_REDIRECTS: usize = 3;

/// What the client needs to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name, version and address of this server: GoToSocial answers 418 without.
    pub user_agent: String,
    /// Our own origin, which is never asked over the network (S-37).
    pub own_origin: Origin,
    /// Servers that are neither asked nor sent to (S-21).
    pub blocked: BlockedDomains,
    /// Addresses that may be reached although they are special; plain HTTP is allowed to these.
    pub allowed: Vec<Network>,
    /// Further root certificates, each a file in PEM.
    pub root_certificates: Vec<Vec<u8>>,
    /// For looking up a name, connecting and the TLS handshake; 5 s unless told otherwise.
    pub connect_timeout: Duration,
    /// For everything together, redirects included; 10 s unless told otherwise (P23).
    pub total_timeout: Duration,
}

impl Settings {
    /// The usual limits, public addresses only, and the certificates of the system.
    pub fn new(origin: Origin) -> Self {
        Self {
            user_agent: format!("Alcove/{} (+{origin}/)", env!("CARGO_PKG_VERSION")),
            own_origin: origin,
            blocked: BlockedDomains::default(),
            allowed: Vec::new(),
            root_certificates: Vec::new(),
            connect_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_secs(10),
        }
    }
}

/// A foreign ActivityStreams document, proved to be served from its own id.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its id. It differs from the address that was asked for where that redirected, or belongs to another form of the
    /// same thing; a caller who wanted a certain id compares.
    pub id: String,
    /// All of it.
    pub value: Value,
}

/// Why there is no document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Our own rules do not let us ask.
    #[error("{0}")]
    Refused(&'static str),
    /// Whoever runs this server does not let us ask that one, which is named by host and port.
    #[error("{0} is blocked by the people who run this server")]
    Blocked(String),
    /// 404.
    #[error("there is nothing at this address")]
    NotFound,
    /// 410: it was there once.
    #[error("it has been deleted")]
    Gone,
    /// 401 or 403, to either way of signing.
    #[error("its server does not let us read it")]
    Denied,
    /// It did not answer, or not in time, or said that it is in trouble: try again later.
    #[error("{0}")]
    Unreachable(String),
    /// It answered something that cannot be used.
    #[error("{0}")]
    Invalid(&'static str),
}

impl FetchError {
    /// Says whether trying again later may help. Whoever waits for us is answered 503, not 4xx: Mastodon drops what it
    /// delivers for good on nearly every 4xx.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable(_))
    }
}

/// Why a request could not be posted at all. Whatever the other side answered is an [`Answer`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// Our own rules do not let us connect; trying again does not help.
    #[error("{0}")]
    Refused(&'static str),
    /// Whoever runs this server does not let us send to that one, which is named by host and port.
    #[error("{0} is blocked by the people who run this server")]
    Blocked(String),
    /// No answer, or not in time.
    #[error("{0}")]
    Unreachable(String),
}

/// The client could not be made: a certificate is unreadable, or the system has none.
#[derive(Debug, thiserror::Error)]
#[error("outgoing connections: {0}")]
pub struct InvalidSettings(#[from] reqwest::Error);

/// The client; cheap to clone.
#[derive(Clone, Debug)]
pub struct Fetcher {
    tls: Client,
    plain: Client,
    policy: Arc<AddressPolicy>,
    own_origin: Origin,
    blocked: BlockedDomains,
    total_timeout: Duration,
}

impl Fetcher {
    /// Makes the client; must be called inside a Tokio runtime.
    ///
    /// # Errors
    /// When a root certificate cannot be read.
    pub fn new(settings: Settings) -> Result<Self, InvalidSettings> {
        let policy = Arc::new(AddressPolicy::new(settings.allowed.clone()));
        Ok(Self {
            tls: client(&settings, &policy, Protection::Tls)?,
            plain: client(&settings, &policy, Protection::Plain)?,
            policy,
            own_origin: settings.own_origin,
            blocked: settings.blocked,
            total_timeout: settings.total_timeout,
        })
    }

    /// Fetches an ActivityStreams document with a signature of ours, in the second way of signing where the first is not
    /// taken. Its id must be the address it was served from; if it names another one of the same origin, that is
    /// fetched, once (S-01).
    ///
    /// # Errors
    /// [`FetchError`]; only [`FetchError::is_passing`] is worth another try.
    pub async fn get_document(
        &self,
        url: &str,
        signer: Signer<'_>,
        now: Timestamp,
    ) -> Result<Document, FetchError> {
        let url = parse_url(url).map_err(FetchError::Refused)?;
        self.within_deadline(exchange::name(&url), async {
            let (served_from, value) = self.get(url, Expected::ActivityStreams, Some((signer, now))).await?;
            let id = id_of(&value)?;
            if id == served_from {
                return document(value);
            }
            if id.origin() != served_from.origin() {
                return Err(FetchError::Invalid("expected an id of the origin that serves the document"));
            }
            let (served_from, value) = self.get(id, Expected::ActivityStreams, Some((signer, now))).await?;
            if id_of(&value)? != served_from {
                return Err(FetchError::Invalid("expected a document whose id is its address"));
            }
            document(value)
        })
        .await
    }

    /// Fetches a WebFinger document, unsigned.
    ///
    /// # Errors
    /// [`FetchError`]; only [`FetchError::is_passing`] is worth another try.
    pub async fn get_web_finger(&self, url: &str) -> Result<Value, FetchError> {
        let url = parse_url(url).map_err(FetchError::Refused)?;
        let fetched =
            self.within_deadline(exchange::name(&url), self.get(url, Expected::WebFinger, None)).await?;
        Ok(fetched.1)
    }

    /// Posts a body with headers that are already signed. Redirects are not followed; what the other side answers is an
    /// answer, whatever its status.
    ///
    /// # Errors
    /// [`PostError`] when there is no answer.
    pub async fn post(&self, url: &str, headers: Headers, body: Vec<u8>) -> Result<Answer, PostError> {
        let url = parse_url(url).map_err(PostError::Refused)?;
        let sent = self.within_deadline(exchange::name(&url), self.exchange_post(&url, headers, body)).await;
        sent.map_err(|error| match error {
            FetchError::Refused(reason) => PostError::Refused(reason),
            FetchError::Blocked(server) => PostError::Blocked(server),
            other => PostError::Unreachable(other.to_string()),
        })
    }

    /// How long one document may take; what takes several has no more.
    pub fn total_timeout(&self) -> Duration {
        self.total_timeout
    }

    async fn within_deadline<T>(
        &self,
        server: String,
        work: impl Future<Output = Result<T, FetchError>>,
    ) -> Result<T, FetchError> {
        let result = tokio::time::timeout(self.total_timeout, work).await;
        result.unwrap_or_else(|_| Err(FetchError::Unreachable(format!("{server} took too long"))))
    }

    /// Follows redirects and reads the document at their end, with the address it was served from.
    async fn get(
        &self,
        mut url: Url,
        expected: Expected,
        signing: Option<(Signer<'_>, Timestamp)>,
    ) -> Result<(Url, Value), FetchError> {
        for _ in 0..=MAX_REDIRECTS {
            // What stands after `#` names a part of the document and is not asked for.
            url.set_fragment(None);
            let response = self.exchange_get(&url, expected, signing).await?;
            match exchange::redirect_target(&url, &response)? {
                Some(next) => url = next,
                None => {
                    let bytes = exchange::read_document(response, expected).await?;
                    let value =
                        json::parse(&bytes).map_err(|_| FetchError::Invalid("expected bounded JSON"))?;
                    return Ok((url, value));
                }
            }
        }
        Err(FetchError::Refused("expected at most three redirects"))
    }
}

fn client(
    settings: &Settings,
    policy: &Arc<AddressPolicy>,
    protection: Protection,
) -> Result<Client, reqwest::Error> {
    let mut roots = Vec::new();
    for file in &settings.root_certificates {
        roots.extend(Certificate::from_pem_bundle(file)?);
    }
    Client::builder()
        .user_agent(&settings.user_agent)
        .connect_timeout(settings.connect_timeout)
        .dns_resolver(resolver::VettingResolver::new(policy.clone(), protection))
        .tls_certs_merge(roots)
        .https_only(protection == Protection::Tls)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        // A proxy from the environment would connect in our place, to wherever it likes.
        .no_proxy()
        .http1_only()
        .pool_idle_timeout(Duration::from_secs(30))
        .pool_max_idle_per_host(4)
        .build()
}

fn parse_url(url: &str) -> Result<Url, &'static str> {
    Url::parse(url).map_err(|_| "expected an https address")
}

/// The id as an address to compare with the one that was asked.
fn id_of(value: &Value) -> Result<Url, FetchError> {
    let id = json::text(value, "id").and_then(|id| Url::parse(id).ok());
    id.ok_or(FetchError::Invalid("expected a document with an id"))
}

fn document(value: Value) -> Result<Document, FetchError> {
    let id = json::text(&value, "id").unwrap_or_default().to_owned();
    Ok(Document { id, value })
}
