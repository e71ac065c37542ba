//! The delivery queue's decisions: what is queued in the transaction of a message, what may go out now, and what follows
//! from each answer (FEDERATION.md section 2, ENCRYPTION.md 1.8, P3). Sending itself is `federation/deliver`, the worker
//! `jobs/deliveries`.

use std::collections::{HashMap, HashSet};

use alcove_protocol::{
    ActorId, Timestamp, activity,
    time::{DAY, HOUR, MINUTE, SECOND},
};

use serde_json::Value;

use super::{domains, keys};
use crate::{
    app::Moment,
    bus::Wake,
    db::{
        Transaction, actors, blocked_domains,
        deliveries::{self, Claimed, NewDelivery},
        envelopes, hosts,
    },
    error::{Error, Result},
    site::Site,
};

/// How long a message to somebody is tried in all, in milliseconds.
pub const PATIENCE: i64 = 14 * DAY;
/// How long what is for everybody is tried in all, in milliseconds.
pub const PATIENCE_WITH_POSTS: i64 = 3 * DAY;
/// How long a claimed delivery belongs to whoever claimed it, in milliseconds: longer than any attempt takes.
pub const LEASE: i64 = 90 * SECOND;
/// How many deliveries to one server are under way at once.
const PER_HOST: i64 = 4;
/// The pauses between attempts, in milliseconds; the last one repeats.
const PAUSES: [i64; 6] = [15 * SECOND, MINUTE, 5 * MINUTE, HOUR / 2, 2 * HOUR, 6 * HOUR];
/// The longest `Retry-After` that is honoured, in milliseconds.
const LONGEST_WISH: i64 = DAY;
/// The longest pause for a whole server because one delivery was too much for it; that delivery itself waits as asked.
const LONGEST_WISH_OF_ONE: i64 = MINUTE;

/// What came of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The recipient's server has taken it.
    Delivered,
    /// It will never be taken, for this reason.
    Refused(String),
    /// There is no such inbox, for this reason.
    NoInbox(String),
    /// It may be taken later.
    Later {
        /// Why not now, in a sentence that names the server and what it answered.
        reason: String,
        /// After how many milliseconds the server wants to be asked again, if it said so.
        wish: Option<i64>,
        /// Whether the whole server is in trouble or only this delivery.
        trouble: Trouble,
    },
}

/// What a failed attempt says about a server: refusals and rate limits do not count against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It could not be reached, or failed.
    Host,
    /// It answered, and did not take this one.
    Delivery,
}

/// Queues an envelope for everybody of a list who is not here. The order of calls is the order of arrival within a
/// conversation (trap T12); what belongs to no conversation keeps its order from one actor to another.
///
/// # Errors
/// When the envelope does not exist.
pub fn enqueue(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    envelope_id: i64,
    sender_id: i64,
    recipients: &[ActorId],
) -> Result<()> {
    let remote: Vec<ActorId> =
        recipients.iter().filter(|recipient| !site.owns(*recipient)).cloned().collect();
    if remote.is_empty() {
        return Ok(());
    }
    keys::prove(transaction, moment, envelope_id, sender_id)?;
    let order = deliveries::order_of(transaction, envelope_id)?.ok_or(Error::NotFound)?;
    let known = actors::by_uris(transaction, &remote)?;
    let inboxes: HashMap<&str, &str> =
        known.iter().map(|actor| (actor.uri.as_str(), actor.inbox.as_str())).collect();
    let row = |recipient: &ActorId| {
        let mut row = NewDelivery::new(envelope_id, sender_id, recipient, moment.now, PATIENCE);
        row.inbox = inboxes.get(recipient.as_str()).map(|inbox| (*inbox).to_owned());
        row.lane = format!("{order} {recipient}");
        row
    };
    let mut rows: Vec<NewDelivery> = remote.iter().map(row).collect();
    queue(transaction, moment.now, &mut rows)?;
    // Whoever is written to is told of, with the reason, instead of left out.
    let hosts: HashSet<String> = rows.into_iter().map(|row| row.host).collect();
    domains::give_up(transaction, moment, &hosts.into_iter().collect::<Vec<_>>())?;
    transaction.wake(Wake::Deliveries);
    Ok(())
}

/// Queues an envelope for many readers: one copy for each inbox that a server shares, none for servers that are taken for
/// gone or are blocked. What a sender tells one inbox about one thing keeps its order; of different things none waits for another, so
/// that one that is not taken holds nothing up.
///
/// # Errors
/// As [`enqueue`].
pub fn spread(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    envelope_id: i64,
    sender_id: i64,
    readers: &[ActorId],
    patience: i64,
) -> Result<()> {
    let remote: Vec<ActorId> = readers.iter().filter(|reader| !site.owns(*reader)).cloned().collect();
    if remote.is_empty() {
        return Ok(());
    }
    keys::prove(transaction, moment, envelope_id, sender_id)?;
    let envelope = envelopes::find(transaction, envelope_id)?.ok_or(Error::NotFound)?;
    let activity: Value = serde_json::from_str(&envelope.document).map_err(Error::unknown)?;
    let order = format!("{} {}", envelope.actor_uri, activity::subject(&activity).unwrap_or_default());
    let mut rows = Vec::new();
    for doorway in doorways(transaction, &remote)? {
        let mut row = NewDelivery::new(envelope_id, sender_id, &doorway.recipient, moment.now, patience);
        row.lane = format!("{order} {}", doorway.recipient);
        row.inbox = doorway.inbox;
        rows.push(row);
    }
    let hosts: HashSet<String> = rows.iter().map(|row| row.host.clone()).collect();
    let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
    let gone = hosts::gone(transaction, &hosts, moment.now)?;
    let blocked = blocked_domains::among(transaction, &hosts)?;
    rows.retain(|row| !gone.contains(&row.host) && !blocked.contains(row.host.as_str()));
    queue(transaction, moment.now, &mut rows)?;
    transaction.wake(Wake::Deliveries);
    Ok(())
}

/// Writes deliveries; those to servers that are left alone for a while are due after that.
fn queue(transaction: &mut Transaction<'_>, now: Timestamp, rows: &mut [NewDelivery]) -> Result<()> {
    let names: HashSet<&str> = rows.iter().map(|row| row.host.as_str()).collect();
    let paused = hosts::paused(transaction, &names.into_iter().collect::<Vec<_>>(), now)?;
    for row in rows.iter_mut() {
        row.next_at = paused.get(&row.host).map_or(row.next_at, |until| row.next_at.max(*until));
    }
    deliveries::insert(transaction, rows)
}

/// Where one copy is handed over for one reader or for many.
struct Doorway {
    recipient: ActorId,
    inbox: Option<String>,
}

/// The doorways of readers elsewhere, each once. Whoever is gone has none; who is not known yet is looked up when it is
/// sent.
fn doorways(transaction: &mut Transaction<'_>, readers: &[ActorId]) -> Result<Vec<Doorway>> {
    let mut known: HashMap<String, actors::Inboxes> = HashMap::new();
    for some in readers.chunks(500) {
        known.extend(
            actors::inboxes(transaction, some)?.into_iter().map(|inboxes| (inboxes.uri.clone(), inboxes)),
        );
    }
    let doorway = |reader: &ActorId| {
        let Some(inboxes) = known.get(reader.as_str()) else {
            return Some(Doorway { recipient: reader.clone(), inbox: None });
        };
        let shared = inboxes.shared_inbox.as_ref().and_then(|shared| ActorId::parse(shared).ok());
        let inbox = inboxes.shared_inbox.as_ref().filter(|_| shared.is_some()).unwrap_or(&inboxes.inbox);
        let recipient = shared.unwrap_or_else(|| reader.clone());
        (!inboxes.is_gone).then(|| Doorway { recipient, inbox: Some(inbox.clone()) })
    };
    let mut met = HashSet::new();
    Ok(readers.iter().filter_map(doorway).filter(|door| met.insert(door.recipient.clone())).collect())
}

/// Claims up to `limit` deliveries that may go out now: the first of each lane, at most four per server, only one as a
/// probe where a server was in trouble, none where its breaker is open.
pub fn claim(transaction: &mut Transaction<'_>, moment: &Moment, limit: usize) -> Result<Vec<Claimed>> {
    let now = moment.now;
    if deliveries::due(transaction, now, &[], &[], 1)?.is_empty() {
        return Ok(Vec::new());
    }
    // Two who count at the same time would both find room for four.
    deliveries::lock_claims(transaction)?;
    let mut room = Room::new(transaction, now)?;
    let mut chosen = Vec::new();
    while chosen.len() < limit {
        let wanted = limit - chosen.len();
        let full = room.full_hosts();
        let due =
            deliveries::due(transaction, now, &full, &chosen, i64::try_from(wanted).unwrap_or(i64::MAX))?;
        if due.is_empty() {
            break;
        }
        room.learn(transaction, &due)?;
        chosen.extend(due.into_iter().filter(|(_, host)| room.take(host)).map(|(id, _)| id));
    }
    if chosen.is_empty() {
        return Ok(Vec::new());
    }
    deliveries::lease(transaction, &chosen, now, now.plus(LEASE))
}

/// How many more deliveries each server may be sent at once.
struct Room {
    in_flight: HashMap<String, i64>,
    limits: HashMap<String, i64>,
}

impl Room {
    fn new(transaction: &mut Transaction<'_>, now: Timestamp) -> Result<Self> {
        let in_flight: HashMap<String, i64> = deliveries::in_flight(transaction, now)?.into_iter().collect();
        let mut room = Self { in_flight, limits: HashMap::new() };
        let busy: Vec<(i64, String)> = room.in_flight.keys().map(|host| (0, host.clone())).collect();
        room.learn(transaction, &busy)?;
        Ok(room)
    }

    fn learn(&mut self, transaction: &mut Transaction<'_>, due: &[(i64, String)]) -> Result<()> {
        let new: Vec<&str> = due
            .iter()
            .map(|(_, host)| host.as_str())
            .filter(|host| !self.limits.contains_key(*host))
            .collect();
        let troubled = hosts::troubled(transaction, &new)?;
        for host in new {
            let probing = troubled.get(host).is_some_and(|failures| *failures >= hosts::BREAKER_FAILURES);
            self.limits.insert(host.to_owned(), if probing { 1 } else { PER_HOST });
        }
        Ok(())
    }

    fn limit(&self, host: &str) -> i64 {
        self.limits.get(host).copied().unwrap_or(PER_HOST)
    }

    fn take(&mut self, host: &str) -> bool {
        let limit = self.limit(host);
        let busy = self.in_flight.entry(host.to_owned()).or_default();
        let free = *busy < limit;
        *busy += i64::from(free);
        free
    }

    fn full_hosts(&self) -> Vec<String> {
        let full = self.in_flight.iter().filter(|(host, busy)| **busy >= self.limit(host));
        full.map(|(host, _)| host.clone()).collect()
    }
}

/// Writes down what came of an attempt, and what follows from it for the server as a whole.
pub fn settle(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    claimed: &Claimed,
    outcome: &Outcome,
) -> Result<()> {
    transaction.wake(Wake::Deliveries);
    // The server before its deliveries, always: whoever lets all of them rest or hurry waits for nobody who waits for the server.
    match outcome {
        Outcome::Delivered => {
            alive(transaction, moment, &claimed.host)?;
            deliveries::delivered(transaction, claimed.id, moment.now)
        }
        Outcome::Refused(reason) | Outcome::NoInbox(reason) => {
            alive(transaction, moment, &claimed.host)?;
            if let (Outcome::NoInbox(_), Some(inbox)) = (outcome, &claimed.inbox) {
                // From now on its actors are written to one by one, and asked again where they are.
                actors::without_shared_inbox(transaction, inbox)?;
            }
            deliveries::failed(transaction, claimed.id, reason, moment.now)
        }
        Outcome::Later { reason, wish, trouble } => {
            let mut until = match trouble {
                Trouble::Host => hosts::failed(transaction, &claimed.host, reason, moment.now)?,
                Trouble::Delivery => None,
            };
            if let Some(wish) = wish {
                // What is too much of one delivery says little of the others.
                let longest = match trouble {
                    Trouble::Host => LONGEST_WISH,
                    Trouble::Delivery => LONGEST_WISH_OF_ONE,
                };
                let wished = moment.now.plus(longest.min(*wish));
                hosts::pause(transaction, &claimed.host, wished)?;
                until = Some(wished);
            }
            later(transaction, moment, claimed, reason, *wish)?;
            let Some(until) = until else { return Ok(()) };
            deliveries::lock_claims(transaction)?;
            deliveries::rest(transaction, &claimed.host, until)
        }
    }
}

fn later(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    claimed: &Claimed,
    reason: &str,
    wish: Option<i64>,
) -> Result<()> {
    let now = moment.now;
    let end = Timestamp(claimed.give_up_at);
    if now >= end {
        let days = end.since(Timestamp(claimed.created_at)) / DAY;
        let reason = format!("{reason} It was tried for {days} days.");
        deliveries::failed(transaction, claimed.id, &reason, now)?;
        return deliveries::lane_failed(transaction, &claimed.lane, &reason, now);
    }
    let pause = pause(claimed.attempts, moment.random()).max(wish.unwrap_or(0).min(LONGEST_WISH));
    deliveries::postponed(transaction, claimed.id, reason, now.plus(pause).min(end))
}

/// The pause after so many attempts before this one: a quarter more or less, so that what failed together is not tried
/// together.
fn pause(attempts: i64, random: [u8; 2]) -> i64 {
    let step = usize::try_from(attempts).unwrap_or(usize::MAX).min(PAUSES.len() - 1);
    let quarter = PAUSES[step] / 4;
    PAUSES[step] - quarter + i64::from(u16::from_le_bytes(random)) * 2 * quarter / i64::from(u16::MAX)
}

/// A server answered a delivery: its breaker closes, and if it had been open everything that waits for it goes out.
fn alive(transaction: &mut Transaction<'_>, moment: &Moment, host: &str) -> Result<()> {
    if hosts::answered(transaction, host)? >= hosts::BREAKER_FAILURES {
        deliveries::hurry(transaction, host, moment.now)?;
    }
    Ok(())
}

/// A server has contacted us with a signature that holds: what waits for it goes out at once.
pub fn contacted(transaction: &mut Transaction<'_>, moment: &Moment, host: &str) -> Result<()> {
    if hosts::contacted(transaction, host, moment.now)?
        && deliveries::hurry(transaction, host, moment.now)? > 0
    {
        transaction.wake(Wake::Deliveries);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
