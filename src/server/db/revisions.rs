//! The table `post_revision`: what posts said before they were edited.

use diesel::prelude::*;

use super::{Transaction, posts::PostRow, query, schema::post_revision};
use crate::error::Result;

/// A row of `post_revision`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = post_revision)]
pub struct RevisionRow {
    /// Its row id.
    pub id: i64,
    /// Of which post.
    pub post_id: i64,
    /// The warning.
    pub summary: Option<String>,
    /// Safe HTML.
    pub content: String,
    /// What was only shown.
    pub details: Option<String>,
    /// Milliseconds; from when on the post said this.
    pub created_at: i64,
}

/// How many earlier versions of a post are kept; those before are forgotten.
const KEPT: i64 = 100;

/// Keeps what a post says now, before an edit takes its place.
pub fn keep(transaction: &mut Transaction<'_>, id: i64, post: &PostRow) -> Result<()> {
    let row = RevisionRow {
        id,
        post_id: post.id,
        summary: post.summary.clone(),
        content: post.content.clone(),
        details: post.details.clone(),
        created_at: post.edited_at.unwrap_or(post.published_at),
    };
    query!(transaction, connection => diesel::insert_into(post_revision::table)
        .values(&row)
        .execute(connection))?;
    let older: Vec<i64> = query!(transaction, connection => post_revision::table
        .filter(post_revision::post_id.eq(post.id))
        .order(post_revision::id.desc())
        .offset(KEPT)
        .limit(KEPT)
        .select(post_revision::id)
        .load(connection))?;
    let older = post_revision::table.filter(post_revision::id.eq_any(older));
    query!(transaction, connection => diesel::delete(older).execute(connection))?;
    Ok(())
}

/// What a post said before, oldest first.
pub fn of(transaction: &mut Transaction<'_>, post: i64) -> Result<Vec<RevisionRow>> {
    let rows = query!(transaction, connection => post_revision::table
        .filter(post_revision::post_id.eq(post))
        .order(post_revision::id)
        .select(RevisionRow::as_select())
        .load(connection))?;
    Ok(rows)
}
