//! The table `post`: what people here and elsewhere have posted, with all that hangs on it. Who may see one is decided in
//! `actions/posts/visible.rs`, not here; ids that were deleted are in `tombstones.rs`. Sealed messages have no row.

use alcove_protocol::{Timestamp, post::Visibility};
use diesel::prelude::*;

use super::{
    Transaction,
    ids::first_id_at,
    query,
    schema::{
        actor, boost, featured_post, hashtag, media, notification, poll, poll_vote, post, post_like,
        post_recipient, post_revision, timeline_item,
    },
};
use crate::error::Result;

/// A row of `post`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = post)]
pub struct PostRow {
    /// Its row id.
    pub id: i64,
    /// Its ActivityPub id, byte for byte.
    pub uri: String,
    /// Its author.
    pub actor_id: i64,
    /// `Note`, `Question`, `Article`, as its type in ActivityStreams.
    pub kind: String,
    /// A [`Visibility`], as [`word`] has it.
    pub visibility: String,
    /// The id of the post that it answers, known here or not.
    pub in_reply_to: Option<String>,
    /// What groups the posts of one conversation, as its author's server has it.
    pub context: Option<String>,
    /// The conversation that a direct post belongs to.
    pub conversation_id: Option<i64>,
    /// The warning shown in its place until it is opened, as plain text.
    pub summary: Option<String>,
    /// The text as safe HTML.
    pub content: String,
    /// What was typed, of posts of people here.
    pub source: Option<String>,
    /// All that is only shown: JSON of `actions::posts::details::PostDetails`; none when that is empty.
    pub details: Option<String>,
    /// Milliseconds; never changes between versions.
    pub published_at: i64,
    /// Milliseconds; when it was edited last.
    pub edited_at: Option<i64>,
    /// Milliseconds; when it was stored here.
    pub created_at: i64,
    /// Milliseconds; when somebody here has had to do with it last: such posts are kept.
    pub touched_at: Option<i64>,
}

impl PostRow {
    /// Who may see it; what cannot be read is for nobody but those it names.
    pub fn visibility(&self) -> Visibility {
        visibility_of(&self.visibility)
    }

    /// Where it stands among the posts of its author.
    pub fn standing(&self) -> Standing {
        Standing { published_at: Timestamp(self.published_at), id: self.id }
    }
}

const VISIBILITIES: [Visibility; 4] =
    [Visibility::Public, Visibility::Unlisted, Visibility::Followers, Visibility::Direct];

/// The visibilities of what everybody may see.
pub const FOR_EVERYBODY: &[Visibility] = &[Visibility::Public, Visibility::Unlisted];

/// The word for a visibility in the columns of posts and boosts.
pub fn word(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Unlisted => "unlisted",
        Visibility::Followers => "followers",
        Visibility::Direct => "direct",
    }
}

/// The visibility of a word; of what cannot be read, that of what is for nobody but those it names.
pub fn visibility_of(text: &str) -> Visibility {
    VISIBILITIES.into_iter().find(|one| word(*one) == text).unwrap_or(Visibility::Direct)
}

/// A place in the order of time; ids tell posts of one moment apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing {
    /// When.
    pub published_at: Timestamp,
    /// Its row id.
    pub id: i64,
}

impl Standing {
    /// After every post.
    pub const NEWEST: Self = Self { published_at: Timestamp(i64::MAX), id: i64::MAX };
}

/// Stores a post; `false` when its id is known already.
pub fn insert(transaction: &mut Transaction<'_>, row: &PostRow) -> Result<bool> {
    let inserted = query!(transaction, connection => diesel::insert_into(post::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(inserted == 1)
}

/// A post by its row id.
pub fn find(transaction: &mut Transaction<'_>, id: i64) -> Result<Option<PostRow>> {
    let row = query!(transaction, connection => post::table
        .find(id)
        .select(PostRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// A post by its ActivityPub id.
pub fn by_uri(transaction: &mut Transaction<'_>, uri: &str) -> Result<Option<PostRow>> {
    let row = query!(transaction, connection => post::table
        .filter(post::uri.eq(uri))
        .select(PostRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// Those posts of a list of row ids that are there, in no order.
pub fn find_many(transaction: &mut Transaction<'_>, ids: &[i64]) -> Result<Vec<PostRow>> {
    let rows = query!(transaction, connection => post::table
        .filter(post::id.eq_any(ids))
        .select(PostRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// Those posts of a list of ActivityPub ids that are there, in no order.
pub fn by_uris(transaction: &mut Transaction<'_>, uris: &[&str]) -> Result<Vec<PostRow>> {
    let rows = query!(transaction, connection => post::table
        .filter(post::uri.eq_any(uris))
        .select(PostRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// What an edit says instead; all else of a post stays as it was published.
#[derive(Clone, Debug, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = post, treat_none_as_null = true)]
pub struct Edit {
    /// The warning.
    pub summary: Option<String>,
    /// Safe HTML.
    pub content: String,
    /// What was typed, of posts of people here.
    pub source: Option<String>,
    /// What is only shown.
    pub details: Option<String>,
    /// Milliseconds; none for a change that is no edit, such as votes that came in.
    pub edited_at: Option<i64>,
}

/// Puts an edit in the place of what a post said. What it said before is kept by `revisions::keep`.
pub fn edit(transaction: &mut Transaction<'_>, id: i64, edit: &Edit) -> Result<()> {
    query!(transaction, connection => diesel::update(post::table.find(id)).set(edit).execute(connection))?;
    Ok(())
}

/// Notes that somebody here has to do with a post, so that it is kept.
pub fn touch(transaction: &mut Transaction<'_>, id: i64, now: Timestamp) -> Result<()> {
    query!(transaction, connection => diesel::update(post::table.find(id))
        .set(post::touched_at.eq(now.0))
        .execute(connection))?;
    Ok(())
}

/// Up to `limit` posts of an actor before a standing, newest first.
pub fn of_actor(
    transaction: &mut Transaction<'_>,
    actor: i64,
    visibilities: &[Visibility],
    before: Standing,
    limit: i64,
) -> Result<Vec<PostRow>> {
    let words: Vec<&str> = visibilities.iter().copied().map(word).collect();
    let at = before.published_at.0;
    let rows = query!(transaction, connection => post::table
        .filter(post::actor_id.eq(actor))
        .filter(post::visibility.eq_any(&words))
        .filter(post::published_at.lt(at).or(post::published_at.eq(at).and(post::id.lt(before.id))))
        .order((post::published_at.desc(), post::id.desc()))
        .limit(limit)
        .select(PostRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// How many posts of an actor are for such readers.
pub fn count_of_actor(
    transaction: &mut Transaction<'_>,
    actor: i64,
    visibilities: &[Visibility],
) -> Result<i64> {
    let words: Vec<&str> = visibilities.iter().copied().map(word).collect();
    let count = query!(transaction, connection => post::table
        .filter(post::actor_id.eq(actor))
        .filter(post::visibility.eq_any(&words))
        .count()
        .get_result(connection))?;
    Ok(count)
}

/// The row ids of up to `limit` posts of an actor, of every visibility.
pub fn ids_of_actor(transaction: &mut Transaction<'_>, actor: i64, limit: i64) -> Result<Vec<i64>> {
    let ids = query!(transaction, connection => post::table
        .filter(post::actor_id.eq(actor))
        .limit(limit)
        .select(post::id)
        .load(connection))?;
    Ok(ids)
}

/// Up to `limit` posts that answer one of those, oldest first.
pub fn replies_to(transaction: &mut Transaction<'_>, uris: &[&str], limit: i64) -> Result<Vec<PostRow>> {
    let rows = query!(transaction, connection => post::table
        .filter(post::in_reply_to.eq_any(uris))
        .order((post::published_at, post::id))
        .limit(limit)
        .select(PostRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// How many posts that are stored here answer a post.
pub fn count_replies(transaction: &mut Transaction<'_>, uri: &str) -> Result<i64> {
    let count = query!(transaction, connection => post::table
        .filter(post::in_reply_to.eq(uri))
        .count()
        .get_result(connection))?;
    Ok(count)
}

/// Which posts of others are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// Those that came before a point in time and that nobody here has touched.
    Untouched {
        /// When.
        before: Timestamp,
    },
    /// Those of actors that are gone.
    OfGone,
}

/// The row ids of up to `limit` posts of others.
pub fn foreign(transaction: &mut Transaction<'_>, which: Foreign, limit: i64) -> Result<Vec<i64>> {
    let of_others = post::table.inner_join(actor::table).filter(actor::fetched_at.is_not_null()).limit(limit);
    let ids = match which {
        Foreign::Untouched { before } => query!(transaction, connection => of_others
            .filter(post::id.lt(first_id_at(before)))
            .filter(post::touched_at.is_null())
            .filter(post::conversation_id.is_null())
            .select(post::id)
            .load(connection))?,
        Foreign::OfGone => query!(transaction, connection => of_others
            .filter(actor::gone_at.is_not_null())
            .select(post::id)
            .load(connection))?,
    };
    Ok(ids)
}

/// Deletes posts with all that hangs on them. Files of people here stay, and belong to no post then.
pub fn delete(transaction: &mut Transaction<'_>, ids: &[i64]) -> Result<()> {
    query!(transaction, connection => {
        diesel::delete(timeline_item::table.filter(timeline_item::post_id.eq_any(ids))).execute(connection)?;
        diesel::delete(notification::table.filter(notification::post_id.eq_any(ids))).execute(connection)?;
        diesel::delete(featured_post::table.filter(featured_post::post_id.eq_any(ids))).execute(connection)?;
        diesel::delete(hashtag::table.filter(hashtag::post_id.eq_any(ids))).execute(connection)?;
        diesel::delete(poll_vote::table.filter(poll_vote::post_id.eq_any(ids))).execute(connection)?;
        diesel::delete(poll::table.filter(poll::post_id.eq_any(ids))).execute(connection)?;
        diesel::delete(post_like::table.filter(post_like::post_id.eq_any(ids))).execute(connection)?;
        diesel::delete(boost::table.filter(boost::post_id.eq_any(ids))).execute(connection)?;
        diesel::delete(post_revision::table.filter(post_revision::post_id.eq_any(ids))).execute(connection)?;
        diesel::delete(post_recipient::table.filter(post_recipient::post_id.eq_any(ids))).execute(connection)?;
        diesel::update(media::table.filter(media::post_id.eq_any(ids)))
            .set(media::post_id.eq(None::<i64>))
            .execute(connection)?;
        diesel::delete(post::table.filter(post::id.eq_any(ids))).execute(connection)
    })?;
    Ok(())
}
