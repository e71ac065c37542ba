//! The table `blob`: sealed files of conversations, from their announcement on. The bytes are in `media/storage.rs`, in parts.

use alcove_protocol::{Timestamp, api::BlobStanding};
use diesel::prelude::*;

use super::{Transaction, query, schema::blob};
use crate::error::Result;

/// A row of `blob`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = blob)]
pub struct BlobRow {
    /// 128 random bits, by which it is found.
    pub name: String,
    /// Whose it is.
    pub account_id: i64,
    /// SHA-256 of the token with which it is sent and removed.
    pub token_hash: Vec<u8>,
    /// What was announced, in bytes.
    pub length: i64,
    /// What has come.
    pub received: i64,
    /// Milliseconds.
    pub created_at: i64,
}

impl BlobRow {
    /// How far it is.
    pub fn standing(&self) -> BlobStanding {
        let bytes = |number: i64| u64::try_from(number).unwrap_or_default();
        BlobStanding { length: bytes(self.length), received: bytes(self.received) }
    }
}

/// Stores one that is about to come.
pub fn insert(transaction: &mut Transaction<'_>, row: &BlobRow) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(blob::table).values(row).execute(connection))?;
    Ok(())
}

/// One by its name.
pub fn find(transaction: &mut Transaction<'_>, name: &str) -> Result<Option<BlobRow>> {
    let row = query!(transaction, connection => blob::table
        .find(name)
        .select(BlobRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// The lengths of all of an account.
pub fn lengths(transaction: &mut Transaction<'_>, account: i64) -> Result<Vec<i64>> {
    let lengths = query!(transaction, connection => blob::table
        .filter(blob::account_id.eq(account))
        .select(blob::length)
        .load(connection))?;
    Ok(lengths)
}

/// Notes that so much has come, unless somebody else has gone on from there.
pub fn advance(transaction: &mut Transaction<'_>, name: &str, from: i64, to: i64) -> Result<bool> {
    let there = blob::table.filter(blob::name.eq(name)).filter(blob::received.eq(from));
    let rows = query!(transaction, connection => diesel::update(there)
        .set(blob::received.eq(to))
        .execute(connection))?;
    Ok(rows == 1)
}

/// Forgets one.
pub fn delete(transaction: &mut Transaction<'_>, name: &str) -> Result<()> {
    query!(transaction, connection => diesel::delete(blob::table.find(name)).execute(connection))?;
    Ok(())
}

/// Those whose time is over: all that are older than one point in time, and what has not come whole by another.
pub fn expired(
    transaction: &mut Transaction<'_>,
    before: Timestamp,
    unfinished_before: Timestamp,
    limit: i64,
) -> Result<Vec<BlobRow>> {
    let unfinished = blob::received.lt(blob::length).and(blob::created_at.lt(unfinished_before.0));
    let rows = query!(transaction, connection => blob::table
        .filter(blob::created_at.lt(before.0).or(unfinished))
        .limit(limit)
        .select(BlobRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// Which of these names are known.
pub fn known_names(transaction: &mut Transaction<'_>, names: &[String]) -> Result<Vec<String>> {
    let known = query!(transaction, connection => blob::table
        .filter(blob::name.eq_any(names))
        .select(blob::name)
        .load(connection))?;
    Ok(known)
}
