//! Requests that other servers sign: taken as they came, then verified. The body is taken as bytes, because its digest is
//! part of the signature.

use std::str::FromStr;

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::{Method, Version, header},
    web::Data,
};
use futures_util::{StreamExt, future::LocalBoxFuture};

use crate::{
    app::App,
    error::{Error, Result},
    federation::verify::{self, Incoming, Verified},
};

/// A request whose signature holds, with its body. What it asks for is done in a transaction that begins with
/// [`Verified::accept`].
#[derive(Clone, Debug)]
pub struct Signed {
    /// Who signed.
    pub by: Verified,
    /// The raw body; empty for a question.
    pub body: Vec<u8>,
}

impl FromRequest for Signed {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let app = request.app_data::<Data<App>>().cloned().ok_or(Error::Busy)?;
            let incoming = read(&request, payload).await?;
            let claim = verify::claim(&app, &incoming)?;
            Ok(Self { by: verify::verify(&app, &claim).await?, body: incoming.body })
        })
    }
}

/// Takes a request with its body, which `http/bodies.rs` has read.
///
/// # Errors
/// `media-type` (415).
pub async fn read(request: &HttpRequest, payload: Payload) -> Result<Incoming> {
    let body = if matches!(*request.method(), Method::GET | Method::HEAD) {
        Vec::new()
    } else {
        check_type(request)?;
        body(payload).await?
    };
    let mut headers: Vec<(String, Vec<u8>)> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
        .collect();
    // HTTP/2 has no Host header and always an absolute target; HTTP/1 keeps what was received (S-12).
    let mut target = request.uri().to_string();
    if request.version() == Version::HTTP_2 {
        let authority = request.uri().authority().map(|authority| authority.as_str().as_bytes().to_vec());
        if !request.headers().contains_key(header::HOST) {
            headers.extend(authority.map(|authority| (header::HOST.as_str().to_owned(), authority)));
        }
        target = request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    }
    Ok(Incoming { method: request.method().as_str().to_owned(), target, headers, body })
}

/// Only the two types that ActivityPub knows are taken (ActivityPub section 7); the media type decides, its parameters
/// are written in too many ways to insist on.
fn check_type(request: &HttpRequest) -> Result<()> {
    let written = request.content_type();
    let proper = Mime::from_str(written).is_ok_and(|mime| mime.is_activity());
    if proper {
        return Ok(());
    }
    let sentence = "Expected Content-Type application/activity+json, or application/ld+json with the profile of ActivityStreams.";
    Err(Error::refused("media-type", 415, sentence))
}

/// A media type and its parameters, as far as they matter here.
struct Mime {
    essence: String,
    profile: Option<String>,
}

impl FromStr for Mime {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let mut parts = text.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        let profile = parts
            .filter_map(|part| part.split_once('='))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case("profile"))
            .map(|(_, value)| value.trim().trim_matches('"').to_owned());
        Ok(Self { essence, profile })
    }
}

impl Mime {
    /// S-03: `ld+json` without the profile may be anything.
    fn is_activity(&self) -> bool {
        let profiled = self.profile.as_deref().is_some_and(|profiles| {
            profiles.split(' ').any(|profile| profile == alcove_protocol::context::ACTIVITY_STREAMS)
        });
        self.essence == alcove_protocol::context::ACTIVITY_JSON
            || (self.essence == "application/ld+json" && profiled)
    }
}

async fn body(mut payload: Payload) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        body.extend_from_slice(&chunk.map_err(Error::unknown)?);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S-03: of what others call JSON, only activities are read.
    #[test]
    fn only_activities_are_taken() {
        let proper = |text: &str| Mime::from_str(text).is_ok_and(|mime| mime.is_activity());
        for text in [
            "application/activity+json",
            "Application/Activity+JSON; charset=utf-8",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
            "application/ld+json;charset=utf-8;Profile=https://www.w3.org/ns/activitystreams",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams https://w3id.org/security\"",
        ] {
            assert!(proper(text), "{text}");
        }
        for text in
            ["", "application/json", "application/ld+json", "text/plain", "image/png", "application/activity"]
        {
            assert!(!proper(text), "{text}");
        }
    }
}
