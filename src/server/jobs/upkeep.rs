//! What is forgotten in time: replays whose window has passed, deliveries that ended long ago, and what
//! `actions/retention` says of messages and approvals (ENCRYPTION.md 1.8). What may go is decided where it is kept; here is
//! only when. Several nodes may do it at once: each row goes once.

use std::time::Duration;

use alcove_protocol::time::DAY;

use crate::{
    actions::retention::{self, Left},
    app::App,
    db::{deliveries, hosts, seen},
    error::Result,
};

/// How often it is done, the first time after a start as well: a server that restarts often must not begin with it.
const EVERY: Duration = Duration::from_secs(3_600);
/// How long an activity that was handled is known, in milliseconds: longer than anybody retries.
const ACTIVITIES: i64 = 30 * DAY;
/// How long the fate of a delivery can be read, in milliseconds.
const DELIVERIES: i64 = 30 * DAY;

/// Tidies up until it is dropped.
pub async fn work(app: App) {
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(error) = tidy(&app).await {
            tracing::warn!(%error, "tidying up failed; trying again in an hour");
        }
    }
}

/// Tidies up once.
///
/// # Errors
/// When the database fails.
pub async fn tidy(app: &App) -> Result<()> {
    let now = app.clock.now();
    app.db
        .write(move |transaction| {
            seen::prune(transaction, now, now.plus(-ACTIVITIES))?;
            deliveries::prune(transaction, now.plus(-DELIVERIES))?;
            hosts::prune(transaction, now).map(drop)
        })
        .await?;
    forget(app).await
}

/// Forgets sealed things that are due, in as many transactions as it takes: others write in between.
async fn forget(app: &App) -> Result<()> {
    loop {
        let moment = app.moment();
        if app.db.write(move |transaction| retention::forget(transaction, &moment)).await? == Left::Nothing {
            return Ok(());
        }
    }
}
