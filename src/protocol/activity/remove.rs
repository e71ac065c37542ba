//! `Remove` (ActivityPub section 7.9): an actor takes something out of a collection of its own, such as its
//! `featured` posts.

use serde_json::{Value, json};

use super::{Activity, InvalidActivity, create::ObjectId};
use crate::{
    actor::Address,
    context,
    id::{ActivityId, ActorId},
};

/// A collection loses something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remove {
    /// Its id; some send none.
    pub id: Option<ActivityId>,
    /// Who changes the collection.
    pub actor: ActorId,
    /// What, of any origin.
    pub object: ObjectId,
    /// The collection, of the actor's origin; whether it is the actor's own is for the reader of the database to check.
    pub target: Address,
}

impl Remove {
    /// Reads a `Remove`; only of a collection of the actor's own origin (S-04).
    pub fn parse(activity: &Activity) -> Result<Self, InvalidActivity> {
        let object = activity.object_of_kind(&["Remove"])?;
        let target = activity.target_of_own_origin()?;
        Ok(Self { id: activity.id.clone(), actor: activity.actor.clone(), object, target })
    }
}

/// Takes a post out of a collection of its actor, in front of everybody.
pub fn build(id: &ActivityId, actor: &ActorId, object: &ObjectId, target: &Address) -> Value {
    json!({
        "@context": context::plain(), "id": id, "type": "Remove", "actor": actor, "object": object,
        "target": target, "to": [context::PUBLIC],
    })
}
