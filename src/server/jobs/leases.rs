//! Keeps this process's node number, so that ids stay unique. Were the lease lost for an hour, another process could take
//! the number; it is renewed every ten minutes.

use std::time::Duration;

use crate::{app::App, db::ids};

/// How often the lease is renewed; a sixth of [`ids::LEASE`].
const EVERY: Duration = Duration::from_secs(600);

/// Renews the lease until it is dropped.
pub async fn work(app: App) {
    loop {
        tokio::time::sleep(EVERY).await;
        let (node, now) = (app.ids.node(), app.clock.now());
        if let Err(error) = app.db.write(move |transaction| ids::renew_node(transaction, node, now)).await {
            tracing::warn!(%error, "the node number could not be renewed; trying again in ten minutes");
        }
    }
}
