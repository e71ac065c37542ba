//! The page of a person: a name, a handle and what to do with it. It runs no scripts and loads nothing from elsewhere.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use alcove_protocol::Handle;
use serde_json::json;

use crate::{app::App, db::actors::ActorRow, error::Result, http::pages::templates::Templates};

/// The page.
///
/// # Errors
/// When the template does not fit.
pub fn page(app: &App, templates: &Templates, actor: &ActorRow) -> Result<HttpResponse> {
    let handle = Handle { name: actor.name.clone(), domain: actor.domain.clone() };
    let context = json!({"name": actor.display_name, "handle": handle.to_string()});
    let mut page = templates.page(app, StatusCode::OK, "profile.html", context)?;
    page.headers_mut().insert(header::VARY, header::HeaderValue::from_static("Accept"));
    Ok(page)
}
