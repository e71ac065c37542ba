//! The table `waiting_post`: posts that go out as soon as their files are ready, as they were typed. What became of one is
//! kept for a while, so that its author is told. When that is, is decided in `actions/writing/waiting.rs`.

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{Transaction, query, schema::waiting_post};
use crate::error::Result;

/// A row of `waiting_post`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = waiting_post)]
pub struct WaitingRow {
    /// Its row id.
    pub id: i64,
    /// Whose it is.
    pub account_id: i64,
    /// JSON of `actions::writing::typed::Typed`.
    pub typed: String,
    /// Why it did not go out, in a sentence for its author.
    pub problem: Option<String>,
    /// The post that it has become.
    pub post_id: Option<i64>,
    /// Milliseconds.
    pub created_at: i64,
}

impl WaitingRow {
    /// Whether it waits still.
    pub fn is_open(&self) -> bool {
        self.problem.is_none() && self.post_id.is_none()
    }
}

/// Lets a post wait.
pub fn insert(transaction: &mut Transaction<'_>, row: &WaitingRow) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(waiting_post::table).values(row).execute(connection))?;
    Ok(())
}

/// One by its row id.
pub fn find(transaction: &mut Transaction<'_>, id: i64) -> Result<Option<WaitingRow>> {
    let row = query!(transaction, connection => waiting_post::table
        .find(id)
        .select(WaitingRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// Those of an account that wait still, oldest first.
pub fn open(transaction: &mut Transaction<'_>, account: i64) -> Result<Vec<WaitingRow>> {
    let rows = query!(transaction, connection => waiting_post::table
        .filter(waiting_post::account_id.eq(account))
        .filter(waiting_post::problem.is_null())
        .filter(waiting_post::post_id.is_null())
        .order(waiting_post::id)
        .select(WaitingRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// Notes what one has become; `false` when it does not wait any more.
pub fn has_become(transaction: &mut Transaction<'_>, id: i64, post: i64) -> Result<bool> {
    let open = waiting_post::table.find(id).filter(waiting_post::post_id.is_null());
    let updated = query!(transaction, connection => diesel::update(open)
        .set(waiting_post::post_id.eq(post))
        .execute(connection))?;
    Ok(updated == 1)
}

/// Notes why one does not go out.
pub fn has_failed(transaction: &mut Transaction<'_>, id: i64, problem: &str) -> Result<()> {
    let open = waiting_post::table.find(id).filter(waiting_post::post_id.is_null());
    query!(transaction, connection => diesel::update(open)
        .set(waiting_post::problem.eq(problem))
        .execute(connection))?;
    Ok(())
}

/// Takes one back that has not gone out; `false` when it has.
pub fn take_back(transaction: &mut Transaction<'_>, id: i64) -> Result<bool> {
    let open = waiting_post::table.find(id).filter(waiting_post::post_id.is_null());
    Ok(query!(transaction, connection => diesel::delete(open).execute(connection))? == 1)
}

/// Forgets those that were begun before a point in time and do not wait any more: nobody has the text of the others. At most
/// `limit`.
pub fn prune(transaction: &mut Transaction<'_>, created_before: Timestamp, limit: i64) -> Result<usize> {
    let old: Vec<i64> = query!(transaction, connection => waiting_post::table
        .filter(waiting_post::created_at.lt(created_before.0))
        .filter(waiting_post::problem.is_not_null().or(waiting_post::post_id.is_not_null()))
        .limit(limit)
        .select(waiting_post::id)
        .load(connection))?;
    let old = waiting_post::table.filter(waiting_post::id.eq_any(old));
    Ok(query!(transaction, connection => diesel::delete(old).execute(connection))?)
}
