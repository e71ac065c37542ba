//! `/api/alcove/v1`: what only our own clients know (`alcove_protocol::api`). What the drafts define is in `c2s/`.

mod join;
mod password;
mod tokens;

use actix_web::web;
use alcove_protocol::api::path;

/// The routes of the API.
pub fn routes(service: &mut web::ServiceConfig) {
    service
        .route(path::JOIN, web::post().to(join::join))
        .route(path::TOKENS, web::post().to(tokens::sign_in))
        .route(path::TOKENS, web::delete().to(tokens::sign_out))
        .route(path::SESSIONS, web::get().to(tokens::list))
        .route(&format!("{}/{{id}}", path::SESSIONS), web::delete().to(tokens::end))
        .route(path::PASSWORD, web::post().to(password::change));
}
