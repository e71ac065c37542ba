//! `Move` (FEP-7628): an actor goes on under another id, and asks its followers to come along. It proves nothing before
//! the other actor lists this one in `alsoKnownAs` (S-17); that is for whoever fetches it.

use serde_json::{Value, json};

use super::{Activity, InvalidActivity};
use crate::{
    context,
    id::{ActivityId, ActorId},
    json,
};

/// An actor moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Its id; some send none.
    pub id: Option<ActivityId>,
    /// Who moves.
    pub actor: ActorId,
    /// Where to.
    pub target: ActorId,
}

impl Move {
    /// Reads a `Move` of the actor itself, and of nobody else (S-04).
    pub fn parse(activity: &Activity) -> Result<Self, InvalidActivity> {
        let object: ActorId = activity.object_of_kind(&["Move"])?;
        if object != activity.actor {
            return Err(InvalidActivity::Owner);
        }
        let target = json::single_id(&activity.document, "target").and_then(|id| ActorId::parse(id).ok());
        let target = target.filter(|target| *target != activity.actor).ok_or(InvalidActivity::Object)?;
        Ok(Self { id: activity.id.clone(), actor: activity.actor.clone(), target })
    }
}

/// Moves an actor, in front of its followers: `followers` is their collection.
pub fn build(id: &ActivityId, actor: &ActorId, target: &ActorId, followers: &str) -> Value {
    json!({
        "@context": context::plain(), "id": id, "type": "Move", "actor": actor, "object": actor, "target": target,
        "to": [followers],
    })
}
