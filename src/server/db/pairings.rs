//! The table `pairing`: approvals of devices under way (ENCRYPTION.md 1.4). The four parts are written once each; who may
//! write which is decided in `actions/pairings.rs`.

use alcove_protocol::{
    Timestamp,
    api::{PairingAnswer, PairingReveal},
};
use diesel::prelude::*;

use super::{Transaction, query, schema::pairing};
use crate::error::Result;

/// A row of `pairing`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = pairing)]
pub struct PairingRow {
    /// Its row id.
    pub id: i64,
    /// Its random name in paths.
    pub name: String,
    /// Whose devices these are.
    pub account_id: i64,
    /// The device that asks to be approved.
    pub device_id: i64,
    /// Step 1: SHA-256(device key ‖ nonce).
    pub commitment: Vec<u8>,
    /// Step 2: the person's identity key.
    pub identity_key: Option<Vec<u8>>,
    /// Step 2: the approved device's nonce.
    pub answer_nonce: Option<Vec<u8>>,
    /// Step 3: the device key.
    pub device_key: Option<Vec<u8>>,
    /// Step 3: the new device's nonce.
    pub reveal_nonce: Option<Vec<u8>>,
    /// Step 4: `approved` or `refused`.
    pub verdict: Option<String>,
    /// Step 4: the endorsement, when approved.
    pub endorsement: Option<Vec<u8>>,
    /// Milliseconds.
    pub created_at: i64,
    /// Milliseconds.
    pub expires_at: i64,
}

/// Stores an approval that begins.
pub fn insert(transaction: &mut Transaction<'_>, row: &PairingRow) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(pairing::table).values(row).execute(connection))?;
    Ok(())
}

/// An approval of an account by its name, if its time has not run out.
pub fn by_name(
    transaction: &mut Transaction<'_>,
    account: i64,
    name: &str,
    now: Timestamp,
) -> Result<Option<PairingRow>> {
    let row = query!(transaction, connection => pairing::table
        .filter(pairing::name.eq(name))
        .filter(pairing::account_id.eq(account))
        .filter(pairing::expires_at.gt(now.0))
        .select(PairingRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// The approvals of an account whose time has not run out, oldest first.
pub fn of_account(
    transaction: &mut Transaction<'_>,
    account: i64,
    now: Timestamp,
) -> Result<Vec<PairingRow>> {
    let rows = query!(transaction, connection => pairing::table
        .filter(pairing::account_id.eq(account))
        .filter(pairing::expires_at.gt(now.0))
        .order(pairing::id)
        .select(PairingRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// Writes step 2, unless it is written.
pub fn answer(transaction: &mut Transaction<'_>, id: i64, answer: &PairingAnswer) -> Result<()> {
    let open = pairing::table.filter(pairing::id.eq(id)).filter(pairing::identity_key.is_null());
    query!(transaction, connection => diesel::update(open)
        .set((pairing::identity_key.eq(&answer.identity_key), pairing::answer_nonce.eq(&answer.nonce)))
        .execute(connection))?;
    Ok(())
}

/// Writes step 3, unless it is written.
pub fn reveal(transaction: &mut Transaction<'_>, id: i64, reveal: &PairingReveal) -> Result<()> {
    let open = pairing::table.filter(pairing::id.eq(id)).filter(pairing::device_key.is_null());
    query!(transaction, connection => diesel::update(open)
        .set((pairing::device_key.eq(&reveal.device_key), pairing::reveal_nonce.eq(&reveal.nonce)))
        .execute(connection))?;
    Ok(())
}

/// Writes step 4; `false` when it is written.
pub fn decide(
    transaction: &mut Transaction<'_>,
    id: i64,
    verdict: &str,
    endorsement: Option<&[u8]>,
) -> Result<bool> {
    let open = pairing::table.filter(pairing::id.eq(id)).filter(pairing::verdict.is_null());
    let rows = query!(transaction, connection => diesel::update(open)
        .set((pairing::verdict.eq(verdict), pairing::endorsement.eq(endorsement)))
        .execute(connection))?;
    Ok(rows == 1)
}

/// Deletes the approvals of a device that goes.
pub fn delete_of_device(transaction: &mut Transaction<'_>, device: i64) -> Result<()> {
    let own = pairing::table.filter(pairing::device_id.eq(device));
    query!(transaction, connection => diesel::delete(own).execute(connection))?;
    Ok(())
}

/// Deletes approvals that ended before a point in time. At most `limit`.
pub fn prune(transaction: &mut Transaction<'_>, expired_before: Timestamp, limit: i64) -> Result<usize> {
    let expired: Vec<i64> = query!(transaction, connection => pairing::table
        .filter(pairing::expires_at.lt(expired_before.0))
        .limit(limit)
        .select(pairing::id)
        .load(connection))?;
    let expired = pairing::table.filter(pairing::id.eq_any(&expired));
    let pruned = query!(transaction, connection => diesel::delete(expired).execute(connection))?;
    Ok(pruned)
}
