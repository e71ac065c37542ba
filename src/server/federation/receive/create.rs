//! A `Create` arrives: a sealed message, which the server cannot read, or a post, which it can. Other objects vanish as
//! they do elsewhere.

use alcove_protocol::{ActorId, activity::create::Create, context, json, mls, post::Post};
use serde_json::Value;

use super::{Door, Intake, refused, understood};
use crate::{
    actions::{self, posts, sealed},
    db::{Transaction, actors, follows},
    error::Result,
};

/// Stores what is new for whoever it is for. What has no id cannot be known again and is forgotten, as elsewhere.
pub(super) fn receive(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    let Some(id) = &intake.activity.id else { return Ok(()) };
    let Some(create) = understood(Create::parse(intake.activity))? else { return Ok(()) };
    let mut receivers = intake.receivers(transaction)?;
    if mls::is_mls(create.object) {
        expect_actors(transaction, intake)?;
        return actions::arrive::mls(transaction, intake.moment, intake.activity, &receivers);
    }
    if json::type_among(create.object, |name| name == "Note").is_none() {
        return Ok(());
    }
    let post = Post::parse(create.object, create.actor).map_err(refused)?;
    receivers.extend(followers(transaction, intake)?);
    posts::arrive(transaction, intake.moment, intake.activity, id, &post.id, &receivers)
}

/// The people here who follow the author, of a post that came by the shared inbox for followers or for everybody: one copy
/// stands for all of them.
fn followers(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<Vec<i64>> {
    let author = &intake.activity.actor;
    if intake.door != Door::Shared {
        return Ok(Vec::new());
    }
    let for_everybody = intake.audience.iter().any(|address| context::is_public(address));
    let collections = collections_of(transaction, author, intake.audience, &["followers"])?;
    if !for_everybody && !intake.audience.iter().any(|address| collections.contains(address)) {
        return Ok(Vec::new());
    }
    let followers = follows::followers(transaction, author)?;
    Ok(followers.iter().filter_map(|follower| intake.site.account_of(follower)).collect())
}

/// A sealed message goes to actors and to nobody else: never to the public, never to a collection, whose members nobody
/// could check against the group's.
fn expect_actors(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    let names = ["followers", "following", "outbox", "featured"];
    let collections = collections_of(transaction, &intake.activity.actor, intake.audience, &names)?;
    let is_crowd =
        |address: &&String| sealed::is_crowd(intake.site, address) || collections.contains(address);
    match intake.audience.iter().find(is_crowd) {
        Some(crowd) => Err(sealed::not_an_actor(crowd)),
        None => Ok(()),
    }
}

/// The collections of those names that the sender's actor has, looked up only when some address of its own server is
/// among those that it wrote to.
fn collections_of(
    transaction: &mut Transaction<'_>,
    sender: &ActorId,
    audience: &[String],
    names: &[&str],
) -> Result<Vec<String>> {
    let origin = sender.origin();
    let near = |address: &String| address.starts_with(origin.as_str()) && *address != sender.as_str();
    if !audience.iter().any(near) {
        return Ok(Vec::new());
    }
    let row = actors::by_uri(transaction, sender)?;
    let document: Value = row.and_then(|row| serde_json::from_str(&row.document?).ok()).unwrap_or_default();
    Ok(names.iter().filter_map(|name| json::single_id(&document, name)).map(str::to_owned).collect())
}
