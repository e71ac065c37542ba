//! The first start of a server, and the check at every later one that it is still the same: the address and the handle
//! domain are part of everybody's id and cannot change (ARCHITECTURE.md, "Decisions that cannot be changed").

use crate::{
    app::Moment,
    db::{Transaction, facts},
    error::{Error, Result},
    site::Site,
};

/// Writes down who this server is, or compares.
///
/// # Errors
/// When the database belongs to another address or handle domain; the text names both.
pub fn found(transaction: &mut Transaction<'_>, site: &Site, _moment: &Moment) -> Result<()> {
    fixed(transaction, "public_url", site.origin().as_str())?;
    fixed(transaction, "handle_domain", &site.handle_domain)?;
    facts::set_if_missing(transaction, facts::INCARNATION, "1")?;
    Ok(())
}

fn fixed(transaction: &mut Transaction<'_>, name: &str, configured: &str) -> Result<()> {
    let stored = facts::set_if_missing(transaction, name, configured)?;
    if stored == configured {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "server.{name}: expected {stored}, which this database was made for. It is part of everybody's id and cannot \
         be changed to {configured}."
    )))
}
