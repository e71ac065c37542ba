//! Single activities and posts at their own addresses: `GET /a/{name}` and `GET /o/{name}`, with the collections of a post
//! below. Browsers are sent to the page of a post; what is gone is told as a `Tombstone`. Public ones for everybody, all
//! else for its author and those it was for, by token or by signature; sealed ones by token only. Everybody else is told
//! that there is nothing (S-23).

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Path, Payload, Query},
};
use alcove_protocol::{ActorId, activity::create::ObjectId, context::ACTIVITY_JSON};

use serde::Deserialize;

use super::{
    actor::{self, Wanted},
    signed,
};
use crate::{
    actions::{
        collections::{self, OfPost},
        scopes::Scope,
        show::{self, Found, Place},
    },
    app::App,
    error::{Error, Result},
    federation::documents::Document,
    http::authentication::OptionalBearer,
};

/// `GET /a/{name}`.
pub async fn activity(
    app: Data<App>,
    name: Path<String>,
    bearer: OptionalBearer,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse> {
    let id = app.site.activity(&name);
    let site = app.site.clone();
    let found = app.db.read(move |transaction| show::activity(transaction, &site, &id)).await?;
    answer(&app, found, bearer, &request, payload).await
}

/// `GET /o/{name}`.
pub async fn object(
    app: Data<App>,
    name: Path<String>,
    bearer: OptionalBearer,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse> {
    let id = ObjectId::parse(&app.site.object(&name)).map_err(|_| Error::NotFound)?;
    let site = app.site.clone();
    if actor::wanted(&request, Wanted::Document) == Wanted::Page {
        return Ok(actor::to(&app.db.read(move |transaction| show::page(transaction, &site, &id)).await?));
    }
    match app.db.read(move |transaction| show::object(transaction, &site, &id)).await? {
        Place::There(found) => answer(&app, *found, bearer, &request, payload).await,
        Place::Gone(tombstone) => {
            Ok(HttpResponse::Gone().content_type(ACTIVITY_JSON).body(tombstone.to_value().to_string()))
        }
    }
}

/// Where a page of a collection begins.
#[derive(Debug, Deserialize)]
pub struct Page {
    after: Option<i64>,
}

/// `GET /o/{name}/{part}`: replies, the thread, likes and shares of a post that everybody may see.
pub async fn collection(
    app: Data<App>,
    path: Path<(String, String)>,
    page: Query<Page>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (name, part) = path.into_inner();
    let id = ObjectId::parse(&app.site.object(&name)).map_err(|_| Error::NotFound)?;
    let which = OfPost::from_name(&part).ok_or(Error::NotFound)?;
    let (site, after) = (app.site.clone(), page.after);
    let document =
        app.db.read(move |transaction| collections::of_post(transaction, &site, &id, which, after)).await?;
    Ok(actor::answer(&request, &Document::new(0, &document), ACTIVITY_JSON))
}

async fn answer(
    app: &App,
    found: Found,
    bearer: OptionalBearer,
    request: &HttpRequest,
    payload: Payload,
) -> Result<HttpResponse> {
    if found.is_public() {
        return Ok(actor::answer(request, &Document::new(0, &found.document), ACTIVITY_JSON));
    }
    let reader = reader(app, &found, bearer, request, payload).await?;
    let site = app.site.clone();
    let document = app.db.read(move |transaction| match found.is_for(transaction, &site, &reader)? {
        true => Ok(found.document.to_string()),
        false => Err(Error::NotFound),
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((header::VARY, "Accept, Authorization, Signature"))
        .content_type(ACTIVITY_JSON)
        .body(document.await?))
}

/// Who asks. A token that is not for such things is nobody's here.
async fn reader(
    app: &App,
    found: &Found,
    bearer: OptionalBearer,
    request: &HttpRequest,
    payload: Payload,
) -> Result<ActorId> {
    let scope = if found.is_sealed() { Scope::Messages } else { Scope::Read };
    match bearer.0 {
        Some(bearer) => bearer.allowed(scope).map(|caller| caller.actor(app)).map_err(|_| Error::NotFound),
        None if found.is_sealed() => Err(Error::NotFound),
        None => signed::reader(request, payload).await,
    }
}
