//! `Follow` (ActivityPub section 7.5), and what an answer to one says about it. A follow is pending until its `Accept`
//! (S-20).

use serde_json::{Value, json};

use super::{Activity, InvalidActivity};
use crate::{
    context,
    id::{ActivityId, ActorId},
    json,
};

/// A request to follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follow {
    /// Its id, which the answer names; without one Mastodon ignores a follow, and so do we.
    pub id: ActivityId,
    /// Who wants to follow.
    pub actor: ActorId,
    /// Who is to be followed.
    pub object: ActorId,
}

impl Follow {
    /// Reads a `Follow`.
    pub fn parse(activity: &Activity) -> Result<Self, InvalidActivity> {
        let object = activity.object_id().and_then(|id| ActorId::parse(id).ok());
        let proper = activity.kind == "Follow";
        Ok(Self {
            id: activity.id.clone().ok_or(InvalidActivity::Id)?,
            actor: activity.actor.clone(),
            object: object.filter(|_| proper).ok_or(InvalidActivity::Object)?,
        })
    }

    /// The activity as it goes out.
    pub fn to_value(&self) -> Value {
        let mut value = self.embedded();
        value["@context"] = context::plain();
        value["to"] = json!([self.object]);
        value
    }

    /// The activity inside an `Accept`, `Reject` or `Undo`.
    pub(super) fn embedded(&self) -> Value {
        json!({"id": self.id, "type": "Follow", "actor": self.actor, "object": self.object})
    }
}

/// The follow that an `Accept` or `Reject` answers. Mastodon matches by the id, else by the follower; so must we,
/// because some embed the follow without its id and others send the bare id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnsweredFollow {
    /// The id of the follow, where it is given.
    pub id: Option<ActivityId>,
    /// Who had asked, where the follow is embedded.
    pub follower: Option<ActorId>,
}

impl AnsweredFollow {
    /// Reads the object of an answer. An embedded follow must be one of the answering actor (S-04).
    pub(super) fn parse(answer: &Activity) -> Result<Self, InvalidActivity> {
        let object = answer.object();
        let id = json::id_of(object).and_then(|id| ActivityId::parse(id).ok());
        let follower = json::single_id(object, "actor").and_then(|id| ActorId::parse(id).ok());
        if object.is_object() {
            json::type_among(object, |name| name == "Follow").ok_or(InvalidActivity::Object)?;
            let followed = json::single_id(object, "object");
            if followed.is_some_and(|followed| followed != answer.actor.as_str()) {
                return Err(InvalidActivity::Owner);
            }
        }
        if id.is_none() && follower.is_none() {
            return Err(InvalidActivity::Object);
        }
        Ok(Self { id, follower })
    }
}
