//! The first start of a server, and the check at every later one that it is still the same: the address and the handle
//! domain are part of everybody's id and cannot change (ARCHITECTURE.md, "Decisions that cannot be changed").

use alcove_protocol::actor::own::instance_username;

use super::keys;
use crate::{
    app::Moment,
    cryptography::NewKeys,
    db::{
        Transaction, accounts,
        actors::{self, ActorRow},
        facts,
    },
    error::{Error, Result},
    site::Site,
};

/// Writes down who this server is, or compares.
///
/// # Errors
/// When the database belongs to another address or handle domain; the text names both.
pub fn found(transaction: &mut Transaction<'_>, site: &Site) -> Result<()> {
    fixed(transaction, "public_url", site.origin().as_str())?;
    fixed(transaction, "handle_domain", &site.handle_domain)?;
    facts::set_if_missing(transaction, facts::INCARNATION, "1")?;
    Ok(())
}

/// Whether the server has its own actor, or one has to be made with [`make_instance_actor`].
pub fn has_instance_actor(transaction: &mut Transaction<'_>, site: &Site) -> Result<bool> {
    Ok(actors::by_uri(transaction, &site.instance_actor())?.is_some())
}

/// Makes the actor that acts for the server itself, unless another node was faster. Its name is the handle domain, which
/// from then on is nobody else's name.
pub fn make_instance_actor(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    site: &Site,
    keys: NewKeys,
) -> Result<()> {
    let name = instance_username(&site.handle_domain);
    if has_instance_actor(transaction, site)? || !accounts::take_name(transaction, name, moment.now)? {
        return Ok(());
    }
    let (id, uri) = (moment.id(), site.instance_actor());
    let row = ActorRow {
        id,
        uri: uri.as_str().to_owned(),
        kind: "Application".into(),
        name: name.to_owned(),
        domain: site.handle_domain.clone(),
        display_name: site.handle_domain.clone(),
        url: Some(site.url("/")),
        inbox: format!("{uri}/inbox"),
        shared_inbox: Some(site.shared_inbox()),
        key_packages: None,
        document: None,
        fetched_at: None,
        created_at: moment.now.0,
        gone_at: None,
    };
    actors::insert(transaction, &row)?;
    for key in keys::first(id, moment, uri.as_str(), keys) {
        actors::insert_key(transaction, &key)?;
    }
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
