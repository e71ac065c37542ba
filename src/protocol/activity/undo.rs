//! `Undo` (ActivityPub section 7.12): an actor takes back something that it did itself.

use serde_json::{Value, json};

use super::{Activity, InvalidActivity};
use crate::{
    context,
    id::{ActivityId, ActorId, MAX_ID_LENGTH},
    json,
};

/// Something is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo {
    /// Its id; some send none.
    pub id: Option<ActivityId>,
    /// Who takes it back.
    pub actor: ActorId,
    /// The id of what is taken back, where it is given.
    pub undone: Option<ActivityId>,
    /// Its type, where it is embedded: `Follow`, `Like`, `Block` and so on.
    pub kind: Option<String>,
    /// What the undone activity was about, where it is embedded: the followed actor, the liked post.
    pub object: Option<String>,
}

impl Undo {
    /// Reads an `Undo`. What is undone must be the same actor's doing (S-04).
    pub fn parse(activity: &Activity) -> Result<Self, InvalidActivity> {
        if activity.kind != "Undo" {
            return Err(InvalidActivity::Type);
        }
        let undone = activity.object_id().and_then(|id| ActivityId::parse(id).ok());
        if undone.as_ref().is_some_and(|id| !id.same_origin(&activity.actor)) {
            return Err(InvalidActivity::Owner);
        }
        let embedded = activity.embedded_object();
        if embedded.is_some_and(|object| json::single_id(object, "actor") != Some(activity.actor.as_str())) {
            return Err(InvalidActivity::Owner);
        }
        if undone.is_none() && embedded.is_none() {
            return Err(InvalidActivity::Object);
        }
        let part = |read: fn(&Value) -> Option<&str>| embedded.and_then(read).map(str::to_owned);
        Ok(Self {
            id: activity.id.clone(),
            actor: activity.actor.clone(),
            undone,
            kind: part(|object| json::type_among(object, |_| true)),
            object: part(|object| json::single_id(object, "object").filter(|id| id.len() <= MAX_ID_LENGTH)),
        })
    }
}

/// Takes back an activity of the same actor. The whole of it is embedded: Mastodon undoes some types by nothing less.
pub fn build(id: &ActivityId, actor: &ActorId, undone: &Value) -> Value {
    let mut object = undone.clone();
    let to = object.get("to").cloned().unwrap_or_else(|| json!([]));
    if let Some(members) = object.as_object_mut() {
        members.remove("@context");
    }
    json!({
        "@context": context::plain(), "id": id, "type": "Undo", "actor": actor, "to": to, "object": object,
    })
}
