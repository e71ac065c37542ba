//! When things are forgotten: what, and after how long, is in `actions/retention.rs`. Several nodes may do it at once: each
//! row goes once.

use std::time::Duration;

use super::{blobs, media};
use crate::{
    actions::retention::{self, BATCH, Forget, foreign},
    app::App,
    error::Result,
};

/// How long after a start it is done first: the start itself has better things to do.
const FIRST: Duration = Duration::from_secs(60);
/// How often it is done from then on.
const EVERY: Duration = Duration::from_secs(3_600);

/// Tidies up until it is dropped.
pub async fn work(app: App) {
    tokio::time::sleep(FIRST).await;
    loop {
        if let Err(error) = tidy(&app).await {
            tracing::warn!(%error, "tidying up failed; trying again in an hour");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Forgets everything that is due.
///
/// # Errors
/// When the database fails; what was forgotten before stays forgotten.
pub async fn tidy(app: &App) -> Result<()> {
    for forget in retention::EVERYTHING {
        while !is_done(app, forget).await? {}
    }
    while !are_posts_forgotten(app).await? {}
    media::tidy(app).await?;
    blobs::tidy(app).await?;
    media::sweep(app).await
}

/// One batch of posts of other servers, whose time is a choice of whoever runs this one.
async fn are_posts_forgotten(app: &App) -> Result<bool> {
    let (now, days) = (app.clock.now(), app.config.retention.posts_days);
    let gone = app.db.write(move |transaction| foreign::posts(transaction, now, days, BATCH)).await?;
    Ok(i64::try_from(gone).unwrap_or(i64::MAX) < BATCH)
}

/// One batch, in a transaction of its own: others write in between.
async fn is_done(app: &App, forget: Forget) -> Result<bool> {
    let now = app.clock.now();
    let gone = app.db.write(move |transaction| forget(transaction, now, BATCH)).await?;
    Ok(i64::try_from(gone).unwrap_or(i64::MAX) < BATCH)
}
