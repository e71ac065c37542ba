//! The table `session`: browsers that are signed in to the pages. Only the SHA-256 of the cookie is stored. Tokens of
//! clients are in `tokens.rs`.

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{
    Transaction, query,
    schema::{account, session},
};
use crate::{error::Result, secret::SecretHash};

/// A row of `session`, without the digest.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = session)]
pub struct SessionRow {
    /// Its row id, which also names it in lists of sessions.
    pub id: i64,
    /// Who is signed in.
    pub account_id: i64,
    /// The browser, as it calls itself.
    pub client_name: String,
    /// Milliseconds.
    pub created_at: i64,
    /// Milliseconds, some minutes behind.
    pub last_seen_at: i64,
    /// Milliseconds; moves on while it is used.
    pub expires_at: i64,
    /// Milliseconds.
    pub ended_at: Option<i64>,
}

/// Stores a new session.
pub fn insert(transaction: &mut Transaction<'_>, row: &SessionRow, cookie: &SecretHash) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(session::table)
        .values((
            session::id.eq(row.id),
            session::token_hash.eq(cookie.as_bytes()),
            session::account_id.eq(row.account_id),
            session::client_name.eq(&row.client_name),
            session::created_at.eq(row.created_at),
            session::last_seen_at.eq(row.last_seen_at),
            session::expires_at.eq(row.expires_at),
        ))
        .execute(connection))?;
    Ok(())
}

/// The session of a cookie with the name of its account, if neither has ended.
pub fn live_by_hash(
    transaction: &mut Transaction<'_>,
    cookie: &SecretHash,
    now: Timestamp,
) -> Result<Option<(SessionRow, String)>> {
    let row = query!(transaction, connection => session::table
        .inner_join(account::table)
        .filter(session::token_hash.eq(cookie.as_bytes()))
        .filter(session::ended_at.is_null())
        .filter(session::expires_at.gt(now.0))
        .filter(account::disabled_at.is_null())
        .filter(account::frozen_at.is_null())
        .select((SessionRow::as_select(), account::name))
        .first(connection)
        .optional())?;
    Ok(row)
}

/// The sessions of an account that have not ended, newest first.
pub fn live_of_account(
    transaction: &mut Transaction<'_>,
    account: i64,
    now: Timestamp,
) -> Result<Vec<SessionRow>> {
    let rows = query!(transaction, connection => session::table
        .filter(session::account_id.eq(account))
        .filter(session::ended_at.is_null())
        .filter(session::expires_at.gt(now.0))
        .order(session::id.desc())
        .select(SessionRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// Notes that a session was used, and how long it lives from now on.
pub fn touch(
    transaction: &mut Transaction<'_>,
    id: i64,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    query!(transaction, connection => diesel::update(session::table.find(id))
        .set((session::last_seen_at.eq(now.0), session::expires_at.eq(expires_at.0)))
        .execute(connection))?;
    Ok(())
}

/// Ends one session of an account; `false` when the account has no such live session.
pub fn end(transaction: &mut Transaction<'_>, account: i64, id: i64, now: Timestamp) -> Result<bool> {
    let live = session::table
        .filter(session::id.eq(id))
        .filter(session::account_id.eq(account))
        .filter(session::ended_at.is_null());
    let rows = query!(transaction, connection => diesel::update(live)
        .set(session::ended_at.eq(now.0))
        .execute(connection))?;
    Ok(rows == 1)
}

/// Ends every session of an account but `except`.
pub fn end_all(
    transaction: &mut Transaction<'_>,
    account: i64,
    except: Option<i64>,
    now: Timestamp,
) -> Result<()> {
    let live = session::table
        .filter(session::account_id.eq(account))
        .filter(session::ended_at.is_null())
        .filter(session::id.ne(except.unwrap_or(0)));
    query!(transaction, connection => diesel::update(live)
        .set(session::ended_at.eq(now.0))
        .execute(connection))?;
    Ok(())
}

/// Deletes sessions that were ended, or that nobody used for too long. At most `limit`.
pub fn prune(transaction: &mut Transaction<'_>, now: Timestamp, limit: i64) -> Result<usize> {
    let over = session::table.filter(session::ended_at.is_not_null().or(session::expires_at.le(now.0)));
    let ids: Vec<i64> =
        query!(transaction, connection => over.select(session::id).limit(limit).load(connection))?;
    // The condition once more: a session that is used lives longer.
    let over = over.filter(session::id.eq_any(&ids));
    let pruned = query!(transaction, connection => diesel::delete(over).execute(connection))?;
    Ok(pruned)
}
