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
//! * Of profiles: `avatar` and `header` hold the name of a file of ours, or a foreign address; [`picture`] makes an address
//!   of either.
//! * Of others: [`proxied`] turns the address of a foreign file into one of ours, for every page and every app.

pub mod kind;
pub mod proxy;

use crate::{app::App, db::media::MediaRow, site::Site};
use kind::FileType;

/// What a running server has at hand for files.
pub struct Media {
    /// Makes and reads the addresses of foreign files.
    pub proxy: proxy::Proxy,
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
