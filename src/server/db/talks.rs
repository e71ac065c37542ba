//! Conversations that are not encrypted, as somebody here has them: the posts for few that stand on their timeline. Which
//! those are is decided when a post comes (`actions/posts/placed.rs`).

use diesel::{dsl::max, prelude::*};

use super::{
    Transaction,
    posts::PostRow,
    query,
    schema::{post, timeline_item},
    timelines::Place,
};
use crate::error::Result;

/// The last post of each of up to `limit` conversations of an account with the id of its timeline item, before such an id,
/// newest first.
pub fn last_of_each(
    transaction: &mut Transaction<'_>,
    account: i64,
    before: i64,
    limit: i64,
) -> Result<Vec<(i64, PostRow)>> {
    let ids: Vec<Option<i64>> = query!(transaction, connection => timeline_item::table
        .inner_join(post::table)
        .filter(timeline_item::account_id.eq(account))
        .filter(timeline_item::place.eq(Place::Direct.as_str()))
        .filter(post::conversation_id.is_not_null())
        .group_by(post::conversation_id)
        .having(max(timeline_item::id).lt(before))
        .order(max(timeline_item::id).desc())
        .limit(limit)
        .select(max(timeline_item::id))
        .load(connection))?;
    let ids: Vec<i64> = ids.into_iter().flatten().collect();
    let rows = query!(transaction, connection => timeline_item::table
        .inner_join(post::table)
        .filter(timeline_item::account_id.eq(account))
        .filter(timeline_item::id.eq_any(&ids))
        .order(timeline_item::id.desc())
        .select((timeline_item::id, PostRow::as_select()))
        .load(connection))?;
    Ok(rows)
}

/// Up to `limit` posts of a conversation that an account has, before a row id, newest first.
pub fn of_conversation(
    transaction: &mut Transaction<'_>,
    account: i64,
    conversation: i64,
    before: i64,
    limit: i64,
) -> Result<Vec<PostRow>> {
    let rows = query!(transaction, connection => timeline_item::table
        .inner_join(post::table)
        .filter(timeline_item::account_id.eq(account))
        .filter(timeline_item::place.eq(Place::Direct.as_str()))
        .filter(post::conversation_id.eq(conversation))
        .filter(post::id.lt(before))
        .order(post::id.desc())
        .limit(limit)
        .select(PostRow::as_select())
        .load(connection))?;
    Ok(rows)
}
