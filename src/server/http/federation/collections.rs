//! Collections of actors: followers and following show how many, and never who (ActivityPub section 5.3, 5.4); featured
//! holds the posts that are shown first.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use alcove_protocol::{
    collection::OrderedCollection,
    context::{self, ACTIVITY_JSON},
};

use super::actor;
use crate::{
    actions::collections,
    app::App,
    db::follows::Side,
    error::Result,
    federation::documents::{self, Document},
};

/// `GET /users/{account}/followers`
pub async fn followers(app: Data<App>, account: Path<i64>, request: HttpRequest) -> Result<HttpResponse> {
    let document = documents::count(&app, account.into_inner(), Side::Followers).await?;
    Ok(actor::answer(&request, &document, ACTIVITY_JSON))
}

/// `GET /users/{account}/following`
pub async fn following(app: Data<App>, account: Path<i64>, request: HttpRequest) -> Result<HttpResponse> {
    let document = documents::count(&app, account.into_inner(), Side::Following).await?;
    Ok(actor::answer(&request, &document, ACTIVITY_JSON))
}

/// `GET /users/{account}/featured`
pub async fn featured(app: Data<App>, account: Path<i64>, request: HttpRequest) -> Result<HttpResponse> {
    let (site, account) = (app.site.clone(), account.into_inner());
    let document = app.db.read(move |transaction| collections::featured(transaction, &site, account)).await?;
    Ok(actor::answer(&request, &Document::new(account, &document), ACTIVITY_JSON))
}

/// `GET /actor/outbox`: the server's own actor publishes nothing.
pub async fn instance_outbox(app: Data<App>, request: HttpRequest) -> HttpResponse {
    let id = app.site.url("/actor/outbox");
    let empty = OrderedCollection { id, total: Some(0), first: None, items: None };
    actor::answer(&request, &Document::new(0, &empty.to_value(context::plain())), ACTIVITY_JSON)
}
