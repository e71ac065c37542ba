//! The account's server, over HTTPS: one function for every request. Which requests a device makes, and what counts as an
//! answer, is the courier's to say (`alcove_client::courier`).
//!
//! The token goes into one header, to one origin: redirects are not followed and other origins not asked.

mod requests;
#[cfg(test)]
mod tests;

use std::{fmt, path::Path, time::Duration};

use alcove_client::courier::{Address, Body, Letter, Reply};
pub(crate) use alcove_client::courier::{Answered, BUSY, NoAnswer};
use reqwest::{
    Certificate, Client, Method, Response, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, LOCATION, RETRY_AFTER},
    redirect,
};
use url::Url;
use zeroize::Zeroizing;

use crate::{Error, link};

/// The longest answer that is read: a page of a hundred items at their largest.
const MAX_ANSWER: usize = 96 << 20;
/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
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
    pub(crate) fn own(&self, address: &str) -> Result<Url, String> {
        let own = Url::parse(address).ok().filter(|url| url.origin() == self.address.origin());
        own.ok_or_else(|| "it points to another server".to_owned())
    }

    /// Makes a request of the courier's; the reason in words if the server was not reached.
    pub(crate) async fn deliver(&self, letter: &Letter) -> Result<Reply, String> {
        let url = match &letter.to {
            Address::Path { path, query } => {
                let query: Vec<_> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
                self.api(path, &query)
            }
            Address::Named(address) => self.own(address)?,
        };
        let method =
            Method::from_bytes(letter.method.name().as_bytes()).map_err(|error| error.to_string())?;
        self.exchange(method, url, letter.body.as_ref()).await
    }

    /// Makes a request and reads the whole answer.
    async fn exchange(&self, method: Method, url: Url, body: Option<&Body>) -> Result<Reply, String> {
        let mut request =
            self.requests.request(method, url).header(ACCEPT, "application/json, application/activity+json");
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, secret_header(token)?);
        }
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, body.media_type).body(body.bytes.clone());
        }
        read(request.send().await.map_err(reason)?).await
    }

    /// Opens an event stream, after the event of that id.
    pub(crate) async fn stream(&self, url: Url, last: Option<&str>) -> Result<Response, NoAnswer> {
        let mut request = self.streams.get(url).header(ACCEPT, "text/event-stream");
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, secret_header(token).map_err(NoAnswer::Unknown)?);
        }
        if let Some(last) = last {
            request = request.header("Last-Event-ID", last);
        }
        let response = request.send().await.map_err(|error| NoAnswer::Unreachable(reason(error)))?;
        if response.status() == StatusCode::OK {
            return Ok(response);
        }
        let judged = read(response).await.map_err(NoAnswer::Unreachable).and_then(Reply::judge);
        Err(judged.err().unwrap_or(NoAnswer::Unknown("it has no event stream".to_owned())))
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

/// Reads the whole answer, within bounds.
async fn read(mut response: Response) -> Result<Reply, String> {
    let header = |name| response.headers().get(name)?.to_str().ok().map(str::to_owned);
    let mut reply = Reply {
        status: response.status().as_u16(),
        content_type: header(CONTENT_TYPE.as_str()),
        location: header(LOCATION.as_str()),
        activity: header("x-activity-id"),
        retry_after: header(RETRY_AFTER.as_str()),
        body: Vec::new(),
    };
    while let Some(chunk) = response.chunk().await.map_err(reason)? {
        reply.body.extend_from_slice(&chunk);
        if reply.body.len() > MAX_ANSWER {
            return Err("its answer is too long".to_owned());
        }
    }
    Ok(reply)
}

/// The token's header, which HTTP libraries do not print.
fn secret_header(token: &str) -> Result<reqwest::header::HeaderValue, String> {
    let header = reqwest::header::HeaderValue::from_str(&Zeroizing::new(format!("Bearer {token}")));
    let mut header = header.map_err(|_| "its token cannot be sent".to_owned())?;
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
