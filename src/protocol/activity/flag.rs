//! `Flag` (ActivityStreams Vocabulary): a report about an actor and some of its posts, to the people who run its server
//! (FEDERATION.md 1.1).

use serde_json::{Value, json};

use super::{Activity, InvalidActivity, create::ObjectId};
use crate::{
    context,
    id::{ActivityId, ActorId},
    json, plain_text,
};

/// The longest comment, in characters; longer ones are cut, as Mastodon does.
pub const MAX_COMMENT: usize = 5_000;
/// The most things that one report names; the rest is left out (S-51).
pub const MAX_REPORTED: usize = 200;

/// Something is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// Its id; some send none.
    pub id: Option<ActivityId>,
    /// Who reports: mostly the actor of a server, so that the person stays unnamed.
    pub actor: ActorId,
    /// What is reported, an actor and posts in any order, each once. Which is which, the reader of the database knows.
    pub objects: Vec<ObjectId>,
    /// Why, as plain text.
    pub comment: Option<String>,
}

impl Flag {
    /// Reads a `Flag` of at least one thing.
    pub fn parse(activity: &Activity) -> Result<Self, InvalidActivity> {
        if activity.kind != "Flag" {
            return Err(InvalidActivity::Type);
        }
        let mut objects: Vec<ObjectId> = Vec::new();
        for id in json::ids(&activity.document, "object").into_iter().take(MAX_REPORTED) {
            objects.extend(ObjectId::parse(id).ok().filter(|id| !objects.contains(id)));
        }
        if objects.is_empty() {
            return Err(InvalidActivity::Object);
        }
        // Lemmy gives the reason as `summary`.
        let comment = ["content", "summary"].iter().find_map(|name| json::text(&activity.document, name));
        let comment = comment.and_then(|text| plain_text::lines(text, MAX_COMMENT));
        Ok(Self { id: activity.id.clone(), actor: activity.actor.clone(), objects, comment })
    }
}

/// Reports an actor and its posts, in the name of the server's own actor.
pub fn build(
    id: &ActivityId,
    actor: &ActorId,
    reported: &ActorId,
    posts: &[ObjectId],
    comment: &str,
) -> Value {
    let objects: Vec<&str> =
        std::iter::once(reported.as_str()).chain(posts.iter().map(ObjectId::as_str)).collect();
    let comment = plain_text::lines(comment, MAX_COMMENT).unwrap_or_default();
    json!({
        "@context": context::plain(), "id": id, "type": "Flag", "actor": actor, "object": objects,
        "content": comment, "to": [reported],
    })
}
