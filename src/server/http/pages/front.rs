//! `GET /`: what this place is called, and the way in. It names nobody: who is here is for the people here to say.

use actix_web::{HttpResponse, http::StatusCode};
use serde_json::json;

use super::visitor::Visitor;
use crate::error::Result;

/// Shows the front page to visitors; who is signed in goes home.
pub async fn show(visitor: Visitor) -> Result<HttpResponse> {
    if visitor.session.is_some() {
        return Ok(visitor.redirect("/home"));
    }
    visitor.page(StatusCode::OK, "front.html", json!({}))
}
