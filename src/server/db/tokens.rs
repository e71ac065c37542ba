//! The table `token`: what clients act with. Only the SHA-256 of a token is stored. Browser sessions are in `sessions.rs`.

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{
    Transaction, query,
    schema::{account, token},
};
use crate::{error::Result, secret::SecretHash};

/// A row of `token`, without the digest.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = token)]
pub struct TokenRow {
    /// Its row id, which also names it in lists of sessions.
    pub id: i64,
    /// Whom it acts for.
    pub account_id: i64,
    /// The OAuth client that it was given to; none for our own clients.
    pub oauth_client_id: Option<i64>,
    /// What lists of sessions show.
    pub client_name: String,
    /// Scopes, separated by spaces.
    pub scopes: String,
    /// The device that signed up with it.
    pub device_id: Option<i64>,
    /// Milliseconds.
    pub created_at: i64,
    /// Milliseconds, some minutes behind.
    pub last_used_at: Option<i64>,
    /// Milliseconds.
    pub revoked_at: Option<i64>,
}

/// Stores a new token.
pub fn insert(transaction: &mut Transaction<'_>, row: &TokenRow, hash: &SecretHash) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(token::table)
        .values((
            token::id.eq(row.id),
            token::token_hash.eq(hash.as_bytes()),
            token::account_id.eq(row.account_id),
            token::oauth_client_id.eq(row.oauth_client_id),
            token::client_name.eq(&row.client_name),
            token::scopes.eq(&row.scopes),
            token::device_id.eq(row.device_id),
            token::created_at.eq(row.created_at),
        ))
        .execute(connection))?;
    Ok(())
}

/// The token of that digest with the name of its account, if neither has ended.
pub fn live_by_hash(
    transaction: &mut Transaction<'_>,
    hash: &SecretHash,
) -> Result<Option<(TokenRow, String)>> {
    let row = query!(transaction, connection => token::table
        .inner_join(account::table)
        .filter(token::token_hash.eq(hash.as_bytes()))
        .filter(token::revoked_at.is_null())
        .filter(account::disabled_at.is_null())
        .filter(account::frozen_at.is_null())
        .select((TokenRow::as_select(), account::name))
        .first(connection)
        .optional())?;
    Ok(row)
}

/// Whether a token and its account have not ended: what an open stream asks after `Wake::Access`.
pub fn is_live(transaction: &mut Transaction<'_>, id: i64) -> Result<bool> {
    let row: Option<i64> = query!(transaction, connection => token::table
        .inner_join(account::table)
        .filter(token::id.eq(id))
        .filter(token::revoked_at.is_null())
        .filter(account::disabled_at.is_null())
        .filter(account::frozen_at.is_null())
        .select(token::id)
        .first(connection)
        .optional())?;
    Ok(row.is_some())
}

/// The tokens of an account that have not ended, newest first.
pub fn live_of_account(transaction: &mut Transaction<'_>, account: i64) -> Result<Vec<TokenRow>> {
    let rows = query!(transaction, connection => token::table
        .filter(token::account_id.eq(account))
        .filter(token::revoked_at.is_null())
        .order(token::id.desc())
        .select(TokenRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// The SHA-256 of a token.
pub fn digest(transaction: &mut Transaction<'_>, id: i64) -> Result<Vec<u8>> {
    let digest = query!(transaction, connection => token::table
        .find(id)
        .select(token::token_hash)
        .first(connection))?;
    Ok(digest)
}

/// Notes that a token was used.
pub fn touch(transaction: &mut Transaction<'_>, id: i64, now: Timestamp) -> Result<()> {
    query!(transaction, connection => diesel::update(token::table.find(id))
        .set(token::last_used_at.eq(now.0))
        .execute(connection))?;
    Ok(())
}

/// Lets only one request of a token do what must not be done twice: the same bytes may be posted again before the first
/// request has ended.
pub fn lock(transaction: &mut Transaction<'_>, id: i64) -> Result<()> {
    // An update that changes nothing takes the row lock on PostgreSQL; SQLite has one writer anyway.
    query!(transaction, connection => diesel::update(token::table.find(id))
        .set(token::account_id.eq(token::account_id))
        .execute(connection))?;
    Ok(())
}

/// Binds a token to the device that signed up with it; `false` when it has one already.
pub fn bind_device(transaction: &mut Transaction<'_>, id: i64, device: i64) -> Result<bool> {
    let unbound = token::table.filter(token::id.eq(id)).filter(token::device_id.is_null());
    let rows = query!(transaction, connection => diesel::update(unbound)
        .set(token::device_id.eq(device))
        .execute(connection))?;
    Ok(rows == 1)
}

/// Ends one token of an account; `false` when the account has no such live token.
pub fn revoke(transaction: &mut Transaction<'_>, account: i64, id: i64, now: Timestamp) -> Result<bool> {
    let live = token::table
        .filter(token::id.eq(id))
        .filter(token::account_id.eq(account))
        .filter(token::revoked_at.is_null());
    let rows = query!(transaction, connection => diesel::update(live)
        .set(token::revoked_at.eq(now.0))
        .execute(connection))?;
    Ok(rows == 1)
}

/// Ends every token of an account but `except`.
pub fn revoke_all(
    transaction: &mut Transaction<'_>,
    account: i64,
    except: Option<i64>,
    now: Timestamp,
) -> Result<()> {
    let live = token::table
        .filter(token::account_id.eq(account))
        .filter(token::revoked_at.is_null())
        .filter(token::id.ne(except.unwrap_or(0)));
    query!(transaction, connection => diesel::update(live)
        .set(token::revoked_at.eq(now.0))
        .execute(connection))?;
    Ok(())
}

/// Ends the tokens of a device but `except`.
pub fn revoke_of_device(
    transaction: &mut Transaction<'_>,
    device: i64,
    except: Option<i64>,
    now: Timestamp,
) -> Result<()> {
    let live = token::table
        .filter(token::device_id.eq(device))
        .filter(token::revoked_at.is_null())
        .filter(token::id.ne(except.unwrap_or(0)));
    query!(transaction, connection => diesel::update(live)
        .set(token::revoked_at.eq(now.0))
        .execute(connection))?;
    Ok(())
}

/// Deletes tokens that ended before a point in time. At most `limit`.
pub fn prune(transaction: &mut Transaction<'_>, ended_before: Timestamp, limit: i64) -> Result<usize> {
    let ended: Vec<i64> = query!(transaction, connection => token::table
        .filter(token::revoked_at.lt(ended_before.0))
        .limit(limit)
        .select(token::id)
        .load(connection))?;
    let ended = token::table.filter(token::id.eq_any(&ended));
    let pruned = query!(transaction, connection => diesel::delete(ended).execute(connection))?;
    Ok(pruned)
}
