//! `Like` (ActivityPub section 7.10), and the reactions with an emoji that Misskey writes as `Like` with `content` and
//! Pleroma as `EmojiReact`: all of them are read as a like.

use serde_json::{Value, json};

use super::{Activity, InvalidActivity, create::ObjectId};
use crate::{
    context,
    id::{ActivityId, ActorId},
    json, plain_text,
};

/// The longest reaction, in characters: a shortcode, or one emoji of several code points.
const MAX_REACTION: usize = 100;

/// Something is liked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Like {
    /// Its id; some send none.
    pub id: Option<ActivityId>,
    /// Who likes it.
    pub actor: ActorId,
    /// What, of any origin.
    pub object: ObjectId,
    /// The emoji, as itself or as `:shortcode:`, where it is a reaction.
    pub reaction: Option<String>,
}

impl Like {
    /// Reads a `Like` or an `EmojiReact`.
    pub fn parse(activity: &Activity) -> Result<Self, InvalidActivity> {
        let object = activity.object_of_kind(&["Like", "EmojiReact"])?;
        let reaction = json::text(&activity.document, "content");
        Ok(Self {
            id: activity.id.clone(),
            actor: activity.actor.clone(),
            object,
            reaction: reaction.and_then(|text| plain_text::one_line(text, MAX_REACTION)),
        })
    }
}

/// Likes a post, in front of its author alone.
pub fn build(id: &ActivityId, actor: &ActorId, object: &ObjectId, author: &ActorId) -> Value {
    json!({
        "@context": context::plain(), "id": id, "type": "Like", "actor": actor, "object": object, "to": [author],
    })
}
