//! `/app/` and `/i/{id}`: the browser app, the same bytes for everybody (EXPERIENCE.md section 7, L0 and L1). Nothing of it is
//! made here, and no cookie is read or set. What it is made of is in `bundle.rs`; whatever it asks for, in `api/`.
//!
//! `/i/{id}` is an invitation: the same page, which reads the rest of the link, never sent to us, by itself. Where there are
//! no scripts it leads to `?plain`, and from there to the page for joining without a device, if the invitation is for that.

mod files;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode, header},
    web::{self, Data, Path},
};

use super::{headers, pages::templates::Templates};
use crate::{app::App, bundle::File, db::invitations, error::Result, secret::SecretHash};

/// Where the app begins.
pub const PATH: &str = "/app/";
/// What asks for a way without scripts.
const PLAIN: &str = "plain";

/// The routes of the app. All methods, because an answer to any of them has the headers of the app.
pub fn routes(service: &mut web::ServiceConfig) {
    service
        .route("/app", web::to(beginning))
        .route("/app/{name:.*}", web::to(one))
        .route("/i/{id}", web::to(invitation));
}

/// `/app`: where relative addresses would not fit.
async fn beginning() -> HttpResponse {
    let mut answer = HttpResponse::PermanentRedirect();
    headers::of_app(&mut answer);
    answer.insert_header((header::LOCATION, PATH)).finish()
}

/// `GET /app/…`
async fn one(app: Data<App>, templates: Data<Templates>, request: HttpRequest) -> Result<HttpResponse> {
    // As it was sent: names in the set have nothing that would have to be written otherwise.
    let name = request.path().strip_prefix(PATH).unwrap_or_default();
    match app.bundle.file(name) {
        _ if !is_read(&request) => Ok(files::not_allowed()),
        Some(_) if name.is_empty() && wants_plain(&request) => Ok(to("/signin")),
        Some(file) => Ok(files::answer(&request, name, file)),
        None if name.is_empty() => missing(&app, &templates),
        None => Ok(files::nothing()),
    }
}

/// `GET /i/{id}`
async fn invitation(
    app: Data<App>,
    templates: Data<Templates>,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let index: Option<&File> = app.bundle.file("").filter(|_| !wants_plain(&request));
    match index {
        _ if !is_read(&request) => Ok(files::not_allowed()),
        Some(index) => Ok(files::answer(&request, "", index)),
        None => without_app(&app, &templates, &id).await,
    }
}

/// To the page for joining, which says as well what an invitation is that cannot be taken up any more; invitations that an
/// app has made are for apps only.
async fn without_app(app: &App, templates: &Templates, id: &str) -> Result<HttpResponse> {
    let token = SecretHash::of(id);
    let found = app.db.read(move |transaction| invitations::by_token(transaction, &token)).await?;
    if found.is_some() {
        return Ok(to(&format!("/join/{id}")));
    }
    let sentence = "This invitation proves to both sides who the other is, which a page cannot do. Open the link in a browser \
                    that runs scripts, or give it to alcove-chat join in a terminal.";
    let link = Some(("/about", "About this place"));
    templates.said(app, StatusCode::NOT_FOUND, "This invitation needs an app", sentence, link)
}

fn missing(app: &App, templates: &Templates) -> Result<HttpResponse> {
    let sentence = "This server was built without the browser app. Whoever built it makes the app with cargo task web, and \
                    builds the server again. Until then there are these pages, and alcove-chat for a terminal.";
    templates.said(app, StatusCode::NOT_FOUND, "No app here", sentence, Some(("/", "To the front page")))
}

/// Elsewhere on this server.
fn to(path: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, path))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}

fn is_read(request: &HttpRequest) -> bool {
    [Method::GET, Method::HEAD].contains(request.method())
}

fn wants_plain(request: &HttpRequest) -> bool {
    request.query_string() == PLAIN
}
