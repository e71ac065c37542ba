//! Actors: `GET /users/{account}` and the server's own `GET /actor`, as ActivityStreams. The
//! same address serves both kinds of readers by content negotiation, because people paste ids into browsers and servers
//! fetch pages.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Path},
};
use alcove_protocol::context::ACTIVITY_JSON;

use crate::{
    app::App,
    db::accounts,
    error::{Error, Result},
    federation::documents::{self, Document},
    http::authentication::OptionalBearer,
};

/// What a reader prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A page.
    Page,
    /// The ActivityStreams document.
    Document,
}

/// `GET /users/{account}`: the document, for its owner's own client with what only the owner may know; a browser is sent
/// to the page.
pub async fn actor(
    app: Data<App>,
    account: Path<i64>,
    request: HttpRequest,
    bearer: OptionalBearer,
) -> Result<HttpResponse> {
    let account = account.into_inner();
    let owner = bearer.0.is_some_and(|bearer| bearer.with_any_scope().account == account);
    if wanted(&request, Wanted::Document) == Wanted::Page {
        let row = app.db.read(move |transaction| accounts::find(transaction, account)).await?;
        return Ok(to(&app.site.profile(&row.ok_or(Error::NotFound)?.name)));
    }
    if owner {
        let document = documents::account_for_owner(&app, account).await?;
        let mut answer = HttpResponse::Ok();
        answer.insert_header((header::CACHE_CONTROL, "private, no-store"));
        answer.insert_header((header::VARY, "Accept, Authorization"));
        return Ok(answer.content_type(ACTIVITY_JSON).body(document.body));
    }
    let document = documents::account(&app, account).await?;
    Ok(answer(&request, &document, ACTIVITY_JSON))
}

/// `GET /actor`: who acts for the server itself.
pub async fn instance(app: Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    let document = documents::instance(&app).await?;
    Ok(answer(&request, &document, ACTIVITY_JSON))
}

/// What the `Accept` header asks for; both kinds or neither leave the address to decide.
pub fn wanted(request: &HttpRequest, usual: Wanted) -> Wanted {
    let accept =
        request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let names = |types: &[&str]| types.iter().any(|kind| accept.contains(kind));
    let document = names(&[ACTIVITY_JSON, "application/ld+json", "application/json"]);
    match (names(&["text/html", "application/xhtml+xml"]), document) {
        (true, false) => Wanted::Page,
        (false, true) => Wanted::Document,
        _ => usual,
    }
}

/// Sends a reader to where the other kind of answer is.
pub fn to(address: &str) -> HttpResponse {
    let mut answer = HttpResponse::Found();
    answer.insert_header((header::LOCATION, address)).insert_header((header::VARY, "Accept"));
    answer.finish()
}

/// A public document, or 304 when the reader has it already.
pub fn answer(request: &HttpRequest, document: &Document, content_type: &str) -> HttpResponse {
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let same = known.is_some_and(|tags| {
        tags.split(',')
            .map(|tag| tag.trim().trim_start_matches("W/"))
            .any(|tag| tag == "*" || tag == document.etag)
    });
    let mut answer = if same { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((header::ETAG, document.etag.as_str()));
    answer.insert_header((header::VARY, "Accept"));
    answer.insert_header((header::CACHE_CONTROL, "public, max-age=60"));
    if same { answer.finish() } else { answer.content_type(content_type).body(document.body.clone()) }
}
