//! What people here do with posts: pass them on (`Announce`), like them, show their own first (`Add` and `Remove` of
//! `featured`), and take each of these back. A direct message is never passed on (S-29), one for followers only by its
//! author to them.

use alcove_protocol::{
    ActivityId, ActorId, Timestamp,
    activity::{add, announce::Announce, create::ObjectId, like, remove, undo},
    actor::Address,
    context,
    post::Visibility,
};

use super::{
    deliver::PATIENCE_WITH_POSTS,
    desk::Desk,
    notify,
    outbox::Sent,
    posts::{placed, visible},
    writing,
};
use crate::{
    db::{
        Transaction, actors,
        boosts::{self, BoostRow},
        featured, follows,
        likes::{self, LikeRow},
        notifications::Kind,
        posts::{self, PostRow},
    },
    error::{Error, Result},
    site::Site,
};

/// The most posts that somebody shows first.
const MAX_FEATURED: usize = 5;

/// Passes a post on. What was passed on before stays so, and is told again.
///
/// # Errors
/// [`Error::NotFound`] for what may not be seen; `boost` for what is not for everybody; `blocked`.
pub fn boost(transaction: &mut Transaction<'_>, desk: &Desk<'_>, post: i64) -> Result<Sent> {
    let (row, author) = seen(transaction, desk, post)?;
    let visibility = match row.visibility() {
        Visibility::Public | Visibility::Unlisted => Visibility::Public,
        Visibility::Followers if row.actor_id == desk.account => Visibility::Followers,
        _ => {
            let sentence = "Only what everybody may see can be passed on.";
            return Err(Error::refused("boost", 422, sentence));
        }
    };
    posts::touch(transaction, post, desk.moment.now)?;
    let boost = match boosts::by_actor(transaction, desk.account, post)? {
        Some(known) => known,
        None => {
            let uri = desk.activity();
            let new = BoostRow::new(desk.moment, uri.as_str(), desk.account, post, visibility);
            // Somebody may have been quicker with the same finger: what is told must be what can be taken back.
            if !boosts::insert(transaction, &new)? {
                return Err(Error::Busy);
            }
            placed::own_boost(transaction, desk.site, desk.moment, &new)?;
            tell_author(transaction, desk, Kind::Boost, &row)?;
            new
        }
    };
    let announce = announcement(desk.site, &boost, &row, &author)?;
    let readers = readers(transaction, desk, &author)?;
    desk.spread(transaction, announce.id.clone(), announce.to_value(), &readers, PATIENCE_WITH_POSTS)
}

/// The activity of somebody here that passes a post on.
///
/// # Errors
/// When the rows are not what they should be.
pub fn announcement(site: &Site, boost: &BoostRow, post: &PostRow, author: &ActorId) -> Result<Announce> {
    let followers = site.of_account(boost.actor_id, "followers");
    let for_all = boost.visibility == posts::word(Visibility::Public);
    let (to, cc) = match for_all {
        true => (vec![context::PUBLIC.to_owned()], vec![author.to_string(), followers]),
        false => (vec![followers], Vec::new()),
    };
    Ok(Announce {
        id: ActivityId::parse(&boost.uri).map_err(Error::unknown)?,
        actor: site.actor(boost.actor_id),
        object: ObjectId::parse(&post.uri).map_err(Error::unknown)?,
        object_kind: None,
        published: Some(Timestamp(boost.created_at)),
        to,
        cc,
    })
}

/// Takes back that a post was passed on.
///
/// # Errors
/// [`Error::NotFound`] when it was not.
pub fn take_boost_back(transaction: &mut Transaction<'_>, desk: &Desk<'_>, post: i64) -> Result<Sent> {
    let boost = boosts::by_actor(transaction, desk.account, post)?.ok_or(Error::NotFound)?;
    let (row, author) = post_and_author(transaction, post)?;
    let announce = announcement(desk.site, &boost, &row, &author)?;
    boosts::remove(transaction, boost.id)?;
    forget_notice(transaction, desk, Kind::Boost, &row)?;
    let id = desk.activity();
    let document = undo::build(&id, &desk.actor, &announce.to_value());
    let readers = readers(transaction, desk, &author)?;
    desk.spread(transaction, id, document, &readers, PATIENCE_WITH_POSTS)
}

/// Likes a post. What was liked before stays so, and is told again.
///
/// # Errors
/// [`Error::NotFound`] for what may not be seen; `blocked`.
pub fn like(transaction: &mut Transaction<'_>, desk: &Desk<'_>, post: i64) -> Result<Sent> {
    let (row, author) = seen(transaction, desk, post)?;
    posts::touch(transaction, post, desk.moment.now)?;
    let like = match likes::by_actor(transaction, desk.account, post)? {
        Some(known) => known,
        None => {
            let uri = desk.activity();
            let new = LikeRow::new(desk.moment, uri.as_str(), desk.account, post);
            if !likes::insert(transaction, &new)? {
                return Err(Error::Busy);
            }
            tell_author(transaction, desk, Kind::Like, &row)?;
            new
        }
    };
    let (id, object) = ids(&like.uri, &row)?;
    let document = like::build(&id, &desk.actor, &object, &author);
    desk.tell(transaction, id, document, std::slice::from_ref(&author))
}

/// Takes back that a post is liked. The whole of it is told: Mastodon undoes a `Like` by nothing less.
///
/// # Errors
/// [`Error::NotFound`] when it is not.
pub fn take_like_back(transaction: &mut Transaction<'_>, desk: &Desk<'_>, post: i64) -> Result<Sent> {
    let like = likes::by_actor(transaction, desk.account, post)?.ok_or(Error::NotFound)?;
    let (row, author) = post_and_author(transaction, post)?;
    likes::remove(transaction, like.id)?;
    forget_notice(transaction, desk, Kind::Like, &row)?;
    let (former, object) = ids(&like.uri, &row)?;
    let id = desk.activity();
    let document = undo::build(&id, &desk.actor, &like::build(&former, &desk.actor, &object, &author));
    desk.tell(transaction, id, document, std::slice::from_ref(&author))
}

/// Shows one's own post first.
///
/// # Errors
/// [`Error::NotFound`] for those of others; `pin` for one that is not for everybody, and for one too many.
pub fn pin(transaction: &mut Transaction<'_>, desk: &Desk<'_>, post: i64) -> Result<Sent> {
    let row = writing::own(transaction, desk.account, post)?;
    let refused = |expected: String| Err(Error::refused("pin", 422, expected));
    if !matches!(row.visibility(), Visibility::Public | Visibility::Unlisted) {
        return refused("Expected a post that everybody may see.".into());
    }
    let limit = i64::try_from(MAX_FEATURED).unwrap_or(i64::MAX);
    let shown = featured::of(transaction, desk.account, limit)?;
    if shown.len() >= MAX_FEATURED && !shown.iter().any(|other| other.id == post) {
        return refused(format!("Expected at most {MAX_FEATURED} posts that are shown first."));
    }
    featured::add(transaction, desk.account, post, desk.moment.now)?;
    let (id, object, target) = pinned(desk, &row)?;
    let document = add::build(&id, &desk.actor, &object, &target);
    tell_followers(transaction, desk, id, document)
}

/// Does not show one's own post first any more.
///
/// # Errors
/// [`Error::NotFound`] when it was not.
pub fn unpin(transaction: &mut Transaction<'_>, desk: &Desk<'_>, post: i64) -> Result<Sent> {
    let row = writing::own(transaction, desk.account, post)?;
    if !featured::remove(transaction, desk.account, post)? {
        return Err(Error::NotFound);
    }
    let (id, object, target) = pinned(desk, &row)?;
    let document = remove::build(&id, &desk.actor, &object, &target);
    tell_followers(transaction, desk, id, document)
}

fn pinned(desk: &Desk<'_>, row: &PostRow) -> Result<(ActivityId, ObjectId, Address)> {
    let id = desk.activity();
    let object = ObjectId::parse(&row.uri).map_err(Error::unknown)?;
    let target = Address::parse(&desk.site.of_account(desk.account, "featured")).map_err(Error::unknown)?;
    Ok((id, object, target))
}

fn tell_followers(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    id: ActivityId,
    document: serde_json::Value,
) -> Result<Sent> {
    let followers = follows::followers(transaction, &desk.actor)?;
    desk.spread(transaction, id, document, &followers, PATIENCE_WITH_POSTS)
}

/// A post that this person may see, and its author.
fn seen(transaction: &mut Transaction<'_>, desk: &Desk<'_>, post: i64) -> Result<(PostRow, ActorId)> {
    let (row, author) = post_and_author(transaction, post)?;
    if !visible::may_see(transaction, Some(&desk.actor), &row)? {
        return Err(Error::NotFound);
    }
    Ok((row, author))
}

fn post_and_author(transaction: &mut Transaction<'_>, post: i64) -> Result<(PostRow, ActorId)> {
    let row = posts::find(transaction, post)?.ok_or(Error::NotFound)?;
    let author = actors::find(transaction, row.actor_id)?.ok_or(Error::NotFound)?;
    Ok((row, ActorId::parse(&author.uri).map_err(Error::unknown)?))
}

/// The followers of whoever passes it on, and its author.
fn readers(transaction: &mut Transaction<'_>, desk: &Desk<'_>, author: &ActorId) -> Result<Vec<ActorId>> {
    let mut readers = follows::followers(transaction, &desk.actor)?;
    readers.push(author.clone());
    Ok(readers)
}

fn ids(activity: &str, row: &PostRow) -> Result<(ActivityId, ObjectId)> {
    let activity = ActivityId::parse(activity).map_err(Error::unknown)?;
    Ok((activity, ObjectId::parse(&row.uri).map_err(Error::unknown)?))
}

/// Tells an author here what has been done with the post.
fn tell_author(transaction: &mut Transaction<'_>, desk: &Desk<'_>, kind: Kind, row: &PostRow) -> Result<()> {
    match author_here(transaction, desk, row)? {
        Some(account) => notify::tell(transaction, desk.moment, kind, account, desk.account, Some(row.id)),
        None => Ok(()),
    }
}

fn forget_notice(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    kind: Kind,
    row: &PostRow,
) -> Result<()> {
    match author_here(transaction, desk, row)? {
        Some(account) => notify::take_back(transaction, kind, account, desk.account, Some(row.id)),
        None => Ok(()),
    }
}

fn author_here(transaction: &mut Transaction<'_>, desk: &Desk<'_>, row: &PostRow) -> Result<Option<i64>> {
    let account = crate::db::accounts::find(transaction, row.actor_id)?;
    Ok(account.map(|account| account.id).filter(|account| *account != desk.account))
}

#[cfg(test)]
mod tests;
