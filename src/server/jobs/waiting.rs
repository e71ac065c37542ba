//! The worker of posts that waited for their files: publishes each once those are ready. What becomes of one is decided in
//! `actions/writing/waiting.rs`. Several nodes may do it at once: each post goes out once.

use std::time::Duration;

use alcove_protocol::time::MINUTE;

use crate::{
    actions::{
        desk::Desk,
        freeze::{self, FROZEN},
        writing::waiting::{self, PUBLISH},
    },
    app::App,
    bus::Wake,
    db::{
        jobs::{self, JobRow},
        waiting::{self as table, WaitingRow},
    },
    error::{Error, Result},
    federation::mentions,
};

/// How long one post may take before another node takes it up, in milliseconds.
const LEASE: i64 = 5 * MINUTE;
/// After so many attempts in vain a post is given back.
const MOST_ATTEMPTS: i64 = 5;
/// How often the worker looks without having been woken.
const POLL: Duration = Duration::from_secs(30);

/// Publishes until it is dropped. A failing database ends nothing: the next look tries again.
pub async fn work(app: App) {
    let mut wakes = app.bus.listen();
    loop {
        if let Err(error) = drain(&app).await {
            tracing::warn!(%error, "posts that waited could not be published; trying again");
        }
        let woken = async { while !matches!(wakes.recv().await, Ok(Wake::Jobs) | Err(_)) {} };
        drop(tokio::time::timeout(POLL, woken).await);
    }
}

/// Publishes everything that waits no more.
///
/// # Errors
/// When the database fails.
pub async fn drain(app: &App) -> Result<()> {
    loop {
        let now = app.clock.now();
        let claimed =
            app.db.write(move |transaction| jobs::claim(transaction, &[PUBLISH], now, now.plus(LEASE), 1));
        let Some(job) = claimed.await?.pop() else { return Ok(()) };
        finish(app, job).await?;
    }
}

async fn finish(app: &App, job: JobRow) -> Result<()> {
    let id: i64 = job.subject.parse().unwrap_or_default();
    let row = app.db.read(move |transaction| table::find(transaction, id)).await?;
    if let Some(row) = row.filter(WaitingRow::is_open)
        && let Err(error) = publish(app, &row).await
    {
        if error.is_refusal(FROZEN) {
            let later = app.clock.now().plus(MINUTE);
            return app.db.write(move |transaction| jobs::defer(transaction, job.id, later)).await;
        }
        let passes = matches!(error, Error::Busy | Error::Unknown(_));
        if passes && job.attempts < MOST_ATTEMPTS {
            tracing::warn!(%error, "a post that waited could not be published; trying again later");
            let again = app.clock.now().plus(MINUTE).0;
            return app.db.write(move |transaction| jobs::postpone(transaction, job.id, again)).await;
        }
        let why = sentence(&error);
        app.db.write(move |transaction| waiting::give_back(transaction, &row, &why)).await?;
    }
    app.db
        .write(move |transaction| {
            transaction.wake(Wake::Jobs);
            jobs::finish(transaction, job.id)
        })
        .await
}

async fn publish(app: &App, row: &WaitingRow) -> Result<()> {
    let mentions = mentions::resolve(app, &waiting::typed_in(row)?.text).await?;
    let (site, moment, row) = (app.site.clone(), app.moment(), row.clone());
    app.db
        .write(move |transaction| {
            freeze::expect_acting(transaction, row.account_id)?;
            let desk = Desk::new(&site, &moment, row.account_id);
            waiting::publish(transaction, &desk, &row, mentions)
        })
        .await
}

fn sentence(error: &Error) -> String {
    match error {
        Error::NotFound | Error::Gone => "What this is about is not there any more.".to_owned(),
        Error::Busy | Error::Unknown(_) => {
            "This could not be published just now. Please try again.".to_owned()
        }
        other => other.to_string(),
    }
}
