//! The table `featured_post`: posts that an actor shows first, those of people here and those of others.

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{
    Transaction,
    posts::PostRow,
    query,
    schema::{featured_post, post},
};
use crate::error::Result;

/// Shows a post first; doing so again changes nothing.
pub fn add(transaction: &mut Transaction<'_>, actor: i64, post: i64, now: Timestamp) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(featured_post::table)
        .values((
            featured_post::actor_id.eq(actor),
            featured_post::post_id.eq(post),
            featured_post::created_at.eq(now.0),
        ))
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(())
}

/// Shows a post first no more; says whether it was.
pub fn remove(transaction: &mut Transaction<'_>, actor: i64, post: i64) -> Result<bool> {
    let row = featured_post::table.find((actor, post));
    let removed = query!(transaction, connection => diesel::delete(row).execute(connection))?;
    Ok(removed > 0)
}

/// The posts that an actor shows first, the one that was added last first.
pub fn of(transaction: &mut Transaction<'_>, actor: i64, limit: i64) -> Result<Vec<PostRow>> {
    let rows = query!(transaction, connection => featured_post::table
        .inner_join(post::table)
        .filter(featured_post::actor_id.eq(actor))
        .order((featured_post::created_at.desc(), featured_post::post_id.desc()))
        .limit(limit)
        .select(PostRow::as_select())
        .load(connection))?;
    Ok(rows)
}
