//! What other servers ask: actors and the documents by which they are found, and the inboxes. Conversations at their
//! sequencer are in `conversations.rs`. Every answer to a question about an actor comes from memory.

pub mod actor;
pub mod collections;
pub mod conversations;
pub mod inbox;
pub mod node_info;
pub mod objects;
pub mod signed;
pub mod well_known;

use actix_web::web;

/// The routes of this area.
pub fn routes(service: &mut web::ServiceConfig) {
    service
        .route("/.well-known/webfinger", web::get().to(well_known::webfinger))
        .route("/.well-known/host-meta", web::get().to(well_known::host_meta))
        .route("/.well-known/host-meta.json", web::get().to(well_known::host_meta_json))
        .route("/.well-known/nodeinfo", web::get().to(node_info::links))
        .route("/nodeinfo/{version}", web::get().to(node_info::document))
        .route("/actor", web::get().to(actor::instance))
        .route("/actor/inbox", web::post().to(inbox::shared))
        .route("/actor/outbox", web::get().to(collections::instance_outbox))
        .route("/inbox", web::post().to(inbox::shared))
        .route("/a/{name}", web::get().to(objects::activity))
        .route("/o/{name}", web::get().to(objects::object))
        .route("/o/{name}/{part}", web::get().to(objects::collection))
        .route("/conversations/{name}", web::get().to(conversations::get))
        .route("/conversations/{name}", web::post().to(conversations::post))
        .route("/users/{account}", web::get().to(actor::actor))
        .route("/users/{account}/inbox", web::post().to(inbox::personal))
        .route("/users/{account}/followers", web::get().to(collections::followers))
        .route("/users/{account}/following", web::get().to(collections::following))
        .route("/users/{account}/featured", web::get().to(collections::featured));
}
