//! `/api/v2/media` and `/api/v1/media/{id}`, as Mastodon's apps use them: give a file, ask whether it is ready, describe it.

use std::collections::BTreeMap;

use actix_web::{
    FromRequest, HttpMessage, HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Bytes, Data, Path, Payload},
};
use serde_json::{Value, json};

use super::parts::{Parts, Reader, Taken};
use crate::{
    actions::{
        media::{self as action, Description, Focus},
        scopes::Scope,
    },
    app::App,
    db::media::{MediaRow, State},
    error::{Error, Result},
    http::authentication::{Bearer, Caller},
    media::{self, Variant, arrival, kind::FileType, picture::Shape},
    site::Site,
};

/// Takes a file: 200 when it is ready, 202 when it is being prepared.
pub async fn upload(
    app: Data<App>,
    bearer: Bearer,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse> {
    let caller = bearer.allowed_part(Scope::Write, "media")?;
    let Parts { texts, files, .. } = form(&app, &caller, &request, payload, 1).await?;
    let file = files.into_iter().find(|(name, _)| name == "file");
    let (_, file) = file.ok_or_else(|| Error::refused("file-missing", 422, "Expected a part named file."))?;
    let description = said(&texts.into_iter().collect())?;
    let row = arrival::take(&app, caller.account, file.file?, description, Shape::Whole).await?;
    let status = if row.is(State::Ready) { StatusCode::OK } else { StatusCode::ACCEPTED };
    Ok(HttpResponse::build(status).json(shown(&app.site, &row)))
}

/// Says how far a file is: 200 when it is ready, 206 while it is prepared, 422 when it cannot be used.
pub async fn show(app: Data<App>, bearer: Bearer, id: Path<String>) -> Result<HttpResponse> {
    let caller = bearer.allowed_part(Scope::Write, "media")?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let row = app.db.read(move |transaction| action::own(transaction, caller.account, id)).await?;
    if row.is(State::Processing) {
        return Ok(HttpResponse::PartialContent().json(shown(&app.site, &row)));
    }
    action::usable(Some(&row))?;
    Ok(HttpResponse::Ok().json(shown(&app.site, &row)))
}

/// Says what is to be seen in a file, and where its middle is. What is not named stays as it is.
pub async fn describe(
    app: Data<App>,
    bearer: Bearer,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse> {
    let caller = bearer.allowed_part(Scope::Write, "media")?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let texts = texts(&app, &caller, &request, payload).await?;
    let row = app.db.write(move |transaction| {
        let before = action::own(transaction, caller.account, id)?;
        let text = texts.get("description").cloned().unwrap_or(before.description);
        let focus = texts.get("focus").cloned().or(before.focus);
        let focus = focus.as_deref().map(Focus::parse).transpose()?;
        action::describe(transaction, caller.account, id, &Description { text, focus })
    });
    Ok(HttpResponse::Ok().json(shown(&app.site, &row.await?)))
}

async fn form(
    app: &App,
    caller: &Caller,
    request: &HttpRequest,
    payload: Payload,
    most_files: usize,
) -> Result<Parts> {
    let reader = Reader { app, account: caller.account, taken: Taken::Media(most_files) };
    reader.read(request.headers(), payload.into_inner(), |_| Ok(())).await
}

/// The texts of a body in any of the three forms that apps send.
async fn texts(
    app: &App,
    caller: &Caller,
    request: &HttpRequest,
    payload: Payload,
) -> Result<BTreeMap<String, String>> {
    if request.content_type() == "multipart/form-data" {
        return Ok(form(app, caller, request, payload, 0).await?.texts.into_iter().collect());
    }
    let body = Bytes::from_request(request, &mut payload.into_inner()).await;
    let body = body.map_err(|_| Error::invalid("expected a body"))?;
    if request.content_type() == "application/json" {
        return serde_json::from_slice(&body).map_err(|error| Error::invalid(format!("the body: {error}")));
    }
    Ok(url::form_urlencoded::parse(&body).into_owned().collect())
}

fn said(texts: &BTreeMap<String, String>) -> Result<Description> {
    let text = texts.get("description").cloned().unwrap_or_default();
    let focus = texts.get("focus").map(|focus| Focus::parse(focus)).transpose()?;
    Ok(Description { text, focus })
}

/// A file as Mastodon's apps know it, with `notice` of our own: what its owner ought to know about what stays in it.
fn shown(site: &Site, row: &MediaRow) -> Value {
    let is_ready = row.is(State::Ready);
    let address = |variant| media::address(site, row, variant).filter(|_| is_ready);
    let url = address(Variant::Original);
    let focus = row.focus.as_deref().and_then(|focus| Focus::parse(focus).ok());
    let size = row.width.zip(row.height).map(|(width, height)| json!({"width": width, "height": height}));
    json!({
        "id": row.id.to_string(),
        "type": row.kind(),
        "url": url,
        "preview_url": address(Variant::Preview).or(url),
        "remote_url": null,
        "meta": {"original": size, "focus": focus.map(|focus| json!({"x": focus.x, "y": focus.y}))},
        "description": Some(&row.description).filter(|text| !text.is_empty()),
        "blurhash": row.blurhash,
        "notice": FileType::of_media_type(&row.content_type).and_then(FileType::notice),
    })
}
