//! What an actor tells of itself, and nothing works by: its text, its pictures, its fields, where else it is. Summary and
//! values of fields are HTML of a stranger until whoever shows them has sanitised them (S-43).

use serde_json::{Value, json};

use crate::{
    id::{ActorId, Link},
    json, plain_text,
    post::Emoji,
    time::Timestamp,
};

/// The most bytes of a summary; longer ones are left out (S-51).
const MAX_SUMMARY: usize = 64 * 1024;
/// The most fields that are read (S-51).
pub const MAX_FIELDS: usize = 50;
/// The longest name of a field, in characters, and the longest value, in bytes; a longer value is left out.
const MAX_FIELD: usize = 2_048;
/// The most other ids of an actor that are read (S-51).
pub const MAX_ALIASES: usize = 50;

/// What an actor tells of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// Its text, as HTML; empty where there is none.
    pub summary: String,
    /// Its small picture.
    pub icon: Option<Image>,
    /// The large picture above its page.
    pub image: Option<Image>,
    /// What it tells in a table.
    pub fields: Vec<Field>,
    /// Who decides about requests to follow it.
    pub follow_approval: FollowApproval,
    /// Whether it may be suggested to others.
    pub discoverable: bool,
    /// Whether its public posts may be found by their text.
    pub indexable: bool,
    /// Other ids of the same person, which may move here.
    pub also_known_as: Vec<ActorId>,
    /// Where it has moved to.
    pub moved_to: Option<ActorId>,
    /// When it came; we tell the day alone.
    pub published: Option<Timestamp>,
    /// Pictures for the shortcodes in its name, text and fields.
    pub emojis: Vec<Emoji>,
}

/// A picture of an actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Where it is.
    pub url: Link,
    /// What its server says that it is.
    pub media_type: Option<String>,
    /// What it shows, in words.
    pub description: Option<String>,
}

/// A row of the table of an actor: a `PropertyValue`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// What it is about, one line of plain text.
    pub name: String,
    /// What it says, as HTML.
    pub value: String,
}

/// Who decides about a request to follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FollowApproval {
    /// Everybody may follow.
    #[default]
    Automatic,
    /// The actor approves each follower.
    Manual,
}

impl Profile {
    pub(super) fn parse(document: &Value, id: &ActorId) -> Self {
        let says = |name: &str| document.get(name).and_then(Value::as_bool).unwrap_or_default();
        let approval = if says("manuallyApprovesFollowers") {
            FollowApproval::Manual
        } else {
            FollowApproval::Automatic
        };
        let summary = json::text(document, "summary").filter(|text| text.len() <= MAX_SUMMARY);
        let fields = json::many(document, "attachment").iter().filter_map(Field::parse);
        let aliases = json::ids(document, "alsoKnownAs").into_iter().filter_map(|id| ActorId::parse(id).ok());
        Self {
            summary: summary.unwrap_or_default().to_owned(),
            icon: document.get("icon").and_then(Image::parse),
            image: document.get("image").and_then(Image::parse),
            fields: fields.take(MAX_FIELDS).collect(),
            follow_approval: approval,
            discoverable: says("discoverable"),
            indexable: says("indexable"),
            also_known_as: aliases.take(MAX_ALIASES).collect(),
            moved_to: json::single_id(document, "movedTo").and_then(|id| ActorId::parse(id).ok()),
            published: json::text(document, "published").and_then(Timestamp::from_rfc3339),
            emojis: Emoji::all_of(document, id),
        }
    }

    /// The properties of the actor's document that belong to the profile.
    pub(super) fn members(&self) -> Value {
        let list = |list: Vec<Value>| Some(list).filter(|list| !list.is_empty()).map(Value::Array);
        json::present([
            ("summary", Some(json!(self.summary))),
            ("icon", self.icon.as_ref().map(Image::to_value)),
            ("image", self.image.as_ref().map(Image::to_value)),
            ("attachment", Some(self.fields.iter().map(Field::to_value).collect())),
            ("manuallyApprovesFollowers", Some(json!(self.follow_approval == FollowApproval::Manual))),
            ("discoverable", Some(json!(self.discoverable))),
            ("indexable", Some(json!(self.indexable))),
            ("alsoKnownAs", list(self.also_known_as.iter().map(|id| json!(id)).collect())),
            ("movedTo", self.moved_to.as_ref().map(|id| json!(id))),
            ("published", self.published.map(|time| json!(time.whole_day()))),
            ("tag", Some(self.emojis.iter().map(Emoji::to_value).collect())),
        ])
    }
}

impl Image {
    fn parse(value: &Value) -> Option<Self> {
        let first = value.as_array().and_then(|list| list.first()).unwrap_or(value);
        let text = |names: &[&str]| names.iter().find_map(|name| json::text(first, name));
        let media_type = text(&["mediaType"]).and_then(|text| plain_text::one_line(text, 100));
        let description = text(&["summary", "name"]).and_then(|text| plain_text::lines(text, MAX_FIELD));
        Some(Self { url: Link::parse_link(json::link_of(first)?).ok()?, media_type, description })
    }

    fn to_value(&self) -> Value {
        json::present([
            ("type", Some(json!("Image"))),
            ("mediaType", self.media_type.as_ref().map(|text| json!(text))),
            ("url", Some(json!(self.url))),
            ("summary", self.description.as_ref().map(|text| json!(text))),
        ])
    }
}

impl Field {
    fn parse(entry: &Value) -> Option<Self> {
        json::type_among(entry, |name| name == "PropertyValue")?;
        let name = plain_text::one_line(json::text(entry, "name")?, MAX_FIELD)?;
        let value = json::text(entry, "value").filter(|value| value.len() <= MAX_FIELD)?;
        Some(Self { name, value: value.to_owned() })
    }

    fn to_value(&self) -> Value {
        json!({"type": "PropertyValue", "name": self.name, "value": self.value})
    }
}
