//! What the collections of people here hold for everybody: what somebody has posted and passed on, the answers to a post,
//! the posts of a thread. Read from `post` and `boost`; only public and unlisted things, whoever asks. Ids of our own rows
//! grow with time, so that a page goes on from an id.

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{
    Transaction,
    boosts::BoostRow,
    posts::{self, PostRow},
    query,
    schema::{account, actor, boost, post, session, token},
};
use crate::error::Result;

/// Something that somebody here has done for everybody.
#[derive(Clone, Debug, PartialEq)]
pub enum Done {
    /// Posted.
    Post(PostRow),
    /// Passed on: the boost, the post and its author.
    Boost(BoostRow, PostRow, String),
}

impl Done {
    /// The row id, which is its place.
    pub fn id(&self) -> i64 {
        match self {
            Self::Post(row) => row.id,
            Self::Boost(row, ..) => row.id,
        }
    }
}

fn for_everybody() -> Vec<&'static str> {
    posts::FOR_EVERYBODY.iter().map(|visibility| posts::word(*visibility)).collect()
}

/// Up to `limit` things that an actor here has done, before an id, newest first.
pub fn done(transaction: &mut Transaction<'_>, by: i64, before: i64, limit: i64) -> Result<Vec<Done>> {
    let posted: Vec<PostRow> = query!(transaction, connection => post::table
        .filter(post::actor_id.eq(by))
        .filter(post::visibility.eq_any(for_everybody()))
        .filter(post::id.lt(before))
        .order(post::id.desc())
        .limit(limit)
        .select(PostRow::as_select())
        .load(connection))?;
    let boosted: Vec<(BoostRow, PostRow, String)> = query!(transaction, connection => boost::table
        .inner_join(post::table.inner_join(actor::table))
        .filter(boost::actor_id.eq(by))
        .filter(boost::visibility.eq_any(for_everybody()))
        .filter(boost::id.lt(before))
        .order(boost::id.desc())
        .limit(limit)
        .select((BoostRow::as_select(), PostRow::as_select(), actor::uri))
        .load(connection))?;
    let mut done: Vec<Done> = posted.into_iter().map(Done::Post).collect();
    done.extend(boosted.into_iter().map(|(boost, post, author)| Done::Boost(boost, post, author)));
    done.sort_by_key(|one| std::cmp::Reverse(one.id()));
    done.truncate(usize::try_from(limit).unwrap_or_default());
    Ok(done)
}

/// How many things an actor here has done for everybody.
pub fn count_done(transaction: &mut Transaction<'_>, by: i64) -> Result<i64> {
    let boosted: i64 = query!(transaction, connection => boost::table
        .filter(boost::actor_id.eq(by))
        .filter(boost::visibility.eq_any(for_everybody()))
        .count()
        .get_result(connection))?;
    Ok(posts::count_of_actor(transaction, by, posts::FOR_EVERYBODY)? + boosted)
}

/// Up to `limit` answers to a post after an id, in the order in which they came: row id and address.
pub fn replies(
    transaction: &mut Transaction<'_>,
    to: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, String)>> {
    let rows = query!(transaction, connection => post::table
        .filter(post::in_reply_to.eq(to))
        .filter(post::visibility.eq_any(for_everybody()))
        .filter(post::id.gt(after))
        .order(post::id)
        .limit(limit)
        .select((post::id, post::uri))
        .load(connection))?;
    Ok(rows)
}

/// How many answers to a post there are.
pub fn count_replies(transaction: &mut Transaction<'_>, to: &str) -> Result<i64> {
    let count = query!(transaction, connection => post::table
        .filter(post::in_reply_to.eq(to))
        .filter(post::visibility.eq_any(for_everybody()))
        .count()
        .get_result(connection))?;
    Ok(count)
}

/// Up to `limit` posts of a thread after an id, in the order in which they came: row id and address.
pub fn thread(
    transaction: &mut Transaction<'_>,
    context: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, String)>> {
    let rows = query!(transaction, connection => post::table
        .filter(post::context.eq(context))
        .filter(post::visibility.eq_any(for_everybody()))
        .filter(post::id.gt(after))
        .order(post::id)
        .limit(limit)
        .select((post::id, post::uri))
        .load(connection))?;
    Ok(rows)
}

/// How many posts a thread has.
pub fn count_thread(transaction: &mut Transaction<'_>, context: &str) -> Result<i64> {
    let count = query!(transaction, connection => post::table
        .filter(post::context.eq(context))
        .filter(post::visibility.eq_any(for_everybody()))
        .count()
        .get_result(connection))?;
    Ok(count)
}

/// How many posts people here have written for everybody.
pub fn count_local(transaction: &mut Transaction<'_>) -> Result<i64> {
    let count = query!(transaction, connection => post::table
        .filter(post::actor_id.eq_any(account::table.select(account::id)))
        .filter(post::visibility.eq_any(for_everybody()))
        .count()
        .get_result(connection))?;
    Ok(count)
}

/// How many accounts were in use since a point in time, in a browser or by an app.
pub fn count_active(transaction: &mut Transaction<'_>, since: Timestamp) -> Result<i64> {
    let browsers =
        session::table.filter(session::account_id.eq(account::id)).filter(session::last_seen_at.gt(since.0));
    let apps = token::table.filter(token::account_id.eq(account::id)).filter(token::last_used_at.gt(since.0));
    let count = query!(transaction, connection => account::table
        .filter(account::disabled_at.is_null())
        .filter(diesel::dsl::exists(browsers).or(diesel::dsl::exists(apps)))
        .count()
        .get_result(connection))?;
    Ok(count)
}
