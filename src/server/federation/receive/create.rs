//! A `Create` arrives: a sealed message, which the server cannot read, or a post, which it can, or the votes of a ballot.
//! Other objects vanish as they do elsewhere.

use alcove_protocol::{
    ActorId,
    activity::create::Create,
    json, mls,
    post::{Post, PostKind, Vote},
};
use serde_json::Value;

use super::{Intake, understood};
use crate::{
    actions::{self, policy, posts::votes, sealed},
    db::{Transaction, actors},
    error::Result,
};

/// Stores what is new for whoever it is for. What has no id cannot be known again and is forgotten, as elsewhere.
pub(super) fn receive(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    if intake.activity.id.is_none() {
        return Ok(());
    }
    let Some(created) = understood(Create::parse_all(intake.activity))? else { return Ok(()) };
    if let [create] = created.as_slice()
        && mls::is_mls(create.object)
    {
        policy::expect_sealed(transaction)?;
        expect_actors(transaction, intake)?;
        let receivers = intake.receivers(transaction)?;
        return actions::arrive::mls(transaction, intake.moment, intake.activity, &receivers);
    }
    for create in &created {
        one(transaction, intake, create)?;
    }
    Ok(())
}

fn one(transaction: &mut Transaction<'_>, intake: &Intake<'_>, create: &Create<'_>) -> Result<()> {
    let author = intake.actor(transaction)?;
    if let Some(vote) = Vote::parse(create.object, create.actor) {
        return votes::cast(transaction, intake.moment, &author, &vote);
    }
    if json::type_among(create.object, |name| PostKind::from_name(name).is_some()).is_none() {
        return Ok(());
    }
    let Some(post) = understood(Post::parse(create.object, create.actor))? else { return Ok(()) };
    intake.post(transaction, &author, &post)
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
