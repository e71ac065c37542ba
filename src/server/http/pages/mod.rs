//! The plain pages: joining, signing in, settings. Forms and redirects, no scripts, fine in a text browser. What the
//! browser app does instead is `src/web`.

mod browser;
mod devices;
mod front;
mod join;
mod navigation;
mod reset;
mod settings;
mod sign_in;
pub mod templates;
pub mod upload;
pub mod visitor;

use actix_web::web;

/// The routes of the pages.
pub fn routes(service: &mut web::ServiceConfig) {
    service
        .route("/", web::get().to(front::show))
        .route("/assets/{file}", web::get().to(templates::style))
        .route("/join/{token}", web::get().to(join::show))
        .route("/join/{token}", web::post().to(join::join))
        .route("/welcome", web::get().to(join::welcome))
        .route("/signin", web::get().to(sign_in::show))
        .route("/signin", web::post().to(sign_in::sign_in))
        .route("/signout", web::get().to(sign_in::show_sign_out))
        .route("/signout", web::post().to(sign_in::sign_out))
        .route("/settings/password", web::get().to(settings::show_password))
        .route("/settings/password", web::post().to(settings::change_password))
        .route("/settings/devices", web::get().to(devices::show))
        .route("/settings/devices", web::post().to(devices::remove_all))
        .route("/settings/sessions", web::get().to(settings::show_sessions))
        .route("/settings/sessions", web::post().to(settings::end_session))
        .route("/reset/{token}", web::get().to(reset::show))
        .route("/reset/{token}", web::post().to(reset::reset));
}

/// The status of an error under which a form is shown again with its sentence.
fn status_of(error: &crate::error::Error) -> actix_web::http::StatusCode {
    actix_web::ResponseError::status_code(error)
}
