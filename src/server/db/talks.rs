//! Conversations that are not encrypted, as somebody here has them: the posts for few that stand on their timeline. Which
//! those are is decided when a post comes (`actions/posts/placed.rs`).

use std::collections::BTreeMap;

use diesel::{
    dsl::{count, count_star, max},
    prelude::*,
};

use super::{
    Transaction,
    posts::PostRow,
    query,
    schema::{conversation_member, post, post_revision, timeline_item},
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

/// Whether an account has a post of a conversation.
pub fn has(transaction: &mut Transaction<'_>, account: i64, conversation: i64, id: i64) -> Result<bool> {
    let count: i64 = query!(transaction, connection => timeline_item::table
        .inner_join(post::table)
        .filter(timeline_item::account_id.eq(account))
        .filter(timeline_item::place.eq(Place::Direct.as_str()))
        .filter(post::id.eq(id))
        .filter(post::conversation_id.eq(conversation))
        .count()
        .get_result(connection))?;
    Ok(count > 0)
}

/// What an account has of a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// How many posts.
    pub posts: i64,
    /// The row id of the last edit of one of them.
    pub edit: Option<i64>,
}

/// What an account has of each of some conversations; those without any post are left out.
pub fn held(
    transaction: &mut Transaction<'_>,
    account: i64,
    conversations: &[i64],
) -> Result<BTreeMap<i64, Held>> {
    let rows: Vec<(Option<i64>, i64, Option<i64>)> = query!(transaction, connection => timeline_item::table
        .inner_join(post::table.left_join(post_revision::table))
        .filter(timeline_item::account_id.eq(account))
        .filter(timeline_item::place.eq(Place::Direct.as_str()))
        .filter(post::conversation_id.eq_any(conversations))
        .group_by(post::conversation_id)
        .select((post::conversation_id, count(post::id).aggregate_distinct(), max(post_revision::id.nullable())))
        .load(connection))?;
    let held = |(id, posts, edit): (Option<i64>, i64, Option<i64>)| Some((id?, Held { posts, edit }));
    Ok(rows.into_iter().filter_map(held).collect())
}

/// How many posts of others in each of some conversations an account has after the last one that it has read. `actor` is
/// that of the account; conversations without any are left out.
pub fn unread(
    transaction: &mut Transaction<'_>,
    account: i64,
    actor: &str,
    conversations: &[i64],
) -> Result<BTreeMap<i64, i64>> {
    let of_post = conversation_member::conversation_id.nullable().eq(post::conversation_id);
    let after =
        conversation_member::read_id.is_null().or(post::id.nullable().gt(conversation_member::read_id));
    let counts: Vec<(i64, i64)> = query!(transaction, connection => timeline_item::table
        .inner_join(post::table.inner_join(conversation_member::table.on(of_post)))
        .filter(timeline_item::account_id.eq(account))
        .filter(timeline_item::place.eq(Place::Direct.as_str()))
        .filter(conversation_member::conversation_id.eq_any(conversations))
        .filter(conversation_member::actor_uri.eq(actor))
        .filter(post::actor_id.ne(account))
        .filter(after)
        .group_by(conversation_member::conversation_id)
        .select((conversation_member::conversation_id, count_star()))
        .load(connection))?;
    Ok(counts.into_iter().collect())
}
