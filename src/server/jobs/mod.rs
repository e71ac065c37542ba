//! Work beside requests: deliveries, imports, upkeep, leases. Workers register for wakes before they look into the database, and
//! look by themselves now and then, so that a lost wake costs a moment only.

pub mod blobs;
pub mod deliveries;
pub mod errands;
mod imports;
mod leases;
pub mod media;
mod memories;
pub mod polls;
pub mod upkeep;
pub mod waiting;

use crate::{app::App, error::Result};
use deliveries::UnderWay;

/// The working part of a running server.
pub struct Running {
    app: App,
    tasks: Vec<tokio::task::JoinHandle<()>>,
    under_way: UnderWay,
}

impl Running {
    /// Ends the workers; what they were sending is free to be sent again at once.
    pub async fn stop(self) {
        for task in self.tasks {
            task.abort();
            drop(task.await);
        }
        if let Err(error) = self.under_way.release(&self.app).await {
            tracing::warn!(%error, "what was being delivered waits until its lease runs out");
        }
    }
}

/// Starts the workers.
pub fn work(app: &App) -> Running {
    let under_way = UnderWay::default();
    let tasks = vec![
        tokio::spawn(deliveries::work(app.clone(), under_way.clone())),
        tokio::spawn(imports::work(app.clone())),
        tokio::spawn(errands::work(app.clone())),
        tokio::spawn(memories::work(app.clone())),
        tokio::spawn(leases::work(app.clone())),
        tokio::spawn(polls::work(app.clone())),
        tokio::spawn(media::work(app.clone())),
        tokio::spawn(waiting::work(app.clone())),
        tokio::spawn(upkeep::work(app.clone())),
    ];
    Running { app: app.clone(), tasks, under_way }
}

/// Does everything that is due now: ends questions, publishes what waited, delivers what may go out, and tidies up. For tests.
///
/// # Errors
/// When the database fails.
pub async fn drain(app: &App) -> Result<()> {
    polls::close(app).await?;
    imports::drain(app).await?;
    errands::drain(app).await?;
    media::drain(app).await?;
    waiting::drain(app).await?;
    deliveries::drain(app).await?;
    upkeep::tidy(app).await
}
