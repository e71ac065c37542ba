//! `GET /blobs/{name}`: sealed files of conversations, for everybody who knows the name: it is random, and stands in what its
//! readers were sent. Bytes that mean nothing to anybody else, and are never shown by a browser. Those of other servers are
//! passed on to readers here as they come.

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, body::SizedStream, http::header, web};
use futures_util::StreamExt;

use super::answer::{self, File, Kind, Source};
use crate::{
    actions::blobs,
    app::App,
    error::{Error, Result},
    federation::fetch::blob::Passing,
    http::headers::FILE_POLICY,
};

/// A file never changes under its name.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Gives a file out.
pub async fn show(
    app: web::Data<App>,
    request: HttpRequest,
    name: web::Path<String>,
) -> Result<HttpResponse> {
    answer(&app, &request, &name).await
}

/// The same, by a name that was found otherwise.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Busy`].
pub async fn answer(app: &App, request: &HttpRequest, name: &str) -> Result<HttpResponse> {
    let (sought, now) = (name.to_owned(), app.clock.now());
    let row = app.db.read(move |transaction| blobs::whole(transaction, now, &sought)).await?;
    let source = Source::Parts { name: &row.name, length: row.standing().length };
    answer::file(app, request, File { source, kind: Kind::Sealed, title: &row.name, cache: FOR_EVER }).await
}

/// Fetches a file of another server and passes it on, the part that was asked for.
///
/// # Errors
/// [`Error::NotFound`] for whatever cannot be had; [`Error::Busy`] when too many are fetched, or the other server has trouble.
pub async fn pass_on(app: &App, request: &HttpRequest, url: &str) -> Result<HttpResponse> {
    let host = url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
    let place = app.media.fetching.enter(&host.ok_or(Error::NotFound)?).ok_or(Error::Busy)?;
    let range = request.headers().get(header::RANGE).and_then(|range| range.to_str().ok());
    let fetched = app.outgoing.get_blob(url, range, app.config.media.blob_bytes).await;
    let Passing { range, length, bytes } = fetched.map_err(|error| {
        tracing::debug!(%error, "a sealed file could not be had");
        if error.is_passing() { Error::Busy } else { Error::NotFound }
    })?;
    let mut answer = match &range {
        Some(range) => with_headers(HttpResponse::PartialContent(), &[(header::CONTENT_RANGE, range)]),
        None => with_headers(HttpResponse::Ok(), &[]),
    };
    // The place in the room is kept until the last byte has gone.
    let bytes = bytes.map(move |bytes| {
        let _kept = &place;
        bytes
    });
    Ok(answer.body(SizedStream::new(length, bytes)))
}

fn with_headers(
    mut answer: HttpResponseBuilder,
    more: &[(header::HeaderName, &String)],
) -> HttpResponseBuilder {
    answer
        .insert_header((header::CONTENT_TYPE, Kind::Sealed.media_type()))
        .insert_header((header::CONTENT_DISPOSITION, "attachment"))
        .insert_header((header::CONTENT_SECURITY_POLICY, FILE_POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CACHE_CONTROL, "private, max-age=31536000, immutable"))
        .insert_header((header::ACCEPT_RANGES, "bytes"));
    more.iter().for_each(|(name, value)| {
        answer.insert_header((name.clone(), value.as_str()));
    });
    answer
}
