//! The table `post_like`: who likes which post.

use diesel::prelude::*;

use super::{
    Transaction,
    actors::ActorRow,
    query,
    schema::{actor, post_like},
};
use crate::{app::Moment, error::Result};

/// A row of `post_like`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = post_like)]
pub struct LikeRow {
    /// Its row id.
    pub id: i64,
    /// The id of the `Like`.
    pub uri: String,
    /// Who likes.
    pub actor_id: i64,
    /// What is liked.
    pub post_id: i64,
    /// Milliseconds.
    pub created_at: i64,
}

impl LikeRow {
    /// A like that is given now.
    pub fn new(moment: &Moment, uri: &str, actor: i64, post: i64) -> Self {
        let (id, uri) = (moment.id(), uri.to_owned());
        Self { id, uri, actor_id: actor, post_id: post, created_at: moment.now.0 }
    }
}

/// Stores a like; `false` when the actor likes that post already or the id is known.
pub fn insert(transaction: &mut Transaction<'_>, row: &LikeRow) -> Result<bool> {
    let inserted = query!(transaction, connection => diesel::insert_into(post_like::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(inserted == 1)
}

/// A like by its id.
pub fn by_uri(transaction: &mut Transaction<'_>, uri: &str) -> Result<Option<LikeRow>> {
    let row = query!(transaction, connection => post_like::table
        .filter(post_like::uri.eq(uri))
        .select(LikeRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// The like of a post by an actor.
pub fn by_actor(transaction: &mut Transaction<'_>, actor: i64, post: i64) -> Result<Option<LikeRow>> {
    let row = query!(transaction, connection => post_like::table
        .filter(post_like::actor_id.eq(actor))
        .filter(post_like::post_id.eq(post))
        .select(LikeRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// Takes a like back.
pub fn remove(transaction: &mut Transaction<'_>, id: i64) -> Result<()> {
    query!(transaction, connection => diesel::delete(post_like::table.find(id)).execute(connection))?;
    Ok(())
}

/// How many like a post.
pub fn count(transaction: &mut Transaction<'_>, post: i64) -> Result<i64> {
    let count = query!(transaction, connection => post_like::table
        .filter(post_like::post_id.eq(post))
        .count()
        .get_result(connection))?;
    Ok(count)
}

/// Which of these posts an actor likes.
pub fn among(transaction: &mut Transaction<'_>, actor: i64, posts: &[i64]) -> Result<Vec<i64>> {
    let posts = query!(transaction, connection => post_like::table
        .filter(post_like::actor_id.eq(actor))
        .filter(post_like::post_id.eq_any(posts))
        .select(post_like::post_id)
        .load(connection))?;
    Ok(posts)
}

/// Up to `limit` actors who like a post, the last first.
pub fn by_whom(transaction: &mut Transaction<'_>, post: i64, limit: i64) -> Result<Vec<ActorRow>> {
    let rows = query!(transaction, connection => post_like::table
        .inner_join(actor::table)
        .filter(post_like::post_id.eq(post))
        .order(post_like::id.desc())
        .limit(limit)
        .select(ActorRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// Takes back all likes of an actor.
pub fn remove_of_actor(transaction: &mut Transaction<'_>, actor: i64) -> Result<()> {
    let likes = post_like::table.filter(post_like::actor_id.eq(actor));
    query!(transaction, connection => diesel::delete(likes).execute(connection))?;
    Ok(())
}
