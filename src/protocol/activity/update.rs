//! `Update` (ActivityPub section 7.3): something of an actor has changed, for one the actor itself.

use serde_json::{Value, json};

use super::{Activity, InvalidActivity, create::ObjectId};
use crate::{
    actor::Actor,
    context,
    id::{ActivityId, ActorId},
    json,
    post::{Post, PostKind},
    time::Timestamp,
};

/// Something has changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// Its id; some send none.
    pub id: Option<ActivityId>,
    /// Whose it is.
    pub actor: ActorId,
    /// What.
    pub object: Updated,
}

/// What has changed.
#[derive(Clone, Debug, PartialEq)]
pub enum Updated {
    /// The actor itself, as it says that it is now, where it says so.
    Actor(Option<Box<Actor>>),
    /// A post of the actor, as it is now.
    Post(Box<Post>),
    /// Something of the actor's origin that is only linked, or of a kind that is not shown; whether it is the actor's own
    /// is for the reader of the database to check.
    Object(ObjectId),
}

impl Update {
    /// Reads an `Update` of a link or of a whole object; only of the actor's own origin (S-04).
    pub fn parse(activity: &Activity) -> Result<Self, InvalidActivity> {
        let id = activity.object_of_own_origin("Update")?;
        let embedded = activity.embedded_object();
        let post = embedded
            .filter(|object| json::type_among(object, |name| PostKind::from_name(name).is_some()).is_some());
        let object = if id.as_str() == activity.actor.as_str() {
            Updated::Actor(embedded.and_then(|object| Actor::parse(object).ok()).map(Box::new))
        } else if let Some(object) = post {
            Updated::Post(Box::new(Post::parse(object, &activity.actor)?))
        } else {
            Updated::Object(id)
        };
        Ok(Self { id: activity.id.clone(), actor: activity.actor.clone(), object })
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

/// Tells those to whom a post is addressed that it has changed.
pub fn build_of_post(id: &ActivityId, actor: &ActorId, now: Timestamp, post: &Value) -> Value {
    let mut update = super::create::build(id, actor, now, post);
    update["type"] = json!("Update");
    update
}
