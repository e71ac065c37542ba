//! The table `report`: what people here and other servers report to those who run this server.

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
    /// The id of the `Flag`.
    pub uri: String,
    /// Who reports; of a report from elsewhere often the other server's own actor.
    pub reporter_uri: String,
    /// Who is reported.
    pub target_uri: String,
    /// JSON: the ids of the posts in question.
    pub posts: String,
    /// What the reporter says, as plain text.
    pub comment: String,
    /// Milliseconds.
    pub created_at: i64,
    /// Milliseconds; when somebody dealt with it.
    pub closed_at: Option<i64>,
    /// The account that dealt with it.
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

/// Somebody has dealt with a report; `false` when that was done before.
pub fn close(transaction: &mut Transaction<'_>, id: i64, by: i64, now: Timestamp) -> Result<bool> {
    let open = report::table.filter(report::id.eq(id)).filter(report::closed_at.is_null());
    let changed = query!(transaction, connection => diesel::update(open)
        .set((report::closed_at.eq(now.0), report::closed_by.eq(by)))
        .execute(connection))?;
    Ok(changed == 1)
}

/// How many reports of a reporter nobody has dealt with yet.
pub fn count_open(transaction: &mut Transaction<'_>, reporter: &str) -> Result<i64> {
    let count = query!(transaction, connection => report::table
        .filter(report::reporter_uri.eq(reporter))
        .filter(report::closed_at.is_null())
        .count()
        .get_result(connection))?;
    Ok(count)
}

/// Up to `limit` reports that nobody has dealt with yet, before a row id, newest first.
pub fn open(transaction: &mut Transaction<'_>, before: i64, limit: i64) -> Result<Vec<ReportRow>> {
    let rows = query!(transaction, connection => report::table
        .filter(report::closed_at.is_null())
        .filter(report::id.lt(before))
        .order(report::id.desc())
        .limit(limit)
        .select(ReportRow::as_select())
        .load(connection))?;
    Ok(rows)
}
