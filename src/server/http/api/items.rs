//! `/api/alcove/v1/items`: what arrived for an account, in order, and how far each device has saved it.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Query},
};
use alcove_protocol::api::{Cursor, Items};
use serde::Deserialize;

use crate::{
    actions::{received, scopes::Scope},
    app::App,
    error::Result,
    http::authentication::Bearer,
};

/// From where on.
#[derive(Debug, Deserialize)]
pub struct After {
    #[serde(default)]
    after: i64,
}

/// `GET {ITEMS}?after=POSITION`.
pub async fn list(app: Data<App>, bearer: Bearer, after: Query<After>) -> Result<Json<Items>> {
    let (caller, site, after) = (bearer.allowed(Scope::Messages)?, app.site.clone(), after.after);
    let items = app.db.read(move |transaction| received::next(transaction, &site, caller.account, after));
    Ok(Json(items.await?))
}

/// `PUT {ITEMS}/cursor`: 204.
pub async fn acknowledge(app: Data<App>, bearer: Bearer, cursor: Json<Cursor>) -> Result<HttpResponse> {
    let (caller, moment, cursor) = (bearer.allowed(Scope::Messages)?, app.moment(), cursor.into_inner());
    app.db
        .write(move |transaction| received::acknowledge(transaction, &moment, caller.sender(), cursor))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
