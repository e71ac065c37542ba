//! The table `device`: the devices of accounts, with the cursor up to which each has saved what arrived. Key packages and
//! approvals under way have files of their own. A removed device keeps its row, so that its key is never taken again.

use alcove_protocol::{Timestamp, api::DeviceState};
use diesel::prelude::*;

use super::{
    Transaction, query,
    schema::{account, device},
};
use crate::error::Result;

/// A row of `device`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = device)]
pub struct DeviceRow {
    /// Its row id.
    pub id: i64,
    /// The random last segment of its id.
    pub name: String,
    /// Whose it is.
    pub account_id: i64,
    /// What the person calls it.
    pub title: String,
    /// Ed25519, 32 bytes.
    pub signature_key: Vec<u8>,
    /// `approved` or `pending`.
    pub state: String,
    /// The incarnation that the position belongs to.
    pub cursor_incarnation: i64,
    /// The last position that is saved on it.
    pub cursor_position: i64,
    /// Milliseconds.
    pub created_at: i64,
    /// Milliseconds; when its cursor last moved.
    pub last_seen_at: Option<i64>,
    /// Milliseconds.
    pub removed_at: Option<i64>,
}

impl DeviceRow {
    /// Whether others may see its key packages. A word that this version does not know gives no rights.
    pub fn state(&self) -> DeviceState {
        match self.state.as_str() {
            APPROVED => DeviceState::Approved,
            _ => DeviceState::Pending,
        }
    }
}

const APPROVED: &str = "approved";
const PENDING: &str = "pending";

/// The word of a state in its column.
pub fn word(state: DeviceState) -> &'static str {
    match state {
        DeviceState::Approved => APPROVED,
        DeviceState::Pending => PENDING,
    }
}

/// Lets only one transaction at a time decide about what an account has: which device is the first, what its profile says,
/// whether a post waits for a file still. To be taken before anything of it is looked at.
pub fn lock(transaction: &mut Transaction<'_>, account: i64) -> Result<()> {
    // An update that changes nothing takes the row lock on PostgreSQL; SQLite has one writer anyway.
    query!(transaction, connection => diesel::update(account::table.find(account))
        .set(account::last_position.eq(account::last_position))
        .execute(connection))?;
    Ok(())
}

/// Stores a device; `false` when its signature key is or was that of another.
pub fn insert(transaction: &mut Transaction<'_>, row: &DeviceRow) -> Result<bool> {
    let rows = query!(transaction, connection => diesel::insert_into(device::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(rows == 1)
}

/// A device by its row id, unless it is removed.
pub fn find(transaction: &mut Transaction<'_>, id: i64) -> Result<Option<DeviceRow>> {
    let row = query!(transaction, connection => device::table
        .find(id)
        .filter(device::removed_at.is_null())
        .select(DeviceRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// A device of an account by its name, removed or not.
pub fn by_name(transaction: &mut Transaction<'_>, account: i64, name: &str) -> Result<Option<DeviceRow>> {
    let row = query!(transaction, connection => device::table
        .filter(device::name.eq(name))
        .filter(device::account_id.eq(account))
        .select(DeviceRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// The device with that signature key, removed or not.
pub fn by_signature_key(transaction: &mut Transaction<'_>, key: &[u8]) -> Result<Option<DeviceRow>> {
    let row = query!(transaction, connection => device::table
        .filter(device::signature_key.eq(key))
        .select(DeviceRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// The devices of an account that are not removed, oldest first.
pub fn of_account(transaction: &mut Transaction<'_>, account: i64) -> Result<Vec<DeviceRow>> {
    let rows = query!(transaction, connection => device::table
        .filter(device::account_id.eq(account))
        .filter(device::removed_at.is_null())
        .order(device::id)
        .select(DeviceRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// A pending device may publish from now on.
pub fn approve(transaction: &mut Transaction<'_>, id: i64) -> Result<()> {
    query!(transaction, connection => diesel::update(device::table.find(id))
        .set(device::state.eq(APPROVED))
        .execute(connection))?;
    Ok(())
}

/// Calls a device something else.
pub fn rename(transaction: &mut Transaction<'_>, id: i64, title: &str) -> Result<()> {
    query!(transaction, connection => diesel::update(device::table.find(id))
        .set(device::title.eq(title))
        .execute(connection))?;
    Ok(())
}

/// Ends a device.
pub fn remove(transaction: &mut Transaction<'_>, id: i64, now: Timestamp) -> Result<()> {
    query!(transaction, connection => diesel::update(device::table.find(id))
        .set(device::removed_at.eq(now.0))
        .execute(connection))?;
    Ok(())
}

/// Moves a device's cursor forward; one that lies behind stays.
pub fn move_cursor(transaction: &mut Transaction<'_>, id: i64, position: i64, now: Timestamp) -> Result<()> {
    query!(transaction, connection => diesel::update(device::table.find(id))
        .set(device::last_seen_at.eq(now.0))
        .execute(connection))?;
    let behind = device::table.filter(device::id.eq(id)).filter(device::cursor_position.lt(position));
    query!(transaction, connection => diesel::update(behind)
        .set(device::cursor_position.eq(position))
        .execute(connection))?;
    Ok(())
}

/// For each account with devices, the position that all of them have saved.
pub fn cursors(transaction: &mut Transaction<'_>) -> Result<Vec<(i64, i64)>> {
    let rows: Vec<(i64, Option<i64>)> = query!(transaction, connection => device::table
        .filter(device::removed_at.is_null())
        .group_by(device::account_id)
        .select((device::account_id, diesel::dsl::min(device::cursor_position)))
        .load(connection))?;
    Ok(rows.into_iter().filter_map(|(account, position)| Some((account, position?))).collect())
}
