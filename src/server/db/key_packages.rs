//! The table `key_package`: the packages by which devices are added to groups. They are shown and never used up by being
//! fetched (trap T14); each device has one in view, which its next one replaces.

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{Transaction, query, schema::key_package};
use crate::error::Result;

/// A row of `key_package`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = key_package)]
pub struct KeyPackageRow {
    /// Its row id.
    pub id: i64,
    /// The random last segment of its address.
    pub name: String,
    /// Whose it is.
    pub account_id: i64,
    /// The device of ours that made it; none for the apps of others.
    pub device_id: Option<i64>,
    /// An [`Audience`].
    pub audience: String,
    /// The raw structure.
    pub content: Vec<u8>,
    /// The signature key in its leaf.
    pub signature_key: Vec<u8>,
    /// The object as it is served.
    pub document: String,
    /// Milliseconds; the end of its lifetime.
    pub expires_at: i64,
    /// Milliseconds.
    pub created_at: i64,
}

/// Who sees a package in the collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everybody.
    Public,
    /// Its own actor: the device is not approved yet.
    Own,
    /// Nobody: it was taken out of the collection and not deleted.
    Unlisted,
}

impl Audience {
    /// The word in the column.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Own => "self",
            Self::Unlisted => "unlisted",
        }
    }

    /// The audience of that word; one that this version does not know is shown to nobody.
    pub fn parse(word: &str) -> Self {
        [Self::Public, Self::Own]
            .into_iter()
            .find(|audience| audience.as_str() == word)
            .unwrap_or(Self::Unlisted)
    }
}

/// Stores a package.
pub fn insert(transaction: &mut Transaction<'_>, row: &KeyPackageRow) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(key_package::table)
        .values(row)
        .execute(connection))?;
    Ok(())
}

/// A package of an account by its name.
pub fn by_name(transaction: &mut Transaction<'_>, account: i64, name: &str) -> Result<Option<KeyPackageRow>> {
    let row = query!(transaction, connection => key_package::table
        .filter(key_package::name.eq(name))
        .filter(key_package::account_id.eq(account))
        .select(KeyPackageRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// The packages with that signature key, of whichever account.
pub fn by_signature_key(transaction: &mut Transaction<'_>, key: &[u8]) -> Result<Vec<KeyPackageRow>> {
    let rows = query!(transaction, connection => key_package::table
        .filter(key_package::signature_key.eq(key))
        .select(KeyPackageRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// The packages of an account whose lifetime has not ended, newest first.
pub fn live_of_account(
    transaction: &mut Transaction<'_>,
    account: i64,
    now: Timestamp,
) -> Result<Vec<KeyPackageRow>> {
    let rows = query!(transaction, connection => key_package::table
        .filter(key_package::account_id.eq(account))
        .filter(key_package::expires_at.gt(now.0))
        .order(key_package::id.desc())
        .select(KeyPackageRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// Shows a package to an audience, which its object names.
pub fn show_to(transaction: &mut Transaction<'_>, id: i64, audience: Audience, document: &str) -> Result<()> {
    query!(transaction, connection => diesel::update(key_package::table.find(id))
        .set((key_package::audience.eq(audience.as_str()), key_package::document.eq(document)))
        .execute(connection))?;
    Ok(())
}

/// Takes a package out of the collection; its object stays as it is.
pub fn take_out(transaction: &mut Transaction<'_>, id: i64) -> Result<()> {
    query!(transaction, connection => diesel::update(key_package::table.find(id))
        .set(key_package::audience.eq(Audience::Unlisted.as_str()))
        .execute(connection))?;
    Ok(())
}

/// Deletes a package.
pub fn delete(transaction: &mut Transaction<'_>, id: i64) -> Result<()> {
    query!(transaction, connection => diesel::delete(key_package::table.find(id)).execute(connection))?;
    Ok(())
}

/// Deletes every package with that signature key but one.
pub fn delete_others(transaction: &mut Transaction<'_>, key: &[u8], except: i64) -> Result<()> {
    let others =
        key_package::table.filter(key_package::signature_key.eq(key)).filter(key_package::id.ne(except));
    query!(transaction, connection => diesel::delete(others).execute(connection))?;
    Ok(())
}

/// Deletes the packages of a device.
pub fn delete_of_device(transaction: &mut Transaction<'_>, device: i64) -> Result<()> {
    let packages = key_package::table.filter(key_package::device_id.eq(device));
    query!(transaction, connection => diesel::delete(packages).execute(connection))?;
    Ok(())
}

/// Deletes the packages of an account, whoever published them.
pub fn delete_of_account(transaction: &mut Transaction<'_>, account: i64) -> Result<()> {
    let packages = key_package::table.filter(key_package::account_id.eq(account));
    query!(transaction, connection => diesel::delete(packages).execute(connection))?;
    Ok(())
}

/// Deletes packages whose lifetime ended before a point in time. At most `limit`.
pub fn prune(transaction: &mut Transaction<'_>, expired_before: Timestamp, limit: i64) -> Result<usize> {
    let expired: Vec<i64> = query!(transaction, connection => key_package::table
        .filter(key_package::expires_at.lt(expired_before.0))
        .limit(limit)
        .select(key_package::id)
        .load(connection))?;
    let expired = key_package::table.filter(key_package::id.eq_any(&expired));
    let pruned = query!(transaction, connection => diesel::delete(expired).execute(connection))?;
    Ok(pruned)
}
