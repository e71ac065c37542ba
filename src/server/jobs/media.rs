//! Files beside requests: pictures that have arrived are prepared, one at a time and again after a crash, and what nobody
//! needs is removed. How a picture is prepared is `media/preparing.rs`.

use std::time::Duration;

use alcove_protocol::time::{DAY, MINUTE};
use futures_util::StreamExt;

use crate::{
    actions::{
        desk::Desk,
        media::{self as action, PREPARE},
        retention::BATCH,
        writing::waiting::PUBLISH,
    },
    app::App,
    bus::Wake,
    db::{
        blobs,
        jobs::{self, JobRow},
        media::{self, MediaRow, Prepared, State},
        remote_media,
    },
    error::{Error, Result},
    federation,
    media::{
        Variant,
        picture::Unusable,
        preparing,
        storage::{Found, Part, Place},
    },
};

/// How long one picture may take before another node takes it up, in milliseconds.
const LEASE: i64 = 10 * MINUTE;
/// After so many attempts that did not end, a picture is given up: it may be what ends the process.
const MOST_ATTEMPTS: i64 = 3;
/// How often the worker looks without having been woken.
const POLL: Duration = Duration::from_secs(30);
/// After how long a file goes that was given and never used, in milliseconds.
const UNUSED: i64 = DAY;
/// How many names are compared with the database at once.
const NAMES: usize = 200;

/// Gives back what a process before this one was preparing when it ended, and the posts that waited for it. Only where
/// there is a single node.
///
/// # Errors
/// When the database fails.
pub async fn take_back(app: &App) -> Result<()> {
    if !app.config.redis.url.0.is_empty() {
        return Ok(());
    }
    app.db
        .write(|transaction| {
            jobs::release_all(transaction, PREPARE)?;
            jobs::release_all(transaction, PUBLISH)
        })
        .await
}

/// Prepares pictures until it is dropped. A failing database ends nothing: the next look tries again.
pub async fn work(app: App) {
    let mut wakes = app.bus.listen();
    loop {
        if let Err(error) = drain(&app).await {
            tracing::warn!(%error, "pictures could not be prepared; trying again");
        }
        let woken = async { while !matches!(wakes.recv().await, Ok(Wake::Jobs) | Err(_)) {} };
        drop(tokio::time::timeout(POLL, woken).await);
    }
}

/// Prepares everything that waits.
///
/// # Errors
/// When the database fails.
pub async fn drain(app: &App) -> Result<()> {
    while let Some(job) = claim(app).await? {
        let id = job.id;
        if let Err(error) = prepare(app, job).await {
            tracing::warn!(%error, "a picture could not be prepared; trying again later");
            let again = app.clock.now().plus(MINUTE).0;
            app.db.write(move |transaction| jobs::put_off(transaction, id, again)).await?;
        }
    }
    Ok(())
}

/// One piece of work; that it was begun is written down first, so that what ends the process does not do so for ever.
async fn claim(app: &App) -> Result<Option<JobRow>> {
    let now = app.clock.now();
    let claimed = app.db.write(move |transaction| {
        let claimed = jobs::claim(transaction, &[PREPARE], now, now.plus(LEASE), 1)?.pop();
        if let Some(job) = &claimed {
            jobs::begin(transaction, job.id)?;
        }
        Ok(claimed)
    });
    claimed.await
}

/// The picture first, then its row, then what was given, and only then the work is done: broken off anywhere, it goes on
/// from there.
async fn prepare(app: &App, job: JobRow) -> Result<()> {
    let id: i64 = job.subject.parse().unwrap_or_default();
    if let Some(row) = app.db.read(move |transaction| media::find(transaction, id)).await? {
        if row.is(State::Processing) {
            let outcome = outcome(app, &job, &row).await?;
            let (site, moment, account) = (app.site.clone(), app.moment(), row.account_id);
            let settle = app.db.write(move |transaction| {
                action::settle(transaction, &Desk::new(&site, &moment, account), id, &outcome)
            });
            settle.await?;
        }
        app.media.storage.remove(Place::Given(&row.name)).await?;
    }
    app.db
        .write(move |transaction| {
            transaction.wake(Wake::Jobs);
            jobs::finish(transaction, job.id)
        })
        .await
}

async fn outcome(app: &App, job: &JobRow, row: &MediaRow) -> Result<Result<Prepared, Unusable>> {
    if job.attempts >= MOST_ATTEMPTS {
        return Ok(Err(Unusable::NotWritten));
    }
    match preparing::prepare(app, row).await {
        // What was given is not there, and never will be.
        Err(Error::NotFound) => Ok(Err(Unusable::NotWritten)),
        prepared => prepared,
    }
}

/// Removes what is not needed any more: files that were given and not used, files of others by age and by their bound.
///
/// # Errors
/// When the database or the storage fails; what was removed before stays removed.
pub async fn tidy(app: &App) -> Result<()> {
    let now = app.clock.now();
    loop {
        let names =
            app.db.write(move |transaction| media::prune(transaction, now.plus(-UNUSED), BATCH)).await?;
        for name in &names {
            remove_own(app, name).await?;
        }
        if names.is_empty() {
            break;
        }
    }
    federation::remote_media::tidy(app).await
}

async fn remove_own(app: &App, name: &str) -> Result<()> {
    for place in [Place::Given(name), Place::Own(name, Variant::Original), Place::Own(name, Variant::Preview)]
    {
        app.media.storage.remove(place).await?;
    }
    Ok(())
}

/// Removes files that no row knows: what was stored when a process ended before it could write that down, or should have
/// been removed then. Those of the last day stay, because their rows may be on their way.
///
/// # Errors
/// As [`tidy`].
pub async fn sweep(app: &App) -> Result<()> {
    let before = app.clock.now().plus(-DAY).0;
    for part in Part::ALL {
        let found = app.media.storage.list(part);
        let mut old =
            Box::pin(found.filter(|found| {
                std::future::ready(!found.as_ref().is_ok_and(|found| found.since >= before))
            }))
            .chunks(NAMES);
        while let Some(some) = old.next().await {
            remove_unknown(app, part, some.into_iter().collect::<Result<_>>()?).await?;
        }
    }
    Ok(())
}

async fn remove_unknown(app: &App, part: Part, found: Vec<Found>) -> Result<()> {
    let names: Vec<String> = found.iter().map(|found| found.name.clone()).collect();
    let known = app.db.read(move |transaction| match part {
        Part::Given => media::unprepared_names(transaction, &names),
        Part::Own => media::known_names(transaction, &names),
        Part::Remote => remote_media::known_names(transaction, &names),
        Part::Blobs => blobs::known_names(transaction, &names),
    });
    let known = known.await?;
    for unknown in found.iter().filter(|found| !known.contains(&found.name)) {
        app.media.storage.remove_found(unknown).await?;
    }
    Ok(())
}
