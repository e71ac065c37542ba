//! What people are shown, as templates and feeds take it: a person, a post, a conversation, each made from rows that were
//! loaded in batches ([`load`]), never one by one. Whatever is HTML has a name that ends in `_html`; only those go
//! unescaped into a page. Who may see what is decided in `actions/posts/visible.rs`.

pub mod language;
pub mod load;
pub mod person;
pub mod poll;
pub mod post;
pub mod profile;
pub mod words;

use actix_web::web::Data;
use alcove_protocol::Timestamp;

use crate::{app::App, media};

/// Who looks, and when.
#[derive(Clone)]
pub struct Reader {
    /// What the server has at hand.
    pub app: Data<App>,
    /// The account of whoever looks; none for visitors.
    pub account: Option<i64>,
    /// The present.
    pub now: Timestamp,
}

impl Reader {
    /// Somebody who is signed in, or a visitor.
    pub fn new(app: &Data<App>, account: Option<i64>) -> Self {
        Self { app: app.clone(), account, now: app.clock.now() }
    }

    /// The address on this server of a file that stands anywhere.
    pub fn file(&self, url: &str) -> String {
        media::proxied(&self.app, url)
    }

    /// The address on this server of the picture of a profile.
    pub fn picture(&self, stored: &str) -> String {
        self.file(&media::picture(&self.app.site, stored))
    }
}
