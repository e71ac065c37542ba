//! Single activities and posts at their own addresses: `GET /a/{name}` and `GET /o/{name}`. Public ones for everybody, all
//! else for its author and those it was for, by token or by signature; sealed ones by token only. Everybody else is told
//! that there is nothing (S-23).

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Path, Payload},
};
use alcove_protocol::{ActorId, activity::create::ObjectId, context::ACTIVITY_JSON};

use super::{actor, signed};
use crate::{
    actions::{
        scopes::Scope,
        show::{self, Found},
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
    let found = app.db.read(move |transaction| show::activity(transaction, &id)).await?;
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
    let found = app.db.read(move |transaction| show::object(transaction, &id)).await?;
    answer(&app, found, bearer, &request, payload).await
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
