//! `cargo task demo`: two servers, three people, two conversations, and a search of everything for what they wrote.

mod client;
mod evidence;
mod http1;
mod proxy;
mod search;
mod server;
mod tls;

use crate::error::Result;

/// Shows it.
pub async fn demo() -> Result<()> {
    Ok(())
}
