//! What the pages do: every form sent over HTTP by browsers without scripts.

use crate::{browser, world};

mod emojis;
mod files;
mod messages;
mod own;
mod policy;
mod posts;
mod privacy;
