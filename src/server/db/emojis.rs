//! The table `emoji`: the pictures of this server for shortcodes in texts, each a file of whoever has added it. Those of
//! other servers stand in the posts and profiles that carry them.

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{
    Transaction,
    media::{MediaRow, State},
    query,
    schema::{emoji, media},
};
use crate::error::Result;

/// A shortcode with its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmojiRow {
    /// Without colons.
    pub shortcode: String,
    /// Its picture, ready or not.
    pub file: MediaRow,
}

/// Adds an emoji; `false` when there is one of that shortcode.
pub fn insert(transaction: &mut Transaction<'_>, shortcode: &str, file: i64, now: Timestamp) -> Result<bool> {
    let inserted = query!(transaction, connection => diesel::insert_into(emoji::table)
        .values((emoji::shortcode.eq(shortcode), emoji::media_id.eq(file), emoji::created_at.eq(now.0)))
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(inserted == 1)
}

/// Removes an emoji; says whether there was one. Its file goes when files are tidied up.
pub fn remove(transaction: &mut Transaction<'_>, shortcode: &str) -> Result<bool> {
    let row = emoji::table.find(shortcode);
    let removed = query!(transaction, connection => diesel::delete(row).execute(connection))?;
    Ok(removed > 0)
}

/// All of them, in the order of their shortcodes.
pub fn all(transaction: &mut Transaction<'_>) -> Result<Vec<EmojiRow>> {
    let rows = query!(transaction, connection => emoji::table
        .inner_join(media::table)
        .order(emoji::shortcode)
        .select((emoji::shortcode, MediaRow::as_select()))
        .load(connection))?;
    Ok(rows.into_iter().map(|(shortcode, file)| EmojiRow { shortcode, file }).collect())
}

/// Those of some shortcodes that can be shown.
pub fn ready(transaction: &mut Transaction<'_>, shortcodes: &[&str]) -> Result<Vec<EmojiRow>> {
    let rows = query!(transaction, connection => emoji::table
        .inner_join(media::table)
        .filter(emoji::shortcode.eq_any(shortcodes))
        .filter(media::state.eq(State::Ready.as_str()))
        .order(emoji::shortcode)
        .select((emoji::shortcode, MediaRow::as_select()))
        .load(connection))?;
    Ok(rows.into_iter().map(|(shortcode, file)| EmojiRow { shortcode, file }).collect())
}

/// How many there are.
pub fn count(transaction: &mut Transaction<'_>) -> Result<i64> {
    Ok(query!(transaction, connection => emoji::table.count().get_result(connection))?)
}
