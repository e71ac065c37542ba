//! What many posts are shown with at once: counts, votes and people by lists of row ids, one query for each table. What is
//! known of a single post is in the file of its table.

use std::collections::BTreeMap;

use alcove_protocol::post::Visibility;
use diesel::{dsl::count_star, prelude::*};

use super::{
    Transaction,
    actors::ActorRow,
    polls::PollRow,
    posts::{FOR_EVERYBODY, PostRow, word},
    query,
    schema::{actor, boost, hashtag, poll, poll_vote, post, post_like, post_recipient},
};
use crate::error::Result;

/// Those of a list of actors that are there, in no order.
pub fn actors(transaction: &mut Transaction<'_>, ids: &[i64]) -> Result<Vec<ActorRow>> {
    let rows = query!(transaction, connection => actor::table
        .filter(actor::id.eq_any(ids))
        .select(ActorRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// How often each post was shared.
pub fn boosts(transaction: &mut Transaction<'_>, posts: &[i64]) -> Result<BTreeMap<i64, i64>> {
    let rows: Vec<(i64, i64)> = query!(transaction, connection => boost::table
        .filter(boost::post_id.eq_any(posts))
        .group_by(boost::post_id)
        .select((boost::post_id, count_star()))
        .load(connection))?;
    Ok(rows.into_iter().collect())
}

/// Who made each of some boosts.
pub fn boosters(transaction: &mut Transaction<'_>, boosts: &[i64]) -> Result<BTreeMap<i64, i64>> {
    let rows: Vec<(i64, i64)> = query!(transaction, connection => boost::table
        .filter(boost::id.eq_any(boosts))
        .select((boost::id, boost::actor_id))
        .load(connection))?;
    Ok(rows.into_iter().collect())
}

/// How many like each post.
pub fn likes(transaction: &mut Transaction<'_>, posts: &[i64]) -> Result<BTreeMap<i64, i64>> {
    let rows: Vec<(i64, i64)> = query!(transaction, connection => post_like::table
        .filter(post_like::post_id.eq_any(posts))
        .group_by(post_like::post_id)
        .select((post_like::post_id, count_star()))
        .load(connection))?;
    Ok(rows.into_iter().collect())
}

/// How many answers for everybody each post has here, by ActivityPub id.
pub fn replies(transaction: &mut Transaction<'_>, uris: &[&str]) -> Result<BTreeMap<String, i64>> {
    let words: Vec<&str> = FOR_EVERYBODY.iter().copied().map(word).collect();
    let rows: Vec<(Option<String>, i64)> = query!(transaction, connection => post::table
        .filter(post::in_reply_to.eq_any(uris))
        .filter(post::visibility.eq_any(&words))
        .group_by(post::in_reply_to)
        .select((post::in_reply_to, count_star()))
        .load(connection))?;
    Ok(rows.into_iter().filter_map(|(uri, count)| Some((uri?, count))).collect())
}

/// Whom each post is for.
pub fn recipients(transaction: &mut Transaction<'_>, posts: &[i64]) -> Result<BTreeMap<i64, Vec<String>>> {
    let rows: Vec<(i64, String)> = query!(transaction, connection => post_recipient::table
        .filter(post_recipient::post_id.eq_any(posts))
        .select((post_recipient::post_id, post_recipient::actor_uri))
        .load(connection))?;
    Ok(grouped(rows))
}

/// The questions of posts.
pub fn polls(transaction: &mut Transaction<'_>, posts: &[i64]) -> Result<Vec<PollRow>> {
    let rows = query!(transaction, connection => poll::table
        .filter(poll::post_id.eq_any(posts))
        .select(PollRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// How many have chosen each option of each question, as far as votes came here.
pub fn tallies(transaction: &mut Transaction<'_>, posts: &[i64]) -> Result<BTreeMap<(i64, i64), i64>> {
    let rows: Vec<(i64, i64, i64)> = query!(transaction, connection => poll_vote::table
        .filter(poll_vote::post_id.eq_any(posts))
        .group_by((poll_vote::post_id, poll_vote::choice))
        .select((poll_vote::post_id, poll_vote::choice, count_star()))
        .load(connection))?;
    Ok(rows.into_iter().map(|(post, choice, count)| ((post, choice), count)).collect())
}

/// How many people have answered each question, as far as votes came here.
pub fn voters(transaction: &mut Transaction<'_>, posts: &[i64]) -> Result<BTreeMap<i64, i64>> {
    let rows: Vec<(i64, i64)> = query!(transaction, connection => poll_vote::table
        .filter(poll_vote::post_id.eq_any(posts))
        .group_by(poll_vote::post_id)
        .select((poll_vote::post_id, diesel::dsl::count(poll_vote::actor_id).aggregate_distinct()))
        .load(connection))?;
    Ok(rows.into_iter().collect())
}

/// What an actor has chosen in each question.
pub fn choices(
    transaction: &mut Transaction<'_>,
    actor: i64,
    posts: &[i64],
) -> Result<BTreeMap<i64, Vec<i64>>> {
    let rows: Vec<(i64, i64)> = query!(transaction, connection => poll_vote::table
        .filter(poll_vote::actor_id.eq(actor))
        .filter(poll_vote::post_id.eq_any(posts))
        .select((poll_vote::post_id, poll_vote::choice))
        .load(connection))?;
    Ok(grouped(rows))
}

/// Up to `limit` public posts of people here with a hashtag before a row id, newest first.
pub fn own_posts_with(
    transaction: &mut Transaction<'_>,
    name: &str,
    before: i64,
    limit: i64,
) -> Result<Vec<PostRow>> {
    let rows = query!(transaction, connection => hashtag::table
        .inner_join(post::table.inner_join(actor::table))
        .filter(hashtag::name.eq(name.to_lowercase()))
        .filter(hashtag::post_id.lt(before))
        .filter(post::visibility.eq(word(Visibility::Public)))
        .filter(actor::fetched_at.is_null())
        .order(hashtag::post_id.desc())
        .limit(limit)
        .select(PostRow::as_select())
        .load(connection))?;
    Ok(rows)
}

fn grouped<T>(rows: Vec<(i64, T)>) -> BTreeMap<i64, Vec<T>> {
    let mut groups = BTreeMap::<i64, Vec<T>>::new();
    for (key, value) in rows {
        groups.entry(key).or_default().push(value);
    }
    groups
}
