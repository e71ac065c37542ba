//! What the pages do: every form sent over HTTP by browsers without scripts.

use crate::{browser, world};

mod messages;
mod own;
mod policy;
mod posts;
mod privacy;
