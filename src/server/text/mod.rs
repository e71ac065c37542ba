//! Text that people wrote, here and elsewhere: foreign HTML made harmless ([`sanitize`](sanitize())), what was typed made into
//! HTML ([`compose`](compose())), names and titles as plain text. Pure functions. Not the pages (templates/), and not the
//! documents that carry the text (`protocol`).

mod compose;
mod emoji;
mod links;
pub mod lists;
mod markup;
mod named;
mod plain;
mod sanitize;

pub use compose::{Composed, LIMIT, Mentioned, Mentions, Surroundings, compose, length, mentioned, tag_page};
pub use emoji::{Emoji, emojify, shortcodes};
pub use named::{MentionLink, hashtags, mention_links};
pub use plain::{display_name, escape, plain};
pub use sanitize::sanitize;
