//! A vote: a `Note` that has the name of an option, answers a question, and says nothing (FEDERATION.md 1.2). It is no post
//! and is never shown.

use serde_json::{Value, json};

use super::poll;
use crate::{activity::create::ObjectId, context, id::ActorId, json, plain_text};

/// An option chosen by somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    /// Its id, of the voter's origin.
    pub id: ObjectId,
    /// Who votes.
    pub attributed_to: ActorId,
    /// The title of the option.
    pub name: String,
    /// The question.
    pub in_reply_to: ObjectId,
    /// Whose question it is, and nobody else: votes are secret.
    pub to: Vec<String>,
}

impl Vote {
    /// Reads a vote that came from `voter`; `None` when it is a post.
    pub fn parse(object: &Value, voter: &ActorId) -> Option<Self> {
        json::type_among(object, |name| matches!(name, "Note" | "Answer"))?;
        let says_nothing = json::text(object, "content").is_none_or(str::is_empty)
            && object.get("contentMap").is_none_or(Value::is_null);
        let name = json::text(object, "name").filter(|_| says_nothing)?;
        let id = ObjectId::parse(json::text(object, "id")?).ok().filter(|id| id.same_origin(voter))?;
        super::same_author(object, voter).ok()?;
        Some(Self {
            id,
            attributed_to: voter.clone(),
            name: plain_text::one_line(name, poll::MAX_OPTION)?,
            in_reply_to: ObjectId::parse(json::single_id(object, "inReplyTo")?).ok()?,
            to: context::addresses(object, "to").into_iter().take(1).collect(),
        })
    }

    /// The vote as it goes out.
    pub fn to_value(&self) -> Value {
        json!({
            "@context": context::plain(), "id": self.id, "type": "Note", "attributedTo": self.attributed_to,
            "name": self.name, "inReplyTo": self.in_reply_to, "to": self.to, "cc": [],
        })
    }
}
