//! The table `blocked_domain`: whole servers with which the people who run this one want nothing to do. What that means is in
//! `actions/domains.rs`; blocks between two actors are in `blocks.rs`.

use std::collections::{HashMap, HashSet};

use diesel::{prelude::*, upsert::excluded};

use super::{Transaction, query, schema::blocked_domain};
use crate::error::Result;

/// A row of `blocked_domain`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = blocked_domain)]
pub struct BlockedDomainRow {
    /// In small letters, as `example.org`, which stands for all below it as well; or one server by host and port.
    pub domain: String,
    /// For those who run this server.
    pub reason: String,
    /// Milliseconds.
    pub created_at: i64,
}

/// Blocks a domain, or gives the block another reason.
pub fn put(transaction: &mut Transaction<'_>, row: &BlockedDomainRow) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(blocked_domain::table)
        .values(row)
        .on_conflict(blocked_domain::domain)
        .do_update()
        .set(blocked_domain::reason.eq(excluded(blocked_domain::reason)))
        .execute(connection))?;
    Ok(())
}

/// Ends a block; says whether there was one.
pub fn remove(transaction: &mut Transaction<'_>, domain: &str) -> Result<bool> {
    let row = blocked_domain::table.find(domain);
    Ok(query!(transaction, connection => diesel::delete(row).execute(connection))? > 0)
}

/// Every block, in the order of the alphabet.
pub fn all(transaction: &mut Transaction<'_>) -> Result<Vec<BlockedDomainRow>> {
    let rows = query!(transaction, connection => blocked_domain::table
        .order(blocked_domain::domain)
        .select(BlockedDomainRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// Those of some servers, by host and port, that a block covers.
pub fn among<'a>(transaction: &mut Transaction<'_>, servers: &[&'a str]) -> Result<HashSet<&'a str>> {
    let names: HashMap<&str, Vec<String>> =
        servers.iter().map(|server| (*server, names_of(server))).collect();
    let all: HashSet<&str> = names.values().flatten().map(String::as_str).collect();
    let blocked: Vec<String> = query!(transaction, connection => blocked_domain::table
        .filter(blocked_domain::domain.eq_any(&all))
        .select(blocked_domain::domain)
        .load(connection))?;
    let is_blocked = |names: &Vec<String>| names.iter().any(|name| blocked.contains(name));
    Ok(names.into_iter().filter(|(_, names)| is_blocked(names)).map(|(server, _)| server).collect())
}

/// All names under which a server can be blocked: its own with its port and without, and those of the domains above it.
pub fn names_of(server: &str) -> Vec<String> {
    let server = server.trim_end_matches('.').to_ascii_lowercase();
    let is_port = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let host = match server.rsplit_once(':') {
        Some((host, port)) if is_port(port) && (host.ends_with(']') || !host.contains(':')) => host,
        _ => server.as_str(),
    };
    let mut names = Vec::from([server.clone(), host.to_owned()]);
    let mut rest = host;
    while let Some((_, above)) = rest.split_once('.') {
        names.push(above.to_owned());
        rest = above;
    }
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_goes_by_its_own_name_and_those_above() {
        assert_eq!(names_of("a.Example.org"), ["a.example.org", "example.org", "org"]);
        assert_eq!(names_of("example.org:8443"), ["example.org:8443", "example.org", "org"]);
        assert_eq!(names_of("example.org."), ["example.org", "org"], "the same host (S-15)");
        assert_eq!(names_of("[::1]:8440"), ["[::1]:8440", "[::1]"]);
        assert_eq!(names_of("[::1]"), ["[::1]"]);
    }
}
