//! The table `marker`: how far somebody here has read something. A marker only goes forward.

use diesel::prelude::*;

use super::{Transaction, query, schema::marker};
use crate::error::Result;

/// What can be read so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// Notifications, by their row ids.
    Notifications,
    /// The home timeline, by the row ids of its items.
    Home,
}

impl Read {
    /// The word in the column, which Mastodon's apps know as well.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Notifications => "notifications",
            Self::Home => "home",
        }
    }
}

/// The last row id that an account has read; 0 for none.
pub fn of(transaction: &mut Transaction<'_>, account: i64, read: Read) -> Result<i64> {
    let id: Option<i64> = query!(transaction, connection => marker::table
        .find((account, read.as_str()))
        .select(marker::item_id)
        .first(connection)
        .optional())?;
    Ok(id.unwrap_or_default())
}

/// Notes that an account has read as far as a row id.
pub fn forward(transaction: &mut Transaction<'_>, account: i64, read: Read, id: i64) -> Result<()> {
    if id <= of(transaction, account, read)? {
        return Ok(());
    }
    query!(transaction, connection => diesel::insert_into(marker::table)
        .values((marker::account_id.eq(account), marker::name.eq(read.as_str()), marker::item_id.eq(id)))
        .on_conflict((marker::account_id, marker::name))
        .do_update()
        .set(marker::item_id.eq(id))
        .execute(connection))?;
    Ok(())
}
