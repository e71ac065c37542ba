//! ActivityPub C2S (section 6) as the encryption draft needs it: outbox, inbox, `messages`, `keyPackages`, event streams
//! and the proxy. Inboxes that other servers post to are in `federation/`.

mod collections;
mod key_packages;
mod outbox;
mod proxy;
mod stream;

use actix_web::{HttpResponse, http::header, web};
use alcove_protocol::{actor::own, context::ACTIVITY_JSON};
use serde_json::Value;

use super::authentication::{Bearer, Caller};
use crate::{
    actions::scopes::Scope,
    error::{Error, Result},
};

/// The routes of this area.
pub fn routes(service: &mut web::ServiceConfig) {
    service
        .route("/users/{account}/outbox", web::post().to(outbox::post))
        .route("/users/{account}/outbox", web::get().to(outbox::get))
        .route("/users/{account}/inbox", web::get().to(collections::inbox))
        .route("/users/{account}/inbox/stream", web::get().to(stream::inbox))
        .route("/users/{account}/messages", web::get().to(collections::messages))
        .route("/users/{account}/messages/stream", web::get().to(stream::messages))
        .route("/users/{account}/keyPackages", web::get().to(key_packages::collection))
        .route("/users/{account}/keyPackages/{name}", web::get().to(key_packages::one))
        .route(own::path::PROXY, web::post().to(proxy::fetch));
}

/// The caller, if the token is the owner's and has the scope.
///
/// # Errors
/// [`Error::Forbidden`] without the scope; [`Error::NotFound`] for the account of somebody else.
fn owner(bearer: Bearer, scope: Scope, account: i64) -> Result<Caller> {
    let caller = bearer.allowed(scope)?;
    if caller.account == account { Ok(caller) } else { Err(Error::NotFound) }
}

/// An ActivityStreams document that nobody may keep.
fn fresh(document: &Value) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type(ACTIVITY_JSON)
        .body(document.to_string())
}
