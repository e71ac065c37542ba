//! The blocked domains as a process remembers them, so that no request that comes in or goes out has to ask the database
//! (S-21). Read anew whenever the list has changed, here or on another node. The list itself is in `actions/domains.rs`.

use std::{
    collections::HashSet,
    sync::{Arc, PoisonError, RwLock},
};

use alcove_protocol::Id;

use crate::{
    actions::domains,
    app::App,
    db::blocked_domains::{self, names_of},
    error::Result,
};

/// The domains; cheap to clone, all clones are one.
#[derive(Clone, Debug, Default)]
pub struct BlockedDomains(Arc<RwLock<HashSet<String>>>);

impl BlockedDomains {
    /// Says whether a server, by host and port, is blocked.
    pub fn cover(&self, server: &str) -> bool {
        let domains = self.0.read().unwrap_or_else(PoisonError::into_inner);
        !domains.is_empty() && names_of(server).iter().any(|name| domains.contains(name))
    }

    /// The same of the server of an id.
    pub fn cover_id<Kind>(&self, id: &Id<Kind>) -> bool {
        self.cover(id.origin().authority())
    }

    /// Refuses what comes from a blocked server or asks for it.
    ///
    /// # Errors
    /// `domain-blocked` (403).
    pub fn expect_open(&self, server: &str) -> Result<()> {
        if self.cover(server) { Err(domains::refusal(server)) } else { Ok(()) }
    }

    fn replace(&self, domains: HashSet<String>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = domains;
    }
}

/// Reads the list.
///
/// # Errors
/// When the database fails; what was remembered before still holds.
pub async fn reload(app: &App) -> Result<()> {
    let rows = app.db.read(blocked_domains::all).await?;
    app.federation.blocked.replace(rows.into_iter().map(|row| row.domain).collect());
    Ok(())
}
