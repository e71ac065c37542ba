//! Sealed files whose time is over go: all after 30 days, and what has not come whole within one.

use crate::{
    actions::{
        blobs::{ARRIVES_WITHIN, LASTS},
        retention::BATCH,
    },
    app::App,
    db::blobs,
    error::Result,
};

/// Removes them, bytes first: broken off anywhere, the next time finishes it.
///
/// # Errors
/// When the database or the storage fails.
pub async fn tidy(app: &App) -> Result<()> {
    let now = app.clock.now();
    loop {
        let (before, unfinished_before) = (now.plus(-LASTS), now.plus(-ARRIVES_WITHIN));
        let expired = app
            .db
            .read(move |transaction| blobs::expired(transaction, before, unfinished_before, BATCH))
            .await?;
        if expired.is_empty() {
            return Ok(());
        }
        for row in expired {
            app.media.storage.remove_blob(&row.name, row.standing().length).await?;
            app.db.write(move |transaction| blobs::delete(transaction, &row.name)).await?;
        }
    }
}
