//! Files of other servers, for the people here: fetched when somebody first looks at them, kept within a bound and for a
//! while, and fetched by nobody but us (S-36). What could not be had is not asked for again for an hour. Served as they
//! were, under the type that their first bytes say; they are neither decoded nor changed.

use alcove_protocol::time::{DAY, HOUR};
use url::Url;

use crate::{
    actions::retention::BATCH,
    app::App,
    db::{
        Transaction,
        remote_media::{self, RemoteMediaRow},
    },
    error::{Error, Result},
    media::{
        arrival::{Arrived, Arriving},
        kind::FileType,
        storage::Place,
    },
    secret,
};

/// How long nothing is asked for again that could not be had, in milliseconds.
const ABSENT: i64 = HOUR;
/// How far `used_at` lies behind, in milliseconds.
const USED_STEP: i64 = HOUR;

/// A foreign file that is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The random name of the file.
    pub name: String,
    /// What it is.
    pub kind: FileType,
}

/// The file at a foreign address that we made an address for.
///
/// # Errors
/// [`Error::NotFound`] for whatever cannot be shown, and without a difference; [`Error::Busy`] when too many are fetched.
pub async fn held(app: &App, url: &str) -> Result<Held> {
    let server = Url::parse(url).map_err(|_| Error::NotFound)?.origin().ascii_serialization();
    let server = server.split_once("://").map_or("", |(_, server)| server);
    if app.federation.blocked.cover(server) {
        return Err(Error::NotFound);
    }
    let digest = secret::sha256(url.as_bytes());
    if let Some(held) = known(app, &digest).await? {
        return held;
    }
    // Whoever waited finds what the first one has fetched.
    let turn = app.federation.turns.take(url).await;
    if let Some(held) = known(app, &digest).await? {
        return held;
    }
    let fetched = fetch(app, url).await?;
    let held = keep(app, digest, fetched).await;
    drop(turn);
    held
}

/// What is known of an address: a file, or that there is none; nothing where it has to be fetched.
async fn known(app: &App, digest: &[u8]) -> Result<Option<Result<Held>>> {
    let (now, sought) = (app.clock.now(), digest.to_vec());
    let row = app.db.read(move |transaction| remote_media::find(transaction, &sought)).await?;
    let Some(row) = row else { return Ok(None) };
    let Some(kind) = row.content_type.as_deref().and_then(FileType::of_media_type) else {
        return Ok((now.0 - row.fetched_at < ABSENT).then_some(Err(Error::NotFound)));
    };
    if now.0 - row.used_at >= USED_STEP {
        app.db.write(move |transaction| remote_media::touch(transaction, &row.digest, now)).await?;
    }
    Ok(Some(Ok(Held { name: row.name, kind })))
}

async fn fetch(app: &App, url: &str) -> Result<Option<Arrived>> {
    let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
    let Some(host) = host else { return Ok(None) };
    let place = app.media.fetching.enter(&host).ok_or(Error::Busy)?;
    let arriving = Arriving::new(&app.config).await?;
    let fetched = app.outgoing.get_media(url, arriving).await;
    drop(place);
    if let Err(error) = &fetched {
        tracing::debug!(%error, host, "a foreign file could not be had");
    }
    Ok(fetched.ok())
}

/// Stores a file and then says so; without one, that there is none.
async fn keep(app: &App, digest: Vec<u8>, fetched: Option<Arrived>) -> Result<Held> {
    let moment = app.moment();
    let name = moment.name();
    let bytes = fetched.as_ref().map_or(0, |arrived| i64::try_from(arrived.length).unwrap_or(i64::MAX));
    let kind = fetched.as_ref().map(|arrived| arrived.kind);
    if let Some(arrived) = fetched {
        app.media.storage.put_file(Place::Remote(&name), arrived.path()).await?;
    }
    let row = RemoteMediaRow {
        digest,
        name: name.clone(),
        content_type: kind.map(|kind| kind.media_type().to_owned()),
        bytes,
        fetched_at: moment.now.0,
        used_at: moment.now.0,
    };
    app.db.write(move |transaction| remote_media::put(transaction, &row)).await?;
    bound(app).await?;
    let kind = kind.ok_or(Error::NotFound)?;
    Ok(Held { name, kind })
}

/// Removes what was kept for long enough, and what is too much.
///
/// # Errors
/// When the database or the storage fails; what was removed before stays removed.
pub async fn tidy(app: &App) -> Result<()> {
    let before = app.clock.now().plus(-app.config.media.cache_days.saturating_mul(DAY));
    while remove(app, move |transaction| remote_media::prune_old(transaction, before, BATCH)).await? {}
    bound(app).await
}

/// Removes what was not looked at for longest, until what is left is no more than may be kept.
async fn bound(app: &App) -> Result<()> {
    let most = app.config.media.cache_bytes;
    while remove(app, move |transaction| remote_media::prune_to(transaction, most, BATCH)).await? {}
    Ok(())
}

async fn remove(
    app: &App,
    forget: impl FnOnce(&mut Transaction<'_>) -> Result<Vec<String>> + Send + 'static,
) -> Result<bool> {
    let names = app.db.write(forget).await?;
    for name in &names {
        app.media.storage.remove(Place::Remote(name)).await?;
    }
    Ok(!names.is_empty())
}
