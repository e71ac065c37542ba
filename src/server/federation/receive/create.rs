//! A `Create` arrives: a sealed message, which the server cannot read, or a post, which it can. Other objects vanish as
//! they do elsewhere.

use alcove_protocol::{
    ActorId,
    activity::{
        create::{Create, ObjectId},
        note::Note,
    },
    context, json, mls,
};
use serde_json::Value;

use super::{Intake, refused, understood};
use crate::{
    actions::{self, posts},
    db::{Transaction, actors},
    error::{Error, Result},
};

/// Stores what is new for whoever it is for. What has no id cannot be known again and is forgotten, as elsewhere.
pub(super) fn receive(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    let Some(id) = &intake.activity.id else { return Ok(()) };
    let Some(create) = understood(Create::parse(intake.activity))? else { return Ok(()) };
    if mls::is_mls(create.object) {
        check_audience(transaction, intake, create.object)?;
        let receivers = intake.receivers(transaction)?;
        return actions::arrive::mls(transaction, intake.moment, intake.activity, &receivers);
    }
    if json::type_among(create.object, |name| name == "Note").is_none() {
        return Ok(());
    }
    let note = Note::parse(create.object, create.actor).map_err(refused)?;
    let object: ObjectId = note.id;
    let receivers = intake.receivers(transaction)?;
    posts::arrive(transaction, intake.moment, intake.activity, id, &object, &receivers)
}

/// A sealed message goes to actors and to nobody else: never to the public, never to a collection, whose members nobody
/// could check against the group's.
fn check_audience(transaction: &mut Transaction<'_>, intake: &Intake<'_>, object: &Value) -> Result<()> {
    let mut audience: Vec<&str> = intake.audience.iter().map(String::as_str).collect();
    for name in ["to", "cc", "bto", "bcc", "audience"] {
        audience.extend(json::ids(object, name));
    }
    let collections = collections_of(transaction, &intake.activity.actor, &audience)?;
    for address in audience {
        let ours = ActorId::parse(address).is_ok_and(|id| {
            intake.site.owns(&id)
                && intake.site.account_of(&id).is_none()
                && id != intake.site.instance_actor()
        });
        if context::is_public(address) || ours || collections.iter().any(|collection| collection == address) {
            let sentence =
                format!("Expected actors as recipients of an encrypted message, and not {address}.");
            return Err(Error::refused("mls-audience", 400, sentence));
        }
    }
    Ok(())
}

/// The collections that the sender's actor names, looked up only when it names some address of its own server.
fn collections_of(
    transaction: &mut Transaction<'_>,
    sender: &ActorId,
    audience: &[&str],
) -> Result<Vec<String>> {
    let origin = sender.origin();
    let near = |address: &&str| address.starts_with(origin.as_str()) && *address != sender.as_str();
    if !audience.iter().any(near) {
        return Ok(Vec::new());
    }
    let row = actors::by_uri(transaction, sender)?;
    let document: Value = row.and_then(|row| serde_json::from_str(&row.document?).ok()).unwrap_or_default();
    let names = ["followers", "following", "outbox", "featured"];
    Ok(names.iter().filter_map(|name| json::single_id(&document, name)).map(str::to_owned).collect())
}
