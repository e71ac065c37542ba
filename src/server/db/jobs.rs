//! The table `job`: work for later that must not be lost, such as what has to be fetched from elsewhere. One row for each
//! kind and subject, however often it is asked for. Deliveries are not jobs: see `deliveries.rs`.

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{
    Transaction, query,
    schema::{account, job},
};
use crate::{app::Moment, bus::Wake, error::Result};

/// A row of `job`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = job)]
pub struct JobRow {
    /// Its row id.
    pub id: i64,
    /// What is to be done; each module that does work names its own.
    pub kind: String,
    /// To what: an address, a row id.
    pub subject: String,
    /// JSON of what the worker needs besides.
    pub detail: Option<String>,
    /// For whom, where it is for somebody here.
    pub account_id: Option<i64>,
    /// How often it was tried.
    pub attempts: i64,
    /// Milliseconds; when it may be tried next. [`NEVER`] for what has come to a dead end.
    pub next_at: i64,
    /// Milliseconds; until then somebody is at it.
    pub leased_until: i64,
    /// Milliseconds.
    pub created_at: i64,
}

/// When a dead end is tried again. Its row stays for a while, so that nobody asks for it again.
pub const NEVER: i64 = i64::MAX;

impl JobRow {
    /// Work that may begin at once.
    pub fn new(moment: &Moment, kind: &str, subject: &str) -> Self {
        Self {
            id: moment.id(),
            kind: kind.to_owned(),
            subject: subject.to_owned(),
            detail: None,
            account_id: None,
            attempts: 0,
            next_at: moment.now.0,
            leased_until: 0,
            created_at: moment.now.0,
        }
    }
}

/// Stores work unless the same is there, done to a dead end or not yet; says whether it is new.
pub fn put(transaction: &mut Transaction<'_>, row: &JobRow) -> Result<bool> {
    let inserted = query!(transaction, connection => diesel::insert_into(job::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(connection))?;
    transaction.wake(Wake::Jobs);
    Ok(inserted == 1)
}

/// Takes up to `limit` pieces of work of these kinds that are due; nobody else gets them until then. Work for a frozen account
/// waits.
pub fn claim(
    transaction: &mut Transaction<'_>,
    kinds: &[&str],
    now: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<JobRow>> {
    let frozen = account::table.filter(account::frozen_at.is_not_null()).select(account::id.nullable());
    let due: Vec<i64> = query!(transaction, connection => job::table
        .filter(job::account_id.is_null().or(job::account_id.ne_all(frozen)))
        .filter(job::next_at.le(now.0))
        .filter(job::leased_until.le(now.0))
        .filter(job::kind.eq_any(kinds))
        .order(job::next_at)
        .limit(limit)
        .select(job::id)
        .load(connection))?;
    // The lease is tested again, because another node may have taken some in between.
    let free = job::table.filter(job::id.eq_any(due)).filter(job::leased_until.le(now.0));
    let rows = query!(transaction, connection => diesel::update(free)
        .set(job::leased_until.eq(until.0))
        .returning(JobRow::as_returning())
        .get_results(connection))?;
    Ok(rows)
}

/// The work is done.
pub fn finish(transaction: &mut Transaction<'_>, id: i64) -> Result<()> {
    query!(transaction, connection => diesel::delete(job::table.find(id)).execute(connection))?;
    Ok(())
}

/// The work was tried in vain, and is tried again then; with [`NEVER`], it is not.
pub fn postpone(transaction: &mut Transaction<'_>, id: i64, next_at: i64) -> Result<()> {
    query!(transaction, connection => diesel::update(job::table.find(id))
        .set((job::attempts.eq(job::attempts + 1), job::next_at.eq(next_at), job::leased_until.eq(0)))
        .execute(connection))?;
    Ok(())
}

/// The work has not been tried yet, and is not before then.
pub fn defer(transaction: &mut Transaction<'_>, id: i64, until: Timestamp) -> Result<()> {
    query!(transaction, connection => diesel::update(job::table.find(id))
        .set((job::next_at.eq(until.0), job::leased_until.eq(0)))
        .execute(connection))?;
    Ok(())
}

/// Gives work back that was begun and broken off.
pub fn release(transaction: &mut Transaction<'_>, ids: &[i64]) -> Result<()> {
    let rows = job::table.filter(job::id.eq_any(ids));
    query!(transaction, connection => diesel::update(rows)
        .set(job::leased_until.eq(0))
        .execute(connection))?;
    Ok(())
}

/// Counts an attempt that begins now, before anybody can know how it ends.
pub fn begin(transaction: &mut Transaction<'_>, id: i64) -> Result<()> {
    query!(transaction, connection => diesel::update(job::table.find(id))
        .set(job::attempts.eq(job::attempts + 1))
        .execute(connection))?;
    Ok(())
}

/// The work could not be done for no fault of its own: it is tried again then, and the attempt does not count.
pub fn put_off(transaction: &mut Transaction<'_>, id: i64, next_at: i64) -> Result<()> {
    query!(transaction, connection => diesel::update(job::table.find(id))
        .set((job::attempts.eq(job::attempts - 1), job::next_at.eq(next_at), job::leased_until.eq(0)))
        .execute(connection))?;
    Ok(())
}

/// Gives back all work of a kind, for when nobody can be at it.
pub fn release_all(transaction: &mut Transaction<'_>, kind: &str) -> Result<()> {
    query!(transaction, connection => diesel::update(job::table.filter(job::kind.eq(kind)))
        .set(job::leased_until.eq(0))
        .execute(connection))?;
    Ok(())
}

/// Work by kind and subject.
pub fn find(transaction: &mut Transaction<'_>, kind: &str, subject: &str) -> Result<Option<JobRow>> {
    let row = query!(transaction, connection => job::table
        .filter(job::kind.eq(kind))
        .filter(job::subject.eq(subject))
        .select(JobRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// How much work of these kinds waits.
pub fn count(transaction: &mut Transaction<'_>, kinds: &[&str]) -> Result<i64> {
    let count = query!(transaction, connection => job::table
        .filter(job::kind.eq_any(kinds))
        .filter(job::next_at.lt(NEVER))
        .count()
        .get_result(connection))?;
    Ok(count)
}

/// The subjects of work of these kinds that waits, as far as a text stands in them.
pub fn subjects_with(transaction: &mut Transaction<'_>, kinds: &[&str], text: &str) -> Result<Vec<String>> {
    let subjects = query!(transaction, connection => job::table
        .filter(job::kind.eq_any(kinds))
        .filter(job::next_at.lt(NEVER))
        .filter(job::subject.like(format!("%{text}%")))
        .select(job::subject)
        .load(connection))?;
    Ok(subjects)
}

/// Whether nobody is at work of these kinds and none of it is due until then. One question, because work may end and lead to
/// more between two.
pub fn are_done(
    transaction: &mut Transaction<'_>,
    kinds: &[&str],
    now: Timestamp,
    until: Timestamp,
) -> Result<bool> {
    let frozen = account::table.filter(account::frozen_at.is_not_null()).select(account::id.nullable());
    let due = job::next_at.le(until.0).and(job::account_id.is_null().or(job::account_id.ne_all(frozen)));
    let left: i64 = query!(transaction, connection => job::table
        .filter(job::kind.eq_any(kinds))
        .filter(job::leased_until.gt(now.0).or(due))
        .count()
        .get_result(connection))?;
    Ok(left == 0)
}

/// Forgets dead ends that were begun before a point in time. At most `limit`.
pub fn prune(transaction: &mut Transaction<'_>, created_before: Timestamp, limit: i64) -> Result<usize> {
    let old: Vec<i64> = query!(transaction, connection => job::table
        .filter(job::next_at.eq(NEVER))
        .filter(job::created_at.lt(created_before.0))
        .limit(limit)
        .select(job::id)
        .load(connection))?;
    let old = job::table.filter(job::id.eq_any(old));
    Ok(query!(transaction, connection => diesel::delete(old).execute(connection))?)
}
