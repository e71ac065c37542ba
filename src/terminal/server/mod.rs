//! The account's server, over HTTPS: one function for every request, and what counts as an answer. Knows nothing of
//! devices; `calls` knows which request a device's call is.
//!
//! The token goes into one header, to one origin: redirects are not followed and other origins not asked. No answer,
//! 429, 5xx and everything that is no problem document count as "not known", never as a refusal.

#[cfg(test)]
mod tests;

use std::{fmt, path::Path, time::Duration};

use alcove_protocol::{Problem, problem::PROBLEM_JSON};
use reqwest::{
    Certificate, Client, Method, Response, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER},
    redirect,
};
use serde::{Serialize, de::DeserializeOwned};
use url::Url;
use zeroize::Zeroizing;

use crate::{Error, link};

/// The longest answer that is read: a page of a hundred items at their largest.
const MAX_ANSWER: usize = 96 << 20;
/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// Why a server that has too much to do gives no answer.
pub(crate) const BUSY: &str = "it asks for patience";
/// How long an event stream may be silent before it counts as broken: servers send a sign of life every 30 seconds.
const SILENCE: Duration = Duration::from_secs(75);

/// How servers are reached.
#[derive(Clone, Debug)]
pub struct Network {
    /// Certificates of authorities that are trusted beside those of the system, in PEM.
    pub roots: Vec<Vec<u8>>,
    /// How long a whole request may take.
    pub timeout: Duration,
}

impl Default for Network {
    fn default() -> Self {
        Self { roots: Vec::new(), timeout: Duration::from_secs(60) }
    }
}

impl Network {
    /// Trusts the authorities of a PEM file as well.
    pub fn trust(&mut self, path: &Path) -> Result<(), Error> {
        let pem = std::fs::read(path).map_err(|source| Error::Folder { path: path.to_owned(), source })?;
        self.roots.push(pem);
        Ok(())
    }

    fn builder(&self) -> Result<reqwest::ClientBuilder, Error> {
        let unusable = |_| Error::Expected(crate::texts::CERTIFICATE_EXPECTED.to_owned());
        let mut roots = Vec::new();
        for pem in &self.roots {
            let found = Certificate::from_pem_bundle(pem).map_err(unusable)?;
            roots.extend(
                (!found.is_empty())
                    .then_some(found)
                    .ok_or_else(|| Error::Expected(crate::texts::CERTIFICATE_EXPECTED.to_owned()))?,
            );
        }
        let builder = Client::builder()
            .user_agent(concat!("alcove-chat/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT);
        Ok(if roots.is_empty() { builder } else { builder.tls_certs_merge(roots) })
    }
}

/// A server, and the token that opens an account on it.
#[derive(Clone)]
pub struct Server {
    requests: Client,
    streams: Client,
    address: Url,
    token: Option<Zeroizing<String>>,
}

/// What a request says.
pub(crate) enum Body<'a> {
    /// Nothing.
    None,
    /// JSON of the client API.
    Api(&'a [u8]),
    /// An ActivityStreams document.
    Activity(&'a [u8]),
}

/// An answer that the server meant.
#[derive(Debug)]
pub(crate) struct Answered {
    /// `Location`.
    pub(crate) location: Option<String>,
    /// `X-Activity-Id` (trap T8).
    pub(crate) activity: Option<String>,
    body: Vec<u8>,
}

/// Why there is none.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    /// The server said no and why.
    Refused(Box<Problem>),
    /// The token is not good any more.
    SignedOut(Box<Problem>),
    /// The server was not reached: other requests would fare no better.
    Unreachable(String),
    /// The server asks to wait before this request is made again; others it may take.
    Patience(Duration),
    /// The server answered, but nobody knows whether the request was taken: it, or one that it asked, has trouble.
    Unknown(String),
}

impl Server {
    /// A server at an address, not yet signed in to.
    pub fn new(address: &Url, network: &Network) -> Result<Self, Error> {
        let built =
            |builder: reqwest::ClientBuilder| builder.build().map_err(|error| Error::Expected(reason(error)));
        Ok(Self {
            requests: built(network.builder()?.timeout(network.timeout))?,
            streams: built(network.builder()?.read_timeout(SILENCE))?,
            address: link::server_of(address)?,
            token: None,
        })
    }

    /// The same server with a token.
    #[must_use]
    pub fn signed_in(mut self, token: &str) -> Self {
        self.token = Some(Zeroizing::new(token.to_owned()));
        self
    }

    /// Its name, for people.
    pub fn host(&self) -> String {
        let host = self.address.host_str().unwrap_or_default();
        self.address.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// The address of a path with a query, both as the client API has them.
    pub(crate) fn api(&self, path: &str, query: &[(&str, &str)]) -> Url {
        let mut url = self.address.clone();
        url.set_path(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// Takes an address that the server gave, unless it leads elsewhere: the token would follow.
    pub(crate) fn own(&self, address: &str) -> Result<Url, NoAnswer> {
        let own = Url::parse(address).ok().filter(|url| url.origin() == self.address.origin());
        own.ok_or_else(|| NoAnswer::Unknown("it points to another server".to_owned()))
    }

    /// Makes a request and reads the whole answer.
    pub(crate) async fn request(
        &self,
        method: Method,
        url: Url,
        body: Body<'_>,
    ) -> Result<Answered, NoAnswer> {
        let mut request =
            self.requests.request(method, url).header(ACCEPT, "application/json, application/activity+json");
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, secret_header(token)?);
        }
        request = match body {
            Body::None => request,
            Body::Api(json) => request.header(CONTENT_TYPE, "application/json").body(json.to_vec()),
            Body::Activity(json) => {
                request.header(CONTENT_TYPE, alcove_protocol::context::ACTIVITY_JSON).body(json.to_vec())
            }
        };
        let response = request.send().await.map_err(|error| NoAnswer::Unreachable(reason(error)))?;
        classify(response).await
    }

    /// Opens an event stream, after the event of that id.
    pub(crate) async fn stream(&self, url: Url, last: Option<&str>) -> Result<Response, NoAnswer> {
        let mut request = self.streams.get(url).header(ACCEPT, "text/event-stream");
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, secret_header(token)?);
        }
        if let Some(last) = last {
            request = request.header("Last-Event-ID", last);
        }
        let response = request.send().await.map_err(|error| NoAnswer::Unreachable(reason(error)))?;
        if response.status() == StatusCode::OK {
            return Ok(response);
        }
        Err(classify(response).await.err().unwrap_or(NoAnswer::Unknown("it has no event stream".to_owned())))
    }

    /// The error for somebody who waits for the answer.
    pub(crate) fn error(&self, no_answer: NoAnswer) -> Error {
        match no_answer {
            NoAnswer::Refused(problem) => Error::Refused(problem),
            NoAnswer::SignedOut(problem) => Error::SignedOut { host: self.host(), problem },
            NoAnswer::Patience(_) => Error::Unreachable { host: self.host(), reason: BUSY.to_owned() },
            NoAnswer::Unreachable(reason) | NoAnswer::Unknown(reason) => {
                Error::Unreachable { host: self.host(), reason }
            }
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Server({})", self.address)
    }
}

impl Answered {
    /// The answer as the type it should have.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, NoAnswer> {
        serde_json::from_slice(&self.body)
            .map_err(|error| NoAnswer::Unknown(format!("its answer does not fit: {error}")))
    }
}

/// A request's JSON. Our types have no map with other keys than text, for which alone this could fail.
pub(crate) fn to_json(value: &impl Serialize) -> Result<Vec<u8>, NoAnswer> {
    serde_json::to_vec(value).map_err(|error| NoAnswer::Unknown(error.to_string()))
}

async fn classify(response: Response) -> Result<Answered, NoAnswer> {
    let (status, headers) = (response.status(), response.headers().clone());
    let body = read(response).await?;
    if status.is_success() {
        let header = |name| headers.get(name).and_then(|value: &_| value.to_str().ok()).map(str::to_owned);
        return Ok(Answered { location: header(LOCATION.as_str()), activity: header("x-activity-id"), body });
    }
    let problem = problem(&headers, &body);
    match (status, problem) {
        (StatusCode::UNAUTHORIZED, Some(problem)) => Err(NoAnswer::SignedOut(Box::new(problem))),
        (StatusCode::TOO_MANY_REQUESTS, _) => Err(NoAnswer::Patience(patience(&headers))),
        (StatusCode::REQUEST_TIMEOUT, _) => Err(NoAnswer::Unreachable(BUSY.to_owned())),
        (status, Some(problem)) if status.is_client_error() => Err(NoAnswer::Refused(Box::new(problem))),
        // A proxy that takes only small bodies will never take this one.
        (StatusCode::PAYLOAD_TOO_LARGE, None) => {
            Err(NoAnswer::Refused(Box::new(Problem::new("too-large", crate::texts::TOO_LARGE, 413))))
        }
        (status, _) => Err(NoAnswer::Unknown(format!("it answered {status}"))),
    }
}

/// `Retry-After` in seconds, within bounds; a minute where the server says nothing that we read.
fn patience(headers: &HeaderMap) -> Duration {
    let seconds = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    Duration::from_secs(seconds.unwrap_or(60).clamp(1, 60 * 60))
}

fn problem(headers: &HeaderMap, body: &[u8]) -> Option<Problem> {
    let kind = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    kind.starts_with(PROBLEM_JSON).then(|| serde_json::from_slice(body).ok())?
}

async fn read(mut response: Response) -> Result<Vec<u8>, NoAnswer> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| NoAnswer::Unreachable(reason(error)))? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ANSWER {
            return Err(NoAnswer::Unknown("its answer is too long".to_owned()));
        }
    }
    Ok(body)
}

/// The token's header, which HTTP libraries do not print.
fn secret_header(token: &str) -> Result<reqwest::header::HeaderValue, NoAnswer> {
    let header = reqwest::header::HeaderValue::from_str(&Zeroizing::new(format!("Bearer {token}")));
    let mut header = header.map_err(|_| NoAnswer::Unknown("its token cannot be sent".to_owned()))?;
    header.set_sensitive(true);
    Ok(header)
}

/// Why a request failed, in the words of whatever failed last, without the address.
fn reason(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return "it did not answer in time".to_owned();
    }
    let error = error.without_url();
    let mut last: &dyn std::error::Error = &error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}
