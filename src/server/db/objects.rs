//! The table `object`: posts by their own id, which is not that of the activity that brought them. It finds what a Delete
//! is about, keeps an id to its author (S-04), and keeps a deleted id from returning. Sealed messages have no row: they
//! are known by their activity, and nobody but their readers can delete them.

use alcove_protocol::{ActorId, Timestamp, activity::create::ObjectId};
use diesel::prelude::*;

use super::{
    Transaction, envelopes, query,
    schema::{inbox_item, object},
};
use crate::error::Result;

/// What is known of a post's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// It is there, in that envelope, by that author.
    There {
        /// The envelope.
        envelope: i64,
        /// The author's id.
        author: String,
    },
    /// It was deleted.
    Deleted,
}

/// Looks an id up.
pub fn find(transaction: &mut Transaction<'_>, id: &ObjectId) -> Result<Option<Known>> {
    let row: Option<(String, Option<i64>, Option<i64>)> = query!(transaction, connection => object::table
        .find(id.as_str())
        .select((object::actor_uri, object::envelope_id, object::deleted_at))
        .first(connection)
        .optional())?;
    Ok(row.map(|(author, envelope, deleted_at)| match (envelope, deleted_at) {
        (Some(envelope), None) => Known::There { envelope, author },
        _ => Known::Deleted,
    }))
}

/// Notes that a post came in an envelope.
pub fn insert(
    transaction: &mut Transaction<'_>,
    id: &ObjectId,
    author: &ActorId,
    envelope: i64,
) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(object::table)
        .values((
            object::uri.eq(id.as_str()),
            object::actor_uri.eq(author.as_str()),
            object::envelope_id.eq(envelope),
        ))
        .execute(connection))?;
    Ok(())
}

/// Takes a post away from everybody who received it, and forgets what it said.
pub fn delete(transaction: &mut Transaction<'_>, id: &ObjectId, envelope: i64, now: Timestamp) -> Result<()> {
    query!(transaction, connection => diesel::update(object::table.find(id.as_str()))
        .set((object::envelope_id.eq(None::<i64>), object::deleted_at.eq(now.0)))
        .execute(connection))?;
    let received = inbox_item::table.filter(inbox_item::envelope_id.eq(envelope));
    query!(transaction, connection => diesel::delete(received).execute(connection))?;
    envelopes::empty(transaction, envelope)
}
