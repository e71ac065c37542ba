//! The plain pages: joining, signing in, settings. Forms and redirects, no scripts, fine in a text browser. What the
//! browser app does instead is `src/web`.

mod browser;
mod devices;
mod front;
mod join;
mod list_form;
mod lists;
mod navigation;
mod remote_follow;
mod reset;
mod search;
mod settings;
mod sign_in;
pub mod templates;
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
        .route("/search", web::get().to(search::show))
        .route("/authorize_interaction", web::get().to(search::authorize_interaction))
        .route("/remote_follow", web::get().to(remote_follow::show))
        .route("/remote_follow", web::post().to(remote_follow::follow))
        .route("/settings/import", web::get().to(lists::show_import))
        .route("/settings/import", web::post().to(lists::import))
        .route("/settings/export", web::get().to(lists::show_export))
        .route("/settings/export/{file}", web::get().to(lists::export))
        .route("/reset/{token}", web::get().to(reset::show))
        .route("/reset/{token}", web::post().to(reset::reset));
}

/// The status of an error under which a form is shown again with its sentence.
fn status_of(error: &crate::error::Error) -> actix_web::http::StatusCode {
    actix_web::ResponseError::status_code(error)
}
