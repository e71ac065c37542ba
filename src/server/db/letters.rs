//! Conversations that servers can read, in the tables `conversation` and `conversation_member`: who has a part in them, and
//! which one a message belongs to. What is said in them are posts; sealed conversations are in `conversations.rs`.

use std::collections::BTreeMap;

use alcove_protocol::ActorId;
use diesel::prelude::*;

use super::{
    Transaction,
    conversations::{ConversationRow, PLAIN, roster},
    query,
    schema::{conversation, conversation_member, post},
};
use crate::error::Result;

/// How many conversations of somebody are looked through for one between certain people.
const LOOKED_THROUGH: i64 = 50;

/// Gives actors a part in a conversation; those who have one keep it.
pub fn take_part(transaction: &mut Transaction<'_>, id: i64, actors: &[&ActorId]) -> Result<()> {
    for actor in actors {
        query!(transaction, connection => diesel::insert_into(conversation_member::table)
            .values((
                conversation_member::conversation_id.eq(id),
                conversation_member::actor_uri.eq(actor.as_str()),
                conversation_member::joined_epoch.eq(0),
            ))
            .on_conflict_do_nothing()
            .execute(connection))?;
    }
    Ok(())
}

/// Who has a part in a conversation, in order of their ids.
pub fn members(transaction: &mut Transaction<'_>, id: i64) -> Result<Vec<ActorId>> {
    let members = roster(transaction, id)?;
    Ok(members.iter().filter_map(|uri| ActorId::parse(uri).ok()).collect())
}

/// The newest readable conversation between exactly these actors.
pub fn between(transaction: &mut Transaction<'_>, actors: &[&str]) -> Result<Option<ConversationRow>> {
    let Some(first) = actors.first() else { return Ok(None) };
    let candidates: Vec<ConversationRow> = query!(transaction, connection => conversation::table
        .inner_join(conversation_member::table)
        .filter(conversation_member::actor_uri.eq(first))
        .filter(conversation::protection.eq(PLAIN))
        .order(conversation::id.desc())
        .limit(LOOKED_THROUGH)
        .select(ConversationRow::as_select())
        .load(connection))?;
    let mut wanted: Vec<&str> = actors.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    for row in candidates {
        let mut members = roster(transaction, row.id)?;
        members.sort_unstable();
        if members == wanted {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

/// The readable conversation in which something was said with such a `context`, as its author's server names it.
pub fn by_context(transaction: &mut Transaction<'_>, context: &str) -> Result<Option<ConversationRow>> {
    let row = query!(transaction, connection => post::table
        .inner_join(conversation::table)
        .filter(post::context.eq(context))
        .filter(conversation::protection.eq(PLAIN))
        .order(post::id.desc())
        .select(ConversationRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// The last post that an actor here has read, in each of some conversations in which it has read any.
pub fn read_marks(
    transaction: &mut Transaction<'_>,
    actor: &str,
    conversations: &[i64],
) -> Result<BTreeMap<i64, i64>> {
    let marks: Vec<(i64, Option<i64>)> = query!(transaction, connection => conversation_member::table
        .filter(conversation_member::actor_uri.eq(actor))
        .filter(conversation_member::conversation_id.eq_any(conversations))
        .select((conversation_member::conversation_id, conversation_member::read_id))
        .load(connection))?;
    Ok(marks.into_iter().filter_map(|(conversation, read)| Some((conversation, read?))).collect())
}

/// Notes that an actor here has read up to a post; `false` when it had read as far before.
pub fn mark_read(transaction: &mut Transaction<'_>, id: i64, actor: &str, post: i64) -> Result<bool> {
    let behind = conversation_member::table
        .filter(conversation_member::conversation_id.eq(id))
        .filter(conversation_member::actor_uri.eq(actor))
        .filter(conversation_member::read_id.is_null().or(conversation_member::read_id.lt(post)));
    let rows = query!(transaction, connection => diesel::update(behind)
        .set(conversation_member::read_id.eq(post))
        .execute(connection))?;
    Ok(rows > 0)
}
