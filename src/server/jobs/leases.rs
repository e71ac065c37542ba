//! Keeps this process's node number, so that ids stay unique. Were the lease not renewed for an hour, another process could
//! take the number; it is renewed every ten minutes, and before anything is claimed by a process that slept longer.

use std::time::Duration;

use crate::{app::App, db::ids, error::Result};

/// How often the lease is renewed; a sixth of [`ids::LEASE`].
const EVERY: Duration = Duration::from_secs(600);

/// Renews the lease until it is dropped.
pub async fn work(app: App) {
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(error) = renew(&app).await {
            tracing::warn!(%error, "the node number could not be renewed; trying again in ten minutes");
        }
    }
}

/// Sees to it that this process holds a number now.
///
/// # Errors
/// When the database fails, or all numbers are held.
pub async fn hold(app: &App) -> Result<()> {
    if app.clock.now() < app.ids.lease().until { Ok(()) } else { renew(app).await }
}

async fn renew(app: &App) -> Result<()> {
    let (former, now) = (app.ids.lease(), app.clock.now());
    let number = former.number;
    let lease = app.db.write(move |transaction| ids::renew_node(transaction, &former, now)).await?;
    if lease.number != number {
        tracing::warn!(number, "the node number was lost to another process; going on with another one");
    }
    app.ids.hold(lease);
    Ok(())
}
