//! `Delete` (ActivityPub section 7.4): an author takes back an object for good, or an actor goes.

use serde_json::{Value, json};

use super::{Activity, InvalidActivity, create::ObjectId};
use crate::{
    context,
    id::{ActivityId, ActorId},
    post::Tombstone,
    time::Timestamp,
};

/// Something is gone for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delete {
    /// Its id; some send none.
    pub id: Option<ActivityId>,
    /// Who deletes.
    pub actor: ActorId,
    /// What.
    pub object: Deleted,
}

/// What is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deleted {
    /// The actor itself: answered 202 without a look at the signature when the actor was never seen, because its key is
    /// often gone already.
    Actor,
    /// An object of the actor's origin; whether it is the actor's own is for the reader of the database to check.
    Object(ObjectId),
}

impl Delete {
    /// Reads a `Delete` of a link, a `Tombstone` or the whole object; only of the actor's own origin (S-04).
    pub fn parse(activity: &Activity) -> Result<Self, InvalidActivity> {
        let object = activity.object_of_own_origin("Delete")?;
        let is_actor = object.as_str() == activity.actor.as_str();
        let object = if is_actor { Deleted::Actor } else { Deleted::Object(object) };
        Ok(Self { id: activity.id.clone(), actor: activity.actor.clone(), object })
    }
}

/// Deletes an object, in front of everybody to whom it had been sent.
pub fn build(id: &ActivityId, actor: &ActorId, object: &ObjectId, to: &[String], now: Timestamp) -> Value {
    let tombstone = Tombstone { id: object.clone(), deleted: Some(now) };
    json!({
        "@context": context::plain(), "id": id, "type": "Delete", "actor": actor, "to": to, "published": now,
        "object": tombstone.embedded(),
    })
}

/// Deletes the actor itself.
pub fn build_for_actor(id: &ActivityId, actor: &ActorId) -> Value {
    json!({
        "@context": context::plain(), "id": id, "type": "Delete", "actor": actor, "to": [context::PUBLIC],
        "object": actor,
    })
}
