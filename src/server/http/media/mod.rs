//! Files: given by people's apps (`/api/v2/media`, as Mastodon's apps do it) and given out to everybody who knows their
//! names. What comes in by a form of the pages is `pages/upload.rs`; what is done with files is `media/`.

mod answer;
pub mod blobs;
mod files;
pub mod parts;
mod remote;
mod upload;

use actix_web::web;

/// The routes of files.
pub fn routes(service: &mut web::ServiceConfig) {
    service
        .route("/blobs/{name}", web::get().to(blobs::show))
        .route("/blobs/{name}", web::head().to(blobs::show))
        .route("/api/v2/media", web::post().to(upload::upload))
        .route("/api/v1/media", web::post().to(upload::upload))
        .route("/api/v1/media/{id}", web::get().to(upload::show))
        .route("/api/v1/media/{id}", web::put().to(upload::describe))
        .route("/media/remote/{url}/{proof}", web::get().to(remote::show))
        .route("/media/remote/{url}/{proof}", web::head().to(remote::show))
        .route("/media/{name}/{file}", web::get().to(files::show))
        .route("/media/{name}/{file}", web::head().to(files::show));
}
