//! `Create` (ActivityPub section 7.2): something new by its author. What the object is, a post, a vote or an MLS object, is
//! read by [`crate::post`] and [`crate::mls`].

use serde_json::{Value, json};

use super::{Activity, InvalidActivity};
use crate::{
    id::{ActivityId, ActorId, Id},
    json, post,
    time::Timestamp,
};

/// The kind of an object's id. Never constructed.
pub enum Object {}
/// The id of something that was created: a post, a vote, an MLS object.
pub type ObjectId = Id<Object>;

/// The most objects that one activity creates (S-54): the votes of one ballot.
pub const MAX_OBJECTS: usize = 100;

/// Something new.
#[derive(Clone, Debug, PartialEq)]
pub struct Create<'a> {
    /// Its id; some send none.
    pub id: Option<&'a ActivityId>,
    /// Its author.
    pub actor: &'a ActorId,
    /// The id of the object, where it has one: same origin as the author.
    pub object_id: Option<ObjectId>,
    /// The object itself, always embedded, always by the author.
    pub object: &'a Value,
}

impl<'a> Create<'a> {
    /// Reads a `Create`. The object must be embedded (what is only linked would have to be fetched, and everybody who
    /// matters embeds it, trap T17), must be of the author's origin, and must not name another author (S-04, S-19).
    pub fn parse(activity: &'a Activity) -> Result<Self, InvalidActivity> {
        if activity.kind != "Create" {
            return Err(InvalidActivity::Type);
        }
        Self::of(activity, activity.embedded_object().ok_or(InvalidActivity::Object)?)
    }

    /// Reads a `Create` of one or of several objects, each as [`Self::parse`] would: GoToSocial sends all votes of a
    /// ballot at once.
    pub fn parse_all(activity: &'a Activity) -> Result<Vec<Self>, InvalidActivity> {
        if activity.kind != "Create" {
            return Err(InvalidActivity::Type);
        }
        let objects = json::many(&activity.document, "object");
        if objects.is_empty() || !objects.iter().all(Value::is_object) {
            return Err(InvalidActivity::Object);
        }
        if objects.len() > MAX_OBJECTS {
            return Err(InvalidActivity::Limit);
        }
        objects.iter().map(|object| Self::of(activity, object)).collect()
    }

    fn of(activity: &'a Activity, object: &'a Value) -> Result<Self, InvalidActivity> {
        let object_id = match object.get("id") {
            None | Some(Value::Null) => None,
            Some(id) => {
                let id =
                    id.as_str().and_then(|id| ObjectId::parse(id).ok()).ok_or(InvalidActivity::Object)?;
                Some(id).filter(|id| id.same_origin(&activity.actor)).ok_or(InvalidActivity::Owner)?.into()
            }
        };
        post::same_author(object, &activity.actor)?;
        Ok(Self { id: activity.id.as_ref(), actor: &activity.actor, object_id, object })
    }
}

/// Publishes an object, addressed as the object is. `@context` moves from the object to the activity.
pub fn build(id: &ActivityId, actor: &ActorId, published: Timestamp, object: &Value) -> Value {
    let mut inner = object.clone();
    let context = inner.as_object_mut().and_then(|members| members.remove("@context"));
    let list = |name: &str| object.get(name).cloned().unwrap_or_else(|| json!([]));
    json!({
        "@context": context.unwrap_or_else(crate::context::plain), "id": id, "type": "Create", "actor": actor,
        "published": published, "to": list("to"), "cc": list("cc"), "object": inner,
    })
}
