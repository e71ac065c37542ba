//! `GET /.well-known/oauth-authorization-server` (RFC 8414): where the endpoints are and what they take.

use actix_web::web;
use alcove_protocol::actor::own::path;
use serde_json::{Value, json};

use crate::{actions::scopes, app::App};

/// The document.
pub async fn show(app: web::Data<App>) -> web::Json<Value> {
    let site = &app.site;
    let scopes: Vec<&str> = scopes::ALL.into_iter().map(scopes::Scope::as_str).collect();
    web::Json(json!({
        "issuer": site.url(""),
        "authorization_endpoint": site.url(path::AUTHORIZE),
        "token_endpoint": site.url(path::TOKEN),
        "registration_endpoint": site.url(super::REGISTER),
        "revocation_endpoint": site.url(super::REVOKE),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
        "revocation_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    }))
}
