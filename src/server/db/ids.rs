//! Row ids: 64-bit, ordered by time, unique across nodes, positive. 41 bits of milliseconds since 2026, 10 bits of node
//! number, 12 bits of count. Node numbers are leased rows of the table `node`, so that two processes never share one.
//! Not for names that outsiders see and must not guess: those are 128 random bits (see [`crate::app::Moment::name`]).

use std::sync::{Mutex, MutexGuard, PoisonError};

use alcove_protocol::{Timestamp, time::HOUR};
use diesel::{
    prelude::*,
    query_dsl::methods,
    sql_types::{BigInt, Nullable},
};

use super::{Transaction, query, schema::node};
use crate::error::{Error, Result};

/// 2026-01-01T00:00:00Z.
const BEGINNING: i64 = 1_767_225_600_000;
const NODE_BITS: u32 = 10;
const COUNT_BITS: u32 = 12;
const NODES: i64 = 1 << NODE_BITS;

/// How long a node number is kept without being renewed.
pub const LEASE: i64 = HOUR;

/// A node number that a process holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The number.
    pub number: i64,
    /// A random name of the process, by which it knows its own lease.
    pub holder: String,
    /// When it may go to somebody else.
    pub until: Timestamp,
}

/// Gives out ids.
#[derive(Debug)]
pub struct Ids(Mutex<State>);

#[derive(Debug)]
struct State {
    lease: Lease,
    /// The last id without its node bits: milliseconds and count.
    last: i64,
}

impl Ids {
    /// Ids of one node, all greater than `highest`: those in the database may come from a clock that was ahead of ours.
    pub fn new(lease: Lease, highest: i64) -> Self {
        let last = (highest >> (NODE_BITS + COUNT_BITS)) << COUNT_BITS | ((1 << COUNT_BITS) - 1);
        Self(Mutex::new(State { lease, last }))
    }

    /// The node number that this process holds.
    pub fn lease(&self) -> Lease {
        self.state().lease.clone()
    }

    /// Goes on with a lease that was renewed, or with another number.
    pub fn hold(&self, lease: Lease) {
        let mut state = self.state();
        // Of ids of one millisecond those of a lower number are lower.
        state.last |= (1 << COUNT_BITS) - 1;
        state.lease = lease;
    }

    /// A new id, greater than all before it even when the clock steps back.
    pub fn next(&self, now: Timestamp) -> i64 {
        let from_clock = now.since(Timestamp(BEGINNING)).max(1) << COUNT_BITS;
        let mut state = self.state();
        state.last = from_clock.max(state.last + 1);
        let (milliseconds, count) = (state.last >> COUNT_BITS, state.last & ((1 << COUNT_BITS) - 1));
        ((milliseconds * NODES + state.lease.number) << COUNT_BITS) | count
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A poisoned lock still holds the last id that was given out.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An id that is lower than all those given out from a point in time on.
pub fn first_id_at(time: Timestamp) -> i64 {
    (time.since(Timestamp(BEGINNING)).max(0) * NODES) << COUNT_BITS
}

/// The tables whose ids are given out here.
const TABLES: [&str; 25] = [
    "actor",
    "actor_key",
    "block",
    "boost",
    "conversation",
    "device",
    "envelope",
    "follow",
    "import",
    "invitation",
    "job",
    "key_package",
    "media",
    "notification",
    "oauth_client",
    "outbox_item",
    "pairing",
    "policy_change",
    "post",
    "post_like",
    "post_revision",
    "report",
    "session",
    "timeline_item",
    "token",
];

#[derive(QueryableByName)]
struct Highest {
    #[diesel(sql_type = Nullable<BigInt>)]
    id: Option<i64>,
}

/// The highest id in use; 0 in an empty database.
pub fn highest(transaction: &mut Transaction<'_>) -> Result<i64> {
    let of_each = TABLES.map(|table| format!("SELECT max(id) AS id FROM {table}")).join(" UNION ALL ");
    let highest = format!("SELECT max(id) AS id FROM ({of_each}) AS highest");
    let row: Highest = query!(transaction, connection => diesel::sql_query(&highest).get_result(connection))?;
    Ok(row.id.unwrap_or_default())
}

/// Takes the lowest node number that nobody holds.
///
/// # Errors
/// [`Error::Busy`] when all numbers are held.
pub fn lease_node(transaction: &mut Transaction<'_>, holder: &str, now: Timestamp) -> Result<Lease> {
    let held: Vec<i64> = query!(transaction, connection => node::table
        .filter(node::leased_until.gt(now.0))
        .select(node::number)
        .load(connection))?;
    for number in (0..NODES).filter(|number| !held.contains(number)) {
        let lease = Lease { number, holder: holder.to_owned(), until: now.plus(LEASE) };
        if take_node(transaction, &lease, now)? {
            return Ok(lease);
        }
    }
    Err(Error::Busy)
}

/// Takes a number unless another node that starts at the same moment was quicker.
fn take_node(transaction: &mut Transaction<'_>, lease: &Lease, now: Timestamp) -> Result<bool> {
    let (holder, until) = (node::holder.eq(&lease.holder), node::leased_until.eq(lease.until.0));
    let take = diesel::insert_into(node::table)
        .values((node::number.eq(lease.number), holder, until))
        .on_conflict(node::number)
        .do_update()
        .set((holder, until));
    let take = methods::FilterDsl::filter(take, node::leased_until.le(now.0));
    let taken = query!(transaction, connection => take.execute(connection))?;
    Ok(taken == 1)
}

/// Keeps a node number for another [`LEASE`]. Whoever slept so long that somebody else has taken it gets another one.
///
/// # Errors
/// As [`lease_node`].
pub fn renew_node(transaction: &mut Transaction<'_>, lease: &Lease, now: Timestamp) -> Result<Lease> {
    let until = now.plus(LEASE);
    let own = node::table.find(lease.number).filter(node::holder.eq(&lease.holder));
    let renewed = query!(transaction, connection => diesel::update(own)
        .set(node::leased_until.eq(until.0))
        .execute(connection))?;
    if renewed == 1 {
        return Ok(Lease { until, ..lease.clone() });
    }
    lease_node(transaction, &lease.holder, now)
}

/// Gives a node number back when a process stops.
pub fn release_node(transaction: &mut Transaction<'_>, lease: &Lease) -> Result<()> {
    let own = node::table.find(lease.number).filter(node::holder.eq(&lease.holder));
    query!(transaction, connection => diesel::delete(own).execute(connection))?;
    Ok(())
}

#[cfg(test)]
mod tests;
