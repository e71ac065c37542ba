//! The table `timeline_item`: which posts somebody here is shown, and by which way each came first. Who is shown what is
//! decided when a post arrives (`actions/posts/`); what was blocked or muted since is left out when it is read.

use diesel::prelude::*;

use super::{
    Transaction,
    posts::PostRow,
    query,
    schema::{post, timeline_item},
};
use crate::{app::Moment, bus::Wake, error::Result};

/// A row of `timeline_item`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = timeline_item)]
pub struct TimelineRow {
    /// Who is shown it.
    pub account_id: i64,
    /// Its row id, which is its place in time.
    pub id: i64,
    /// The post.
    pub post_id: i64,
    /// The boost that brought it, if one did.
    pub boost_id: Option<i64>,
    /// A [`Place`].
    pub place: String,
}

/// Why somebody is shown a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Its author, or who boosted it, is followed: it stands in the home timeline.
    Home,
    /// It names them, and they do not follow its author.
    Mention,
    /// It is for them and few others.
    Direct,
}

impl Place {
    /// The word in the column.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Mention => "mention",
            Self::Direct => "direct",
        }
    }
}

/// Every place.
pub const EVERYWHERE: &[Place] = &[Place::Home, Place::Mention, Place::Direct];

/// One post as it stands in a timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Where it stands.
    pub item: TimelineRow,
    /// The post.
    pub post: PostRow,
}

/// Shows a post to an account, and wakes it; `false` when it stands there already.
pub fn put(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    account: i64,
    post: i64,
    boost: Option<i64>,
    place: Place,
) -> Result<bool> {
    let row = TimelineRow {
        account_id: account,
        id: moment.id(),
        post_id: post,
        boost_id: boost,
        place: place.as_str().to_owned(),
    };
    let inserted = query!(transaction, connection => diesel::insert_into(timeline_item::table)
        .values(&row)
        .on_conflict_do_nothing()
        .execute(connection))?;
    transaction.wake(Wake::Account(account));
    Ok(inserted == 1)
}

/// Up to `limit` posts of these places before a row id, newest first.
pub fn before(
    transaction: &mut Transaction<'_>,
    account: i64,
    places: &[Place],
    before: i64,
    limit: i64,
) -> Result<Vec<Shown>> {
    let words: Vec<&str> = places.iter().map(|place| place.as_str()).collect();
    let rows: Vec<(TimelineRow, PostRow)> = query!(transaction, connection => timeline_item::table
        .inner_join(post::table)
        .filter(timeline_item::account_id.eq(account))
        .filter(timeline_item::id.lt(before))
        .filter(timeline_item::place.eq_any(&words))
        .order(timeline_item::id.desc())
        .limit(limit)
        .select((TimelineRow::as_select(), PostRow::as_select()))
        .load(connection))?;
    Ok(shown(rows))
}

/// Up to `limit` posts of these places after a row id, oldest first.
pub fn after(
    transaction: &mut Transaction<'_>,
    account: i64,
    places: &[Place],
    after: i64,
    limit: i64,
) -> Result<Vec<Shown>> {
    let words: Vec<&str> = places.iter().map(|place| place.as_str()).collect();
    let rows: Vec<(TimelineRow, PostRow)> = query!(transaction, connection => timeline_item::table
        .inner_join(post::table)
        .filter(timeline_item::account_id.eq(account))
        .filter(timeline_item::id.gt(after))
        .filter(timeline_item::place.eq_any(&words))
        .order(timeline_item::id)
        .limit(limit)
        .select((TimelineRow::as_select(), PostRow::as_select()))
        .load(connection))?;
    Ok(shown(rows))
}

fn shown(rows: Vec<(TimelineRow, PostRow)>) -> Vec<Shown> {
    rows.into_iter().map(|(item, post)| Shown { item, post }).collect()
}

/// Where a post stands for an account.
pub fn find(transaction: &mut Transaction<'_>, account: i64, post: i64) -> Result<Option<TimelineRow>> {
    let row = query!(transaction, connection => timeline_item::table
        .filter(timeline_item::post_id.eq(post))
        .filter(timeline_item::account_id.eq(account))
        .select(TimelineRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// The row id of what an account was shown last; 0 when that is nothing.
pub fn newest(transaction: &mut Transaction<'_>, account: i64) -> Result<i64> {
    let id: Option<i64> = query!(transaction, connection => timeline_item::table
        .filter(timeline_item::account_id.eq(account))
        .select(diesel::dsl::max(timeline_item::id))
        .first(connection))?;
    Ok(id.unwrap_or_default())
}

/// Wakes everybody here who has a post among their direct messages: it says something else now, or goes. Those on whose
/// other timelines it stands may be many, and nothing of theirs waits for that.
pub fn wake_correspondents(transaction: &mut Transaction<'_>, post: i64) -> Result<()> {
    let accounts: Vec<i64> = query!(transaction, connection => timeline_item::table
        .filter(timeline_item::post_id.eq(post))
        .filter(timeline_item::place.eq(Place::Direct.as_str()))
        .order(timeline_item::account_id)
        .select(timeline_item::account_id)
        .load(connection))?;
    accounts.into_iter().for_each(|account| transaction.wake(Wake::Account(account)));
    Ok(())
}

/// Takes the posts of an actor off the home timeline of an account, for when it follows that actor no more.
pub fn remove_of_author(transaction: &mut Transaction<'_>, account: i64, actor: i64) -> Result<()> {
    let theirs = post::table.filter(post::actor_id.eq(actor)).select(post::id);
    let items = timeline_item::table
        .filter(timeline_item::account_id.eq(account))
        .filter(timeline_item::place.eq(Place::Home.as_str()))
        .filter(timeline_item::post_id.eq_any(theirs));
    query!(transaction, connection => diesel::delete(items).execute(connection))?;
    Ok(())
}
