//! The table `report`: what people here and other servers have reported to those who run this server.

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{Transaction, query, schema::report};
use crate::error::Result;

/// A row of `report`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = report)]
pub struct ReportRow {
    /// Its row id.
    pub id: i64,
    /// The id of the activity that brought or would bring it.
    pub uri: String,
    /// Who reports: a person here, or the actor of another server.
    pub reporter_uri: String,
    /// Who is reported.
    pub target_uri: String,
    /// The ids of the posts that are meant, as a JSON list.
    pub posts: String,
    /// Why, in the reporter's words; plain text.
    pub comment: String,
    /// Milliseconds.
    pub created_at: i64,
    /// Milliseconds; when somebody here has dealt with it.
    pub closed_at: Option<i64>,
    /// The account that did.
    pub closed_by: Option<i64>,
}

/// Stores a report; `false` when its id is known.
pub fn insert(transaction: &mut Transaction<'_>, row: &ReportRow) -> Result<bool> {
    let inserted = query!(transaction, connection => diesel::insert_into(report::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(inserted == 1)
}

/// A report by its row id.
pub fn find(transaction: &mut Transaction<'_>, id: i64) -> Result<Option<ReportRow>> {
    let row = query!(transaction, connection => report::table
        .find(id)
        .select(ReportRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// Up to `limit` reports that nobody has dealt with, oldest first.
pub fn open(transaction: &mut Transaction<'_>, limit: i64) -> Result<Vec<ReportRow>> {
    let rows = query!(transaction, connection => report::table
        .filter(report::closed_at.is_null())
        .order(report::id)
        .limit(limit)
        .select(ReportRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// Somebody has dealt with a report; says whether it was open.
pub fn close(transaction: &mut Transaction<'_>, id: i64, by: i64, now: Timestamp) -> Result<bool> {
    let open = report::table.find(id).filter(report::closed_at.is_null());
    let closed = query!(transaction, connection => diesel::update(open)
        .set((report::closed_at.eq(now.0), report::closed_by.eq(by)))
        .execute(connection))?;
    Ok(closed > 0)
}
