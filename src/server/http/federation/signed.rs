//! Requests that other servers sign: taken as they came, then verified. The body is taken as bytes, because its digest is
//! part of the signature.

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::{Method, Version, header},
    web::{self, Data},
};
use alcove_protocol::ActorId;
use futures_util::{StreamExt, future::LocalBoxFuture};

use crate::{
    app::App,
    error::{Error, Result},
    federation::{
        media_type,
        verify::{self, Incoming, Verified},
    },
    http::client_address::network,
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
            Ok(Self {
                by: verify::verify(&app, &claim, network(&request, &app.config)).await?,
                body: incoming.body,
            })
        })
    }
}

/// Who signed a question. To whoever did not, or not well, there is nothing where it leads (S-23).
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Busy`] and [`Error::TooMany`] when their key could not be looked up now.
pub async fn reader(request: &HttpRequest, payload: web::Payload) -> Result<ActorId> {
    match Signed::from_request(request, &mut payload.into_inner()).await {
        Ok(signed) => Ok(signed.by.actor().clone()),
        Err(error @ (Error::Busy | Error::TooMany(_) | Error::Unknown(_))) => Err(error),
        Err(_) => Err(Error::NotFound),
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

/// Only the two types that ActivityPub knows are taken (ActivityPub section 7).
fn check_type(request: &HttpRequest) -> Result<()> {
    if media_type::is_activity(request.content_type()) {
        return Ok(());
    }
    let sentence = "Expected Content-Type application/activity+json, or application/ld+json with the profile of ActivityStreams.";
    Err(Error::refused("media-type", 415, sentence))
}

async fn body(mut payload: Payload) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        body.extend_from_slice(&chunk.map_err(Error::unknown)?);
    }
    Ok(body)
}
