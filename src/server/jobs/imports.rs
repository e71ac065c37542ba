//! Imports beside requests: everybody on a list that somebody has given is looked up at their own server, one after the
//! other and no server often, and then followed, blocked or muted. A process that ends in between goes on where it was:
//! each line is a job of its own.

use std::time::Duration;

use alcove_protocol::time::{MINUTE, SECOND};

use crate::{
    actions::{
        desk::Desk,
        freeze::{self, FROZEN},
        lists::{self, IMPORT, Line},
    },
    app::App,
    bus::Wake,
    db::jobs::{self, JobRow},
    error::{Error, Result},
    federation::lookup::{self, Sought},
    throttle::Throttle,
};

/// How long one line may take before another node takes it up, in milliseconds.
const LEASE: i64 = 5 * MINUTE;
/// How often a server that does not answer is asked.
const ATTEMPTS: i64 = 5;
/// How long it is left alone after the first time, in milliseconds; twice as long after each further one.
const PAUSE: i64 = MINUTE;
/// So many people of one server are looked up at once, and one more in each step of so many milliseconds.
const BURST: i64 = 5;
const STEP: i64 = 2 * SECOND;
/// How often the worker looks without having been woken.
const POLL: Duration = Duration::from_secs(10);

/// How often each server may be asked.
type Hosts = Throttle<String>;

/// Imports until it is dropped. A failing database ends nothing: the next look tries again.
pub async fn work(app: App) {
    let mut wakes = app.bus.listen();
    let hosts = hosts();
    loop {
        if let Err(error) = take_in(&app, &hosts).await {
            tracing::warn!(%error, "lists could not be imported; trying again");
        }
        let woken = async { while !matches!(wakes.recv().await, Ok(Wake::Jobs) | Err(_)) {} };
        drop(tokio::time::timeout(POLL, woken).await);
    }
}

/// Takes in everything that waits and may be asked for now.
///
/// # Errors
/// When the database fails.
pub async fn drain(app: &App) -> Result<()> {
    take_in(app, &hosts()).await
}

fn hosts() -> Hosts {
    Throttle::new(BURST, STEP)
}

async fn take_in(app: &App, hosts: &Hosts) -> Result<()> {
    loop {
        let now = app.clock.now();
        let claimed =
            app.db.write(move |transaction| jobs::claim(transaction, &[IMPORT], now, now.plus(LEASE), 1));
        match claimed.await?.pop() {
            Some(job) => take_in_one(app, hosts, job).await?,
            None => return Ok(()),
        }
    }
}

async fn take_in_one(app: &App, hosts: &Hosts, job: JobRow) -> Result<()> {
    let (Some(line), Some(account)) = (Line::of(&job), job.account_id) else {
        return app.db.write(move |transaction| jobs::finish(transaction, job.id)).await;
    };
    let now = app.clock.now();
    if !lookup::is_ours(app, &line.handle)
        && let Err(Error::TooMany(seconds)) = hosts.take(&line.handle.domain, now)
    {
        let later = now.plus(i64::try_from(seconds).unwrap_or(1) * SECOND);
        return app.db.write(move |transaction| jobs::defer(transaction, job.id, later)).await;
    }
    let outcome = match find_and_apply(app, account, &line).await {
        Ok(()) => Ok(()),
        Err(error) if error.is_refusal(FROZEN) => {
            return app.db.write(move |transaction| jobs::defer(transaction, job.id, now.plus(PAUSE))).await;
        }
        Err(Error::Busy | Error::TooMany(_) | Error::Unknown(_)) if job.attempts + 1 < ATTEMPTS => {
            let again = now.plus(PAUSE << job.attempts.clamp(0, ATTEMPTS)).0;
            return app.db.write(move |transaction| jobs::postpone(transaction, job.id, again)).await;
        }
        Err(Error::Busy) => Err("their server does not answer.".to_owned()),
        Err(Error::NotFound | Error::Gone) => Err("there is nobody of that name.".to_owned()),
        Err(error) => Err(error.to_string()),
    };
    let moment = app.moment();
    let settle = app.db.write(move |transaction| lists::settle(transaction, &moment, job.id, &line, outcome));
    settle.await
}

async fn find_and_apply(app: &App, account: i64, line: &Line) -> Result<()> {
    // Nobody is asked for what nobody wants any more.
    app.db.read(move |transaction| freeze::expect_acting(transaction, account)).await?;
    let found = lookup::find(app, Sought::Handle(line.handle.clone())).await?;
    let (site, moment, list) = (app.site.clone(), app.moment(), line.list);
    let apply = app.db.write(move |transaction| {
        freeze::expect_acting(transaction, account)?;
        lists::apply(transaction, &Desk::new(&site, &moment, account), list, &found.id)
    });
    apply.await
}
