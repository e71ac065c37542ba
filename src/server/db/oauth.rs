//! The tables `oauth_client` and `oauth_code`: programs that asked to act for people, and the codes between a person's
//! consent and a token. Only digests of secrets are stored.

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{
    Transaction, query,
    schema::{oauth_client, oauth_code, token},
};
use crate::{error::Result, secret::SecretHash};

/// A row of `oauth_client`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = oauth_client)]
pub struct ClientRow {
    /// Its row id.
    pub id: i64,
    /// What it calls itself by in requests.
    pub client_id: String,
    /// SHA-256 of its secret; none for public clients.
    pub secret_hash: Option<Vec<u8>>,
    /// What people are shown.
    pub name: String,
    /// Its page.
    pub website: Option<String>,
    /// Where codes may be sent, one on each line.
    pub redirect_uris: String,
    /// What it may ask for, separated by spaces.
    pub scopes: String,
    /// Milliseconds.
    pub created_at: i64,
}

/// A row of `oauth_code`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = oauth_code)]
pub struct CodeRow {
    /// SHA-256 of the code.
    pub code_hash: Vec<u8>,
    /// Whom it was given to.
    pub oauth_client_id: i64,
    /// Who consented.
    pub account_id: i64,
    /// Where it was sent.
    pub redirect_uri: String,
    /// What was consented to.
    pub scopes: String,
    /// The PKCE challenge, S256.
    pub challenge: String,
    /// Milliseconds.
    pub expires_at: i64,
    /// Milliseconds.
    pub used_at: Option<i64>,
    /// The token that was made from it.
    pub token_id: Option<i64>,
}

/// Stores a client.
pub fn insert_client(transaction: &mut Transaction<'_>, row: &ClientRow) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(oauth_client::table).values(row).execute(connection))?;
    Ok(())
}

/// A client by the id that it calls itself by.
pub fn client_by_client_id(transaction: &mut Transaction<'_>, client_id: &str) -> Result<Option<ClientRow>> {
    let row = query!(transaction, connection => oauth_client::table
        .filter(oauth_client::client_id.eq(client_id))
        .select(ClientRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// Deletes clients that were made before `before` and that nobody has given a code or a token to. At most `limit`.
pub fn prune_unused_clients(
    transaction: &mut Transaction<'_>,
    before: Timestamp,
    limit: i64,
) -> Result<usize> {
    let unused: Vec<i64> = query!(transaction, connection => oauth_client::table
        .filter(oauth_client::created_at.lt(before.0))
        .filter(diesel::dsl::not(diesel::dsl::exists(
            oauth_code::table.filter(oauth_code::oauth_client_id.eq(oauth_client::id)),
        )))
        .filter(diesel::dsl::not(diesel::dsl::exists(
            token::table.filter(token::oauth_client_id.eq(oauth_client::id.nullable())),
        )))
        .select(oauth_client::id)
        .limit(limit)
        .load(connection))?;
    let rows = query!(transaction, connection => diesel::delete(
        oauth_client::table.filter(oauth_client::id.eq_any(&unused)),
    ).execute(connection))?;
    Ok(rows)
}

/// Stores a code.
pub fn insert_code(transaction: &mut Transaction<'_>, row: &CodeRow) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(oauth_code::table).values(row).execute(connection))?;
    Ok(())
}

/// A code by its digest, used or not.
pub fn code(transaction: &mut Transaction<'_>, code: &SecretHash) -> Result<Option<CodeRow>> {
    let row = query!(transaction, connection => oauth_code::table
        .find(code.as_bytes())
        .select(CodeRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// Uses a code up; of two who race with the same code, one gets `true`.
pub fn use_code(transaction: &mut Transaction<'_>, code: &SecretHash, now: Timestamp) -> Result<bool> {
    let unused = oauth_code::table
        .filter(oauth_code::code_hash.eq(code.as_bytes()))
        .filter(oauth_code::used_at.is_null());
    let rows = query!(transaction, connection => diesel::update(unused)
        .set(oauth_code::used_at.eq(now.0))
        .execute(connection))?;
    Ok(rows == 1)
}

/// Uses up every code that an account was given and nobody has brought yet.
pub fn use_codes_of(transaction: &mut Transaction<'_>, account: i64, now: Timestamp) -> Result<()> {
    let unused =
        oauth_code::table.filter(oauth_code::account_id.eq(account)).filter(oauth_code::used_at.is_null());
    query!(transaction, connection => diesel::update(unused)
        .set(oauth_code::used_at.eq(now.0))
        .execute(connection))?;
    Ok(())
}

/// Notes which token was made from a code, so that it ends when the code comes twice.
pub fn set_token_of_code(transaction: &mut Transaction<'_>, code: &SecretHash, token: i64) -> Result<()> {
    query!(transaction, connection => diesel::update(oauth_code::table.find(code.as_bytes()))
        .set(oauth_code::token_id.eq(token))
        .execute(connection))?;
    Ok(())
}

/// Deletes codes that expired before `before`. At most `limit`.
pub fn prune_codes(transaction: &mut Transaction<'_>, before: Timestamp, limit: i64) -> Result<usize> {
    let old: Vec<Vec<u8>> = query!(transaction, connection => oauth_code::table
        .filter(oauth_code::expires_at.lt(before.0))
        .limit(limit)
        .select(oauth_code::code_hash)
        .load(connection))?;
    let old = oauth_code::table.filter(oauth_code::code_hash.eq_any(&old));
    let pruned = query!(transaction, connection => diesel::delete(old).execute(connection))?;
    Ok(pruned)
}
