//! The table `delivery`: one row for each recipient of each envelope that goes to another server, or for each inbox that
//! a whole server shares. Rows are written in the
//! transaction of the message and claimed by lease, so that nothing is locked while it is sent. Order is kept within a
//! lane: only its first queued row can be claimed (trap T12), by the number that the database gave it and not by a clock,
//! because those of several nodes may differ. When to try again is decided in `actions/deliver`.

use alcove_protocol::{
    ActivityId, ActorId, Timestamp,
    api::{Delivery, DeliveryState},
};
use diesel::prelude::*;

use super::{
    Transaction, facts, query,
    schema::{account, delivery, envelope, host},
};
use crate::error::Result;

const QUEUED: &str = "queued";
const DELIVERED: &str = "delivered";
const FAILED: &str = "failed";

/// A delivery to be written; its id, whose order is the order within the lane, is given by the database.
#[derive(Debug, Insertable)]
#[diesel(table_name = delivery)]
pub struct NewDelivery {
    /// What is sent.
    pub envelope_id: i64,
    /// The local actor that sends and signs it.
    pub sender_id: i64,
    /// Whom it goes to: an actor, or the inbox of everybody on a server.
    pub recipient_uri: String,
    /// Where it is posted; unknown until the recipient's actor could be fetched.
    pub inbox: Option<String>,
    /// Host and port of the recipient's server.
    pub host: String,
    /// What must stay in order.
    pub lane: String,
    /// `queued`.
    state: &'static str,
    attempts: i64,
    /// When it may go out first.
    pub next_at: i64,
    leased_until: i64,
    /// When it was written.
    pub created_at: i64,
    /// When its time runs out.
    pub give_up_at: i64,
}

impl Claimed {
    /// Whether it goes to an inbox that a whole server shares, and to no actor in particular.
    pub fn is_shared(&self) -> bool {
        self.inbox.as_ref() == Some(&self.recipient_uri)
    }
}

impl NewDelivery {
    /// A delivery that may go out at once, and is tried for so many milliseconds.
    pub fn new(envelope_id: i64, sender_id: i64, recipient: &ActorId, now: Timestamp, patience: i64) -> Self {
        Self {
            envelope_id,
            sender_id,
            recipient_uri: recipient.as_str().to_owned(),
            inbox: None,
            host: recipient.origin().authority().to_owned(),
            lane: String::new(),
            state: QUEUED,
            attempts: 0,
            next_at: now.0,
            leased_until: 0,
            created_at: now.0,
            give_up_at: now.plus(patience).0,
        }
    }
}

/// A delivery that was claimed, with all that is needed to send it.
#[derive(Clone, Debug, Queryable)]
pub struct Claimed {
    /// The row's id.
    pub id: i64,
    /// The local actor that sends and signs it.
    pub sender_id: i64,
    /// Whom it goes to: an actor, or the inbox of everybody on a server.
    pub recipient_uri: String,
    /// Where it is posted, if that is known.
    pub inbox: Option<String>,
    /// Host and port of the recipient's server.
    pub host: String,
    /// What must stay in order.
    pub lane: String,
    /// Attempts before this one.
    pub attempts: i64,
    /// When it was written.
    pub created_at: i64,
    /// When its time runs out.
    pub give_up_at: i64,
    /// The activity as it is stored.
    pub document: String,
}

/// What an envelope must stay in order with: its conversation, or all that its actor sends outside of one.
pub fn order_of(transaction: &mut Transaction<'_>, envelope_id: i64) -> Result<Option<String>> {
    let order: Option<(Option<String>, String)> = query!(transaction, connection => envelope::table
        .find(envelope_id)
        .select((envelope::conversation_uri, envelope::actor_uri))
        .first(connection)
        .optional())?;
    Ok(order.map(|(conversation, actor)| conversation.unwrap_or(actor)))
}

/// Writes deliveries.
pub fn insert(transaction: &mut Transaction<'_>, rows: &[NewDelivery]) -> Result<()> {
    // SQLite takes 32,766 values in one statement; a row has twelve.
    for some in rows.chunks(500) {
        query!(transaction, connection => diesel::insert_into(delivery::table).values(some).execute(connection))?;
    }
    Ok(())
}

/// Up to `limit` deliveries that are due and first in their lane, as id and host, oldest first; none of those named, none
/// to the hosts named, nor to one whose breaker is open. What a frozen account has sent waits, and nothing waits for it.
pub fn due(
    transaction: &mut Transaction<'_>,
    now: Timestamp,
    except_hosts: &[String],
    except: &[i64],
    limit: i64,
) -> Result<Vec<(i64, String)>> {
    let frozen = account::table.filter(account::frozen_at.is_not_null()).select(account::id);
    let earlier = diesel::alias!(delivery as earlier);
    let waits = earlier
        .filter(earlier.field(delivery::lane).eq(delivery::lane))
        .filter(earlier.field(delivery::state).eq(QUEUED))
        .filter(earlier.field(delivery::sender_id).ne_all(frozen))
        .filter(earlier.field(delivery::id).lt(delivery::id));
    let paused = host::table.filter(host::name.eq(delivery::host)).filter(host::open_until.gt(now.0));
    let due = query!(transaction, connection => delivery::table
        .filter(delivery::state.eq(QUEUED))
        .filter(delivery::next_at.le(now.0))
        .filter(delivery::leased_until.le(now.0))
        .filter(delivery::host.ne_all(except_hosts))
        .filter(delivery::id.ne_all(except))
        .filter(delivery::sender_id.ne_all(frozen))
        .filter(diesel::dsl::not(diesel::dsl::exists(waits)))
        .filter(diesel::dsl::not(diesel::dsl::exists(paused)))
        .order((delivery::next_at, delivery::id))
        .limit(limit)
        .select((delivery::id, delivery::host))
        .load(connection))?;
    Ok(due)
}

/// How many deliveries are under way, by host.
pub fn in_flight(transaction: &mut Transaction<'_>, now: Timestamp) -> Result<Vec<(String, i64)>> {
    let counts = query!(transaction, connection => delivery::table
        .filter(delivery::state.eq(QUEUED))
        .filter(delivery::leased_until.gt(now.0))
        .group_by(delivery::host)
        .select((delivery::host, diesel::dsl::count_star()))
        .load(connection))?;
    Ok(counts)
}

/// Lets one claim after the other: what is counted of leases after this stays true until the transaction ends.
pub fn lock_claims(transaction: &mut Transaction<'_>) -> Result<()> {
    facts::lock(transaction, facts::INCARNATION)
}

/// Takes deliveries until `leased_until`. The lease is tested again here: two nodes may have chosen the same rows, and
/// only one gets each.
pub fn lease(
    transaction: &mut Transaction<'_>,
    ids: &[i64],
    now: Timestamp,
    leased_until: Timestamp,
) -> Result<Vec<Claimed>> {
    let free = delivery::table
        .filter(delivery::id.eq_any(ids))
        .filter(delivery::state.eq(QUEUED))
        .filter(delivery::leased_until.le(now.0));
    let taken: Vec<i64> = query!(transaction, connection => diesel::update(free)
        .set(delivery::leased_until.eq(leased_until.0))
        .returning(delivery::id)
        .get_results(connection))?;
    let claimed = query!(transaction, connection => delivery::table
        .inner_join(envelope::table)
        .filter(delivery::id.eq_any(&taken))
        .order(delivery::id)
        .select((
            delivery::id,
            delivery::sender_id,
            delivery::recipient_uri,
            delivery::inbox,
            delivery::host,
            delivery::lane,
            delivery::attempts,
            delivery::created_at,
            delivery::give_up_at,
            envelope::document,
        ))
        .load(connection))?;
    Ok(claimed)
}

/// The recipient's server has taken it.
pub fn delivered(transaction: &mut Transaction<'_>, id: i64, now: Timestamp) -> Result<()> {
    query!(transaction, connection => diesel::update(delivery::table.find(id).filter(delivery::state.eq(QUEUED)))
        .set((
            delivery::state.eq(DELIVERED),
            delivery::attempts.eq(delivery::attempts + 1),
            delivery::reason.eq(None::<String>),
            delivery::finished_at.eq(now.0),
        ))
        .execute(connection))?;
    Ok(())
}

/// It is tried again at `next_at`.
pub fn postponed(transaction: &mut Transaction<'_>, id: i64, reason: &str, next_at: Timestamp) -> Result<()> {
    query!(transaction, connection => diesel::update(delivery::table.find(id).filter(delivery::state.eq(QUEUED)))
        .set((
            delivery::attempts.eq(delivery::attempts + 1),
            delivery::reason.eq(reason),
            delivery::next_at.eq(next_at.0),
            delivery::leased_until.eq(0),
        ))
        .execute(connection))?;
    Ok(())
}

/// It is given up.
pub fn failed(transaction: &mut Transaction<'_>, id: i64, reason: &str, now: Timestamp) -> Result<()> {
    query!(transaction, connection => diesel::update(delivery::table.find(id).filter(delivery::state.eq(QUEUED)))
        .set((
            delivery::state.eq(FAILED),
            delivery::attempts.eq(delivery::attempts + 1),
            delivery::reason.eq(reason),
            delivery::finished_at.eq(now.0),
        ))
        .execute(connection))?;
    Ok(())
}

/// Gives up whatever waits in a lane and whose time has run out as well, for the reason that stopped its first row.
pub fn lane_failed(
    transaction: &mut Transaction<'_>,
    lane: &str,
    reason: &str,
    now: Timestamp,
) -> Result<()> {
    let waiting = delivery::table
        .filter(delivery::lane.eq(lane))
        .filter(delivery::state.eq(QUEUED))
        .filter(delivery::give_up_at.le(now.0));
    query!(transaction, connection => diesel::update(waiting)
        .set((delivery::state.eq(FAILED), delivery::reason.eq(reason), delivery::finished_at.eq(now.0)))
        .execute(connection))?;
    Ok(())
}

/// Gives up whatever waits for a recipient.
pub fn recipient_failed(
    transaction: &mut Transaction<'_>,
    recipient: &ActorId,
    reason: &str,
    now: Timestamp,
) -> Result<()> {
    let waiting = delivery::table
        .filter(delivery::recipient_uri.eq(recipient.as_str()))
        .filter(delivery::state.eq(QUEUED));
    query!(transaction, connection => diesel::update(waiting)
        .set((delivery::state.eq(FAILED), delivery::reason.eq(reason), delivery::finished_at.eq(now.0)))
        .execute(connection))?;
    Ok(())
}

/// The servers that something waits for.
pub fn waiting_hosts(transaction: &mut Transaction<'_>) -> Result<Vec<String>> {
    let hosts = query!(transaction, connection => delivery::table
        .filter(delivery::state.eq(QUEUED))
        .select(delivery::host)
        .distinct()
        .load(connection))?;
    Ok(hosts)
}

/// Gives up whatever waits for a server.
pub fn host_failed(
    transaction: &mut Transaction<'_>,
    host: &str,
    reason: &str,
    now: Timestamp,
) -> Result<()> {
    let waiting = delivery::table.filter(delivery::host.eq(host)).filter(delivery::state.eq(QUEUED));
    query!(transaction, connection => diesel::update(waiting)
        .set((delivery::state.eq(FAILED), delivery::reason.eq(reason), delivery::finished_at.eq(now.0)))
        .execute(connection))?;
    Ok(())
}

/// Gives leases back, of attempts that were broken off.
pub fn release(transaction: &mut Transaction<'_>, ids: &[i64]) -> Result<()> {
    let open = delivery::table.filter(delivery::id.eq_any(ids)).filter(delivery::state.eq(QUEUED));
    query!(transaction, connection => diesel::update(open)
        .set(delivery::leased_until.eq(0))
        .execute(connection))?;
    Ok(())
}

/// Gives all leases back, for a process that knows that it is alone.
pub fn release_all(transaction: &mut Transaction<'_>) -> Result<usize> {
    let leased = delivery::table.filter(delivery::state.eq(QUEUED)).filter(delivery::leased_until.gt(0));
    let released = query!(transaction, connection => diesel::update(leased)
        .set(delivery::leased_until.eq(0))
        .execute(connection))?;
    Ok(released)
}

/// Writes down where deliveries to a recipient are posted from now on.
pub fn set_inbox(transaction: &mut Transaction<'_>, recipient: &ActorId, inbox: &str) -> Result<()> {
    let open = delivery::table
        .filter(delivery::recipient_uri.eq(recipient.as_str()))
        .filter(delivery::state.eq(QUEUED));
    query!(transaction, connection => diesel::update(open)
        .set(delivery::inbox.eq(inbox))
        .execute(connection))?;
    Ok(())
}

/// Nothing queued for a host may go out before then. So that whoever looks for what is due need not look through all of it.
pub fn rest(transaction: &mut Transaction<'_>, host: &str, until: Timestamp) -> Result<()> {
    let queued = delivery::table.filter(delivery::host.eq(host)).filter(delivery::state.eq(QUEUED));
    let sooner = diesel::update(queued.filter(delivery::next_at.lt(until.0)));
    query!(transaction, connection => sooner.set(delivery::next_at.eq(until.0)).execute(connection))?;
    Ok(())
}

/// Everything queued for a host may go out now; says how much that is.
pub fn hurry(transaction: &mut Transaction<'_>, host: &str, now: Timestamp) -> Result<usize> {
    let later = delivery::table
        .filter(delivery::host.eq(host))
        .filter(delivery::state.eq(QUEUED))
        .filter(delivery::next_at.gt(now.0));
    let hurried = query!(transaction, connection => diesel::update(later)
        .set(delivery::next_at.eq(now.0))
        .execute(connection))?;
    Ok(hurried)
}

/// What became of an activity for each recipient on another server, in the order in which they were written.
pub fn of_activity(transaction: &mut Transaction<'_>, activity: &ActivityId) -> Result<Vec<Delivery>> {
    let rows: Vec<(String, String, Option<String>, i64, i64)> = query!(transaction, connection => delivery::table
        .inner_join(envelope::table)
        .filter(envelope::activity_uri.eq(activity.as_str()))
        .order(delivery::id)
        .select((
            delivery::recipient_uri,
            delivery::state,
            delivery::reason,
            delivery::attempts,
            delivery::next_at,
        ))
        .load(connection))?;
    Ok(rows.into_iter().filter_map(to_delivery).collect())
}

fn to_delivery(row: (String, String, Option<String>, i64, i64)) -> Option<Delivery> {
    let (recipient, state, reason, attempts, next_at) = row;
    let state = match state.as_str() {
        DELIVERED => DeliveryState::Delivered,
        FAILED => DeliveryState::Failed,
        _ => DeliveryState::Queued,
    };
    let next_attempt_at = (state == DeliveryState::Queued).then_some(Timestamp(next_at));
    let attempts = i32::try_from(attempts).unwrap_or(i32::MAX);
    Some(Delivery { recipient: ActorId::parse(&recipient).ok()?, state, reason, attempts, next_attempt_at })
}

/// How many deliveries are queued, due or not.
pub fn count_queued(transaction: &mut Transaction<'_>) -> Result<i64> {
    let count = query!(transaction, connection => delivery::table
        .filter(delivery::state.eq(QUEUED))
        .count()
        .get_result(connection))?;
    Ok(count)
}

/// Forgets deliveries that ended before a point in time. At most `limit`.
pub fn prune(transaction: &mut Transaction<'_>, finished_before: Timestamp, limit: i64) -> Result<usize> {
    let old: Vec<i64> = query!(transaction, connection => delivery::table
        .filter(delivery::finished_at.lt(finished_before.0))
        .limit(limit)
        .select(delivery::id)
        .load(connection))?;
    let old = delivery::table.filter(delivery::id.eq_any(&old));
    let pruned = query!(transaction, connection => diesel::delete(old).execute(connection))?;
    Ok(pruned)
}
