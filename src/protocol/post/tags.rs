//! What stands under `tag`: who is named (`Mention`), what it is filed under (`Hashtag`), pictures for shortcodes
//! (`Emoji`).

use serde_json::{Value, json};

use super::read;
use crate::{
    activity::create::ObjectId,
    id::{ActorId, Id, Link},
    json, plain_text,
    time::Timestamp,
};

/// The most hashtags, and the most emojis, that are read from one object (S-51).
pub const MAX_TAGS: usize = 100;
/// The longest name of a tag, in characters.
const MAX_NAME: usize = 255;

/// A tag that names an actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Who.
    pub href: ActorId,
    /// As the author wrote it, such as `@ana@example.org`; proves nothing.
    pub name: String,
}

/// A word under which a post is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hashtag {
    /// The word, without `#`, in the case its author chose.
    pub name: String,
    /// The author's server's page of it.
    pub href: Option<Link>,
}

/// A picture that stands in a text for a shortcode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emoji {
    /// The shortcode, without colons.
    pub shortcode: String,
    /// Where the picture is.
    pub icon: Link,
    /// Its id, of the origin of what carries it.
    pub id: Option<ObjectId>,
    /// When the picture changed last.
    pub updated: Option<Timestamp>,
}

impl Mention {
    pub(super) fn parse(tag: &Value) -> Option<Self> {
        json::type_among(tag, |name| name == "Mention")?;
        let href = ActorId::parse(json::text(tag, "href")?).ok()?;
        let name = json::text(tag, "name").and_then(|name| plain_text::one_line(name, MAX_NAME));
        Some(Self { href, name: name.unwrap_or_default() })
    }

    pub(super) fn to_value(&self) -> Value {
        json!({"type": "Mention", "href": self.href, "name": self.name})
    }
}

impl Hashtag {
    pub(super) fn all_of(object: &Value) -> Vec<Self> {
        json::many(object, "tag").iter().filter_map(Self::parse).take(MAX_TAGS).collect()
    }

    fn parse(tag: &Value) -> Option<Self> {
        json::type_among(tag, |name| name == "Hashtag")?;
        let name = plain_text::one_line(json::text(tag, "name")?.trim().trim_start_matches('#'), MAX_NAME)?;
        let href = json::text(tag, "href").and_then(|href| Link::parse_link(href).ok());
        Some(Self { name, href }).filter(|tag| !tag.name.contains(char::is_whitespace))
    }

    pub(super) fn to_value(&self) -> Value {
        let mut tag = json!({"type": "Hashtag", "name": format!("#{}", self.name)});
        if let Some(href) = &self.href {
            tag["href"] = json!(href);
        }
        tag
    }
}

impl Emoji {
    /// The emojis that an object or an actor carries.
    pub(crate) fn all_of<Kind>(document: &Value, owner: &Id<Kind>) -> Vec<Self> {
        let tags = json::many(document, "tag").iter();
        tags.filter_map(|tag| Self::parse(tag, owner)).take(MAX_TAGS).collect()
    }

    fn parse<Kind>(tag: &Value, owner: &Id<Kind>) -> Option<Self> {
        json::type_among(tag, |name| name == "Emoji")?;
        let shortcode = json::text(tag, "name")?.trim_matches(':');
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_-+.".contains(&byte);
        let proper = !shortcode.is_empty() && shortcode.len() <= MAX_NAME && shortcode.bytes().all(letter);
        let icon = tag.get("icon").and_then(json::link_of).filter(|_| proper)?;
        let id = json::text(tag, "id").and_then(|id| ObjectId::parse(id).ok());
        Some(Self {
            shortcode: shortcode.to_owned(),
            icon: Link::parse_link(icon).ok()?,
            id: id.filter(|id| id.same_origin(owner)),
            updated: read::time(tag, "updated"),
        })
    }

    /// The tag as it goes out.
    pub fn to_value(&self) -> Value {
        json::present([
            ("id", self.id.as_ref().map(|id| json!(id))),
            ("type", Some(json!("Emoji"))),
            ("name", Some(json!(format!(":{}:", self.shortcode)))),
            ("icon", Some(json!({"type": "Image", "url": self.icon}))),
            ("updated", self.updated.map(|time| json!(time))),
        ])
    }
}
