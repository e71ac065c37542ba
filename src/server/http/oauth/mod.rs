//! OAuth 2 for programs that are not ours: metadata (RFC 8414), registration (RFC 7591), consent, tokens, revocation
//! (RFC 7009). What these do is `actions/oauth.rs`; here requests are read and answers written as the RFCs say.

mod authorize;
mod error;
mod metadata;
mod register;
mod token;

use actix_web::web;
use alcove_protocol::actor::own::path;

const METADATA: &str = "/.well-known/oauth-authorization-server";
const REGISTER: &str = "/oauth/register";
const REVOKE: &str = "/oauth/revoke";

/// The routes of OAuth.
pub fn routes(service: &mut web::ServiceConfig) {
    service
        .route(METADATA, web::get().to(metadata::show))
        .route(REGISTER, web::post().to(register::register))
        .route(path::AUTHORIZE, web::get().to(authorize::show))
        .route(path::AUTHORIZE, web::post().to(authorize::decide))
        .route(path::TOKEN, web::post().to(token::token))
        .route(REVOKE, web::post().to(token::revoke));
}
