//! The table `media`: files that people here have given, each from the moment it has arrived. Where the bytes are is in
//! `media/storage.rs`; files of other servers are in `db/remote_media.rs`.

use std::collections::HashMap;

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{
    Transaction, query,
    schema::{emoji, media, profile},
};
use crate::error::Result;

/// A row of `media`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = media)]
pub struct MediaRow {
    /// Its row id, which apps know it by.
    pub id: i64,
    /// 128 random bits, by which its addresses are found.
    pub name: String,
    /// Whose it is.
    pub account_id: i64,
    /// The post that it belongs to.
    pub post_id: Option<i64>,
    /// Its place among the files of that post, from 0.
    pub position: i64,
    /// What it is for, as `media::picture::Shape` has it.
    pub shape: String,
    /// The media type of the file itself; while it is prepared, that of the file that was given.
    pub content_type: String,
    /// One of [`State`].
    pub state: String,
    /// Why it failed, in a sentence for its owner.
    pub problem: Option<String>,
    /// The length of the file itself.
    pub bytes: i64,
    /// In pixels, where it is known.
    pub width: Option<i64>,
    /// In pixels, where it is known.
    pub height: Option<i64>,
    /// A handful of colours to show until it is loaded.
    pub blurhash: Option<String>,
    /// What is to be seen or heard, in words of whoever gave it; may be empty.
    pub description: String,
    /// What matters in it, as `x,y` from -1 to 1, upwards and to the right.
    pub focus: Option<String>,
    /// Milliseconds.
    pub created_at: i64,
}

/// How far a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It has arrived and is being prepared.
    Processing,
    /// It can be had by everybody who knows its name.
    Ready,
    /// It could not be prepared; `problem` says why.
    Failed,
}

impl State {
    /// The word in the column.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }
}

impl MediaRow {
    /// `image`, `video` or `audio`.
    pub fn kind(&self) -> &str {
        self.content_type.split('/').next().unwrap_or_default()
    }

    /// Says whether it is so far.
    pub fn is(&self, state: State) -> bool {
        self.state == state.as_str()
    }
}

/// What preparing a file has found out.
#[derive(Clone, Debug, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = media)]
pub struct Prepared {
    /// The media type of the file as it is given out.
    pub content_type: String,
    /// Its length.
    pub bytes: i64,
    /// In pixels.
    pub width: Option<i64>,
    /// In pixels.
    pub height: Option<i64>,
    /// A handful of colours.
    pub blurhash: Option<String>,
}

/// Stores a file that has arrived.
pub fn insert(transaction: &mut Transaction<'_>, row: &MediaRow) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(media::table).values(row).execute(connection))?;
    Ok(())
}

/// A file by its row id.
pub fn find(transaction: &mut Transaction<'_>, id: i64) -> Result<Option<MediaRow>> {
    let row = query!(transaction, connection => media::table
        .find(id)
        .select(MediaRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// A file by the name in its addresses.
pub fn by_name(transaction: &mut Transaction<'_>, name: &str) -> Result<Option<MediaRow>> {
    let row = query!(transaction, connection => media::table
        .filter(media::name.eq(name))
        .select(MediaRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// Those of an account among some files.
pub fn of_account(transaction: &mut Transaction<'_>, account: i64, ids: &[i64]) -> Result<Vec<MediaRow>> {
    let rows = query!(transaction, connection => media::table
        .filter(media::account_id.eq(account))
        .filter(media::id.eq_any(ids))
        .select(MediaRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// The files of some posts, in the order in which they are shown; posts without any are not in the answer.
pub fn of_posts(transaction: &mut Transaction<'_>, posts: &[i64]) -> Result<HashMap<i64, Vec<MediaRow>>> {
    let rows: Vec<MediaRow> = query!(transaction, connection => media::table
        .filter(media::post_id.eq_any(posts))
        .order((media::post_id, media::position, media::id))
        .select(MediaRow::as_select())
        .load(connection))?;
    let mut of_posts = HashMap::<i64, Vec<MediaRow>>::new();
    for row in rows {
        if let Some(post) = row.post_id {
            of_posts.entry(post).or_default().push(row);
        }
    }
    Ok(of_posts)
}

/// Lets a file belong to a post, at a place among its files.
pub fn attach(transaction: &mut Transaction<'_>, id: i64, post: i64, position: i64) -> Result<()> {
    query!(transaction, connection => diesel::update(media::table.find(id))
        .set((media::post_id.eq(post), media::position.eq(position)))
        .execute(connection))?;
    Ok(())
}

/// Takes all its files from a post; they are forgotten some time later, unless they are given to another one.
pub fn detach(transaction: &mut Transaction<'_>, post: i64) -> Result<()> {
    query!(transaction, connection => diesel::update(media::table.filter(media::post_id.eq(post)))
        .set(media::post_id.eq(None::<i64>))
        .execute(connection))?;
    Ok(())
}

/// Writes down what is to be seen in a file and where its middle is.
pub fn describe(transaction: &mut Transaction<'_>, id: i64, text: &str, focus: Option<&str>) -> Result<()> {
    query!(transaction, connection => diesel::update(media::table.find(id))
        .set((media::description.eq(text), media::focus.eq(focus)))
        .execute(connection))?;
    Ok(())
}

/// Those files of an account that are for a certain purpose and not ready, newest first.
pub fn unready(transaction: &mut Transaction<'_>, account: i64, shape: &str) -> Result<Vec<MediaRow>> {
    let rows = query!(transaction, connection => media::table
        .filter(media::account_id.eq(account))
        .filter(media::shape.eq(shape))
        .filter(media::state.ne(State::Ready.as_str()))
        .order(media::id.desc())
        .select(MediaRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// Those files of an account that are for a certain purpose and not ready are for another one from now on.
pub fn reshape_unready(transaction: &mut Transaction<'_>, account: i64, from: &str, to: &str) -> Result<()> {
    let unready = media::table
        .filter(media::account_id.eq(account))
        .filter(media::shape.eq(from))
        .filter(media::state.ne(State::Ready.as_str()));
    query!(transaction, connection => diesel::update(unready).set(media::shape.eq(to)).execute(connection))?;
    Ok(())
}

/// A file that was processing is ready.
pub fn is_ready(transaction: &mut Transaction<'_>, id: i64, prepared: &Prepared) -> Result<()> {
    let processing = media::table.find(id).filter(media::state.eq(State::Processing.as_str()));
    query!(transaction, connection => diesel::update(processing)
        .set((prepared, media::state.eq(State::Ready.as_str())))
        .execute(connection))?;
    Ok(())
}

/// A file that was processing cannot be used.
pub fn has_failed(transaction: &mut Transaction<'_>, id: i64, problem: &str) -> Result<()> {
    let processing = media::table.find(id).filter(media::state.eq(State::Processing.as_str()));
    query!(transaction, connection => diesel::update(processing)
        .set((media::state.eq(State::Failed.as_str()), media::problem.eq(problem)))
        .execute(connection))?;
    Ok(())
}

/// Which of some names are known: the files of all others belong to nobody.
pub fn known_names(transaction: &mut Transaction<'_>, names: &[String]) -> Result<Vec<String>> {
    let known = query!(transaction, connection => media::table
        .filter(media::name.eq_any(names))
        .select(media::name)
        .load(connection))?;
    Ok(known)
}

/// Which of some names are known and not prepared yet.
pub fn unprepared_names(transaction: &mut Transaction<'_>, names: &[String]) -> Result<Vec<String>> {
    let known = query!(transaction, connection => media::table
        .filter(media::name.eq_any(names))
        .filter(media::state.eq(State::Processing.as_str()))
        .select(media::name)
        .load(connection))?;
    Ok(known)
}

/// Forgets files that belong to no post, no profile and no emoji, are older than a point in time and not being prepared, at
/// most `limit`; their names.
pub fn prune(transaction: &mut Transaction<'_>, before: Timestamp, limit: i64) -> Result<Vec<String>> {
    let name = media::name.nullable();
    let shown = profile::table
        .filter(profile::actor_id.eq(media::account_id))
        .filter(profile::avatar.eq(name).or(profile::header.eq(name)));
    let shown_in_texts = emoji::table.filter(emoji::media_id.eq(media::id));
    let unused = media::table
        .filter(media::post_id.is_null())
        .filter(media::created_at.lt(before.0))
        .filter(media::state.ne(State::Processing.as_str()))
        .filter(diesel::dsl::not(diesel::dsl::exists(shown)))
        .filter(diesel::dsl::not(diesel::dsl::exists(shown_in_texts)));
    let ids: Vec<i64> =
        query!(transaction, connection => unused.select(media::id).limit(limit).load(connection))?;
    // The condition once more: a file may have been attached since it was chosen.
    let unused = media::table.filter(media::id.eq_any(&ids)).filter(media::post_id.is_null());
    let names = query!(transaction, connection => diesel::delete(unused).returning(media::name).get_results(connection))?;
    Ok(names)
}
