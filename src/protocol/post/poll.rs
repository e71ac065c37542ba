//! What a `Question` asks (ActivityStreams Vocabulary, Mastodon's `votersCount`): options to choose one or several of,
//! until a point in time. How somebody answers is [`super::Vote`].

use serde_json::{Value, json};

use super::read;
use crate::{json, plain_text, time::Timestamp};

/// The most options that are read (S-51).
pub const MAX_OPTIONS: usize = 50;
/// The longest option, in characters; longer ones are cut (S-51).
pub(super) const MAX_OPTION: usize = 500;

/// How many options one person may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// One: `oneOf`.
    Single,
    /// Any number: `anyOf`.
    Multiple,
}

/// A question with its answers so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll {
    /// How many options one person may choose.
    pub choice: Choice,
    /// What can be chosen.
    pub options: Vec<PollOption>,
    /// When it will close, or was to close.
    pub closes_at: Option<Timestamp>,
    /// When it was closed, or will be (Pleroma). Where others say only that it is, a point at which it existed.
    pub closed: Option<Timestamp>,
    /// How many people have voted, where its server tells.
    pub voters_count: Option<u32>,
}

/// One of the answers to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollOption {
    /// What it says, one line of plain text; also how a vote names it.
    pub title: String,
    /// How many have chosen it.
    pub votes: u32,
}

impl Poll {
    /// Reads what a question asks; `None` where there is nothing to choose.
    pub(super) fn parse(object: &Value) -> Option<Self> {
        let several = json::many(object, "anyOf");
        let choice = if several.is_empty() { Choice::Single } else { Choice::Multiple };
        let entries = if several.is_empty() { json::many(object, "oneOf") } else { several };
        let options: Vec<_> = entries.iter().filter_map(PollOption::parse).take(MAX_OPTIONS).collect();
        let closed = closed(object);
        let poll = Self {
            choice,
            options,
            closes_at: read::time(object, "endTime").or(closed),
            closed,
            voters_count: object.get("votersCount").and_then(count),
        };
        Some(poll).filter(|poll| !poll.options.is_empty())
    }

    /// The properties of the question that belong to the poll.
    pub(super) fn members(&self) -> Value {
        let name = if self.choice == Choice::Single { "oneOf" } else { "anyOf" };
        let options: Vec<Value> = self.options.iter().map(PollOption::to_value).collect();
        json::present([
            (name, Some(json!(options))),
            ("endTime", self.closes_at.map(|time| json!(time))),
            ("closed", self.closed.map(|time| json!(time))),
            ("votersCount", self.voters_count.map(|count| json!(count))),
        ])
    }

    /// Says whether votes are still taken.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.closed.is_none_or(|closed| now < closed) && self.closes_at.is_none_or(|end| now < end)
    }
}

impl PollOption {
    fn parse(entry: &Value) -> Option<Self> {
        let title = plain_text::one_line(json::text(entry, "name")?, MAX_OPTION)?;
        let votes = entry.get("replies").and_then(|replies| replies.get("totalItems")).and_then(count);
        Some(Self { title, votes: votes.unwrap_or_default() })
    }

    fn to_value(&self) -> Value {
        json!({"type": "Note", "name": self.title, "replies": {"type": "Collection", "totalItems": self.votes}})
    }
}

/// `closed` holds a time, or only `true`: then the last that is known to lie in the past is taken.
fn closed(object: &Value) -> Option<Timestamp> {
    let last = || ["updated", "published"].into_iter().find_map(|name| read::time(object, name));
    match object.get("closed")? {
        Value::Bool(true) => Some(last().unwrap_or_default()),
        _ => read::time(object, "closed"),
    }
}

fn count(value: &Value) -> Option<u32> {
    value.as_u64().map(|count| u32::try_from(count).unwrap_or(u32::MAX))
}
