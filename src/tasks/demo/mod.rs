//! `cargo task demo`: two servers, three people, two conversations, and a search of everything for what they wrote.

mod http1;
mod proxy;
mod search;

use crate::error::Result;

/// Shows it.
pub async fn demo() -> Result<()> {
    Ok(())
}
