//! The tables `actor` and `actor_key`: everybody who acts, here or elsewhere, and the keys that speak for them. Local
//! actors have a private key and an account of the same id (the instance actor has no account); remote ones have the
//! document that their server served.

use std::fmt;

use alcove_protocol::{ActorId, Timestamp};
use diesel::{prelude::*, upsert::excluded};

use super::{
    Transaction, query,
    schema::{
        actor, actor_key, block, boost, conversation_member, featured_post, follow, mute, notification,
        poll_vote, post, post_like, profile,
    },
};
use crate::error::Result;

/// A row of `actor`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = actor)]
pub struct ActorRow {
    /// Its row id; that of its account if it is a person here.
    pub id: i64,
    /// Its ActivityPub id, byte for byte.
    pub uri: String,
    /// `Person`, `Application`, as `ActorKind::name`.
    pub kind: String,
    /// The name of its handle.
    pub name: String,
    /// The domain of its handle.
    pub domain: String,
    /// What it is shown as.
    pub display_name: String,
    /// Its page.
    pub url: Option<String>,
    /// Where activities for it are posted.
    pub inbox: String,
    /// Where one copy is posted for everybody on its server.
    pub shared_inbox: Option<String>,
    /// Its key package collection.
    pub key_packages: Option<String>,
    /// The document as served, of remote actors.
    pub document: Option<String>,
    /// Milliseconds; when it was last fetched, of remote actors.
    pub fetched_at: Option<i64>,
    /// Milliseconds.
    pub created_at: i64,
    /// Milliseconds; when its server said that it is gone.
    pub gone_at: Option<i64>,
}

/// A row of `actor_key`.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = actor_key)]
pub struct KeyRow {
    /// Its row id.
    pub id: i64,
    /// Whom it speaks for.
    pub actor_id: i64,
    /// Its id, as `keyId` names it.
    pub uri: String,
    /// An [`crate::cryptography::Algorithm`].
    pub algorithm: String,
    /// SubjectPublicKeyInfo, or a Multikey of Ed25519 as text.
    pub public_pem: String,
    /// PKCS#8, of local actors only.
    pub private_pem: Option<String>,
    /// Milliseconds.
    pub created_at: i64,
    /// Milliseconds; when another took its place.
    pub retired_at: Option<i64>,
}

/// Without the private half.
impl fmt::Debug for KeyRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "KeyRow {{ uri: {}, .. }}", self.uri)
    }
}

/// Stores a new local actor.
pub fn insert(transaction: &mut Transaction<'_>, row: &ActorRow) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(actor::table).values(row).execute(connection))?;
    Ok(())
}

/// Stores what a remote server says about its actor; the row id that it has from then on, which is that of the row that
/// was there before. Never for a local actor: the caller has compared origins.
pub fn upsert_remote(transaction: &mut Transaction<'_>, row: &ActorRow) -> Result<i64> {
    let id = query!(transaction, connection => diesel::insert_into(actor::table)
        .values(row)
        .on_conflict(actor::uri)
        .do_update()
        .set((
            actor::kind.eq(excluded(actor::kind)),
            actor::name.eq(excluded(actor::name)),
            actor::domain.eq(excluded(actor::domain)),
            actor::display_name.eq(excluded(actor::display_name)),
            actor::url.eq(excluded(actor::url)),
            actor::inbox.eq(excluded(actor::inbox)),
            actor::shared_inbox.eq(excluded(actor::shared_inbox)),
            actor::key_packages.eq(excluded(actor::key_packages)),
            actor::document.eq(excluded(actor::document)),
            actor::fetched_at.eq(excluded(actor::fetched_at)),
            actor::gone_at.eq(excluded(actor::gone_at)),
        ))
        .returning(actor::id)
        .get_result(connection))?;
    Ok(id)
}

/// An actor by its row id.
pub fn find(transaction: &mut Transaction<'_>, id: i64) -> Result<Option<ActorRow>> {
    let row = query!(transaction, connection => actor::table
        .find(id)
        .select(ActorRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// An actor by its ActivityPub id.
pub fn by_uri(transaction: &mut Transaction<'_>, uri: &ActorId) -> Result<Option<ActorRow>> {
    let row = query!(transaction, connection => actor::table
        .filter(actor::uri.eq(uri.as_str()))
        .select(ActorRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// Those actors of a list that are known.
pub fn by_uris(transaction: &mut Transaction<'_>, uris: &[ActorId]) -> Result<Vec<ActorRow>> {
    let uris: Vec<&str> = uris.iter().map(ActorId::as_str).collect();
    let rows = query!(transaction, connection => actor::table
        .filter(actor::uri.eq_any(&uris))
        .select(ActorRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// Where an actor takes what is sent to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inboxes {
    /// Its ActivityPub id.
    pub uri: String,
    /// Its own inbox.
    pub inbox: String,
    /// That of everybody on its server.
    pub shared_inbox: Option<String>,
    /// Whether its server has said that it is gone.
    pub is_gone: bool,
}

/// Where those actors of a list that are known take what is sent to them.
pub fn inboxes(transaction: &mut Transaction<'_>, uris: &[ActorId]) -> Result<Vec<Inboxes>> {
    let uris: Vec<&str> = uris.iter().map(ActorId::as_str).collect();
    let rows: Vec<(String, String, Option<String>, Option<i64>)> = query!(transaction, connection => actor::table
        .filter(actor::uri.eq_any(&uris))
        .select((actor::uri, actor::inbox, actor::shared_inbox, actor::gone_at))
        .load(connection))?;
    let inboxes = |(uri, inbox, shared_inbox, gone_at): (String, String, Option<String>, Option<i64>)| {
        Inboxes { uri, inbox, shared_inbox, is_gone: gone_at.is_some() }
    };
    Ok(rows.into_iter().map(inboxes).collect())
}

/// The actor whose handle that is (S-16): the one whom WebFinger has confirmed; the newest, if it has confirmed none.
pub fn by_handle(transaction: &mut Transaction<'_>, domain: &str, name: &str) -> Result<Option<ActorRow>> {
    let row = query!(transaction, connection => actor::table
        .filter(actor::domain.eq(domain))
        .filter(actor::name.eq(name))
        .filter(actor::gone_at.is_null())
        // Where NULL stands in an order differs between databases.
        .order((actor::handle_confirmed_at.is_null(), actor::handle_confirmed_at.desc(), actor::id.desc()))
        .select(ActorRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// How many actors go or went by a handle.
pub fn count_by_handle(transaction: &mut Transaction<'_>, domain: &str, name: &str) -> Result<i64> {
    let count = query!(transaction, connection => actor::table
        .filter(actor::domain.eq(domain))
        .filter(actor::name.eq(name))
        .count()
        .get_result(connection))?;
    Ok(count)
}

/// Writes down the handle of a remote actor as WebFinger has confirmed it just now. Whoever else went by it has it no more
/// (S-16).
pub fn set_handle(
    transaction: &mut Transaction<'_>,
    id: i64,
    name: &str,
    domain: &str,
    now: Timestamp,
) -> Result<()> {
    let others =
        actor::table.filter(actor::domain.eq(domain)).filter(actor::name.eq(name)).filter(actor::id.ne(id));
    query!(transaction, connection => diesel::update(others)
        .set(actor::handle_confirmed_at.eq(None::<i64>))
        .execute(connection))?;
    query!(transaction, connection => diesel::update(actor::table.find(id))
        .set((
            actor::name.eq(name),
            actor::domain.eq(domain),
            actor::handle_confirmed_at.eq(now.0),
        ))
        .execute(connection))?;
    Ok(())
}

/// When the handle of a remote actor was confirmed; never, if the actor has taken another name since.
pub fn handle_confirmed_at(transaction: &mut Transaction<'_>, id: i64) -> Result<Option<Timestamp>> {
    let at: Option<Option<i64>> = query!(transaction, connection => actor::table
        .find(id)
        .select(actor::handle_confirmed_at)
        .first(connection)
        .optional())?;
    Ok(at.flatten().map(Timestamp))
}

/// Notes that the handle of a remote actor is only what its document says.
pub fn doubt_handle(transaction: &mut Transaction<'_>, id: i64) -> Result<()> {
    query!(transaction, connection => diesel::update(actor::table.find(id))
        .set(actor::handle_confirmed_at.eq(None::<i64>))
        .execute(connection))?;
    Ok(())
}

/// Writes down what an actor of ours is shown as.
pub fn set_display_name(transaction: &mut Transaction<'_>, id: i64, name: &str) -> Result<()> {
    query!(transaction, connection => diesel::update(actor::table.find(id))
        .set(actor::display_name.eq(name))
        .execute(connection))?;
    Ok(())
}

/// Notes that a remote actor is not as it was fetched any more.
pub fn set_outdated(transaction: &mut Transaction<'_>, id: i64) -> Result<()> {
    let remote = actor::table.find(id).filter(actor::fetched_at.is_not_null());
    query!(transaction, connection => diesel::update(remote)
        .set(actor::fetched_at.eq(0))
        .execute(connection))?;
    Ok(())
}

/// Forgets an inbox that a server shared, and that its actors are as they were fetched.
pub fn without_shared_inbox(transaction: &mut Transaction<'_>, inbox: &str) -> Result<()> {
    let sharing = actor::table.filter(actor::shared_inbox.eq(inbox)).filter(actor::fetched_at.is_not_null());
    query!(transaction, connection => diesel::update(sharing)
        .set((actor::shared_inbox.eq(None::<String>), actor::fetched_at.eq(0)))
        .execute(connection))?;
    Ok(())
}

/// The ids of up to `limit` remote actors that are not gone, those fetched last first.
pub fn remote(transaction: &mut Transaction<'_>, limit: i64) -> Result<Vec<String>> {
    let uris = query!(transaction, connection => actor::table
        .filter(actor::fetched_at.is_not_null())
        .filter(actor::gone_at.is_null())
        .order((actor::fetched_at.desc(), actor::id))
        .limit(limit)
        .select(actor::uri)
        .load(connection))?;
    Ok(uris)
}

/// Notes that an actor is gone for good.
pub fn mark_gone(transaction: &mut Transaction<'_>, id: i64, now: Timestamp) -> Result<()> {
    query!(transaction, connection => diesel::update(actor::table.find(id))
        .set(actor::gone_at.eq(now.0))
        .execute(connection))?;
    Ok(())
}

/// Forgets up to `limit` actors of other servers that were fetched before a point in time and that nobody here has to do
/// with: nothing of theirs is here, nobody follows them, they follow nobody, and no block or conversation names them.
pub fn prune_unknown(
    transaction: &mut Transaction<'_>,
    fetched_before: Timestamp,
    limit: i64,
) -> Result<usize> {
    use diesel::dsl::{exists, not};
    let ids: Vec<i64> = query!(transaction, connection => actor::table
        .filter(actor::fetched_at.lt(fetched_before.0))
        .filter(actor::gone_at.is_null())
        .filter(not(exists(post::table.filter(post::actor_id.eq(actor::id)))))
        .filter(not(exists(boost::table.filter(boost::actor_id.eq(actor::id)))))
        .filter(not(exists(post_like::table.filter(post_like::actor_id.eq(actor::id)))))
        .filter(not(exists(poll_vote::table.filter(poll_vote::actor_id.eq(actor::id)))))
        .filter(not(exists(notification::table.filter(notification::actor_id.eq(actor::id)))))
        .filter(not(exists(follow::table.filter(follow::follower_uri.eq(actor::uri)))))
        .filter(not(exists(follow::table.filter(follow::followed_uri.eq(actor::uri)))))
        .filter(not(exists(block::table.filter(block::blocker_uri.eq(actor::uri)))))
        .filter(not(exists(block::table.filter(block::blocked_uri.eq(actor::uri)))))
        .filter(not(exists(mute::table.filter(mute::actor_uri.eq(actor::uri)))))
        .filter(not(exists(
            conversation_member::table.filter(conversation_member::actor_uri.eq(actor::uri)),
        )))
        .limit(limit)
        .select(actor::id)
        .load(connection))?;
    query!(transaction, connection => {
        diesel::delete(actor_key::table.filter(actor_key::actor_id.eq_any(&ids))).execute(connection)?;
        diesel::delete(profile::table.filter(profile::actor_id.eq_any(&ids))).execute(connection)?;
        diesel::delete(featured_post::table.filter(featured_post::actor_id.eq_any(&ids))).execute(connection)?;
        diesel::delete(actor::table.filter(actor::id.eq_any(&ids))).execute(connection)
    })?;
    Ok(ids.len())
}

/// Stores a key of a local actor.
pub fn insert_key(transaction: &mut Transaction<'_>, row: &KeyRow) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(actor_key::table).values(row).execute(connection))?;
    Ok(())
}

/// Puts the keys that a remote actor lists now in the place of those that it listed before.
pub fn replace_keys(transaction: &mut Transaction<'_>, actor_id: i64, rows: &[KeyRow]) -> Result<()> {
    let former = actor_key::table.filter(actor_key::actor_id.eq(actor_id));
    query!(transaction, connection => diesel::delete(former).execute(connection))?;
    for row in rows {
        insert_key(transaction, row)?;
    }
    Ok(())
}

/// A key by its id.
pub fn key_by_uri(transaction: &mut Transaction<'_>, uri: &str) -> Result<Option<KeyRow>> {
    let row = query!(transaction, connection => actor_key::table
        .filter(actor_key::uri.eq(uri))
        .select(KeyRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// The keys of an actor that are in use, newest first: a local actor signs with the first of a kind.
pub fn keys_of(transaction: &mut Transaction<'_>, actor_id: i64) -> Result<Vec<KeyRow>> {
    let rows = query!(transaction, connection => actor_key::table
        .filter(actor_key::actor_id.eq(actor_id))
        .filter(actor_key::retired_at.is_null())
        .order(actor_key::id.desc())
        .select(KeyRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// Takes a key out of use.
pub fn retire_key(transaction: &mut Transaction<'_>, id: i64, now: Timestamp) -> Result<()> {
    query!(transaction, connection => diesel::update(actor_key::table.find(id))
        .set(actor_key::retired_at.eq(now.0))
        .execute(connection))?;
    Ok(())
}
