//! The table `boost`: who has shared which post (`Announce`).

use alcove_protocol::{Timestamp, post::Visibility};
use diesel::prelude::*;

use super::{
    Transaction,
    actors::ActorRow,
    posts::word,
    query,
    schema::{actor, boost, timeline_item},
};
use crate::{app::Moment, error::Result};

/// A row of `boost`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = boost)]
pub struct BoostRow {
    /// Its row id.
    pub id: i64,
    /// The id of the `Announce`.
    pub uri: String,
    /// Who shares.
    pub actor_id: i64,
    /// What is shared.
    pub post_id: i64,
    /// Whom it is shared with: the word of a [`Visibility`].
    pub visibility: String,
    /// Milliseconds.
    pub created_at: i64,
}

impl BoostRow {
    /// A boost that is made now.
    pub fn new(moment: &Moment, uri: &str, actor: i64, post: i64, visibility: Visibility) -> Self {
        let (id, uri, visibility) = (moment.id(), uri.to_owned(), word(visibility).to_owned());
        Self { id, uri, actor_id: actor, post_id: post, visibility, created_at: moment.now.0 }
    }
}

/// Stores a boost; `false` when the actor shares that post already or the id is known.
pub fn insert(transaction: &mut Transaction<'_>, row: &BoostRow) -> Result<bool> {
    let inserted = query!(transaction, connection => diesel::insert_into(boost::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(inserted == 1)
}

/// A boost by its row id.
pub fn find(transaction: &mut Transaction<'_>, id: i64) -> Result<Option<BoostRow>> {
    let row = query!(transaction, connection => boost::table
        .find(id)
        .select(BoostRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// A boost by the id of its `Announce`.
pub fn by_uri(transaction: &mut Transaction<'_>, uri: &str) -> Result<Option<BoostRow>> {
    let row = query!(transaction, connection => boost::table
        .filter(boost::uri.eq(uri))
        .select(BoostRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// The boost of a post by an actor.
pub fn by_actor(transaction: &mut Transaction<'_>, actor: i64, post: i64) -> Result<Option<BoostRow>> {
    let row = query!(transaction, connection => boost::table
        .filter(boost::actor_id.eq(actor))
        .filter(boost::post_id.eq(post))
        .select(BoostRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// Takes a boost back: what it brought onto timelines goes with it.
pub fn remove(transaction: &mut Transaction<'_>, id: i64) -> Result<()> {
    let shown = timeline_item::table.filter(timeline_item::boost_id.eq(id));
    query!(transaction, connection => diesel::delete(shown).execute(connection))?;
    query!(transaction, connection => diesel::delete(boost::table.find(id)).execute(connection))?;
    Ok(())
}

/// How many have shared a post.
pub fn count(transaction: &mut Transaction<'_>, post: i64) -> Result<i64> {
    let count = query!(transaction, connection => boost::table
        .filter(boost::post_id.eq(post))
        .count()
        .get_result(connection))?;
    Ok(count)
}

/// Which of these posts an actor has shared.
pub fn among(transaction: &mut Transaction<'_>, actor: i64, posts: &[i64]) -> Result<Vec<i64>> {
    let posts = query!(transaction, connection => boost::table
        .filter(boost::actor_id.eq(actor))
        .filter(boost::post_id.eq_any(posts))
        .select(boost::post_id)
        .load(connection))?;
    Ok(posts)
}

/// Up to `limit` actors who have shared a post, the last first.
pub fn by_whom(transaction: &mut Transaction<'_>, post: i64, limit: i64) -> Result<Vec<ActorRow>> {
    let rows = query!(transaction, connection => boost::table
        .inner_join(actor::table)
        .filter(boost::post_id.eq(post))
        .order(boost::id.desc())
        .limit(limit)
        .select(ActorRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// Up to `limit` boosts of an actor for everybody before a point in time, newest first.
pub fn of_actor(
    transaction: &mut Transaction<'_>,
    actor: i64,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<BoostRow>> {
    let rows = query!(transaction, connection => boost::table
        .filter(boost::actor_id.eq(actor))
        .filter(boost::created_at.lt(before.0))
        .filter(boost::visibility.eq_any([word(Visibility::Public), word(Visibility::Unlisted)]))
        .order((boost::created_at.desc(), boost::id.desc()))
        .limit(limit)
        .select(BoostRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// Takes back up to `limit` boosts of an actor; how many there were.
pub fn remove_of_actor(transaction: &mut Transaction<'_>, actor: i64, limit: i64) -> Result<usize> {
    let ids: Vec<i64> = query!(transaction, connection => boost::table
        .filter(boost::actor_id.eq(actor))
        .limit(limit)
        .select(boost::id)
        .load(connection))?;
    for id in &ids {
        remove(transaction, *id)?;
    }
    Ok(ids.len())
}
