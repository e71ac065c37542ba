//! The plain pages: joining, signing in, settings. Forms and redirects, no scripts, fine in a text browser. What the
//! browser app does instead is `src/web`.

mod about;
mod acts;
mod browser;
mod choices;
mod devices;
mod draft;
mod edit_profile;
mod emojis;
mod front;
mod join;
mod lists;
mod messages;
mod moving;
mod navigation;
mod notifications;
mod people;
mod profile;
mod remote_follow;
mod reports;
mod reset;
mod search;
mod settings;
mod sign_in;
mod stolen;
pub mod templates;
mod thread;
mod timeline;
pub mod upload;
pub mod views;
pub mod visitor;
mod waiting;
mod write;

use actix_web::web;

/// The routes of the pages.
pub fn routes(service: &mut web::ServiceConfig) {
    service.configure(entrance).configure(reading).configure(acting).configure(own);
}

/// What people read.
fn reading(service: &mut web::ServiceConfig) {
    service
        .route("/about", web::get().to(about::show))
        .route("/home", web::get().to(timeline::home))
        .route("/tags/{name}", web::get().to(timeline::tag))
        .route("/people/{id}", web::get().to(profile::by_id))
        .route("/posts/{id}", web::get().to(thread::by_id))
        .route("/posts/{id}/history", web::get().to(thread::history_by_id))
        .route("/posts/{id}/boosts", web::get().to(people::boosted))
        .route("/posts/{id}/likes", web::get().to(people::liked))
        .route("/@{name}", web::get().to(profile::show))
        .route("/@{name}/followers", web::get().to(people::followers))
        .route("/@{name}/following", web::get().to(people::following))
        .route("/@{name}/{id}", web::get().to(thread::of_person))
        .route("/@{name}/{id}/history", web::get().to(thread::history_of_person));
}

/// What people do with posts and with each other.
fn acting(service: &mut web::ServiceConfig) {
    service
        .route("/write", web::get().to(write::show))
        .route("/write", web::post().to(write::submit))
        .route("/write/{id}", web::get().to(waiting::show))
        .route("/write/{id}", web::post().to(waiting::take_back))
        .route("/posts/{id}/edit", web::get().to(write::show_edit))
        .route("/posts/{id}/edit", web::post().to(write::submit_edit))
        .route("/posts/{id}/delete", web::get().to(write::ask_to_delete))
        .route("/posts/{id}/delete", web::post().to(write::delete))
        .route("/posts/{id}/boost", web::post().to(acts::boost))
        .route("/posts/{id}/like", web::post().to(acts::like))
        .route("/posts/{id}/pin", web::post().to(acts::pin))
        .route("/posts/{id}/vote", web::post().to(acts::vote))
        .route("/people/{id}/follow", web::post().to(acts::follow))
        .route("/people/{id}/mute", web::post().to(acts::mute))
        .route("/people/{id}/block", web::get().to(acts::ask_to_block))
        .route("/people/{id}/block", web::post().to(acts::block))
        .route("/people/{id}/remove", web::post().to(acts::remove))
        .route("/report", web::get().to(reports::show))
        .route("/report", web::post().to(reports::submit));
}

/// What is somebody's own: news, conversations, settings; and what those who run this place look after.
fn own(service: &mut web::ServiceConfig) {
    service
        .route("/notifications", web::get().to(notifications::show))
        .route("/requests", web::get().to(notifications::show_requests))
        .route("/requests", web::post().to(notifications::answer))
        .route("/messages", web::get().to(messages::list))
        .route("/messages/to", web::get().to(messages::find))
        .route("/messages/to/{person}", web::get().to(messages::begin))
        .route("/messages/to/{person}", web::post().to(messages::begin_with))
        .route("/messages/{id}", web::get().to(messages::show))
        .route("/messages/{id}", web::post().to(messages::send))
        .route("/settings", web::get().to(choices::places))
        .route("/settings/profile", web::get().to(edit_profile::show))
        .route("/settings/profile", web::post().to(edit_profile::save))
        .route("/settings/preferences", web::get().to(choices::show_preferences))
        .route("/settings/preferences", web::post().to(choices::save_preferences))
        .route("/settings/blocks", web::get().to(choices::show_blocks))
        .route("/settings/move", web::get().to(moving::show))
        .route("/settings/move", web::post().to(moving::submit))
        .route("/moderation/reports", web::get().to(reports::list))
        .route("/moderation/reports", web::post().to(reports::close))
        .route("/moderation/emoji", web::get().to(emojis::show))
        .route("/moderation/emoji", web::post().to(emojis::add))
        .route("/moderation/emoji/remove", web::post().to(emojis::remove));
}

/// Joining, signing in, and what somebody is signed in with.
fn entrance(service: &mut web::ServiceConfig) {
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
        .route("/stolen", web::get().to(stolen::show))
        .route("/stolen", web::post().to(stolen::freeze))
        .route("/stolen/over", web::post().to(stolen::unfreeze))
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

/// Whether a form is shown again with what was typed.
fn can_be_mended(error: &crate::error::Error) -> bool {
    use crate::error::Error;
    matches!(error, Error::Refused(_) | Error::Forbidden(_) | Error::TooMany(_) | Error::Busy)
}
