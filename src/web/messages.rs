//! The messages of this device in memory, in order of arrival, as the interface pages through them. Not what they mean to
//! each other: edits, deletions and reactions are the business of `alcove_client`.

use std::collections::BTreeMap;

use alcove_client::{Content, Message};
use alcove_protocol::{ActorId, GroupId};
use serde_json::{Value, json};

/// All messages.
#[derive(Default)]
pub struct Messages(BTreeMap<GroupId, BTreeMap<i64, Message>>);

impl Messages {
    /// Takes one in.
    pub fn insert(&mut self, message: Message) {
        self.0.entry(message.conversation.clone()).or_default().insert(message.position, message);
    }

    /// The newest message that can be shown.
    pub fn last(&self, group: &GroupId) -> Option<&Message> {
        self.0.get(group)?.values().rev().find(|message| is_shown(message))
    }

    /// The last messages of these groups before a position, oldest first, and whether there are more before them.
    pub fn page(&self, groups: &[GroupId], before: i64, limit: usize) -> (Vec<&Message>, bool) {
        let of = |group| self.0.get(group).into_iter().flat_map(|messages| messages.range(..before));
        let mut found: Vec<&Message> = groups
            .iter()
            .flat_map(of)
            .map(|(_, message)| message)
            .filter(|message| is_shown(message))
            .collect();
        found.sort_by_key(|message| message.position);
        let more = found.len() > limit;
        (found.split_off(found.len().saturating_sub(limit)), more)
    }
}

fn is_shown(message: &Message) -> bool {
    matches!(message.content, Content::Text { .. } | Content::Unsupported { .. })
}

/// A message as the contract has it.
pub fn show(message: &Message, me: &ActorId) -> Value {
    let own = message.sender == *me;
    let body = match &message.content {
        Content::Text { text, .. } => {
            json!({"kind": "text", "text": text, "mentions": [], "links": [], "files": [], "inert": false})
        }
        Content::Unsupported { kind } => json!({"kind": "unsupported", "type": kind}),
        _ => json!({"kind": "unsupported", "type": ""}),
    };
    let mut shown = json!({
        "sender": message.sender, "id": message.id, "position": message.position, "sentAt": message.sent_at.0,
        "own": own, "body": body, "reactions": [],
    });
    if own {
        shown["state"] = json!({"kind": "sent"});
    }
    shown
}
