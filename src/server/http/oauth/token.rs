//! `POST /oauth/token` (RFC 6749 section 4.1.3) and `POST /oauth/revoke` (RFC 7009). Clients show their secret in the body or
//! in an `Authorization: Basic` header; those without one are protected by PKCE alone.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use super::error::Refusal;
use crate::{
    actions::oauth::{self, Exchange, Exchanged},
    app::App,
    db::oauth::ClientRow,
};

/// The largest request, in bytes.
const MAX_REQUEST: usize = 16 * 1_024;

type Parameters = BTreeMap<String, String>;

/// Turns a code into a token; the answer is `alcove_protocol::api::Token`.
pub async fn token(
    app: web::Data<App>,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse, Refusal> {
    let mut parameters = parameters(&request, &body)?;
    if parameters.get("grant_type").map(String::as_str) != Some("authorization_code") {
        return Err(Refusal::new("unsupported_grant_type", "expected grant_type=authorization_code"));
    }
    let client = client(&app, &request, &parameters).await?;
    let mut take = |name: &str| {
        let missing = || Refusal::new("invalid_request", format!("expected {name}"));
        parameters.remove(name).filter(|value| !value.is_empty()).ok_or_else(missing)
    };
    let exchange = Exchange {
        client,
        code: take("code")?,
        redirect_uri: take("redirect_uri")?,
        verifier: take("code_verifier")?,
    };
    let (site, moment) = (app.site.clone(), app.moment());
    let made =
        app.db.write(move |transaction| oauth::exchange(transaction, &moment, &site, exchange)).await?;
    match made {
        Exchanged::Token(token) => {
            Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(token))
        }
        Exchanged::Refused(sentence) => Err(Refusal::new("invalid_grant", sentence)),
        Exchanged::Reused => Err(Refusal::new(
            "invalid_grant",
            "This code was used before. The token that was made from it has ended.",
        )),
    }
}

/// Ends a token of the client; 200 whether there was one or not.
pub async fn revoke(
    app: web::Data<App>,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse, Refusal> {
    let mut parameters = parameters(&request, &body)?;
    let client = client(&app, &request, &parameters).await?;
    let token =
        parameters.remove("token").ok_or_else(|| Refusal::new("invalid_request", "expected token"))?;
    let now = app.clock.now();
    app.db.write(move |transaction| oauth::revoke(transaction, now, &client, &token)).await?;
    Ok(HttpResponse::Ok().json(json!({})))
}

/// A form, as the RFCs say, or JSON, as many apps of the Fediverse send it.
fn parameters(request: &HttpRequest, body: &[u8]) -> Result<Parameters, Refusal> {
    let invalid = |expected| Refusal::new("invalid_request", expected);
    if body.len() > MAX_REQUEST {
        return Err(invalid("expected at most 16 KiB"));
    }
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if kind.is_some_and(|kind| kind.starts_with("application/json")) {
        return serde_json::from_slice(body).map_err(|_| invalid("expected an object of texts"));
    }
    Ok(url::form_urlencoded::parse(body).into_owned().collect())
}

async fn client(app: &App, request: &HttpRequest, parameters: &Parameters) -> Result<ClientRow, Refusal> {
    let in_body = || Some((parameters.get("client_id")?.clone(), parameters.get("client_secret").cloned()));
    let (client_id, secret) = basic(request).or_else(in_body).ok_or_else(Refusal::invalid_client)?;
    let found = app
        .db
        .read(move |transaction| oauth::authenticated_client(transaction, &client_id, secret.as_deref()));
    Ok(found.await?)
}

/// RFC 6749 section 2.3.1: both halves are form-encoded before they are joined; ours hold nothing that this would change.
fn basic(request: &HttpRequest) -> Option<(String, Option<String>)> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = value.split_once(' ')?;
    let decoded =
        STANDARD.decode(credentials.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let text = String::from_utf8(decoded).ok()?;
    let (client_id, secret) = text.split_once(':')?;
    Some((client_id.to_owned(), Some(secret.to_owned()).filter(|secret| !secret.is_empty())))
}
