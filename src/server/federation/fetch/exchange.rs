//! One request and its answer: the address is vetted before, the answer is read within bounds after.

use std::{error::Error as _, io};

use alcove_protocol::{Timestamp, time::SECOND};
use bytes::Bytes;
use reqwest::{
    RequestBuilder, Response, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, LOCATION, RANGE, RETRY_AFTER},
};
use url::{Host, Url};

use super::{Expected, FetchError, Fetcher, MAX_BODY, resolver::AddressRefused};
use crate::federation::{
    address::Protection,
    signatures::{self, Headers, OutgoingRequest, Scheme, Signer},
};

/// What the other side answered to something that was posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// When it wants to be asked again.
    pub retry_after: Option<RetryAfter>,
    /// The type of the body.
    pub content_type: Option<String>,
    /// The body; empty when it is longer than [`MAX_BODY`] or breaks off, because the status counts all the same.
    pub body: Vec<u8>,
}

/// The value of `Retry-After` (RFC 9110 section 10.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// So many seconds from now.
    Seconds(u32),
    /// Not before this moment.
    At(Timestamp),
}

impl RetryAfter {
    /// The moment that is meant.
    pub fn moment(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Seconds(seconds) => now.plus(i64::from(seconds) * SECOND),
            Self::At(moment) => moment,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        text.trim().parse().ok().map(Self::Seconds).or_else(|| Timestamp::from_http_date(text).map(Self::At))
    }
}

impl Fetcher {
    /// Sends one GET; with a signature in the first scheme, and in the second where the first is answered 400 or 401.
    pub(super) async fn exchange_get(
        &self,
        url: &Url,
        expected: Expected,
        signing: Option<(Signer<'_>, Timestamp)>,
    ) -> Result<Response, FetchError> {
        let request = || Ok(self.request(reqwest::Method::GET, url)?.header(ACCEPT, expected.accept()));
        let Some((signer, now)) = signing else {
            return send(request()?, url).await;
        };
        let response = send(signed(request()?, url, signer, now, Scheme::Cavage)?, url).await?;
        if !matches!(response.status(), StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED) {
            return Ok(response);
        }
        send(signed(request()?, url, signer, now, Scheme::Rfc9421)?, url).await
    }

    /// Sends one GET for a file or a part of it, unsigned.
    pub(super) async fn exchange_part(&self, url: &Url, range: Option<&str>) -> Result<Response, FetchError> {
        let request = self.request(reqwest::Method::GET, url)?.header(ACCEPT, "application/octet-stream");
        let request = match range {
            Some(range) => request.header(RANGE, range),
            None => request,
        };
        send(request, url).await
    }

    /// Sends one POST and reads what is answered.
    pub(super) async fn exchange_post(
        &self,
        url: &Url,
        headers: Headers,
        body: Vec<u8>,
    ) -> Result<Answer, FetchError> {
        let request = with_headers(self.request(reqwest::Method::POST, url)?, headers).body(body);
        let response = send(request, url).await?;
        let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let answer = Answer {
            status: response.status().as_u16(),
            retry_after: text(RETRY_AFTER).and_then(RetryAfter::parse),
            content_type: text(CONTENT_TYPE).map(str::to_owned),
            body: Vec::new(),
        };
        Ok(Answer { body: read_body(response).await.unwrap_or_default(), ..answer })
    }

    /// Vets an address as far as it can be without looking its name up (S-21, S-32, S-35, S-37), and begins a request.
    fn request(&self, method: reqwest::Method, url: &Url) -> Result<RequestBuilder, FetchError> {
        let protection = match url.scheme() {
            "https" => Protection::Tls,
            "http" if self.policy.allows_plain() => Protection::Plain,
            _ => return Err(FetchError::Refused("expected an https address")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::Refused("expected an address without user name"));
        }
        if url.origin().ascii_serialization() == self.own_origin.as_str() {
            return Err(FetchError::Refused("expected an address of another server"));
        }
        let authority = &url[url::Position::BeforeHost..url::Position::AfterPort];
        if self.blocked.cover(authority) {
            return Err(FetchError::Blocked(authority.to_owned()));
        }
        // The parser has turned every spelling of an IPv4 address (decimal, octal, hexadecimal) into this one.
        let permitted = match url.host() {
            Some(Host::Ipv4(address)) => self.policy.permits(address.into(), protection),
            Some(Host::Ipv6(address)) => self.policy.permits(address.into(), protection),
            // With a dot at its end a name is another origin on the same server (S-15).
            Some(Host::Domain(name)) => !name.ends_with('.'),
            None => false,
        };
        if !permitted {
            return Err(FetchError::Refused("expected a public address"));
        }
        let client = if protection == Protection::Tls { &self.tls } else { &self.plain };
        Ok(client.request(method, url.clone()))
    }
}

fn with_headers(request: RequestBuilder, headers: Headers) -> RequestBuilder {
    headers.into_iter().fold(request, |request, (name, value)| request.header(name, value))
}

fn signed(
    request: RequestBuilder,
    url: &Url,
    signer: Signer<'_>,
    now: Timestamp,
    scheme: Scheme,
) -> Result<RequestBuilder, FetchError> {
    let outgoing = OutgoingRequest { method: "GET", url, content_type: None, body: b"" };
    signatures::sign(&outgoing, scheme, signer, now)
        .map(|headers| with_headers(request, headers))
        .map_err(|_| FetchError::Unreachable("our key cannot be used".to_owned()))
}

async fn send(request: RequestBuilder, url: &Url) -> Result<Response, FetchError> {
    request.send().await.map_err(|error| failure(&error, url))
}

/// What went wrong, in a sentence that names the server.
fn failure(error: &reqwest::Error, url: &Url) -> FetchError {
    let mut source = error.source();
    while let Some(cause) = source {
        // The resolver's error arrives wrapped once by the connector.
        let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if cause.is::<AddressRefused>() || wrapped.is_some_and(|inner| inner.is::<AddressRefused>()) {
            return FetchError::Refused("expected a public address");
        }
        source = cause.source();
    }
    let name = name(url);
    FetchError::Unreachable(if error.is_timeout() {
        format!("{name} took too long")
    } else if error.is_connect() {
        format!("{name} could not be reached")
    } else {
        format!("{name} broke off the connection")
    })
}

/// The server's name in sentences for people.
pub(super) fn name(url: &Url) -> String {
    url.host_str().unwrap_or("the server").to_owned()
}

/// Where an answer redirects to, if it does. Never from https to http (S-35); every other rule is applied when the
/// target is asked.
pub(super) fn redirect_target(url: &Url, response: &Response) -> Result<Option<Url>, FetchError> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let target = location.and_then(|location| url.join(location).ok());
    let target = target.ok_or(FetchError::Invalid("expected a redirect with a target"))?;
    if url.scheme() == "https" && target.scheme() != "https" {
        return Err(FetchError::Refused("expected a redirect to an https address"));
    }
    Ok(Some(target))
}

/// Reads the answer to a GET: its status, its type, its body within bounds.
pub(super) async fn read_document(response: Response, expected: Expected) -> Result<Vec<u8>, FetchError> {
    expect_status(&response)?;
    if !expected.fits(response.headers()) {
        return Err(FetchError::Invalid("expected the media type of what was asked for"));
    }
    read_body(response).await
}

/// Goes on with 200 only, and says of every other status whether it is worth another try.
pub(super) fn expect_status(response: &Response) -> Result<(), FetchError> {
    match response.status().as_u16() {
        200 => Ok(()),
        404 => Err(FetchError::NotFound),
        410 => Err(FetchError::Gone),
        401 | 403 => Err(FetchError::Denied),
        status @ (408 | 425 | 429 | 500..=599) => {
            Err(FetchError::Unreachable(format!("{} answered {status}", name(response.url()))))
        }
        _ => Err(FetchError::Invalid("expected the status 200")),
    }
}

/// The next bytes of a body.
pub(super) async fn chunk(response: &mut Response, url: &Url) -> Result<Option<Bytes>, FetchError> {
    response.chunk().await.map_err(|error| failure(&error, url))
}

/// Reads a body, counting as it comes: a length that was promised proves nothing (S-50, S-51).
async fn read_body(mut response: Response) -> Result<Vec<u8>, FetchError> {
    const TOO_LARGE: FetchError = FetchError::Invalid("expected a body of at most 1 MiB");
    if response.content_length().is_some_and(|length| length > MAX_BODY as u64) {
        return Err(TOO_LARGE);
    }
    let url = response.url().clone();
    let mut body = Vec::new();
    while let Some(bytes) = chunk(&mut response, &url).await? {
        if body.len() + bytes.len() > MAX_BODY {
            return Err(TOO_LARGE);
        }
        body.extend_from_slice(&bytes);
    }
    Ok(body)
}
