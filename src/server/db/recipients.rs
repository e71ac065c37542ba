//! The table `post_recipient`: the actors that a post names in its addresses. Of posts from elsewhere those here, of our own
//! everybody.

use diesel::prelude::*;

use super::{Transaction, query, schema::post_recipient};
use crate::error::Result;

/// Notes for whom a post is; naming somebody twice changes nothing.
pub fn add<Actor: AsRef<str>>(transaction: &mut Transaction<'_>, post: i64, actors: &[Actor]) -> Result<()> {
    for actor in actors {
        query!(transaction, connection => diesel::insert_into(post_recipient::table)
            .values((post_recipient::post_id.eq(post), post_recipient::actor_uri.eq(actor.as_ref())))
            .on_conflict_do_nothing()
            .execute(connection))?;
    }
    Ok(())
}

/// For whom a post is, in order of their ids.
pub fn of(transaction: &mut Transaction<'_>, post: i64) -> Result<Vec<String>> {
    let actors = query!(transaction, connection => post_recipient::table
        .filter(post_recipient::post_id.eq(post))
        .order(post_recipient::actor_uri)
        .select(post_recipient::actor_uri)
        .load(connection))?;
    Ok(actors)
}

/// Whether a post is for an actor.
pub fn has(transaction: &mut Transaction<'_>, post: i64, actor: &str) -> Result<bool> {
    let count: i64 = query!(transaction, connection => post_recipient::table
        .filter(post_recipient::post_id.eq(post))
        .filter(post_recipient::actor_uri.eq(actor))
        .count()
        .get_result(connection))?;
    Ok(count > 0)
}
