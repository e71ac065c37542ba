//! The tables `envelope` and `outbox_item`: activities, each stored once however many people it is for, and which of them
//! an account sent. Who received one is in `items.rs`, who still has to in `deliveries.rs`.

use alcove_protocol::{ActivityId, ActorId, Timestamp};
use diesel::prelude::*;
use serde_json::Value;

use super::{
    Transaction, query,
    schema::{delivery, envelope, inbox_item, outbox_item},
};
use crate::{
    app::Moment,
    error::{Error, Result},
};

/// A row of `envelope`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = envelope)]
pub struct EnvelopeRow {
    /// Its row id.
    pub id: i64,
    /// The id of the activity.
    pub activity_uri: String,
    /// Who did it.
    pub actor_uri: String,
    /// A [`Kind`].
    pub kind: String,
    /// SHA-256 of the MLS bytes.
    pub digest: Option<Vec<u8>>,
    /// The conversation, which keeps its order.
    pub conversation_uri: Option<String>,
    /// The epoch in the clear header.
    pub epoch: Option<i64>,
    /// The device of ours that sent it; shown to its own account only.
    pub device_uri: Option<String>,
    /// The activity, as it is sent or was received.
    pub document: String,
    /// Milliseconds.
    pub created_at: i64,
}

/// An envelope to be stored; the same columns.
pub type NewEnvelope = EnvelopeRow;

impl EnvelopeRow {
    /// An activity that belongs to no conversation.
    pub fn new(
        moment: &Moment,
        kind: Kind,
        activity: &ActivityId,
        actor: &ActorId,
        document: &Value,
    ) -> Self {
        Self {
            id: moment.id(),
            activity_uri: activity.as_str().to_owned(),
            actor_uri: actor.as_str().to_owned(),
            kind: kind.as_str().to_owned(),
            digest: None,
            conversation_uri: None,
            epoch: None,
            device_uri: None,
            document: document.to_string(),
            created_at: moment.now.0,
        }
    }
}

/// What an activity is, as far as its handling differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It carries an MLS object.
    Mls,
    /// A sequencer's word about a commit.
    Sequencer,
    /// It can be read by the server.
    Plain,
    /// A follow, its answer or its end: nobody reads it again once it is delivered.
    Social,
}

impl Kind {
    /// The word in the column.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mls => "mls",
            Self::Sequencer => "sequencer",
            Self::Plain => "plain",
            Self::Social => "social",
        }
    }
}

/// Whom something in an outbox is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everybody: it is shown in the outbox.
    Public,
    /// Certain people.
    Named,
}

impl Audience {
    fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Named => "named",
        }
    }
}

/// What became of an activity that was to be stored.
#[derive(Clone, Debug)]
pub enum Stored {
    /// It is stored under this row id.
    New(i64),
    /// Its id was known. The row of before, unchanged, held until the transaction ends.
    Known(Box<EnvelopeRow>),
}

impl Stored {
    /// The row that it has, now or from before.
    pub fn id(&self) -> i64 {
        match self {
            Self::New(id) => *id,
            Self::Known(row) => row.id,
        }
    }
}

/// Stores an activity unless its id is known.
pub fn store(transaction: &mut Transaction<'_>, row: &NewEnvelope) -> Result<Stored> {
    let inserted = query!(transaction, connection => diesel::insert_into(envelope::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(connection))?;
    if inserted == 1 {
        return Ok(Stored::New(row.id));
    }
    let known = query!(transaction, connection => envelope::table
        .filter(envelope::activity_uri.eq(&row.activity_uri))
        .select(envelope::id)
        .first(connection))?;
    Ok(Stored::Known(Box::new(lock(transaction, known)?.ok_or(Error::Busy)?)))
}

/// An envelope by its row id.
pub fn find(transaction: &mut Transaction<'_>, id: i64) -> Result<Option<EnvelopeRow>> {
    let row = query!(transaction, connection => envelope::table
        .find(id)
        .select(EnvelopeRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// An envelope by its row id, held until the transaction ends: nobody forgets what it holds meanwhile.
pub fn lock(transaction: &mut Transaction<'_>, id: i64) -> Result<Option<EnvelopeRow>> {
    // An update that changes nothing takes the row lock on PostgreSQL; SQLite has one writer anyway.
    let row = query!(transaction, connection => diesel::update(envelope::table.find(id))
        .set(envelope::actor_uri.eq(envelope::actor_uri))
        .returning(EnvelopeRow::as_returning())
        .get_result(connection)
        .optional())?;
    Ok(row)
}

/// An envelope by the id of its activity.
pub fn by_activity(transaction: &mut Transaction<'_>, activity: &ActivityId) -> Result<Option<EnvelopeRow>> {
    let row = query!(transaction, connection => envelope::table
        .filter(envelope::activity_uri.eq(activity.as_str()))
        .select(EnvelopeRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// What an actor sent or meant to send with those MLS bytes, oldest first.
pub fn by_digest(
    transaction: &mut Transaction<'_>,
    actor: &ActorId,
    digest: &[u8],
) -> Result<Vec<EnvelopeRow>> {
    let rows = query!(transaction, connection => envelope::table
        .filter(envelope::digest.eq(digest))
        .filter(envelope::actor_uri.eq(actor.as_str()))
        .order(envelope::id)
        .select(EnvelopeRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// How many Welcomes of an actor were stored since a point in time: sealed, and of no epoch.
pub fn count_welcomes(transaction: &mut Transaction<'_>, actor: &ActorId, since: Timestamp) -> Result<i64> {
    let count = query!(transaction, connection => envelope::table
        .filter(envelope::created_at.gt(since.0))
        .filter(envelope::actor_uri.eq(actor.as_str()))
        .filter(envelope::kind.eq(Kind::Mls.as_str()))
        .filter(envelope::epoch.is_null())
        .count()
        .get_result(connection))?;
    Ok(count)
}

/// Notes that an account sent an envelope; `false` when that is known.
pub fn send(
    transaction: &mut Transaction<'_>,
    id: i64,
    account: i64,
    row: &EnvelopeRow,
    audience: Audience,
) -> Result<bool> {
    if is_sent(transaction, row.id)? {
        return Ok(false);
    }
    query!(transaction, connection => diesel::insert_into(outbox_item::table)
        .values((
            outbox_item::id.eq(id),
            outbox_item::account_id.eq(account),
            outbox_item::envelope_id.eq(row.id),
            outbox_item::audience.eq(audience.as_str()),
            outbox_item::created_at.eq(row.created_at),
        ))
        .execute(connection))?;
    Ok(true)
}

/// Whether an envelope stands in an outbox: one that was only made ready does not.
pub fn is_sent(transaction: &mut Transaction<'_>, id: i64) -> Result<bool> {
    let count: i64 = query!(transaction, connection => outbox_item::table
        .filter(outbox_item::envelope_id.eq(id))
        .count()
        .get_result(connection))?;
    Ok(count > 0)
}

/// What an account sent to everybody, before a row of `outbox_item`, newest first; nothing that was deleted since.
pub fn sent_publicly(
    transaction: &mut Transaction<'_>,
    account: i64,
    before: i64,
    limit: i64,
) -> Result<Vec<(i64, String)>> {
    let rows = query!(transaction, connection => outbox_item::table
        .inner_join(envelope::table)
        .filter(outbox_item::account_id.eq(account))
        .filter(outbox_item::audience.eq(Audience::Public.as_str()))
        .filter(outbox_item::id.lt(before))
        .filter(envelope::document.ne(""))
        .order(outbox_item::id.desc())
        .limit(limit)
        .select((outbox_item::id, envelope::document))
        .load(connection))?;
    Ok(rows)
}

/// The sealed envelopes made before a point in time that are on nobody's way any more: received by nobody who has yet to
/// save them, waiting for no delivery. What a device of ours only made ready counts from `ready_before` on, because a
/// sequencer elsewhere may have let it win. At most `limit`, oldest first.
pub fn finished(
    transaction: &mut Transaction<'_>,
    created_before: Timestamp,
    ready_before: Timestamp,
    limit: i64,
) -> Result<Vec<i64>> {
    let sent = outbox_item::table.filter(outbox_item::envelope_id.eq(envelope::id));
    let waited_for = inbox_item::table.filter(inbox_item::envelope_id.eq(envelope::id));
    let under_way = delivery::table
        .filter(delivery::envelope_id.eq(envelope::id))
        .filter(delivery::finished_at.is_null());
    let rows = query!(transaction, connection => envelope::table
        .filter(envelope::kind.ne(Kind::Plain.as_str()))
        .filter(envelope::created_at.lt(created_before.0))
        .filter(envelope::document.ne(""))
        .filter(
            envelope::device_uri
                .is_null()
                .or(envelope::created_at.lt(ready_before.0))
                .or(diesel::dsl::exists(sent)),
        )
        .filter(diesel::dsl::not(diesel::dsl::exists(waited_for)))
        .filter(diesel::dsl::not(diesel::dsl::exists(under_way)))
        .order(envelope::created_at)
        .limit(limit)
        .select(envelope::id)
        .load(connection))?;
    Ok(rows)
}

/// Forgets what envelopes held, but of those that somebody was given or that are being sent since they were chosen.
pub fn empty_finished(transaction: &mut Transaction<'_>, ids: &[i64]) -> Result<()> {
    for id in ids {
        // Looked at in a statement of its own once the row is held, so that what was given meanwhile is seen.
        lock(transaction, *id)?;
        let waited_for = inbox_item::table.filter(inbox_item::envelope_id.eq(envelope::id));
        let under_way = delivery::table
            .filter(delivery::envelope_id.eq(envelope::id))
            .filter(delivery::finished_at.is_null());
        let finished = envelope::table
            .filter(envelope::id.eq(id))
            .filter(diesel::dsl::not(diesel::dsl::exists(waited_for)))
            .filter(diesel::dsl::not(diesel::dsl::exists(under_way)));
        query!(transaction, connection => diesel::update(finished)
            .set(envelope::document.eq(""))
            .execute(connection))?;
    }
    Ok(())
}

/// Writes back what an envelope held.
pub fn refill(transaction: &mut Transaction<'_>, id: i64, document: &str) -> Result<()> {
    query!(transaction, connection => diesel::update(envelope::table.find(id))
        .set(envelope::document.eq(document))
        .execute(connection))?;
    Ok(())
}

/// Forgets what an envelope held that nobody has any more. The row stays: a repeat of its activity must be known as one.
pub fn empty(transaction: &mut Transaction<'_>, id: i64) -> Result<()> {
    query!(transaction, connection => diesel::update(envelope::table.find(id))
        .set(envelope::document.eq(""))
        .execute(connection))?;
    Ok(())
}

/// Deletes empty envelopes made before a point in time that nobody has, with what is noted of their sending. At most
/// `limit`.
pub fn prune(transaction: &mut Transaction<'_>, created_before: Timestamp, limit: i64) -> Result<usize> {
    let waited_for = inbox_item::table.filter(inbox_item::envelope_id.eq(envelope::id));
    let ids: Vec<i64> = query!(transaction, connection => envelope::table
        .filter(envelope::document.eq(""))
        .filter(envelope::created_at.lt(created_before.0))
        .filter(diesel::dsl::not(diesel::dsl::exists(waited_for)))
        .limit(limit)
        .select(envelope::id)
        .load(connection))?;
    let deliveries = delivery::table.filter(delivery::envelope_id.eq_any(&ids));
    query!(transaction, connection => diesel::delete(deliveries).execute(connection))?;
    let sent = outbox_item::table.filter(outbox_item::envelope_id.eq_any(&ids));
    query!(transaction, connection => diesel::delete(sent).execute(connection))?;
    let envelopes = envelope::table.filter(envelope::id.eq_any(&ids));
    query!(transaction, connection => diesel::delete(envelopes).execute(connection))?;
    Ok(ids.len())
}
