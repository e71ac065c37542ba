//! What a running server has at hand: configuration, database, addresses, outgoing HTTP, wakes, clock. Passed, never
//! global. The only place beside `main.rs` that reads the clock or asks for randomness.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use alcove_protocol::{Timestamp, base64};
use rand::{RngCore, rngs::OsRng};

use crate::{
    bundle::Bundle,
    bus::Bus,
    config::Config,
    cryptography::NewKeys,
    db::{Db, ids::Ids},
    entrance::Entrance,
    error::{Error, Result},
    federation::{Federation, fetch::Fetcher},
    media::Media,
    site::Site,
    streams::Streams,
};

/// What a running server has at hand; cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The configuration.
    pub config: Arc<Config>,
    /// Who this server is.
    pub site: Arc<Site>,
    /// The database.
    pub db: Db,
    /// Wakes workers and streams.
    pub bus: Arc<Bus>,
    /// The client for everything that is asked of other servers.
    pub outgoing: Fetcher,
    /// What this process remembers of other servers.
    pub federation: Arc<Federation>,
    /// The time.
    pub clock: Clock,
    /// Guards joining and signing in.
    pub entrance: Arc<Entrance>,
    /// Files of people here, and those of other servers.
    pub media: Arc<Media>,
    /// The browser app.
    pub bundle: Arc<Bundle>,
    /// The event streams that are open.
    pub streams: Arc<Streams>,
    /// Row ids of this node.
    pub ids: Arc<Ids>,
}

impl App {
    /// The present, with ids and names to give out: the second argument of every action.
    pub fn moment(&self) -> Moment {
        Moment { now: self.clock.now(), ids: self.ids.clone() }
    }

    /// Keys for a local actor, made beside the event loop: it takes a tenth of a second.
    ///
    /// # Errors
    /// Only when the random source fails.
    pub async fn new_keys(&self) -> Result<NewKeys> {
        let made = tokio::task::spawn_blocking(|| NewKeys::generate(&mut OsRng)).await;
        made.map_err(Error::unknown)?.map_err(Error::unknown)
    }
}

/// Where the time comes from.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// The machine's clock moved by so many milliseconds: how stories let days pass.
    Moved(Arc<AtomicI64>),
}

impl Clock {
    /// Milliseconds since 1970.
    pub fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let system = Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
        match self {
            Self::System => system,
            Self::Moved(by) => system.plus(by.load(Ordering::SeqCst)),
        }
    }
}

/// A point in time at which something is done, with the ids and random names that it needs.
#[derive(Clone, Debug)]
pub struct Moment {
    /// The present.
    pub now: Timestamp,
    ids: Arc<Ids>,
}

impl Moment {
    /// A moment in a test, or on the command line without a server.
    pub fn new(now: Timestamp, ids: Arc<Ids>) -> Self {
        Self { now, ids }
    }

    /// A new row id.
    pub fn id(&self) -> i64 {
        self.ids.next(self.now)
    }

    /// A new name of 128 random bits for a URL: 22 characters that show neither order nor time.
    pub fn name(&self) -> String {
        name()
    }

    /// A new secret of 256 random bits, as text for a header or a cookie.
    pub fn secret(&self) -> String {
        base64::encode_url(&self.random::<32>())
    }

    /// Random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        random()
    }
}

/// A new name of 128 random bits, for what is there before the first moment.
pub fn name() -> String {
    base64::encode_url(&random::<16>())
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    OsRng.fill_bytes(&mut bytes);
    bytes
}
