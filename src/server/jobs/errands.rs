//! The worker of errands: claims what is due, lets `federation/errands.rs` do it, and writes down what came of it. No row is
//! held while it fetches; a process that is killed loses nothing, because its lease runs out.

use std::time::Duration;

use alcove_protocol::time::MINUTE;
use tokio::{sync::broadcast::error::RecvError, task::JoinSet};

use crate::{
    actions::errands::{self, Errand, KINDS, LEASE, Outcome},
    app::App,
    bus::Wake,
    db::{
        Transaction,
        jobs::{self, JobRow},
    },
    error::Result,
    federation,
};

/// How many errands one process has under way at once.
const AT_ONCE: usize = 8;
/// How soon it is looked again while the worker is at something that is waited for.
const GLANCE: Duration = Duration::from_millis(20);
/// How often the worker looks without having been woken.
const POLL: Duration = Duration::from_secs(15);

/// Works until it is dropped. A failing database ends nothing: the next look tries again.
pub async fn work(app: App) {
    let mut wakes = app.bus.listen();
    let mut under_way = JoinSet::new();
    loop {
        match claim(&app, AT_ONCE.saturating_sub(under_way.len()), 0).await {
            Ok(claimed) => claimed.into_iter().for_each(|row| {
                under_way.spawn(run(app.clone(), row));
            }),
            Err(error) => tracing::warn!(%error, "the errands could not be read; trying again"),
        }
        tokio::select! {
            () = next_wake(&mut wakes) => {}
            Some(_) = under_way.join_next(), if !under_way.is_empty() => {}
            () = tokio::time::sleep(POLL) => {}
        }
        while under_way.try_join_next().is_some() {}
    }
}

/// Does every errand that is due, those that may wait for a minute included, and what they lead to. For tests.
///
/// # Errors
/// When the database fails.
pub async fn drain(app: &App) -> Result<()> {
    loop {
        let claimed = claim(app, AT_ONCE, MINUTE).await?;
        if claimed.is_empty() {
            let now = app.clock.now();
            let done = move |transaction: &mut Transaction<'_>| {
                jobs::are_done(transaction, &KINDS, now, now.plus(MINUTE))
            };
            if app.db.read(done).await? {
                return Ok(());
            }
            // The worker is at it.
            tokio::time::sleep(GLANCE).await;
            continue;
        }
        for row in claimed {
            run(app.clone(), row).await;
        }
    }
}

/// Errands that are due within so many milliseconds.
async fn claim(app: &App, limit: usize, ahead: i64) -> Result<Vec<JobRow>> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    let (now, limit) = (app.clock.now().plus(ahead), i64::try_from(limit).unwrap_or_default());
    app.db.write(move |transaction| jobs::claim(transaction, &KINDS, now, now.plus(LEASE), limit)).await
}

async fn run(app: App, row: JobRow) {
    let outcome = match Errand::of(&row) {
        Ok(errand) => federation::errands::run(&app, errand).await,
        Err(_) => Outcome::DeadEnd,
    };
    let (id, now) = (row.id, app.clock.now());
    let settled = app.db.write(move |transaction| errands::settle(transaction, now, &row, outcome)).await;
    if let Err(error) = settled {
        tracing::warn!(%error, errand = id, "what came of an errand could not be written down");
    }
}

/// Waits until there may be something to do; wakes that were missed count as one.
async fn next_wake(wakes: &mut tokio::sync::broadcast::Receiver<Wake>) {
    loop {
        match wakes.recv().await {
            Ok(Wake::Jobs) | Err(RecvError::Lagged(_)) => return,
            Ok(_) => {}
            Err(RecvError::Closed) => return std::future::pending().await,
        }
    }
}
