//! `/api/alcove/v1/blobs`: sealed files are announced, come part by part, go on where they were broken off, and are removed; those
//! of other servers are fetched for their reader, so that nobody's address becomes known by a file.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Bytes, Data, Json, Path, Query},
};
use alcove_protocol::api::{BlobPlace, BlobStanding, NewBlob};
use serde::Deserialize;

use crate::{
    actions::{blobs, scopes::Scope},
    app::App,
    db::blobs as table,
    error::{Error, Result},
    http::{
        authentication::{Bearer, bearer_token},
        media::blobs as files,
    },
    secret::SecretHash,
};

/// Which header says how far a file is, as in the tus protocol.
const OFFSET: &str = "Upload-Offset";

/// `POST {BLOBS}`: 201.
pub async fn announce(app: Data<App>, bearer: Bearer, new: Json<NewBlob>) -> Result<HttpResponse> {
    let caller = bearer.allowed(Scope::Messages)?;
    let (moment, config) = (app.moment(), app.config.clone());
    app.media.uploads.take(&caller.account, moment.now)?;
    let announced = app.db.write(move |transaction| {
        blobs::announce(transaction, &moment, &config.media, caller.account, new.length)
    });
    let blobs::Announced { name, token } = announced.await?;
    let place = BlobPlace { url: app.site.blob(&name), name, upload_token: token };
    Ok(HttpResponse::Created().insert_header(("Cache-Control", "no-store")).json(place))
}

/// Where a part belongs.
#[derive(Debug, Deserialize)]
pub struct Offset {
    offset: u64,
}

/// `PATCH {BLOBS}/{name}?offset=`, with the token of the file.
pub async fn put(
    app: Data<App>,
    request: HttpRequest,
    name: Path<String>,
    at: Query<Offset>,
    part: Bytes,
) -> Result<HttpResponse> {
    let row = held(&app, &request, &name).await?;
    let length = part.len() as u64;
    let number = blobs::expect_part(&row, at.offset, length)?;
    app.media.storage.put_part(&row.name, number, part).await?;
    let standing = app.db.write(move |transaction| blobs::advance(transaction, &row, length)).await?;
    Ok(answer(standing))
}

/// `GET` and `HEAD {BLOBS}/{name}`, with the token of the file.
pub async fn standing(app: Data<App>, request: HttpRequest, name: Path<String>) -> Result<HttpResponse> {
    Ok(answer(held(&app, &request, &name).await?.standing()))
}

/// `DELETE {BLOBS}/{name}`, with the token of the file: 204.
pub async fn remove(app: Data<App>, request: HttpRequest, name: Path<String>) -> Result<HttpResponse> {
    let row = held(&app, &request, &name).await?;
    app.media.storage.remove_blob(&row.name, row.standing().length).await?;
    app.db.write(move |transaction| table::delete(transaction, &row.name)).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn held(app: &App, request: &HttpRequest, name: &str) -> Result<table::BlobRow> {
    let token = SecretHash::of(&bearer_token(request).ok_or(Error::NotSignedIn)?);
    let name = name.to_owned();
    app.db.read(move |transaction| blobs::held(transaction, &name, &token)).await
}

fn answer(standing: BlobStanding) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((OFFSET, standing.received.to_string()))
        .insert_header(("Upload-Length", standing.length.to_string()))
        .insert_header(("Cache-Control", "no-store"))
        .json(standing)
}

/// Which file.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    url: String,
}

/// `GET {BLOBS}/fetch?url=`: a file of another server, or of this one.
pub async fn fetch(
    app: Data<App>,
    bearer: Bearer,
    request: HttpRequest,
    wanted: Query<Wanted>,
) -> Result<HttpResponse> {
    bearer.allowed(Scope::Messages)?;
    match wanted.url.strip_prefix(&app.site.blob("")) {
        Some(name) => files::answer(&app, &request, name).await,
        None => files::pass_on(&app, &request, &wanted.url).await,
    }
}
