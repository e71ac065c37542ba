//! The table `profile`: what an actor, here or elsewhere, says of itself beyond its name. One row for each actor that has
//! said something; who has not is [`ProfileRow::empty`].

use alcove_protocol::Timestamp;
use diesel::{prelude::*, upsert::excluded};
use serde::{Deserialize, Serialize};

use super::{Transaction, query, schema::profile};
use crate::error::Result;

/// A row of `profile`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = profile)]
pub struct ProfileRow {
    /// Whose it is.
    pub actor_id: i64,
    /// What the actor says of itself, as safe HTML.
    pub summary: String,
    /// What was typed here; empty for actors elsewhere.
    pub source: String,
    /// A JSON list of [`Field`].
    pub fields: String,
    /// The picture: the name of a file of ours, or for actors elsewhere its address.
    pub avatar: Option<String>,
    /// The wide picture, likewise.
    pub header: Option<String>,
    /// Custom emoji of the texts, as JSON; of actors elsewhere.
    pub emojis: Option<String>,
    /// A [`FollowApproval`].
    pub follow_approval: String,
    /// A [`Discovery`].
    pub discovery: String,
    /// The collection of followers, of actors elsewhere.
    pub followers: Option<String>,
    /// The collection of posts that are shown first, of actors elsewhere.
    pub featured: Option<String>,
    /// Other accounts of the same person, as a JSON list of ids.
    pub also_known_as: Option<String>,
    /// The actor that it has moved to.
    pub moved_to: Option<String>,
    /// Milliseconds; when it moved.
    pub moved_at: Option<i64>,
    /// Milliseconds.
    pub updated_at: i64,
}

/// One line of a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Plain text.
    pub name: String,
    /// Safe HTML.
    pub value: String,
    /// What was typed here.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// Who decides about a request to follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowApproval {
    /// Everybody may follow.
    Automatic,
    /// The person approves each follower.
    Manual,
}

impl FollowApproval {
    /// The word in the column.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Manual => "manual",
        }
    }
}

/// Whether somebody wants to be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discovery {
    /// In lists of people, in searches, and by search engines.
    Listed,
    /// By those who know the handle.
    Unlisted,
}

impl Discovery {
    /// The word in the column.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Unlisted => "unlisted",
        }
    }
}

impl ProfileRow {
    /// The profile of somebody who has said nothing.
    pub fn empty(actor_id: i64, now: Timestamp) -> Self {
        Self {
            actor_id,
            summary: String::new(),
            source: String::new(),
            fields: "[]".into(),
            avatar: None,
            header: None,
            emojis: None,
            follow_approval: FollowApproval::Automatic.as_str().into(),
            discovery: Discovery::Unlisted.as_str().into(),
            followers: None,
            featured: None,
            also_known_as: None,
            moved_to: None,
            moved_at: None,
            updated_at: now.0,
        }
    }

    /// Who decides about a request to follow.
    pub fn follow_approval(&self) -> FollowApproval {
        let manual = self.follow_approval == FollowApproval::Manual.as_str();
        if manual { FollowApproval::Manual } else { FollowApproval::Automatic }
    }

    /// Whether this person wants to be found.
    pub fn discovery(&self) -> Discovery {
        let listed = self.discovery == Discovery::Listed.as_str();
        if listed { Discovery::Listed } else { Discovery::Unlisted }
    }

    /// The lines of the profile; none where they cannot be read.
    pub fn fields(&self) -> Vec<Field> {
        serde_json::from_str(&self.fields).unwrap_or_default()
    }

    /// The other accounts that it names.
    pub fn also_known_as(&self) -> Vec<String> {
        self.also_known_as.as_deref().and_then(|list| serde_json::from_str(list).ok()).unwrap_or_default()
    }
}

/// What an actor says of itself.
pub fn find(transaction: &mut Transaction<'_>, actor: i64) -> Result<Option<ProfileRow>> {
    let row = query!(transaction, connection => profile::table
        .find(actor)
        .select(ProfileRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// Stores what an actor says of itself in the place of what it said before.
pub fn put(transaction: &mut Transaction<'_>, row: &ProfileRow) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(profile::table)
        .values(row)
        .on_conflict(profile::actor_id)
        .do_update()
        .set((
            profile::summary.eq(excluded(profile::summary)),
            profile::source.eq(excluded(profile::source)),
            profile::fields.eq(excluded(profile::fields)),
            profile::avatar.eq(excluded(profile::avatar)),
            profile::header.eq(excluded(profile::header)),
            profile::emojis.eq(excluded(profile::emojis)),
            profile::follow_approval.eq(excluded(profile::follow_approval)),
            profile::discovery.eq(excluded(profile::discovery)),
            profile::followers.eq(excluded(profile::followers)),
            profile::featured.eq(excluded(profile::featured)),
            profile::also_known_as.eq(excluded(profile::also_known_as)),
            profile::moved_to.eq(excluded(profile::moved_to)),
            profile::moved_at.eq(excluded(profile::moved_at)),
            profile::updated_at.eq(excluded(profile::updated_at)),
        ))
        .execute(connection))?;
    Ok(())
}
