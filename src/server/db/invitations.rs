//! The table `invitation`. Only the SHA-256 of an invitation's token is stored; its name is what lists show.

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{Transaction, query, schema::invitation};
use crate::{error::Result, secret::SecretHash};

/// A row of `invitation`, without the digest.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
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
}

/// Stores a new invitation.
pub fn insert(transaction: &mut Transaction<'_>, row: &InvitationRow, token: &SecretHash) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(invitation::table)
        .values((
            invitation::id.eq(row.id),
            invitation::name.eq(&row.name),
            invitation::token_hash.eq(token.as_bytes()),
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
