//! What others do with posts: sharing them (`Announce`), liking them (`Like`), and taking that back (`Undo`). Likes are kept
//! of posts of people here; boosts also where somebody here follows whoever boosts.

use alcove_protocol::{ActorId, activity::like::Like, post::Visibility};

use super::{placed, visible};
use crate::{
    actions::notify,
    app::Moment,
    db::{
        Transaction, accounts,
        actors::ActorRow,
        boosts::{self, BoostRow},
        likes::{self, LikeRow},
        notifications::Kind,
        posts::{self, PostRow},
        tombstones,
    },
    error::Result,
    site::Site,
};

/// An actor shares a post that is here. What not everybody may see is passed on by its own author only (S-29).
///
/// # Errors
/// When the database fails.
pub fn boosted(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    booster: &ActorRow,
    announce: &str,
    visibility: Visibility,
    post: &PostRow,
) -> Result<()> {
    let is_open = posts::FOR_EVERYBODY.contains(&post.visibility());
    let by_author = post.visibility() == Visibility::Followers && post.actor_id == booster.id;
    if !(is_open || by_author)
        || !may_see(transaction, booster, post)?
        || tombstones::forbids(transaction, announce, &booster.uri)?
    {
        return Ok(());
    }
    let author_here = accounts::find(transaction, post.actor_id)?.map(|account| account.id);
    if author_here.is_none() && placed::followers_here(transaction, booster)?.is_empty() {
        return Ok(());
    }
    let row = BoostRow::new(moment, announce, booster.id, post.id, visibility);
    if !boosts::insert(transaction, &row)? {
        return Ok(());
    }
    placed::place_boost(transaction, site, moment, &row)?;
    match author_here {
        Some(account) => notify::tell(transaction, moment, Kind::Boost, account, booster.id, Some(post.id)),
        None => Ok(()),
    }
}

fn may_see(transaction: &mut Transaction<'_>, reader: &ActorRow, post: &PostRow) -> Result<bool> {
    let Ok(reader) = ActorId::parse(&reader.uri) else { return Ok(false) };
    visible::may_see(transaction, Some(&reader), post)
}

/// An actor likes a post of somebody here. Of what it may not see nothing is noted, and nothing is told.
///
/// # Errors
/// When the database fails.
pub fn liked(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    liker: &ActorRow,
    like: &Like,
) -> Result<()> {
    let Some(post) = posts::by_uri(transaction, like.object.as_str())? else { return Ok(()) };
    let Some(author) = accounts::find(transaction, post.actor_id)? else { return Ok(()) };
    if !may_see(transaction, liker, &post)? {
        return Ok(());
    }
    let unnamed = || format!("{}#likes/{}", liker.uri, post.id);
    let id = like.id.as_ref().map_or_else(unnamed, ToString::to_string);
    if !tombstones::forbids(transaction, &id, &liker.uri)?
        && likes::insert(transaction, &LikeRow::new(moment, &id, liker.id, post.id))?
    {
        notify::tell(transaction, moment, Kind::Like, author.id, liker.id, Some(post.id))?;
    }
    Ok(())
}

/// What of an actor is taken back: by its id, or by what it was about.
#[derive(Clone, Copy, Debug)]
pub struct TakenBack<'a> {
    /// The id of what is taken back.
    pub id: Option<&'a str>,
    /// Its type, where that is told.
    pub kind: Option<&'a str>,
    /// The post that it was about, where that is told.
    pub post: Option<&'a str>,
}

/// An actor takes a boost or a like back; says whether it was one. Of others' nothing is taken back (S-04). What has not come
/// yet, because it was overtaken or is being fetched, does not count when it comes. What was here may come again: some servers
/// give the same id to whatever an actor likes anew.
///
/// # Errors
/// When the database fails.
pub fn undone(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    actor: &ActorRow,
    undo: TakenBack<'_>,
) -> Result<bool> {
    let is_reaction = matches!(undo.kind, Some("Announce" | "Like" | "EmojiReact"));
    let removed = remove(transaction, actor, undo)?;
    if let Some(id) = undo.id.filter(|id| is_reaction && removed.as_deref() != Some(*id)) {
        tombstones::put_unseen(transaction, id, &actor.uri, moment.now)?;
    }
    Ok(removed.is_some() || is_reaction)
}

/// Removes what is taken back, if it is here; its id.
fn remove(
    transaction: &mut Transaction<'_>,
    actor: &ActorRow,
    undo: TakenBack<'_>,
) -> Result<Option<String>> {
    let post = match undo.post {
        Some(uri) => posts::by_uri(transaction, uri)?,
        None => None,
    };
    let boost = match (undo.id, &post) {
        (Some(id), _) if boosts::by_uri(transaction, id)?.is_some() => boosts::by_uri(transaction, id)?,
        (_, Some(post)) if undo.kind == Some("Announce") => boosts::by_actor(transaction, actor.id, post.id)?,
        _ => None,
    };
    if let Some(boost) = boost.filter(|boost| boost.actor_id == actor.id) {
        boosts::remove(transaction, boost.id)?;
        take_notice_back(transaction, Kind::Boost, actor.id, boost.post_id)?;
        return Ok(Some(boost.uri));
    }
    let is_like = matches!(undo.kind, Some("Like" | "EmojiReact"));
    let like = match (undo.id, &post) {
        (Some(id), _) if likes::by_uri(transaction, id)?.is_some() => likes::by_uri(transaction, id)?,
        (_, Some(post)) if is_like => likes::by_actor(transaction, actor.id, post.id)?,
        _ => None,
    };
    let Some(like) = like.filter(|like| like.actor_id == actor.id) else { return Ok(None) };
    likes::remove(transaction, like.id)?;
    take_notice_back(transaction, Kind::Like, actor.id, like.post_id)?;
    Ok(Some(like.uri))
}

fn take_notice_back(transaction: &mut Transaction<'_>, kind: Kind, actor: i64, post: i64) -> Result<()> {
    match posts::find(transaction, post)? {
        Some(row) => notify::take_back(transaction, kind, row.actor_id, actor, Some(post)),
        None => Ok(()),
    }
}
