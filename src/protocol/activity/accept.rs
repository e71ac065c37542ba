//! `Accept` of a `Follow` (ActivityPub section 7.6): from now on the follower is one.

use serde_json::{Value, json};

use super::{
    Activity, InvalidActivity,
    follow::{AnsweredFollow, Follow},
};
use crate::{
    context,
    id::{ActivityId, ActorId},
};

/// A follow is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accept {
    /// Its id; some send none.
    pub id: Option<ActivityId>,
    /// Who was asked.
    pub actor: ActorId,
    /// What was asked.
    pub follow: AnsweredFollow,
}

impl Accept {
    /// Reads an `Accept` of a follow.
    pub fn parse(activity: &Activity) -> Result<Self, InvalidActivity> {
        if activity.kind != "Accept" {
            return Err(InvalidActivity::Type);
        }
        let follow = AnsweredFollow::parse(activity)?;
        Ok(Self { id: activity.id.clone(), actor: activity.actor.clone(), follow })
    }
}

/// Grants a follow, in the name of whom it asked. The follow is embedded: Mastodon finds it by that.
pub fn build(id: &ActivityId, follow: &Follow) -> Value {
    json!({
        "@context": context::plain(), "id": id, "type": "Accept", "actor": follow.object, "to": [follow.actor],
        "object": follow.embedded(),
    })
}
