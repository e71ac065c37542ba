//! `GET /media/{name}/{form}.{extension}`: files of people here. Whoever knows the name may have the file: it is random, and
//! stands in what its readers were sent. Without a session and without a token.

use actix_web::{HttpRequest, HttpResponse, web};

use super::answer::{self, File, Kind, Source};
use crate::{
    app::App,
    db::media::{self, State},
    error::{Error, Result},
    media::{Variant, kind::FileType, storage::Place},
};

/// A file never changes under its name.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Gives a file out.
pub async fn show(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse> {
    let (name, file) = path.into_inner();
    let (form, extension) =
        file.split_once('.').map_or((file.as_str(), None), |(form, extension)| (form, Some(extension)));
    let variant = Variant::parse(form).ok_or(Error::NotFound)?;
    let sought = name.clone();
    let row = app.db.read(move |transaction| media::by_name(transaction, &sought)).await?;
    let row = row.filter(|row| row.is(State::Ready)).ok_or(Error::NotFound)?;
    let kind = FileType::of_media_type(&row.content_type).and_then(|original| variant.kind(original));
    // The address says what it leads to, or nothing: never something else.
    let kind = kind.filter(|kind| extension.is_none_or(|extension| extension == kind.extension()));
    let kind = kind.ok_or(Error::NotFound)?;
    let (source, title) = (Source::Whole(Place::Own(&name, variant)), format!("{name}-{form}"));
    let file = File { source, kind: Kind::Shown(kind), title: &title, cache: FOR_EVER };
    answer::file(&app, &request, file).await
}
