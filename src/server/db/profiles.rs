//! The table `profile`: what actors, here and elsewhere, say of themselves beside their name. An actor without a row has said
//! nothing, and lets everybody follow.

use std::collections::BTreeMap;

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{Transaction, query, schema::profile};
use crate::error::Result;

/// A row of `profile`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = profile, primary_key(actor_id), treat_none_as_null = true)]
pub struct ProfileRow {
    /// Whose.
    pub actor_id: i64,
    /// Safe HTML.
    pub summary: String,
    /// What was typed, by people here; empty for others.
    pub source: String,
    /// JSON: a list of names and values.
    pub fields: String,
    /// The picture: of people here the name of their file, of others its address.
    pub avatar: Option<String>,
    /// The wide picture, as [`ProfileRow::avatar`].
    pub header: Option<String>,
    /// JSON: the custom emoji in name and text.
    pub emojis: Option<String>,
    /// An [`Approval`].
    pub follow_approval: String,
    /// A [`Discovery`].
    pub discovery: String,
    /// The collection of followers, of actors elsewhere.
    pub followers: Option<String>,
    /// The collection of posts that are shown first, of actors elsewhere.
    pub featured: Option<String>,
    /// JSON: a list of ids that the actor says are its own as well.
    pub also_known_as: Option<String>,
    /// Where the actor has moved to.
    pub moved_to: Option<String>,
    /// Milliseconds; when it moved.
    pub moved_at: Option<i64>,
    /// Milliseconds.
    pub updated_at: i64,
}

impl ProfileRow {
    /// The profile of somebody who has said nothing.
    pub fn empty(actor: i64, now: Timestamp) -> Self {
        Self {
            actor_id: actor,
            summary: String::new(),
            source: String::new(),
            fields: "[]".to_owned(),
            avatar: None,
            header: None,
            emojis: None,
            follow_approval: Approval::Automatic.as_str().to_owned(),
            discovery: Discovery::Closed.as_str().to_owned(),
            followers: None,
            featured: None,
            also_known_as: None,
            moved_to: None,
            moved_at: None,
            updated_at: now.0,
        }
    }

    /// Who lets others follow.
    pub fn approval(&self) -> Approval {
        if self.follow_approval == Approval::Manual.as_str() { Approval::Manual } else { Approval::Automatic }
    }

    /// The other ids that the actor claims.
    pub fn aliases(&self) -> Vec<String> {
        self.also_known_as.as_deref().and_then(|list| serde_json::from_str(list).ok()).unwrap_or_default()
    }
}

/// Who lets others follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approval {
    /// Whoever asks may.
    Automatic,
    /// The person decides (a locked account).
    Manual,
}

impl Approval {
    /// The word in the column.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Manual => "manual",
        }
    }
}

/// Whether an actor wants to be found by people who do not know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discovery {
    /// It may stand in directories and search.
    Open,
    /// It may not.
    Closed,
}

impl Discovery {
    /// The word in the column.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

/// Stores what an actor says of itself now.
pub fn put(transaction: &mut Transaction<'_>, row: &ProfileRow) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(profile::table)
        .values(row)
        .on_conflict(profile::actor_id)
        .do_update()
        .set(row)
        .execute(connection))?;
    Ok(())
}

/// The profile of an actor.
pub fn find(transaction: &mut Transaction<'_>, actor: i64) -> Result<Option<ProfileRow>> {
    let row = query!(transaction, connection => profile::table
        .find(actor)
        .select(ProfileRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// The profiles of those of a list of actors that have one, by actor.
pub fn find_many(transaction: &mut Transaction<'_>, actors: &[i64]) -> Result<BTreeMap<i64, ProfileRow>> {
    let rows: Vec<ProfileRow> = query!(transaction, connection => profile::table
        .filter(profile::actor_id.eq_any(actors))
        .select(ProfileRow::as_select())
        .load(connection))?;
    Ok(rows.into_iter().map(|row| (row.actor_id, row)).collect())
}

/// Who lets others follow an actor.
pub fn approval(transaction: &mut Transaction<'_>, actor: i64) -> Result<Approval> {
    Ok(find(transaction, actor)?.map_or(Approval::Automatic, |row| row.approval()))
}

/// Notes where an actor has moved to.
pub fn set_moved(transaction: &mut Transaction<'_>, actor: i64, target: &str, now: Timestamp) -> Result<()> {
    let row = find(transaction, actor)?.unwrap_or_else(|| ProfileRow::empty(actor, now));
    put(transaction, &ProfileRow { moved_to: Some(target.to_owned()), moved_at: Some(now.0), ..row })
}

/// Forgets what an actor that is gone said.
pub fn remove(transaction: &mut Transaction<'_>, actor: i64) -> Result<()> {
    query!(transaction, connection => diesel::delete(profile::table.find(actor)).execute(connection))?;
    Ok(())
}
