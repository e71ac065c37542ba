//! The table `invitation`. Of a link that people join by without a device only the SHA-256 of its token is stored; of one that
//! a device made, the public half of its key, and later what the two devices say to each other. Its name is what lists show, and
//! stands in the links of devices.

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{
    Transaction, query,
    schema::{account, invitation},
};
use crate::{error::Result, secret::SecretHash};

/// A row of `invitation`, without the digest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = invitation)]
pub struct InvitationRow {
    /// Its row id.
    pub id: i64,
    /// What it is called in lists and when it is revoked; opens nothing.
    pub name: String,
    /// The role that it gives.
    pub role: String,
    /// How many people may join by it.
    pub uses: i64,
    /// How many have.
    pub used: i64,
    /// Milliseconds.
    pub expires_at: Option<i64>,
    /// For whom, in words of whoever made it.
    pub note: String,
    /// The account that made it; none for the command line.
    pub created_by: Option<i64>,
    /// Milliseconds.
    pub created_at: i64,
    /// Milliseconds.
    pub revoked_at: Option<i64>,
    /// The public half of the link's key, if a device made it.
    pub public_key: Option<Vec<u8>>,
    /// The identity key of whoever invites.
    pub identity_key: Option<Vec<u8>>,
    /// JSON: what the newcomer's device said.
    pub proof: Option<String>,
    /// JSON: what the inviter's device answered.
    pub answer: Option<String>,
}

/// Stores a new invitation: with the digest of a token, or with the key that a device made.
pub fn insert(
    transaction: &mut Transaction<'_>,
    row: &InvitationRow,
    token: Option<&SecretHash>,
) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(invitation::table)
        .values((
            invitation::id.eq(row.id),
            invitation::name.eq(&row.name),
            invitation::token_hash.eq(token.map(SecretHash::as_bytes)),
            invitation::public_key.eq(&row.public_key),
            invitation::identity_key.eq(&row.identity_key),
            invitation::role.eq(&row.role),
            invitation::uses.eq(row.uses),
            invitation::used.eq(row.used),
            invitation::expires_at.eq(row.expires_at),
            invitation::note.eq(&row.note),
            invitation::created_by.eq(row.created_by),
            invitation::created_at.eq(row.created_at),
        ))
        .execute(connection))?;
    Ok(())
}

/// The invitation of a token.
pub fn by_token(transaction: &mut Transaction<'_>, token: &SecretHash) -> Result<Option<InvitationRow>> {
    let row = query!(transaction, connection => invitation::table
        .filter(invitation::token_hash.eq(token.as_bytes()))
        .select(InvitationRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// The invitation of that name, if a device made it.
pub fn by_name(transaction: &mut Transaction<'_>, name: &str) -> Result<Option<InvitationRow>> {
    let row = query!(transaction, connection => invitation::table
        .filter(invitation::name.eq(name))
        .filter(invitation::public_key.is_not_null())
        .select(InvitationRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// The invitation of that key.
pub fn by_public_key(transaction: &mut Transaction<'_>, key: &[u8]) -> Result<Option<InvitationRow>> {
    let row = query!(transaction, connection => invitation::table
        .filter(invitation::public_key.eq(key))
        .select(InvitationRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// The invitations that devices of an account have made, newest first, each with the id of who came by it.
pub fn of_account(
    transaction: &mut Transaction<'_>,
    account: i64,
    limit: i64,
) -> Result<Vec<(InvitationRow, Option<i64>)>> {
    let rows = query!(transaction, connection => invitation::table
        .left_join(account::table)
        .filter(invitation::created_by.eq(account))
        .filter(invitation::public_key.is_not_null())
        .order(invitation::id.desc())
        .limit(limit)
        .select((InvitationRow::as_select(), account::id.nullable()))
        .load(connection))?;
    Ok(rows)
}

/// How many invitations of an account can still be taken up.
pub fn count_open(transaction: &mut Transaction<'_>, account: i64, now: Timestamp) -> Result<i64> {
    let count = query!(transaction, connection => invitation::table
        .filter(invitation::created_by.eq(account))
        .filter(invitation::used.lt(invitation::uses))
        .filter(invitation::revoked_at.is_null())
        .filter(invitation::expires_at.gt(now.0))
        .count()
        .get_result(connection))?;
    Ok(count)
}

/// Writes what the newcomer's device says, unless something is written.
pub fn write_proof(transaction: &mut Transaction<'_>, id: i64, proof: &str) -> Result<bool> {
    let unwritten = invitation::table.filter(invitation::id.eq(id)).filter(invitation::proof.is_null());
    let rows = query!(transaction, connection => diesel::update(unwritten)
        .set(invitation::proof.eq(proof))
        .execute(connection))?;
    Ok(rows == 1)
}

/// Writes what the inviter's device answers, unless something is written.
pub fn write_answer(transaction: &mut Transaction<'_>, id: i64, answer: &str) -> Result<bool> {
    let unwritten = invitation::table.filter(invitation::id.eq(id)).filter(invitation::answer.is_null());
    let rows = query!(transaction, connection => diesel::update(unwritten)
        .set(invitation::answer.eq(answer))
        .execute(connection))?;
    Ok(rows == 1)
}

/// All invitations, newest first.
pub fn all(transaction: &mut Transaction<'_>) -> Result<Vec<InvitationRow>> {
    let rows = query!(transaction, connection => invitation::table
        .order(invitation::id.desc())
        .select(InvitationRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// Takes one use, if there is one left now; of two who race for the last, one gets `true` (S-66).
pub fn take_use(transaction: &mut Transaction<'_>, id: i64, now: Timestamp) -> Result<bool> {
    let open = invitation::table
        .filter(invitation::id.eq(id))
        .filter(invitation::used.lt(invitation::uses))
        .filter(invitation::revoked_at.is_null())
        .filter(invitation::expires_at.is_null().or(invitation::expires_at.gt(now.0)));
    let rows = query!(transaction, connection => diesel::update(open)
        .set(invitation::used.eq(invitation::used + 1))
        .execute(connection))?;
    Ok(rows == 1)
}

/// Closes the invitation of that name; `false` when there is none that is open.
pub fn revoke(transaction: &mut Transaction<'_>, name: &str, now: Timestamp) -> Result<bool> {
    let open = invitation::table.filter(invitation::name.eq(name)).filter(invitation::revoked_at.is_null());
    let rows = query!(transaction, connection => diesel::update(open)
        .set(invitation::revoked_at.eq(now.0))
        .execute(connection))?;
    Ok(rows == 1)
}

/// Closes every invitation that an account has made.
pub fn revoke_of_account(transaction: &mut Transaction<'_>, account: i64, now: Timestamp) -> Result<()> {
    let open =
        invitation::table.filter(invitation::created_by.eq(account)).filter(invitation::revoked_at.is_null());
    query!(transaction, connection => diesel::update(open)
        .set(invitation::revoked_at.eq(now.0))
        .execute(connection))?;
    Ok(())
}
