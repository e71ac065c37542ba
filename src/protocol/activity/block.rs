//! `Block` (ActivityPub section 6.9): the actor wants nothing of another any more. Mastodon tells the other's server so that
//! it can keep to it; whoever is blocked is never told.

use serde_json::{Value, json};

use super::{Activity, InvalidActivity};
use crate::{
    context,
    id::{ActivityId, ActorId},
};

/// Somebody is blocked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its id; some send none.
    pub id: Option<ActivityId>,
    /// Who blocks.
    pub actor: ActorId,
    /// Whom.
    pub object: ActorId,
}

impl Block {
    /// Reads a `Block`.
    pub fn parse(activity: &Activity) -> Result<Self, InvalidActivity> {
        let object = activity.object_of_kind(&["Block"])?;
        Ok(Self { id: activity.id.clone(), actor: activity.actor.clone(), object })
    }
}

/// Blocks somebody, in front of the other's server.
pub fn build(id: &ActivityId, actor: &ActorId, object: &ActorId) -> Value {
    json!({
        "@context": context::plain(), "id": id, "type": "Block", "actor": actor, "object": object, "to": [object],
    })
}
