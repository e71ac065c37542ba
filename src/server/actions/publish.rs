//! What people here do in the open through their outbox (ActivityPub section 6): each activity is read and done by the very
//! function that the pages use. Sealed things are in `outbox.rs`, key packages in `key_packages.rs`.

mod notes;

use alcove_protocol::{
    ActivityId, ActorId,
    activity::{
        Activity, InvalidActivity,
        accept::Accept,
        block::Block,
        create::ObjectId,
        flag::Flag,
        follow::{AnsweredFollow, Follow},
        reject::Reject,
        undo::Undo,
    },
    context, json as read,
};
use serde_json::{Value, json};

use super::{
    blocking,
    desk::Desk,
    following,
    outbox::Sent,
    reports::{self, Readers, Report},
    sharing, writing,
};
use crate::{
    app::Moment,
    db::{
        Transaction, actors, blocks, boosts, follows, likes,
        posts::{self, PostRow},
    },
    error::{Error, Result},
    site::Site,
};

/// Does what an activity says; what went out.
///
/// # Errors
/// `unsupported-activity`; `activity` with what was expected of one that is supported; [`Error::NotFound`] when it is
/// about something that is not there; whatever doing it refuses.
pub fn publish(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    account: i64,
    document: Value,
) -> Result<Sent> {
    let desk = Desk::new(site, moment, account);
    let activity = stamped(&desk, document)?;
    match activity.kind.as_str() {
        "Create" => notes::create(transaction, &desk, &activity),
        "Update" => notes::update(transaction, &desk, &activity),
        "Delete" => {
            let post = post(transaction, &activity)?;
            writing::remove::remove(transaction, &desk, post.id)
        }
        "Like" => {
            let post = post(transaction, &activity)?;
            sharing::like(transaction, &desk, post.id)
        }
        "Announce" => {
            let post = post(transaction, &activity)?;
            sharing::boost(transaction, &desk, post.id)
        }
        "Add" | "Remove" => feature(transaction, &desk, &activity),
        "Undo" => undo(transaction, &desk, &activity),
        "Block" => {
            let block = Block::parse(&activity).map_err(refused)?;
            blocking::block(transaction, &desk, &block.object)
        }
        "Follow" => {
            let follow = Follow::parse(&activity).map_err(refused)?;
            following::ask(transaction, &desk, &follow.object)
        }
        "Accept" | "Reject" => answer(transaction, &desk, &activity),
        "Flag" => flag(transaction, &desk, activity),
        "Move" => {
            let sentence = "A move needs your password. Please begin it on the page of your account.";
            Err(Error::refused("password-needed", 403, sentence))
        }
        _ => Err(unsupported("an activity that this server knows")),
    }
}

fn unsupported(expected: &str) -> Error {
    Error::refused("unsupported-activity", 422, format!("Expected {expected}."))
}

fn refused(invalid: InvalidActivity) -> Error {
    Error::refused("activity", 422, format!("This was not taken: {invalid}."))
}

/// The activity with an id and actor of ours, whatever it said. Whom it is for in secret is still in it.
fn stamped(desk: &Desk<'_>, document: Value) -> Result<Activity> {
    let Value::Object(mut members) = document else { return Err(refused(InvalidActivity::Type)) };
    members.entry("@context").or_insert_with(context::plain);
    members.insert("id".into(), json!(desk.activity()));
    members.insert("actor".into(), json!(desk.actor));
    Activity::parse(Value::Object(members)).map_err(refused)
}

/// The post that an activity is about.
fn post(transaction: &mut Transaction<'_>, activity: &Activity) -> Result<PostRow> {
    let id = activity.object_id().and_then(|id| ObjectId::parse(id).ok());
    let id = id.ok_or_else(|| refused(InvalidActivity::Object))?;
    posts::by_uri(transaction, id.as_str())?.ok_or(Error::NotFound)
}

fn feature(transaction: &mut Transaction<'_>, desk: &Desk<'_>, activity: &Activity) -> Result<Sent> {
    let featured = desk.site.of_account(desk.account, "featured");
    if read::single_id(&activity.document, "target") != Some(featured.as_str()) {
        return Err(unsupported("Add or Remove of a post whose target is your collection featured"));
    }
    let post = post(transaction, activity)?;
    match activity.kind.as_str() {
        "Add" => sharing::pin(transaction, desk, post.id),
        _ => sharing::unpin(transaction, desk, post.id),
    }
}

/// Takes back what an id names, or what is embedded.
fn undo(transaction: &mut Transaction<'_>, desk: &Desk<'_>, activity: &Activity) -> Result<Sent> {
    let undo = Undo::parse(activity).map_err(refused)?;
    if let Some(sent) = undo_by_id(transaction, desk, undo.undone.as_ref())? {
        return Ok(sent);
    }
    let object = undo.object.as_deref().ok_or(Error::NotFound)?;
    let actor = || ActorId::parse(object).map_err(|_| refused(InvalidActivity::Object));
    match undo.kind.as_deref() {
        Some("Follow") => following::end(transaction, desk, &actor()?),
        Some("Block") => blocking::unblock(transaction, desk, &actor()?),
        Some("Like") => {
            let post = posts::by_uri(transaction, object)?.ok_or(Error::NotFound)?;
            sharing::take_like_back(transaction, desk, post.id)
        }
        Some("Announce") => {
            let post = posts::by_uri(transaction, object)?.ok_or(Error::NotFound)?;
            sharing::take_boost_back(transaction, desk, post.id)
        }
        _ => Err(Error::NotFound),
    }
}

fn undo_by_id(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    id: Option<&ActivityId>,
) -> Result<Option<Sent>> {
    let Some(id) = id else { return Ok(None) };
    if let Some(pair) = follows::by_activity(transaction, id)?.filter(|pair| pair.follower == desk.actor) {
        return following::end(transaction, desk, &pair.followed).map(Some);
    }
    if let Some(like) = likes::by_uri(transaction, id.as_str())?.filter(|like| like.actor_id == desk.account)
    {
        return sharing::take_like_back(transaction, desk, like.post_id).map(Some);
    }
    let boost = boosts::by_uri(transaction, id.as_str())?.filter(|boost| boost.actor_id == desk.account);
    if let Some(boost) = boost {
        return sharing::take_boost_back(transaction, desk, boost.post_id).map(Some);
    }
    let block = blocks::by_activity(transaction, id)?;
    match block.filter(|block| block.blocker_uri == desk.actor.as_str()) {
        Some(block) => {
            let blocked = ActorId::parse(&block.blocked_uri).map_err(Error::unknown)?;
            blocking::unblock(transaction, desk, &blocked).map(Some)
        }
        None => Ok(None),
    }
}

/// Lets somebody follow, or does not, or not any more.
fn answer(transaction: &mut Transaction<'_>, desk: &Desk<'_>, activity: &Activity) -> Result<Sent> {
    match activity.kind.as_str() {
        "Accept" => {
            let accept = Accept::parse(activity).map_err(refused)?;
            let follower = asker(transaction, desk, &accept.follow)?;
            following::grant(transaction, desk, &follower)
        }
        _ => {
            let reject = Reject::parse(activity).map_err(refused)?;
            let follower = asker(transaction, desk, &reject.follow)?;
            following::decline(transaction, desk, &follower)
        }
    }
}

fn asker(transaction: &mut Transaction<'_>, desk: &Desk<'_>, answered: &AnsweredFollow) -> Result<ActorId> {
    let known = match &answered.id {
        Some(id) => follows::by_activity(transaction, id)?.filter(|pair| pair.followed == desk.actor),
        None => None,
    };
    known.map(|pair| pair.follower).or_else(|| answered.follower.clone()).ok_or(Error::NotFound)
}

/// A report, of an actor and posts in any order; it is passed on, as whoever sends a `Flag` expects.
fn flag(transaction: &mut Transaction<'_>, desk: &Desk<'_>, activity: Activity) -> Result<Sent> {
    let flag = Flag::parse(&activity).map_err(refused)?;
    let ids: Vec<ActorId> = flag.objects.iter().filter_map(|id| ActorId::parse(id.as_str()).ok()).collect();
    let target = actors::by_uris(transaction, &ids)?.into_iter().next().ok_or(Error::NotFound)?;
    let target = ActorId::parse(&target.uri).map_err(Error::unknown)?;
    let report = Report {
        posts: flag.objects.into_iter().filter(|id| id.as_str() != target.as_str()).collect(),
        target,
        comment: flag.comment.unwrap_or_default(),
        readers: Readers::AndThere,
    };
    let id = ActivityId::parse(&reports::report(transaction, desk, &report)?.uri).map_err(Error::unknown)?;
    let mut document = activity.document;
    document["id"] = json!(id);
    Ok(Sent { id, document })
}

#[cfg(test)]
mod tests;
