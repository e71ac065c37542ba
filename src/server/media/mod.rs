//! Files that people give and look at. Ours are prepared once, outside of any request, and then given out as they are;
//! those of other servers are fetched for the people here, so that nobody's address becomes known by a picture
//! (EXPERIENCE.md section 4; S-36, S-40 to S-44). Not who may post what: that is `actions/`.
//!
//! # For other parts
//!
//! A file is a [`MediaRow`], from the moment it has arrived. [`address`] says where it is given out, which works from
//! [`State::Ready`](crate::db::media::State) on.
//!
//! * In a transaction: [`actions::media::attach`](crate::actions::media::attach) gives files to a post, in the order of
//!   the ids; [`db::media::of_posts`](crate::db::media::of_posts) finds those of many posts at once;
//!   [`db::media::detach`](crate::db::media::detach) comes before a post is deleted, or gets other files.
//! * In a page handler: [`arrival::take`] takes a file of a form (`http/pages/upload.rs`) for an account; [`settled`] waits
//!   a little until such files are ready. What follows from that is done by `actions/media.rs` and needs nobody who waits:
//!   one prepared with [`Shape::Avatar`](picture::Shape::Avatar) or `Header` goes into the profile, by its name.
//! * Of profiles: `avatar` and `header` hold the name of a file of ours, or a foreign address; [`picture`] makes an address
//!   of either.
//! * Of others: [`proxied`] turns the address of a foreign file into one of ours, for every page and every app.

pub mod arrival;
mod gif;
mod jpeg;
pub mod kind;
pub mod movie;
pub mod picture;
pub mod preparing;
pub mod proxy;
mod reader;
mod rebuilt;
pub mod storage;
mod webp;

use std::{sync::Arc, time::Duration};

use alcove_protocol::time::SECOND;
use tokio::sync::Semaphore;

use crate::{
    app::App,
    bus::Wake,
    config::Config,
    db::media::{self, MediaRow, State},
    error::Result,
    federation::memory::Room,
    site::Site,
    throttle::{Network, Throttle},
};
use kind::FileType;
use proxy::Proxy;
use storage::Storage;

/// What a running server has at hand for files; every part is bounded.
pub struct Media {
    /// Makes and reads the addresses of foreign files.
    pub proxy: Proxy,
    /// Where the bytes are.
    pub storage: Storage,
    /// One picture is prepared at a time.
    pub turn: Arc<Semaphore>,
    /// How many files an account may give.
    pub uploads: Throttle<i64>,
    /// Files that are arriving, by account.
    pub arriving: Room<i64>,
    /// Files that are being given out, by who asks.
    pub readers: Room<Network>,
    /// Foreign files that are being fetched, by their server.
    pub fetching: Room<String>,
}

impl Media {
    /// With the secret of this server.
    ///
    /// # Errors
    /// When there is no storage.
    pub fn open(config: &Config, secret: &str) -> Result<Self> {
        Ok(Self {
            proxy: Proxy::new(secret),
            storage: Storage::open(config)?,
            turn: Arc::new(Semaphore::new(1)),
            uploads: Throttle::new(60, 10 * SECOND),
            arriving: Room::new(32, 4),
            readers: Room::new(256, 32),
            fetching: Room::new(32, 4),
        })
    }
}

/// Which form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// The file itself, bounded in size.
    Original,
    /// A small picture of it, as large as in a list.
    Preview,
}

impl Variant {
    /// The word in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Preview => "preview",
        }
    }

    /// The form of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Original, Self::Preview].into_iter().find(|variant| variant.as_str() == word)
    }

    /// The type of this form of a file; `None` when there is none: films and sounds have no preview.
    pub fn kind(self, original: FileType) -> Option<FileType> {
        match (self, original) {
            (Self::Original, kind) => Some(kind),
            (Self::Preview, FileType::Jpeg) => Some(FileType::Jpeg),
            (Self::Preview, FileType::Png | FileType::Gif | FileType::WebP) => Some(FileType::Png),
            (Self::Preview, _) => None,
        }
    }
}

/// Where a form of a file is given out; `None` when there is no such form.
pub fn address(site: &Site, row: &MediaRow, variant: Variant) -> Option<String> {
    let kind = variant.kind(FileType::of_media_type(&row.content_type)?)?;
    Some(site.media(&row.name, variant.as_str(), kind.extension()))
}

/// Where the picture of a profile is given out, by what the profile holds: the name of a file of ours, which is then under
/// this address in its own type, or a foreign address.
pub fn picture(site: &Site, stored: &str) -> String {
    if stored.contains("://") { stored.to_owned() } else { site.picture(stored) }
}

/// Where people here see a foreign file without its server seeing them. Our own addresses, and what is no address, stay
/// as they are.
pub fn proxied(app: &App, url: &str) -> String {
    app.media.proxy.address(&app.site, url)
}

/// Waits until none of one's own files is being prepared any more, or for so long.
///
/// # Errors
/// When the database fails.
pub async fn settled(app: &App, account: i64, ids: &[i64], patience: Duration) -> Result<()> {
    let mut wakes = app.bus.listen();
    let wait = async {
        loop {
            let ids = ids.to_vec();
            let rows = app.db.read(move |transaction| media::of_account(transaction, account, &ids)).await?;
            if !rows.iter().any(|row| row.is(State::Processing)) {
                return Ok(());
            }
            while !matches!(wakes.recv().await, Ok(Wake::Account(woken)) if woken == account) {}
        }
    };
    tokio::time::timeout(patience, wait).await.unwrap_or(Ok(()))
}
