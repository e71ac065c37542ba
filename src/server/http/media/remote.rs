//! `GET /media/remote/{address}/{proof}`: files of other servers, under addresses that only we can make. Whatever cannot be
//! shown is one and the same 404.

use actix_web::{HttpRequest, HttpResponse, web};

use super::answer::{self, File, Kind, Source};
use crate::{
    app::App,
    error::{Error, Result},
    federation::remote_media,
    media::storage::Place,
};

/// What is behind a foreign address may change.
const FOR_A_WEEK: &str = "public, max-age=604800";

/// Gives a foreign file out.
pub async fn show(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse> {
    let (url, proof) = path.into_inner();
    let url = app.media.proxy.read(&url, &proof).ok_or(Error::NotFound)?;
    let held = remote_media::held(&app, &url).await?;
    let (source, kind) = (Source::Whole(Place::Remote(&held.name)), Kind::Shown(held.kind));
    let file = File { source, kind, title: &held.name, cache: FOR_A_WEEK };
    answer::file(&app, &request, file).await
}
