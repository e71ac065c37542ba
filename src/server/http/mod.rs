//! The doors: routes, one table per area, and the listener. The only code that names actix_web. It reads requests, calls
//! `actions` and `federation`, and writes answers; it decides nothing.

pub mod authentication;
pub mod error;

use std::net::TcpListener;

use actix_web::{App as Actix, HttpServer, dev::ServerHandle, web};

use crate::{
    app::App,
    error::{Error, Result},
};

/// The largest body that is taken, in bytes: 1 MiB; more is answered 413.
pub const MAX_BODY: usize = 1 << 20;

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
/// When the certificate cannot be read.
pub fn serve(app: &App, listener: TcpListener) -> Result<Running> {
    let shared = web::Data::new(app.clone());
    let server = HttpServer::new(move || {
        Actix::new().app_data(shared.clone()).app_data(web::PayloadConfig::new(MAX_BODY)).configure(routes)
    })
    .disable_signals()
    .listen(listener)
    .map_err(Error::unknown)?
    .run();
    let handle = server.handle();
    Ok(Running { handle, task: tokio::spawn(server) })
}

/// Every route of the server, area by area.
fn routes(_service: &mut web::ServiceConfig) {}
