//! `/api/alcove/v1`: what only our own clients know (`alcove_protocol::api`). What the drafts define is in `c2s/`.

mod blobs;
mod conversations;
mod devices;
mod find;
mod invitations;
mod items;
mod join;
mod letters;
mod password;
mod people;
mod server;
mod tokens;

use actix_web::web;
use alcove_protocol::api::path;

/// The routes of the API.
pub fn routes(service: &mut web::ServiceConfig) {
    service
        .route(path::JOIN, web::post().to(join::join))
        .route(path::TOKENS, web::post().to(tokens::sign_in))
        .route(path::TOKENS, web::delete().to(tokens::sign_out))
        .route(path::SESSIONS, web::get().to(tokens::list))
        .route(&format!("{}/{{id}}", path::SESSIONS), web::delete().to(tokens::end))
        .route(path::PASSWORD, web::post().to(password::change))
        .route(path::SERVER, web::get().to(server::show))
        .configure(invitations)
        .configure(blobs)
        .configure(devices)
        .configure(conversations)
        .configure(letters)
        .configure(people);
}

fn invitations(service: &mut web::ServiceConfig) {
    service
        .route(&format!("{}/{{id}}", path::INVITATION), web::get().to(invitations::show))
        .route(path::INVITATIONS, web::get().to(invitations::list))
        .route(path::INVITATIONS, web::post().to(invitations::make))
        .route(&format!("{}/{{id}}", path::INVITATIONS), web::delete().to(invitations::revoke))
        .route(&format!("{}/{{id}}/proof", path::INVITATIONS), web::get().to(invitations::joining))
        .route(&format!("{}/{{id}}/proof", path::INVITATIONS), web::put().to(invitations::prove))
        .route(&format!("{}/{{id}}/answer", path::INVITATIONS), web::put().to(invitations::answer));
}

fn blobs(service: &mut web::ServiceConfig) {
    let one = format!("{}/{{name}}", path::BLOBS);
    service
        .route(path::BLOBS, web::post().to(blobs::announce))
        .route(&format!("{}/fetch", path::BLOBS), web::get().to(blobs::fetch))
        .route(&one, web::get().to(blobs::standing))
        .route(&one, web::head().to(blobs::standing))
        .route(&one, web::patch().to(blobs::put))
        .route(&one, web::delete().to(blobs::remove));
}

fn devices(service: &mut web::ServiceConfig) {
    service
        .route(path::DEVICES, web::get().to(devices::list))
        .route(path::DEVICES, web::post().to(devices::register))
        .route(&format!("{}/{{name}}", path::DEVICES), web::patch().to(devices::change))
        .route(&format!("{}/{{name}}", path::DEVICES), web::delete().to(devices::remove))
        .route(path::PAIRINGS, web::get().to(devices::pairings))
        .route(path::PAIRINGS, web::post().to(devices::start))
        .route(&format!("{}/{{name}}/answer", path::PAIRINGS), web::put().to(devices::answer))
        .route(&format!("{}/{{name}}/reveal", path::PAIRINGS), web::put().to(devices::reveal))
        .route(&format!("{}/{{name}}/verdict", path::PAIRINGS), web::put().to(devices::verdict));
}

fn conversations(service: &mut web::ServiceConfig) {
    service
        .route(path::CONVERSATIONS, web::post().to(conversations::begin))
        .route(path::COMMITS, web::post().to(conversations::commit))
        .route(path::PAST_COMMITS, web::get().to(conversations::past))
        .route(path::DELIVERIES, web::get().to(conversations::deliveries))
        .route(path::ITEMS, web::get().to(items::list))
        .route(&format!("{}/cursor", path::ITEMS), web::put().to(items::acknowledge))
        .route(path::FIND, web::get().to(find::find))
        .route(path::KEY_PACKAGES, web::get().to(find::key_packages));
}

fn letters(service: &mut web::ServiceConfig) {
    service
        .route(path::LETTERS, web::get().to(letters::list))
        .route(path::LETTERS, web::post().to(letters::begin))
        .route(&format!("{}/{{id}}", path::LETTERS), web::get().to(letters::show))
        .route(&format!("{}/{{id}}", path::LETTERS), web::post().to(letters::answer))
        .route(&format!("{}/{{id}}/read", path::LETTERS), web::put().to(letters::read))
        .route(&format!("{}/{{id}}/deliveries", path::LETTERS), web::get().to(letters::deliveries));
}

fn people(service: &mut web::ServiceConfig) {
    service
        .route(path::ME, web::get().to(people::me))
        .route(path::PEOPLE, web::post().to(people::people))
        .route(path::BLOCKS, web::get().to(people::blocks))
        .route(path::BLOCKS, web::post().to(people::block))
        .route(path::BLOCKS, web::delete().to(people::unblock));
}
