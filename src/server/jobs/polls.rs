//! Ends questions whose time is over. What follows from that is decided in `actions/writing/polls.rs`. Several nodes may do
//! it at once: each question ends once.

use std::time::Duration;

use crate::{
    actions::writing::polls::{self, BATCH},
    app::App,
    error::Result,
};

/// How often it is looked.
const EVERY: Duration = Duration::from_secs(30);

/// Looks until it is dropped.
pub async fn work(app: App) {
    loop {
        if let Err(error) = close(&app).await {
            tracing::warn!(%error, "questions could not be ended; trying again");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Ends all questions whose time is over.
///
/// # Errors
/// When the database fails; what was ended before stays so.
pub async fn close(app: &App) -> Result<()> {
    loop {
        let (site, moment) = (app.site.clone(), app.moment());
        let ended = app.db.write(move |transaction| polls::close_ended(transaction, &site, &moment)).await?;
        if i64::try_from(ended).unwrap_or(i64::MAX) < BATCH {
            return Ok(());
        }
    }
}
