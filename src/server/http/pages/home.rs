//! `GET /`: what this place is called, who runs it, and the way in.

use actix_web::{HttpResponse, http::StatusCode};
use serde_json::{Value, json};

use super::visitor::Visitor;
use crate::{actions::accounts, error::Result};

/// Shows the front page.
pub async fn show(visitor: Visitor) -> Result<HttpResponse> {
    let owners = visitor.app.db.read(accounts::owners).await?;
    let site = &visitor.app.site;
    let owners: Vec<Value> = owners
        .iter()
        .map(
            |owner| json!({"handle": site.handle(&owner.name).to_string(), "url": site.profile(&owner.name)}),
        )
        .collect();
    visitor.page(StatusCode::OK, "home.html", json!({"owners": owners}))
}
