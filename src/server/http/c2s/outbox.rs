//! `/users/{account}/outbox`: its owner posts to it, everybody reads what is public in it.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Bytes, Data, Path, Query},
};
use alcove_protocol::{context::ACTIVITY_JSON, json};
use serde::Deserialize;

use super::{
    super::{authentication::Bearer, federation::actor},
    owner,
};
use crate::{
    actions::{
        activities::{self, Matter},
        collections,
    },
    app::App,
    error::{Error, Result},
    fail_point::{self, FailPoint},
    federation::documents::Document,
};

/// `POST`: an activity or a bare object. 201 with `Location`, `X-Activity-Id` and the stored activity (trap T8).
pub async fn post(app: Data<App>, account: Path<i64>, bearer: Bearer, body: Bytes) -> Result<HttpResponse> {
    let account = account.into_inner();
    let document = json::parse(&body).map_err(|error| Error::invalid(error.to_string()))?;
    if !document.is_object() {
        return Err(Error::invalid("Expected an ActivityStreams object."));
    }
    let activity = activities::wrapped(document);
    let caller = owner(bearer, Matter::of(&app.site, account, &activity).scope(), account)?;
    let (site, moment, sender) = (app.site.clone(), app.moment(), caller.sender());
    let posted = app
        .db
        .write(move |transaction| activities::post(transaction, &site, &moment, sender, activity))
        .await?;
    fail_point::reach(FailPoint::AnswerLost);
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, posted.location))
        .insert_header(("X-Activity-Id", posted.sent.id.as_str()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type(ACTIVITY_JSON)
        .body(posted.sent.document.to_string()))
}

/// Where a page begins.
#[derive(Debug, Deserialize)]
pub struct Page {
    before: Option<i64>,
}

/// `GET`: what was posted and passed on for everybody, newest first, and how much that is. Nothing that was sent to certain
/// people only (S-29).
pub async fn get(
    app: Data<App>,
    account: Path<i64>,
    page: Query<Page>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (site, account, before) = (app.site.clone(), account.into_inner(), page.before);
    let document = app.db.read(move |transaction| match before {
        None => collections::outbox(transaction, &site, account),
        Some(before) => collections::outbox_page(transaction, &site, account, before),
    });
    Ok(actor::answer(&request, &Document::new(account, &document.await?), ACTIVITY_JSON))
}
