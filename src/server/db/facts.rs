//! The table `fact`: what is true of this server as a whole.

use diesel::prelude::*;

use super::{Transaction, query, schema::fact};
use crate::error::{Error, Result};

/// How often this server was restored from a backup, counted from 1; in every cursor and sequencer answer.
pub const INCARNATION: &str = "incarnation";

/// The secret that foreign files are asked for with, in base64; never shown.
pub const PROXY_SECRET: &str = "proxy_secret";

/// The policy for private messages that held at the last start.
pub const POLICY: &str = "messages_policy";

/// Writes a fact unless it is known, and answers what is stored then.
pub fn set_if_missing(transaction: &mut Transaction<'_>, name: &str, value: &str) -> Result<String> {
    query!(transaction, connection => diesel::insert_into(fact::table)
        .values((fact::name.eq(name), fact::value.eq(value)))
        .on_conflict_do_nothing()
        .execute(connection))?;
    get(transaction, name)?.ok_or(Error::NotFound)
}

/// Writes a fact, whatever it was before.
pub fn set(transaction: &mut Transaction<'_>, name: &str, value: &str) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(fact::table)
        .values((fact::name.eq(name), fact::value.eq(value)))
        .on_conflict(fact::name)
        .do_update()
        .set(fact::value.eq(value))
        .execute(connection))?;
    Ok(())
}

/// A fact, if it is known.
pub fn get(transaction: &mut Transaction<'_>, name: &str) -> Result<Option<String>> {
    let value = query!(transaction, connection => fact::table
        .find(name)
        .select(fact::value)
        .first(connection)
        .optional())?;
    Ok(value)
}

/// Holds a fact until the transaction ends: whoever locks the same one waits.
pub fn lock(transaction: &mut Transaction<'_>, name: &str) -> Result<()> {
    // An update that changes nothing takes the row lock on PostgreSQL; SQLite has one writer anyway.
    query!(transaction, connection => diesel::update(fact::table.find(name))
        .set(fact::value.eq(fact::value))
        .execute(connection))?;
    Ok(())
}

/// The server's incarnation.
pub fn incarnation(transaction: &mut Transaction<'_>) -> Result<i64> {
    get(transaction, INCARNATION)?.and_then(|value| value.parse().ok()).ok_or(Error::Busy)
}
