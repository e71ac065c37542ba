//! An `Announce` arrives: somebody shares a post. What it says is never taken from here, however much of it is embedded:
//! a post that is not here is fetched from where it belongs (S-18). Lemmy's communities announce the activities of their
//! members; of those a `Create` is a share of what it creates, and all others are forgotten.

use alcove_protocol::{
    activity::{announce::Announce, create::ObjectId},
    json,
    post::{PostKind, Visibility},
};

use super::{Intake, understood};
use crate::{
    actions::{
        errands::{self, Boosted, Errand, Haste},
        posts::{placed, reactions},
        remote_actors,
    },
    db::{Transaction, actors::ActorRow, posts},
    error::Result,
};

/// Notes the boost of a post that is here; sends for one that is not, where somebody here follows whoever boosts.
pub(super) fn receive(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    if intake.activity.id.is_none() {
        return Ok(());
    }
    let Some(announce) = understood(Announce::parse(intake.activity))? else { return Ok(()) };
    let Some(object) = shared(intake, &announce) else { return Ok(()) };
    let booster = intake.actor(transaction)?;
    let followers = remote_actors::followers_of(transaction, &booster)?;
    let visibility = Visibility::of(&announce.to, &announce.cc, followers.as_deref());
    let id = announce.id.as_str();
    if let Some(post) = posts::by_uri(transaction, object.as_str())? {
        let (site, moment) = (intake.site, intake.moment);
        return reactions::boosted(transaction, site, moment, &booster, id, visibility, &post);
    }
    fetch(transaction, intake, &booster, &announce, object, visibility)
}

/// What is shared: the object, or what an embedded `Create` created.
fn shared(intake: &Intake<'_>, announce: &Announce) -> Option<ObjectId> {
    match announce.object_kind.as_deref() {
        Some("Create") => {
            let created = intake.activity.object().get("object")?;
            ObjectId::parse(json::id_of(created)?).ok()
        }
        Some(kind) if PostKind::from_name(kind).is_none() => None,
        _ => Some(announce.object.clone()),
    }
}

fn fetch(
    transaction: &mut Transaction<'_>,
    intake: &Intake<'_>,
    booster: &ActorRow,
    announce: &Announce,
    post: ObjectId,
    visibility: Visibility,
) -> Result<()> {
    // What is not here of our own does not exist.
    if intake.site.owns(&post) || placed::followers_here(transaction, booster)?.is_empty() {
        return Ok(());
    }
    let boosted = Boosted {
        id: announce.id.to_string(),
        actor: announce.actor.clone(),
        post,
        visibility: posts::word(visibility).to_owned(),
    };
    errands::send(transaction, intake.moment, &Errand::Boost(boosted), Haste::Soon)
}
