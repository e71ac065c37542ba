//! The doors: routes, one table per area, and the listener. The only code that names actix_web. It reads requests, calls
//! `actions` and `federation`, and writes answers; it decides nothing.

pub mod answers;
pub mod api;
pub mod app;
pub mod authentication;
pub mod bodies;
pub mod c2s;
pub mod client_address;
pub mod cors;
pub mod error;
pub mod federation;
pub mod feeds;
pub mod headers;
pub mod letters;
pub mod media;
pub mod oauth;
pub mod pages;
pub mod tls;

use std::net::TcpListener;

use actix_web::{App as Actix, HttpServer, dev::ServerHandle, middleware::from_fn, web};

use self::{bodies::MAX_BODY, pages::templates::Templates};
use crate::{
    app::App,
    error::{Error, Result},
};

/// The listening part of a running server.
pub struct Running {
    handle: ServerHandle,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Running {
    /// Stops listening, and ends what is open.
    pub async fn stop(self) {
        self.handle.stop(false).await;
        if let Ok(Err(error)) = self.task.await {
            tracing::warn!(%error, "the listener did not end well");
        }
    }
}

/// Serves on a listener that is already bound.
///
/// # Errors
/// When a template or the certificate cannot be read.
pub fn serve(app: &App, listener: TcpListener) -> Result<Running> {
    let shared = web::Data::new(app.clone());
    let templates = web::Data::new(Templates::load(&app.config.server.templates)?);
    let server = HttpServer::new(move || {
        Actix::new()
            .app_data(shared.clone())
            .app_data(templates.clone())
            .app_data(web::PayloadConfig::new(MAX_BODY))
            .app_data(web::JsonConfig::default().limit(MAX_BODY).error_handler(error::json))
            .app_data(web::QueryConfig::default().error_handler(error::query))
            .configure(routes)
            .default_service(web::to(nothing_here))
            .wrap(from_fn(bodies::whole))
            .wrap(from_fn(cors::around))
            .wrap(from_fn(answers::around))
            .wrap(answers::default_headers(&shared))
    })
    .disable_signals();
    let server = match tls::load(&app.config.tls)? {
        Some(tls) => server.listen_rustls_0_23(listener, tls),
        None => server.listen(listener),
    };
    let server = server.map_err(Error::unknown)?.run();
    let handle = server.handle();
    Ok(Running { handle, task: tokio::spawn(server) })
}

/// Every route of the server, area by area.
fn routes(service: &mut web::ServiceConfig) {
    service
        .configure(app::routes)
        .configure(feeds::routes)
        .configure(federation::routes)
        .configure(c2s::routes)
        .configure(api::routes)
        .configure(oauth::routes)
        .configure(media::routes)
        .configure(pages::routes);
}

/// The answer at an address that nothing else answers at.
async fn nothing_here() -> Result<actix_web::HttpResponse> {
    Err(Error::NotFound)
}
