//! The tables `poll` and `poll_vote`: the questions of posts, here and elsewhere, and the votes that came here. Of our own
//! questions the votes are counted from `poll_vote`; of others' the last count that their server told stands in `options`.

use std::collections::BTreeMap;

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{
    Transaction, query,
    schema::{poll, poll_vote},
};
use crate::error::Result;

/// A row of `poll`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = poll, primary_key(post_id), treat_none_as_null = true)]
pub struct PollRow {
    /// The post that asks.
    pub post_id: i64,
    /// A [`Mode`].
    pub mode: String,
    /// JSON: a list of `actions::posts::details::PollOption`.
    pub options: String,
    /// How many have voted, where that was told.
    pub voters: Option<i64>,
    /// Milliseconds; from when on no vote counts.
    pub closes_at: Option<i64>,
    /// Milliseconds; when the end was told to those who took part.
    pub closed_at: Option<i64>,
}

impl PollRow {
    /// How many options one may choose.
    pub fn mode(&self) -> Mode {
        if self.mode == Mode::Any.as_str() { Mode::Any } else { Mode::One }
    }

    /// Whether votes count now.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.closed_at.is_none() && self.closes_at.is_none_or(|at| now.0 < at)
    }
}

/// How many options of a question one may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// One.
    One,
    /// Any number.
    Any,
}

impl Mode {
    /// The word in the column.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Any => "any",
        }
    }
}

/// Stores a question, or what is known of it now.
pub fn put(transaction: &mut Transaction<'_>, row: &PollRow) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(poll::table)
        .values(row)
        .on_conflict(poll::post_id)
        .do_update()
        .set(row)
        .execute(connection))?;
    Ok(())
}

/// The question of a post.
pub fn find(transaction: &mut Transaction<'_>, post: i64) -> Result<Option<PollRow>> {
    let row = query!(transaction, connection => poll::table
        .find(post)
        .select(PollRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// The question of a post, held until the transaction ends: of two votes of one voter the second sees the first.
pub fn lock(transaction: &mut Transaction<'_>, post: i64) -> Result<Option<PollRow>> {
    // An update that changes nothing takes the row lock on PostgreSQL; SQLite has one writer anyway.
    let row = query!(transaction, connection => diesel::update(poll::table.find(post))
        .set(poll::mode.eq(poll::mode))
        .returning(PollRow::as_returning())
        .get_result(connection)
        .optional())?;
    Ok(row)
}

/// Notes a vote; `false` when that actor has chosen that option already.
pub fn vote(transaction: &mut Transaction<'_>, post: i64, actor: i64, choice: i64) -> Result<bool> {
    let inserted = query!(transaction, connection => diesel::insert_into(poll_vote::table)
        .values((poll_vote::post_id.eq(post), poll_vote::actor_id.eq(actor), poll_vote::choice.eq(choice)))
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(inserted == 1)
}

/// What an actor has chosen.
pub fn choices_of(transaction: &mut Transaction<'_>, post: i64, actor: i64) -> Result<Vec<i64>> {
    let choices = query!(transaction, connection => poll_vote::table
        .filter(poll_vote::post_id.eq(post))
        .filter(poll_vote::actor_id.eq(actor))
        .order(poll_vote::choice)
        .select(poll_vote::choice)
        .load(connection))?;
    Ok(choices)
}

/// How many have chosen each option that somebody has chosen.
pub fn tally(transaction: &mut Transaction<'_>, post: i64) -> Result<BTreeMap<i64, i64>> {
    let counts: Vec<(i64, i64)> = query!(transaction, connection => poll_vote::table
        .filter(poll_vote::post_id.eq(post))
        .group_by(poll_vote::choice)
        .select((poll_vote::choice, diesel::dsl::count_star()))
        .load(connection))?;
    Ok(counts.into_iter().collect())
}

/// Everybody who has voted, by row id.
pub fn voters(transaction: &mut Transaction<'_>, post: i64) -> Result<Vec<i64>> {
    let actors = query!(transaction, connection => poll_vote::table
        .filter(poll_vote::post_id.eq(post))
        .select(poll_vote::actor_id)
        .distinct()
        .load(connection))?;
    Ok(actors)
}

/// Up to `limit` questions that have ended, and whose end was not told yet.
pub fn ended(transaction: &mut Transaction<'_>, now: Timestamp, limit: i64) -> Result<Vec<PollRow>> {
    let rows = query!(transaction, connection => poll::table
        .filter(poll::closes_at.le(now.0))
        .filter(poll::closed_at.is_null())
        .order(poll::closes_at)
        .limit(limit)
        .select(PollRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// Notes that the end of a question was told; `false` when it was before.
pub fn close(transaction: &mut Transaction<'_>, post: i64, now: Timestamp) -> Result<bool> {
    let open = poll::table.filter(poll::post_id.eq(post)).filter(poll::closed_at.is_null());
    let changed = query!(transaction, connection => diesel::update(open)
        .set(poll::closed_at.eq(now.0))
        .execute(connection))?;
    Ok(changed == 1)
}
