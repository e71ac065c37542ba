//! `alcove serve`: starts everything and ends it in order when the system or a person says so.

use tokio::signal::unix::{SignalKind, signal};

use crate::{
    app::Clock,
    config::Config,
    error::{Error, Result},
    log,
};

/// Serves until SIGTERM or SIGINT.
pub async fn serve(config: Config) -> Result<()> {
    log::start(&config.log)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Error::unknown)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Error::unknown)?;
    let server = crate::start(config, Clock::System).await?;
    tracing::info!(address = %server.address, site = server.app.site.origin().as_str(), "serving");
    tokio::select! {
        _ = terminate.recv() => tracing::info!("SIGTERM: ending"),
        _ = interrupt.recv() => tracing::info!("SIGINT: ending"),
    }
    server.stop().await;
    Ok(())
}
