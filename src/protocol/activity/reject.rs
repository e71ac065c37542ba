//! `Reject` of a `Follow` (ActivityPub section 7.7): a request is declined, or a follower removed later on.

use serde_json::{Value, json};

use super::{
    Activity, InvalidActivity,
    follow::{AnsweredFollow, Follow},
};
use crate::{
    context,
    id::{ActivityId, ActorId},
};

/// A follow is declined, or ended by the one who was followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Its id; some send none.
    pub id: Option<ActivityId>,
    /// Who was asked.
    pub actor: ActorId,
    /// What was asked.
    pub follow: AnsweredFollow,
}

impl Reject {
    /// Reads a `Reject` of a follow.
    pub fn parse(activity: &Activity) -> Result<Self, InvalidActivity> {
        if activity.kind != "Reject" {
            return Err(InvalidActivity::Type);
        }
        let follow = AnsweredFollow::parse(activity)?;
        Ok(Self { id: activity.id.clone(), actor: activity.actor.clone(), follow })
    }
}

/// Declines a follow, in the name of whom it asked, or ends it later on. The follow is embedded: Mastodon finds it by that.
pub fn build(id: &ActivityId, follow: &Follow) -> Value {
    json!({
        "@context": context::plain(), "id": id, "type": "Reject", "actor": follow.object, "to": [follow.actor],
        "object": follow.embedded(),
    })
}
