//! Row ids: 64-bit, ordered by time, unique across nodes, positive. 41 bits of milliseconds since 2026, 10 bits of node
//! number, 12 bits of count. Node numbers are leased rows of the table `node`, so that two processes never share one.
//! Not for names that outsiders see and must not guess: those are 128 random bits (see [`crate::app::Moment::name`]).

use std::sync::Mutex;

use alcove_protocol::{Timestamp, time::HOUR};
use diesel::{prelude::*, query_dsl::methods};

use super::{Transaction, query, schema::node};
use crate::error::{Error, Result};

/// 2026-01-01T00:00:00Z.
const BEGINNING: i64 = 1_767_225_600_000;
const NODES: i64 = 1 << 10;
const COUNT_BITS: u32 = 12;

/// How long a node number is kept without being renewed.
pub const LEASE: i64 = HOUR;

/// Gives out ids.
#[derive(Debug)]
pub struct Ids {
    node: i64,
    /// The last id without its node bits: milliseconds and count.
    last: Mutex<i64>,
}

impl Ids {
    /// Ids of one node.
    pub fn new(node: i64) -> Self {
        Self { node, last: Mutex::new(0) }
    }

    /// The node number, to renew its lease by.
    pub fn node(&self) -> i64 {
        self.node
    }

    /// A new id, greater than all before it even when the clock steps back.
    pub fn next(&self, now: Timestamp) -> i64 {
        let from_clock = now.since(Timestamp(BEGINNING)).max(1) << COUNT_BITS;
        // A poisoned lock still holds the last id that was given out.
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *last = from_clock.max(*last + 1);
        let (milliseconds, count) = (*last >> COUNT_BITS, *last & ((1 << COUNT_BITS) - 1));
        ((milliseconds * NODES + self.node) << COUNT_BITS) | count
    }
}

/// Takes the lowest node number that nobody holds.
///
/// # Errors
/// [`Error::Busy`] when all numbers are held.
pub fn lease_node(transaction: &mut Transaction<'_>, now: Timestamp) -> Result<i64> {
    let held: Vec<i64> = query!(transaction, connection => node::table
        .filter(node::leased_until.gt(now.0))
        .select(node::number)
        .load(connection))?;
    for number in (0..NODES).filter(|number| !held.contains(number)) {
        if take_node(transaction, number, now)? {
            return Ok(number);
        }
    }
    Err(Error::Busy)
}

/// Takes a number unless another node that starts at the same moment was quicker.
fn take_node(transaction: &mut Transaction<'_>, number: i64, now: Timestamp) -> Result<bool> {
    let until = now.plus(LEASE).0;
    let take = diesel::insert_into(node::table)
        .values((node::number.eq(number), node::leased_until.eq(until)))
        .on_conflict(node::number)
        .do_update()
        .set(node::leased_until.eq(until));
    let take = methods::FilterDsl::filter(take, node::leased_until.le(now.0));
    let taken = query!(transaction, connection => take.execute(connection))?;
    Ok(taken == 1)
}

/// Keeps a node number for another [`LEASE`].
pub fn renew_node(transaction: &mut Transaction<'_>, number: i64, now: Timestamp) -> Result<()> {
    let until = now.plus(LEASE).0;
    query!(transaction, connection => diesel::insert_into(node::table)
        .values((node::number.eq(number), node::leased_until.eq(until)))
        .on_conflict(node::number)
        .do_update()
        .set(node::leased_until.eq(until))
        .execute(connection))?;
    Ok(())
}

/// Gives a node number back when a process stops.
pub fn release_node(transaction: &mut Transaction<'_>, number: i64) -> Result<()> {
    query!(transaction, connection => diesel::delete(node::table.find(number)).execute(connection))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_and_stay_positive_when_the_clock_stands_or_steps_back() {
        let ids = Ids::new(1023);
        let mut last = 0;
        for step in 0..20_000 {
            let id = ids.next(Timestamp(BEGINNING + 5_000 - step / 100));
            assert!(id > last, "{id} after {last}");
            last = id;
        }
        assert!(ids.next(Timestamp(BEGINNING + (1 << 41) - 1)) > 0);
    }
}
