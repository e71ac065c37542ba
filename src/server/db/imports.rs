//! The table `import`: lists of people that somebody here has given, and how far their import is. The people themselves
//! wait in `jobs.rs`, one row each.

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{Transaction, query, schema::import};
use crate::error::Result;

/// A row of `import`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = import)]
pub struct ImportRow {
    /// Its row id.
    pub id: i64,
    /// Whose it is.
    pub account_id: i64,
    /// What the list is for, as `text::lists::List` has it.
    pub kind: String,
    /// How many lines there are.
    pub total: i64,
    /// How many of them are done.
    pub done: i64,
    /// How many could not be done.
    pub failed: i64,
    /// Why, in sentences: JSON of a list of texts.
    pub problems: String,
    /// Milliseconds.
    pub created_at: i64,
    /// Milliseconds; when the last line was done.
    pub finished_at: Option<i64>,
}

/// Stores an import that begins.
pub fn insert(transaction: &mut Transaction<'_>, row: &ImportRow) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(import::table).values(row).execute(connection))?;
    Ok(())
}

/// The last imports of an account, newest first.
pub fn latest(transaction: &mut Transaction<'_>, account: i64, limit: i64) -> Result<Vec<ImportRow>> {
    let rows = query!(transaction, connection => import::table
        .filter(import::account_id.eq(account))
        .order(import::id.desc())
        .limit(limit)
        .select(ImportRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// Whether an import of an account is under way.
pub fn is_under_way(transaction: &mut Transaction<'_>, account: i64) -> Result<bool> {
    let count: i64 = query!(transaction, connection => import::table
        .filter(import::account_id.eq(account))
        .filter(import::finished_at.is_null())
        .count()
        .get_result(connection))?;
    Ok(count > 0)
}

/// Counts one more line, and answers the row as it is then, which nobody else changes until the transaction ends.
pub fn count(
    transaction: &mut Transaction<'_>,
    id: i64,
    done: i64,
    failed: i64,
    now: Timestamp,
) -> Result<Option<ImportRow>> {
    let row: Option<ImportRow> = query!(transaction, connection => diesel::update(import::table.find(id))
        .set((import::done.eq(import::done + done), import::failed.eq(import::failed + failed)))
        .returning(ImportRow::as_returning())
        .get_result(connection)
        .optional())?;
    if row.as_ref().is_some_and(|row| row.done + row.failed >= row.total) {
        query!(transaction, connection => diesel::update(import::table.find(id))
            .set(import::finished_at.eq(now.0))
            .execute(connection))?;
    }
    Ok(row)
}

/// Writes down why lines could not be done.
pub fn set_problems(transaction: &mut Transaction<'_>, id: i64, problems: &str) -> Result<()> {
    query!(transaction, connection => diesel::update(import::table.find(id))
        .set(import::problems.eq(problems))
        .execute(connection))?;
    Ok(())
}
