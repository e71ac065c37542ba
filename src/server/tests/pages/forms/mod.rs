//! What the pages do: every form sent over HTTP by browsers without scripts.

#[path = "../../accounts/browser.rs"]
mod browser;
#[path = "../../accounts/world.rs"]
#[expect(dead_code, reason = "shared with the tests of accounts, which use more of it")]
mod world;

mod messages;
mod own;
mod policy;
mod posts;
mod privacy;
