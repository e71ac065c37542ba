//! `Note`: a short text, and the direct message that is one (ActivityStreams Vocabulary, FEDERATION.md 1.1). Content is
//! HTML of a stranger until the client has sanitised it (S-43); nothing here does.

use serde_json::{Map, Value, json};

use super::{InvalidActivity, create::ObjectId};
use crate::{
    context,
    id::{ActorId, Id},
    json,
    time::Timestamp,
};

/// The most bytes of content, and of a summary.
pub const MAX_CONTENT: usize = 256 * 1024;
/// The most addresses in `to` and `cc` together, and the most mentions (S-51, S-54).
pub const MAX_RECIPIENTS: usize = 1_000;

/// A short text by one author.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// Its id, of the author's origin.
    pub id: ObjectId,
    /// The author.
    pub attributed_to: ActorId,
    /// The text, as HTML.
    pub content: String,
    /// The warning shown in its place until it is opened, as plain text.
    pub summary: Option<String>,
    /// When it was published; never changes between versions, or GoToSocial refuses the note.
    pub published: Option<Timestamp>,
    /// Whom it is for.
    pub to: Vec<String>,
    /// Who gets it as well.
    pub cc: Vec<String>,
    /// Who is named in it: for a direct message everybody in `to`, or Mastodon shows it without notifying.
    pub mentions: Vec<Mention>,
    /// What it answers.
    pub in_reply_to: Option<ObjectId>,
    /// Its page for people, on the host of its id (Misskey insists).
    pub url: Option<ObjectId>,
    /// What groups the notes of one conversation: `context`, an address or a `urn:`.
    pub context: Option<String>,
}

/// A tag that names an actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Who.
    pub href: ActorId,
    /// As the author wrote it, such as `@ana@example.org`; proves nothing.
    pub name: String,
}

/// Who may see a note, as Mastodon reads its addressing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// The public stands in `to`.
    Public,
    /// The public stands in `cc`.
    Unlisted,
    /// The author's followers stand in either.
    Followers,
    /// Nobody but those who are named.
    Direct,
}

impl Note {
    /// Reads a note whose author is already known to be `author`.
    pub fn parse(object: &Value, author: &ActorId) -> Result<Self, InvalidActivity> {
        json::type_among(object, |name| name == "Note").ok_or(InvalidActivity::Object)?;
        super::same_author(object, author)?;
        let id = json::text(object, "id")
            .and_then(|id| ObjectId::parse(id).ok())
            .ok_or(InvalidActivity::Object)?;
        if !id.same_origin(author) {
            return Err(InvalidActivity::Owner);
        }
        let note = Self {
            attributed_to: author.clone(),
            content: content(object).to_owned(),
            summary: json::text(object, "summary").filter(|text| !text.is_empty()).map(str::to_owned),
            published: json::text(object, "published").and_then(Timestamp::from_rfc3339),
            to: owned(json::ids(object, "to")),
            cc: owned(json::ids(object, "cc")),
            mentions: json::many(object, "tag").iter().filter_map(Mention::parse).collect(),
            in_reply_to: json::single_id(object, "inReplyTo").and_then(|id| ObjectId::parse(id).ok()),
            url: address(object, "url").filter(|url: &ObjectId| url.same_origin(&id)),
            context: json::single_id(object, "context")
                .or_else(|| json::single_id(object, "conversation"))
                .map(str::to_owned),
            id,
        };
        if note.is_within_limits() { Ok(note) } else { Err(InvalidActivity::Limit) }
    }

    fn is_within_limits(&self) -> bool {
        let texts = [Some(&self.content), self.summary.as_ref()];
        texts.into_iter().flatten().all(|text| text.len() <= MAX_CONTENT)
            && self.to.len() + self.cc.len() <= MAX_RECIPIENTS
            && self.mentions.len() <= MAX_RECIPIENTS
    }

    /// Who may see it; `followers` is the collection that the author's actor document names.
    pub fn visibility(&self, followers: Option<&str>) -> Visibility {
        let is_followers = |address: &String| Some(address.as_str()) == followers;
        if self.to.iter().any(|address| context::is_public(address)) {
            Visibility::Public
        } else if self.cc.iter().any(|address| context::is_public(address)) {
            Visibility::Unlisted
        } else if self.to.iter().chain(&self.cc).any(is_followers) {
            Visibility::Followers
        } else {
            Visibility::Direct
        }
    }

    /// The note as it goes out, with its context: lists are lists, even of one.
    pub fn to_value(&self) -> Value {
        let mut note = Map::new();
        let mut set =
            |name: &str, value: Option<Value>| value.map(|value| note.insert(name.to_owned(), value));
        set("@context", Some(context::plain()));
        set("id", Some(json!(self.id)));
        set("type", Some(json!("Note")));
        set("attributedTo", Some(json!(self.attributed_to)));
        set("content", Some(json!(self.content)));
        set("summary", self.summary.as_ref().map(|text| json!(text)));
        set("published", self.published.map(|time| json!(time)));
        set("to", Some(json!(self.to)));
        set("cc", Some(json!(self.cc)));
        set("tag", Some(self.mentions.iter().map(Mention::to_value).collect()));
        set("inReplyTo", self.in_reply_to.as_ref().map(|id| json!(id)));
        set("url", self.url.as_ref().map(|url| json!(url)));
        set("context", self.context.as_ref().map(|text| json!(text)));
        Value::Object(note)
    }
}

impl Mention {
    fn parse(tag: &Value) -> Option<Self> {
        json::type_among(tag, |name| name == "Mention")?;
        let href = ActorId::parse(json::text(tag, "href")?).ok()?;
        Some(Self { href, name: json::text(tag, "name").unwrap_or_default().to_owned() })
    }

    fn to_value(&self) -> Value {
        json!({"type": "Mention", "href": self.href, "name": self.name})
    }
}

/// `content`, or where it is missing the first language of `contentMap`.
fn content(object: &Value) -> &str {
    let in_languages = || object.get("contentMap")?.as_object()?.values().find_map(Value::as_str);
    json::text(object, "content").or_else(in_languages).unwrap_or_default()
}

fn owned(list: Vec<&str>) -> Vec<String> {
    list.into_iter().map(str::to_owned).collect()
}

fn address<Kind>(object: &Value, name: &str) -> Option<Id<Kind>> {
    let link = json::many(object, name).first()?;
    Id::parse(link.as_str().or_else(|| json::text(link, "href"))?).ok()
}
