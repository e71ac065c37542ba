//! The table `inbox_item`: what arrived for an account, numbered in order of arrival (trap T12). Positions count up from
//! `account.last_position`, never repeat, and become visible in their order: whoever gives one holds the account's row
//! until its transaction ends.

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{
    Transaction,
    envelopes::{EnvelopeRow, Kind},
    query,
    schema::{account, envelope, inbox_item},
};
use crate::{app::Moment, bus::Wake, error::Result};

/// Which of the things that arrived somebody reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All of them: what a device works through.
    Everything,
    /// Those that carry MLS objects: the collection `messages` (trap T7).
    Sealed,
    /// Those that the server can read: the collection `inbox`. They are posts (`posts/inbox.rs`) and no items.
    Plain,
}

/// One thing that arrived.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// Its arrival number.
    pub position: i64,
    /// The activity.
    pub envelope: EnvelopeRow,
}

/// Gives an envelope to an account and wakes it; `None` when the account has it already or does not exist.
pub fn arrive(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    account: i64,
    envelope: i64,
) -> Result<Option<i64>> {
    let there: i64 = query!(transaction, connection => inbox_item::table
        .filter(inbox_item::account_id.eq(account))
        .filter(inbox_item::envelope_id.eq(envelope))
        .count()
        .get_result(connection))?;
    if there > 0 {
        return Ok(None);
    }
    let Some(position) = next_position(transaction, account)? else { return Ok(None) };
    query!(transaction, connection => diesel::insert_into(inbox_item::table)
        .values((
            inbox_item::account_id.eq(account),
            inbox_item::position.eq(position),
            inbox_item::envelope_id.eq(envelope),
            inbox_item::received_at.eq(moment.now.0),
        ))
        .on_conflict_do_nothing()
        .execute(connection))?;
    transaction.wake(Wake::Account(account));
    Ok(Some(position))
}

fn next_position(transaction: &mut Transaction<'_>, account: i64) -> Result<Option<i64>> {
    let position = query!(transaction, connection => diesel::update(account::table.find(account))
        .set(account::last_position.eq(account::last_position + 1))
        .returning(account::last_position)
        .get_result(connection)
        .optional())?;
    Ok(position)
}

/// Up to `limit` things after a position, oldest first.
pub fn after(
    transaction: &mut Transaction<'_>,
    account: i64,
    selection: Selection,
    position: i64,
    limit: i64,
) -> Result<Vec<Arrived>> {
    let rows: Vec<(i64, EnvelopeRow)> = query!(transaction, connection => {
        let mut items = inbox_item::table.inner_join(envelope::table).into_boxed();
        match selection {
            Selection::Everything => {}
            Selection::Sealed => items = items.filter(envelope::kind.eq(Kind::Mls.as_str())),
            Selection::Plain => items = items.filter(envelope::kind.eq(Kind::Plain.as_str())),
        }
        items
            .filter(inbox_item::account_id.eq(account))
            .filter(inbox_item::position.gt(position))
            .order(inbox_item::position)
            .limit(limit)
            .select((inbox_item::position, EnvelopeRow::as_select()))
            .load(connection)
    })?;
    Ok(rows.into_iter().map(|(position, envelope)| Arrived { position, envelope }).collect())
}

/// Up to `limit` things before a position, newest first.
pub fn before(
    transaction: &mut Transaction<'_>,
    account: i64,
    selection: Selection,
    position: i64,
    limit: i64,
) -> Result<Vec<Arrived>> {
    let rows: Vec<(i64, EnvelopeRow)> = query!(transaction, connection => {
        let mut items = inbox_item::table.inner_join(envelope::table).into_boxed();
        match selection {
            Selection::Everything => {}
            Selection::Sealed => items = items.filter(envelope::kind.eq(Kind::Mls.as_str())),
            Selection::Plain => items = items.filter(envelope::kind.eq(Kind::Plain.as_str())),
        }
        items
            .filter(inbox_item::account_id.eq(account))
            .filter(inbox_item::position.lt(position))
            .order(inbox_item::position.desc())
            .limit(limit)
            .select((inbox_item::position, EnvelopeRow::as_select()))
            .load(connection)
    })?;
    Ok(rows.into_iter().map(|(position, envelope)| Arrived { position, envelope }).collect())
}

/// The position at which an activity arrived for an account.
pub fn position_of(
    transaction: &mut Transaction<'_>,
    account: i64,
    activity: &str,
    selection: Selection,
) -> Result<Option<i64>> {
    let found: Option<(i64, String)> = query!(transaction, connection => inbox_item::table
        .inner_join(envelope::table)
        .filter(inbox_item::account_id.eq(account))
        .filter(envelope::activity_uri.eq(activity))
        .select((inbox_item::position, envelope::kind))
        .first(connection)
        .optional())?;
    let wanted = |kind: &str| match selection {
        Selection::Everything => true,
        Selection::Sealed => kind == Kind::Mls.as_str(),
        Selection::Plain => kind == Kind::Plain.as_str(),
    };
    Ok(found.filter(|(_, kind)| wanted(kind)).map(|(position, _)| position))
}

/// The accounts that an activity arrived for.
pub fn receivers(transaction: &mut Transaction<'_>, envelope: i64) -> Result<Vec<i64>> {
    let accounts = query!(transaction, connection => inbox_item::table
        .filter(inbox_item::envelope_id.eq(envelope))
        .order(inbox_item::account_id)
        .select(inbox_item::account_id)
        .load(connection))?;
    Ok(accounts)
}

/// The number of the last thing that arrived for an account.
pub fn last_position(transaction: &mut Transaction<'_>, account: i64) -> Result<i64> {
    let position = query!(transaction, connection => account::table
        .find(account)
        .select(account::last_position)
        .first(connection))?;
    Ok(position)
}

/// Takes away the sealed things of an account that all of its devices have saved. At most `limit`.
pub fn prune_saved(
    transaction: &mut Transaction<'_>,
    account: i64,
    position: i64,
    limit: i64,
) -> Result<usize> {
    let saved: Vec<i64> = query!(transaction, connection => inbox_item::table
        .inner_join(envelope::table)
        .filter(inbox_item::account_id.eq(account))
        .filter(inbox_item::position.le(position))
        .filter(envelope::kind.ne(Kind::Plain.as_str()))
        .limit(limit)
        .select(inbox_item::position)
        .load(connection))?;
    let items = inbox_item::table
        .filter(inbox_item::account_id.eq(account))
        .filter(inbox_item::position.eq_any(&saved));
    query!(transaction, connection => diesel::delete(items).execute(connection))?;
    Ok(saved.len())
}

/// Takes away the sealed things that arrived before a point in time, saved or not. At most `limit`.
pub fn prune_old(transaction: &mut Transaction<'_>, received_before: Timestamp, limit: i64) -> Result<usize> {
    let old: Vec<(i64, i64)> = query!(transaction, connection => inbox_item::table
        .inner_join(envelope::table)
        .filter(inbox_item::received_at.lt(received_before.0))
        .filter(envelope::kind.ne(Kind::Plain.as_str()))
        .limit(limit)
        .select((inbox_item::account_id, inbox_item::position))
        .load(connection))?;
    for key in old.iter().copied() {
        query!(transaction, connection => diesel::delete(inbox_item::table.find(key)).execute(connection))?;
    }
    Ok(old.len())
}
