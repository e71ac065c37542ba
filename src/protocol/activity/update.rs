//! `Update` (ActivityPub section 7.3): something of an actor has changed, for one the actor itself.

use serde_json::{Value, json};

use super::{Activity, InvalidActivity, create::ObjectId};
use crate::{
    context,
    id::{ActivityId, ActorId},
};

/// Something has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// Whose it is.
    pub actor: ActorId,
    /// What.
    pub object: Updated,
}

/// What has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Updated {
    /// The actor itself.
    Actor,
    /// An object of the actor's origin; whether it is the actor's own is for the reader of the database to check.
    Object(ObjectId),
}

impl Update {
    /// Reads an `Update` of a link or of a whole object; only of the actor's own origin (S-04).
    pub fn parse(activity: &Activity) -> Result<Self, InvalidActivity> {
        let object = activity.object_of_own_origin("Update")?;
        let is_actor = object.as_str() == activity.actor.as_str();
        let object = if is_actor { Updated::Actor } else { Updated::Object(object) };
        Ok(Self { actor: activity.actor.clone(), object })
    }
}

/// Tells everybody that an actor has changed: `object` is its document, whose `@context` moves to the activity.
pub fn build(id: &ActivityId, actor: &ActorId, object: &Value) -> Value {
    let mut inner = object.clone();
    let context = inner.as_object_mut().and_then(|members| members.remove("@context"));
    json!({
        "@context": context.unwrap_or_else(context::plain), "id": id, "type": "Update", "actor": actor,
        "to": [context::PUBLIC], "object": inner,
    })
}
