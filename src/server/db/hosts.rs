//! The table `host`: other servers that are in trouble, one row each; the breaker that keeps deliveries from hammering
//! them. A server that answers well has no row. What counts as trouble is decided in `actions/deliver`.

use std::collections::HashMap;

use alcove_protocol::{
    Timestamp,
    time::{DAY, HOUR, MINUTE},
};
use diesel::prelude::*;

use super::{Transaction, query, schema::host};
use crate::error::Result;

/// After so many failures in a row nothing is sent for a while, and then one delivery at a time as a probe.
pub const BREAKER_FAILURES: i64 = 5;
/// How long the breaker stays open at first; it doubles with each probe that fails.
const FIRST_PAUSE: i64 = MINUTE;
/// The longest time without a probe.
const LONGEST_PAUSE: i64 = HOUR / 2;
/// A server that has answered nothing for so long is taken for gone until it contacts us.
const GONE_AFTER: i64 = 7 * DAY;
/// As long as it was tried within this time: what nobody has tried since may be back.
const TRIED_WITHIN: i64 = DAY;
/// A server that keeps contacting us and keeps failing is not tried again more often than this.
const CONTACT_COUNTS_AFTER: i64 = MINUTE;

/// Counts a failure, and opens the breaker when there were enough: says until when. Counted by the database, and held until
/// the transaction ends: attempts that fail at the same moment are all counted.
pub fn failed(
    transaction: &mut Transaction<'_>,
    name: &str,
    reason: &str,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let failures: i64 = query!(transaction, connection => diesel::insert_into(host::table)
        .values((
            host::name.eq(name),
            host::failures.eq(1),
            host::open_until.eq(0),
            host::last_error.eq(reason),
        ))
        .on_conflict(host::name)
        .do_update()
        .set((host::failures.eq(host::failures + 1), host::last_error.eq(reason)))
        .returning(host::failures)
        .get_result(connection))?;
    let doublings = u32::try_from(failures - BREAKER_FAILURES).ok();
    let pause = doublings.map(|times| LONGEST_PAUSE.min(FIRST_PAUSE << times.min(10)));
    let open_until = pause.map(|pause| now.plus(pause));
    query!(transaction, connection => diesel::update(host::table.find(name))
        .set((host::open_until.eq(open_until.unwrap_or_default().0), host::failed_at.eq(now.0)))
        .execute(connection))?;
    let first = host::table.find(name).filter(host::failing_since.is_null());
    query!(transaction, connection => diesel::update(first)
        .set(host::failing_since.eq(now.0))
        .execute(connection))?;
    Ok(open_until)
}

/// Sends nothing to a server until a point in time, because it asked for that; no failure.
pub fn pause(transaction: &mut Transaction<'_>, name: &str, until: Timestamp) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(host::table)
        .values((host::name.eq(name), host::failures.eq(0), host::open_until.eq(until.0)))
        .on_conflict(host::name)
        .do_update()
        .set(host::open_until.eq(until.0))
        .execute(connection))?;
    Ok(())
}

/// Forgets the trouble of a server that answered, and says how many failures it had been. A pause that it asked for stays.
pub fn answered(transaction: &mut Transaction<'_>, name: &str) -> Result<i64> {
    let troubled = host::table.find(name).filter(host::failures.gt(0));
    let failures = query!(transaction, connection => diesel::delete(troubled)
        .returning(host::failures)
        .get_result(connection)
        .optional())?;
    Ok(failures.unwrap_or_default())
}

/// Closes the breaker of a server that has just proved to be alive, and says whether there was trouble with it. Within
/// a minute a further contact changes nothing, so that a server that talks but cannot listen is not hammered.
pub fn contacted(transaction: &mut Transaction<'_>, name: &str, now: Timestamp) -> Result<bool> {
    let troubled = host::table.find(name).filter(host::failures.gt(0)).filter(
        host::last_contact_at.is_null().or(host::last_contact_at.lt(now.plus(-CONTACT_COUNTS_AFTER).0)),
    );
    let closed = query!(transaction, connection => diesel::update(troubled)
        .set((
            host::failures.eq(0),
            host::open_until.eq(0),
            host::failing_since.eq(None::<i64>),
            host::last_contact_at.eq(now.0),
        ))
        .execute(connection))?;
    Ok(closed > 0)
}

/// Forgets pauses that are over, of servers without trouble. At most `limit`.
pub fn prune(transaction: &mut Transaction<'_>, now: Timestamp, limit: i64) -> Result<usize> {
    let over = host::table.filter(host::failures.eq(0)).filter(host::open_until.lt(now.0));
    let names: Vec<String> =
        query!(transaction, connection => over.select(host::name).limit(limit).load(connection))?;
    // The condition once more: a server may have fallen into trouble since it was chosen.
    let over = over.filter(host::name.eq_any(&names));
    let pruned = query!(transaction, connection => diesel::delete(over).execute(connection))?;
    Ok(pruned)
}

/// Those of the named servers that are taken for gone.
pub fn gone(transaction: &mut Transaction<'_>, names: &[&str], now: Timestamp) -> Result<Vec<String>> {
    let gone = query!(transaction, connection => host::table
        .filter(host::name.eq_any(names))
        .filter(host::failing_since.lt(now.plus(-GONE_AFTER).0))
        .filter(host::failed_at.gt(now.plus(-TRIED_WITHIN).0))
        .select(host::name)
        .load(connection))?;
    Ok(gone)
}

/// Until when nothing is sent to those of the named servers whose breaker is open.
pub fn paused(
    transaction: &mut Transaction<'_>,
    names: &[&str],
    now: Timestamp,
) -> Result<HashMap<String, i64>> {
    let rows: Vec<(String, i64)> = query!(transaction, connection => host::table
        .filter(host::name.eq_any(names))
        .filter(host::open_until.gt(now.0))
        .select((host::name, host::open_until))
        .load(connection))?;
    Ok(rows.into_iter().collect())
}

/// The failures in a row of those of the named servers that are in trouble.
pub fn troubled(transaction: &mut Transaction<'_>, names: &[&str]) -> Result<HashMap<String, i64>> {
    let rows: Vec<(String, i64)> = query!(transaction, connection => host::table
        .filter(host::name.eq_any(names))
        .select((host::name, host::failures))
        .load(connection))?;
    Ok(rows.into_iter().collect())
}
