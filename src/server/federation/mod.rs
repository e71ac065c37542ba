//! How this server talks to others: signatures, the only reader of foreign URLs, the only sender to foreign inboxes,
//! and what is done with the activities that arrive. [`Federation`] is what a process remembers for it.

pub mod actors;
mod address;
mod authority;
pub mod blocked;
pub mod conversations;
pub mod deliver;
pub mod documents;
pub mod errands;
pub mod fetch;
pub mod key_packages;
pub mod keys;
pub mod lookup;
pub mod media_type;
pub mod memory;
pub mod mentions;
pub mod moves;
pub mod posts;
pub mod proxy;
pub mod receive;
pub mod remote_media;
pub mod retrieve;
pub mod senders;
pub mod signatures;
pub mod verify;
pub mod web_finger;

use std::time::Duration;

use alcove_protocol::time::{HOUR, MINUTE, SECOND};

use crate::{
    config::Config,
    error::{Error, Result},
    site::Site,
    throttle::{Network, Throttle},
};
use blocked::BlockedDomains;
use documents::Documents;
use fetch::{Fetcher, Settings};
use memory::{Failures, Memory, Room, Turns};

/// What a process remembers of other servers and has ready for them; every part is bounded and can be lost.
pub struct Federation {
    /// The servers that are blocked.
    pub blocked: BlockedDomains,
    /// Our documents, ready to be sent.
    pub documents: Documents,
    /// Keys that verify.
    pub keys: keys::KnownKeys,
    /// Keys that could not be had lately.
    pub failed_keys: keys::FailedKeys,
    /// Documents of others that are being fetched.
    pub fetches: retrieve::Fetches<fetch::Document>,
    /// WebFinger queries under way.
    pub fingers: retrieve::Fetches<serde_json::Value>,
    /// What could not be fetched lately.
    pub failed_fetches: retrieve::FailedFetches,
    /// How often each domain is asked for what a stranger's request makes us fetch, such as unknown keys.
    pub asked: Throttle<String>,
    /// How often requests from each network make us do that.
    pub askers: Throttle<Network>,
    /// How often each account makes us look for somebody elsewhere.
    pub searchers: Throttle<i64>,
    /// How often visitors from each network do.
    pub strangers: Throttle<Network>,
    /// Keys that sign.
    pub senders: senders::Senders,
    /// How other hosts like to be signed to.
    pub likings: deliver::Likings,
    /// Requests that wait for a key to be fetched, by its domain.
    pub waiting: Room<String>,
    /// The same ones, by where they come from.
    pub waiting_askers: Room<Network>,
    /// One fetch at a time of each thing.
    pub turns: Turns,
}

impl Default for Federation {
    fn default() -> Self {
        Self {
            blocked: BlockedDomains::default(),
            documents: Memory::new(4_096, MINUTE),
            keys: Memory::new(16_384, 10 * MINUTE),
            failed_keys: Failures::new(4_096),
            fetches: Turns::default(),
            fingers: Turns::default(),
            failed_fetches: Failures::new(4_096),
            asked: Throttle::new(600, SECOND / 5),
            askers: Throttle::new(120, SECOND),
            searchers: Throttle::new(30, 2 * SECOND),
            strangers: Throttle::new(10, 6 * SECOND),
            senders: Memory::new(4_096, HOUR),
            likings: Memory::new(4_096, deliver::LIKING_LIFETIME),
            waiting: Room::new(256, 32),
            waiting_askers: Room::new(256, 32),
            turns: Turns::default(),
        }
    }
}

impl Federation {
    /// Forgets whatever may have changed.
    pub fn forget_all(&self) {
        self.documents.forget(|_, _| true);
        self.keys.forget(|_, _| true);
        self.senders.forget(|_, _| true);
    }

    /// Forgets what concerns an actor that has changed, ours or not.
    pub fn forget(&self, actor: i64) {
        self.documents.forget(|_, document| document.about == actor);
        self.keys.forget(|_, key| key.owner_row == actor);
        self.senders.forget(|row, _| *row == actor);
    }
}

/// The client for everything that this server asks of others.
///
/// # Errors
/// When an address or a certificate of the configuration makes no sense; the text says which.
pub fn fetcher(config: &Config, site: &Site, blocked: &BlockedDomains) -> Result<Fetcher> {
    let mut settings = Settings::new(site.origin());
    settings.blocked = blocked.clone();
    settings.total_timeout = Duration::from_secs(config.outgoing.timeout_seconds);
    for text in &config.outgoing.allow_addresses {
        let network =
            text.parse().map_err(|error| Error::invalid(format!("outgoing.allow_addresses: {error}")))?;
        settings.allowed.push(network);
    }
    for path in &config.outgoing.root_certificates {
        let pem = std::fs::read(path).map_err(|error| {
            Error::invalid(format!(
                "outgoing.root_certificates: expected a file at {}: {error}",
                path.display()
            ))
        })?;
        settings.root_certificates.push(pem);
    }
    Fetcher::new(settings).map_err(|error| Error::invalid(error.to_string()))
}
