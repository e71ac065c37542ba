//! Servers that those who run this one have blocked (S-21). Nothing of them comes in and nothing goes out to them, whoever
//! asks for it; what is here of them is shown to nobody, and nobody new is shared, answered or followed. It is kept, though,
//! with who follows whom, so that ending the block ends all of that. What a process remembers of it, for every
//! request, is in `federation/blocked.rs`; blocks between two people are in `blocking.rs` and `blocked.rs`.

use std::collections::HashSet;

use alcove_protocol::{ActorId, Id};
use url::Url;

use crate::{
    app::Moment,
    bus::Wake,
    db::{
        Transaction,
        actors::ActorRow,
        blocked_domains::{self as table, BlockedDomainRow},
        deliveries,
    },
    error::{Error, Result},
    site::Site,
};

/// The most characters of a reason.
const MAX_REASON: usize = 500;

/// Blocks a domain with all below it, or one server by host and port. What waits to be delivered there is given up.
///
/// # Errors
/// `invalid` for what is no domain, for a whole top-level domain, and for this server's own.
pub fn block(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    typed: &str,
    reason: &str,
) -> Result<()> {
    let domain = read(typed)?;
    let own = [site.origin().authority().to_owned(), site.handle_domain.clone()];
    if own.iter().any(|own| table::names_of(own).contains(&domain)) {
        return Err(Error::invalid(format!("Expected another server: {domain} stands for this one.")));
    }
    if reason.chars().count() > MAX_REASON {
        return Err(Error::invalid(format!("Expected a reason of at most {MAX_REASON} characters.")));
    }
    let row = BlockedDomainRow { domain, reason: reason.trim().to_owned(), created_at: moment.now.0 };
    table::put(transaction, &row)?;
    transaction.wake(Wake::Domains);
    let waiting = deliveries::waiting_hosts(transaction)?;
    give_up(transaction, moment, &waiting)
}

/// Ends a block.
///
/// # Errors
/// `invalid` for what is no domain; `not-blocked` for one that is not blocked under just this name.
pub fn unblock(transaction: &mut Transaction<'_>, typed: &str) -> Result<()> {
    let domain = read(typed)?;
    if !table::remove(transaction, &domain)? {
        let sentence = format!("Expected a domain of the list: {domain} is not on it.");
        return Err(Error::refused("not-blocked", 404, sentence));
    }
    transaction.wake(Wake::Domains);
    Ok(())
}

/// A domain as it was typed, with an address's spelling of other alphabets.
fn read(typed: &str) -> Result<String> {
    let expected = || {
        let typed = typed.trim();
        Error::invalid(format!(
            "Expected a domain as example.org, which stands for all below it as well, and not {typed:?}."
        ))
    };
    let url = Url::parse(&format!("https://{}", typed.trim())).map_err(|_| expected())?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let server = url.origin().ascii_serialization();
    let server = server.strip_prefix("https://").unwrap_or_default().trim_end_matches('.');
    let is_whole_tld = url.port().is_none() && !server.contains(['.', ':']);
    if !is_bare || !url.username().is_empty() || server.contains('*') || is_whole_tld {
        return Err(expected());
    }
    Ok(server.to_owned())
}

/// Gives up what waits for those of some servers that are blocked.
///
/// # Errors
/// When the database fails.
pub fn give_up(transaction: &mut Transaction<'_>, moment: &Moment, servers: &[String]) -> Result<()> {
    let names: Vec<&str> = servers.iter().map(String::as_str).collect();
    for server in table::among(transaction, &names)? {
        deliveries::host_failed(transaction, server, &sentence(server), moment.now)?;
    }
    Ok(())
}

/// Says whether the server of an id is blocked.
///
/// # Errors
/// When the database fails.
pub fn is_blocked<Kind>(transaction: &mut Transaction<'_>, id: &Id<Kind>) -> Result<bool> {
    Ok(!table::among(transaction, &[id.origin().authority()])?.is_empty())
}

/// Refuses to do something with somebody whose server is blocked.
///
/// # Errors
/// `domain-blocked`.
pub fn expect_open(transaction: &mut Transaction<'_>, actor: &ActorId) -> Result<()> {
    if is_blocked(transaction, actor)? { Err(refusal(actor.origin().authority())) } else { Ok(()) }
}

/// Those of some actors, by row id, that nobody is shown because their servers are blocked. People here never are.
///
/// # Errors
/// When the database fails.
pub fn hidden<'a>(
    transaction: &mut Transaction<'_>,
    actors: impl IntoIterator<Item = &'a ActorRow>,
) -> Result<HashSet<i64>> {
    let foreign = actors.into_iter().filter(|row| row.fetched_at.is_some());
    let origins = foreign.filter_map(|row| Some((row.id, ActorId::parse(&row.uri).ok()?.origin())));
    let origins: Vec<_> = origins.collect();
    if origins.is_empty() {
        return Ok(HashSet::new());
    }
    let servers: HashSet<&str> = origins.iter().map(|(_, origin)| origin.authority()).collect();
    let servers: Vec<&str> = servers.into_iter().collect();
    let blocked = table::among(transaction, &servers)?;
    let is_blocked = |origin: &alcove_protocol::Origin| blocked.contains(origin.authority());
    Ok(origins.iter().filter(|(_, origin)| is_blocked(origin)).map(|(id, _)| *id).collect())
}

/// Refuses to show an actor whose server is blocked.
///
/// # Errors
/// `domain-blocked`.
pub fn expect_shown(transaction: &mut Transaction<'_>, actor: &ActorRow) -> Result<()> {
    match ActorId::parse(&actor.uri) {
        Ok(id) if actor.fetched_at.is_some() => expect_open(transaction, &id),
        _ => Ok(()),
    }
}

/// The refusal of what concerns a blocked server, told to people here and to that server alike.
pub fn refusal(server: &str) -> Error {
    Error::refused("domain-blocked", 403, sentence(server))
}

fn sentence(server: &str) -> String {
    format!("{server} is blocked by the people who run this server.")
}

#[cfg(test)]
mod tests;
