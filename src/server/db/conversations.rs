//! The tables `conversation`, `conversation_member` and `conversation_commit`: what a sequencer keeps (ENCRYPTION.md 1.5),
//! and the epochs that are known of conversations whose sequencer is elsewhere. Epochs are those of MLS headers, in 64
//! bits that fit the signed columns.

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{
    Transaction, query,
    schema::{conversation, conversation_commit, conversation_member},
};
use crate::error::Result;

pub use super::letters::{members, take_part};

/// A row of `conversation`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = conversation)]
pub struct ConversationRow {
    /// Its row id.
    pub id: i64,
    /// Its address.
    pub uri: String,
    /// Host and port of the server that sequences it.
    pub host: String,
    /// The MLS group.
    pub group_id: String,
    /// [`MLS`] or [`PLAIN`]; never updated.
    pub protection: String,
    /// A [`Place`].
    pub place: String,
    /// The epoch that the next commit must name.
    pub epoch: i64,
    /// The actor that began it here; of one elsewhere, the actor that speaks for its sequencer.
    pub created_by: String,
    /// Milliseconds.
    pub created_at: i64,
}

/// The word for conversations that are sealed with MLS.
pub const MLS: &str = "mls";
/// The word for those that servers can read: what is said in them are posts (`letters.rs`).
pub const PLAIN: &str = "plain";

/// Who sequences a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// This server.
    Here,
    /// Another one.
    Elsewhere,
}

impl Place {
    /// The word in the column.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// A row of `conversation_commit`: the winner of an epoch.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = conversation_commit)]
pub struct CommitRow {
    /// Where.
    pub conversation_id: i64,
    /// The epoch that it ended.
    pub epoch: i64,
    /// SHA-256 of its MLS bytes.
    pub digest: Vec<u8>,
    /// The actor that posted it.
    pub poster: String,
    /// The activity that carried it.
    pub activity_uri: String,
    /// That activity.
    pub document: String,
    /// The sequencer's word.
    pub add_document: String,
    /// Milliseconds.
    pub received_at: i64,
}

/// When an actor was on the roster: from the epoch `joined` until the epoch `left` began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub struct Membership {
    /// The first epoch with the actor.
    pub joined: i64,
    /// The first epoch without it.
    pub left: Option<i64>,
}

impl Membership {
    /// Whether the actor was there in an epoch.
    pub fn covers(self, epoch: i64) -> bool {
        self.joined <= epoch && self.left.is_none_or(|left| epoch < left)
    }
}

/// Stores a conversation; `false` when its address is known already.
pub fn insert(transaction: &mut Transaction<'_>, row: &ConversationRow) -> Result<bool> {
    let rows = query!(transaction, connection => diesel::insert_into(conversation::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(rows == 1)
}

/// A conversation by its row id, whatever its protection.
pub fn find(transaction: &mut Transaction<'_>, id: i64) -> Result<Option<ConversationRow>> {
    let row = query!(transaction, connection => conversation::table
        .find(id)
        .select(ConversationRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// Whether a sealed conversation has that name: its address, or its group.
pub fn is_sealed(transaction: &mut Transaction<'_>, name: &str) -> Result<bool> {
    let count: i64 = query!(transaction, connection => conversation::table
        .filter(conversation::group_id.eq(name).or(conversation::uri.eq(name)))
        .filter(conversation::protection.eq(MLS))
        .count()
        .get_result(connection))?;
    Ok(count > 0)
}

/// A sealed conversation by its address.
pub fn by_uri(transaction: &mut Transaction<'_>, uri: &str) -> Result<Option<ConversationRow>> {
    let row = query!(transaction, connection => conversation::table
        .filter(conversation::uri.eq(uri))
        .filter(conversation::protection.eq(MLS))
        .select(ConversationRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// The conversation that an actor began here for a group.
pub fn begun_by(
    transaction: &mut Transaction<'_>,
    actor: &str,
    group: &str,
) -> Result<Option<ConversationRow>> {
    let row = query!(transaction, connection => conversation::table
        .filter(conversation::group_id.eq(group))
        .filter(conversation::created_by.eq(actor))
        .filter(conversation::place.eq(Place::Here.as_str()))
        .select(ConversationRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// How many conversations an actor began here since a point in time.
pub fn count_begun(transaction: &mut Transaction<'_>, actor: &str, since: Timestamp) -> Result<i64> {
    let count = query!(transaction, connection => conversation::table
        .filter(conversation::created_by.eq(actor))
        .filter(conversation::protection.eq(MLS))
        .filter(conversation::place.eq(Place::Here.as_str()))
        .filter(conversation::created_at.gt(since.0))
        .count()
        .get_result(connection))?;
    Ok(count)
}

/// Holds a conversation until the transaction ends: what is read of its roster after this stays true.
pub fn lock(transaction: &mut Transaction<'_>, id: i64) -> Result<()> {
    // An update that changes nothing takes the row lock on PostgreSQL; SQLite has one writer anyway.
    query!(transaction, connection => diesel::update(conversation::table.find(id))
        .set(conversation::epoch.eq(conversation::epoch))
        .execute(connection))?;
    Ok(())
}

/// The compare-and-set: moves a conversation from `epoch` to the next; `false` when it is in another epoch.
pub fn advance(transaction: &mut Transaction<'_>, id: i64, epoch: i64) -> Result<bool> {
    let current = conversation::table.filter(conversation::id.eq(id)).filter(conversation::epoch.eq(epoch));
    let rows = query!(transaction, connection => diesel::update(current)
        .set(conversation::epoch.eq(epoch + 1))
        .execute(connection))?;
    Ok(rows == 1)
}

/// Notes that a conversation whose sequencer is elsewhere has come to an epoch; never goes back.
pub fn reach(transaction: &mut Transaction<'_>, id: i64, epoch: i64) -> Result<()> {
    let behind = conversation::table.filter(conversation::id.eq(id)).filter(conversation::epoch.lt(epoch));
    query!(transaction, connection => diesel::update(behind)
        .set(conversation::epoch.eq(epoch))
        .execute(connection))?;
    Ok(())
}

/// Notes who speaks for the sequencer of a conversation elsewhere, and when: whoever is forgotten first has been silent
/// for the longest time.
pub fn heard(transaction: &mut Transaction<'_>, id: i64, actor: &str, now: Timestamp) -> Result<()> {
    query!(transaction, connection => diesel::update(conversation::table.find(id))
        .set((conversation::created_by.eq(actor), conversation::created_at.eq(now.0)))
        .execute(connection))?;
    Ok(())
}

/// Forgets the conversations that a server elsewhere sequences, but for so many that were heard of last.
pub fn keep_newest(transaction: &mut Transaction<'_>, host: &str, count: i64) -> Result<()> {
    let older: Vec<i64> = query!(transaction, connection => conversation::table
        .filter(conversation::host.eq(host))
        .filter(conversation::place.eq(Place::Elsewhere.as_str()))
        .order((conversation::created_at.desc(), conversation::id.desc()))
        .offset(count)
        .limit(100)
        .select(conversation::id)
        .load(connection))?;
    let older = conversation::table.filter(conversation::id.eq_any(older));
    query!(transaction, connection => diesel::delete(older).execute(connection))?;
    Ok(())
}

/// The actors on the roster now, in order of their ids.
pub fn roster(transaction: &mut Transaction<'_>, id: i64) -> Result<Vec<String>> {
    let actors = query!(transaction, connection => conversation_member::table
        .filter(conversation_member::conversation_id.eq(id))
        .filter(conversation_member::left_epoch.is_null())
        .order(conversation_member::actor_uri)
        .select(conversation_member::actor_uri)
        .load(connection))?;
    Ok(actors)
}

/// Every time that an actor was on the roster, oldest first.
pub fn memberships(transaction: &mut Transaction<'_>, id: i64, actor: &str) -> Result<Vec<Membership>> {
    let memberships = query!(transaction, connection => conversation_member::table
        .filter(conversation_member::conversation_id.eq(id))
        .filter(conversation_member::actor_uri.eq(actor))
        .order(conversation_member::joined_epoch)
        .select((conversation_member::joined_epoch, conversation_member::left_epoch))
        .load(connection))?;
    Ok(memberships)
}

/// Puts an actor on the roster from an epoch on.
pub fn join(transaction: &mut Transaction<'_>, id: i64, actor: &str, epoch: i64) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(conversation_member::table)
        .values((
            conversation_member::conversation_id.eq(id),
            conversation_member::actor_uri.eq(actor),
            conversation_member::joined_epoch.eq(epoch),
        ))
        .execute(connection))?;
    Ok(())
}

/// Takes an actor off the roster from an epoch on.
pub fn leave(transaction: &mut Transaction<'_>, id: i64, actor: &str, epoch: i64) -> Result<()> {
    let there = conversation_member::table
        .filter(conversation_member::conversation_id.eq(id))
        .filter(conversation_member::actor_uri.eq(actor))
        .filter(conversation_member::left_epoch.is_null());
    query!(transaction, connection => diesel::update(there)
        .set(conversation_member::left_epoch.eq(epoch))
        .execute(connection))?;
    Ok(())
}

/// Stores the winner of an epoch.
pub fn insert_commit(transaction: &mut Transaction<'_>, row: &CommitRow) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(conversation_commit::table)
        .values(row)
        .execute(connection))?;
    Ok(())
}

/// The winner of an epoch, while it is kept.
pub fn commit_at(transaction: &mut Transaction<'_>, id: i64, epoch: i64) -> Result<Option<CommitRow>> {
    let row = query!(transaction, connection => conversation_commit::table
        .find((id, epoch))
        .select(CommitRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// Up to `limit` winners from an epoch on, oldest first.
pub fn commits_from(
    transaction: &mut Transaction<'_>,
    id: i64,
    epoch: i64,
    limit: i64,
) -> Result<Vec<CommitRow>> {
    let rows = query!(transaction, connection => conversation_commit::table
        .filter(conversation_commit::conversation_id.eq(id))
        .filter(conversation_commit::epoch.ge(epoch))
        .order(conversation_commit::epoch)
        .limit(limit)
        .select(CommitRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// When the commits that an actor won since a point in time were taken, oldest first.
pub fn wins_since(
    transaction: &mut Transaction<'_>,
    id: i64,
    actor: &str,
    since: Timestamp,
) -> Result<Vec<i64>> {
    let times = query!(transaction, connection => conversation_commit::table
        .filter(conversation_commit::conversation_id.eq(id))
        .filter(conversation_commit::poster.eq(actor))
        .filter(conversation_commit::received_at.gt(since.0))
        .order(conversation_commit::received_at)
        .select(conversation_commit::received_at)
        .load(connection))?;
    Ok(times)
}

/// Deletes winners that were taken before a point in time, but the last one of each conversation: a repeat of it gets the
/// first answer again. At most `limit`.
pub fn prune_commits(
    transaction: &mut Transaction<'_>,
    received_before: Timestamp,
    limit: i64,
) -> Result<usize> {
    let old: Vec<(i64, i64)> = query!(transaction, connection => conversation_commit::table
        .inner_join(conversation::table)
        .filter(conversation_commit::received_at.lt(received_before.0))
        .filter(conversation_commit::epoch.lt(conversation::epoch - 1))
        .limit(limit)
        .select((conversation_commit::conversation_id, conversation_commit::epoch))
        .load(connection))?;
    for key in old.iter().copied() {
        query!(transaction, connection => diesel::delete(conversation_commit::table.find(key))
            .execute(connection))?;
    }
    Ok(old.len())
}
