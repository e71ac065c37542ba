//! What of a post is only shown and never searched for: stored as JSON in `post.details`, and as small as it can be, because
//! there are many posts. What is empty is left out, and a post without any of it has none. Also the options of a question,
//! which are the column `options` of `poll`.

use alcove_protocol::{
    ActorId, Link,
    post::{self, AttachmentKind},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::error::{Error, Result};

/// All of a post that is only shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PostDetails {
    /// The title of an article, page, video or event, as plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The language of the text, as a BCP 47 tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The page for people, where it is not the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whether attachments are hidden until somebody asks for them.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
    /// Pictures and other files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Who is named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Mention>,
    /// Hashtags as they were written, without `#`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hashtags: Vec<String>,
    /// Custom emoji of text and summary.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub emojis: Vec<Emoji>,
    /// The collection of replies, of posts from elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replies: Option<String>,
}

/// A picture or another file of a post.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attachment {
    /// Where it is; shown through the proxy of `media` where that is elsewhere.
    pub url: String,
    /// Its media type, as `image/jpeg`.
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    pub content_type: String,
    /// What it shows, for those who do not see it.
    #[serde(rename = "alt", skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What stands in its place until it is there.
    #[serde(rename = "hash", skip_serializing_if = "Option::is_none")]
    pub blurhash: Option<String>,
    /// Pixels.
    #[serde(rename = "w", skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels.
    #[serde(rename = "h", skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// The point that every cut shows: from -1 to 1, to the right and upwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub focus: Option<(f32, f32)>,
}

/// Somebody who is named in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// The actor's id.
    #[serde(rename = "id")]
    pub actor: String,
    /// As the author wrote it, such as `@ana@example.org`; proves nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// A custom emoji.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emoji {
    /// Its name, without colons.
    pub name: String,
    /// Its picture.
    pub url: String,
}

/// One option of a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollOption {
    /// What one chooses, as plain text.
    pub name: String,
    /// How many have chosen it, as far as its author's server has told; of our own questions `polls::tally` counts.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub votes: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}

impl Mention {
    /// The tag of a post.
    pub fn tag(&self) -> Option<post::Mention> {
        Some(post::Mention { href: ActorId::parse(&self.actor).ok()?, name: self.name.clone() })
    }
}

impl Emoji {
    /// What is kept of a tag.
    pub fn of(tag: &post::Emoji) -> Self {
        Self { name: tag.shortcode.clone(), url: tag.icon.to_string() }
    }

    /// The tag of a post or of an actor.
    pub fn tag(&self) -> Option<post::Emoji> {
        let icon = Link::parse_link(&self.url).ok()?;
        Some(post::Emoji { shortcode: self.name.clone(), icon, id: None, updated: None })
    }

    /// The emoji of a column; none of what cannot be read.
    pub fn of_column(column: Option<&str>) -> Vec<Self> {
        column.and_then(|list| serde_json::from_str(list).ok()).unwrap_or_default()
    }

    /// The column; none where there are none.
    ///
    /// # Errors
    /// Never, in practice.
    pub fn to_column(emojis: &[Self]) -> Result<Option<String>> {
        if emojis.is_empty() { Ok(None) } else { write(&emojis).map(Some) }
    }
}

impl PostDetails {
    /// What a column holds.
    ///
    /// # Errors
    /// When it is not what [`PostDetails::to_column`] wrote.
    pub fn of_column(column: Option<&str>) -> Result<Self> {
        column.map_or_else(|| Ok(Self::default()), read)
    }

    /// The column; none where there is nothing to say.
    ///
    /// # Errors
    /// Never, in practice.
    pub fn to_column(&self) -> Result<Option<String>> {
        if *self == Self::default() { Ok(None) } else { write(self).map(Some) }
    }
}

/// The options of a question, as its column holds them.
///
/// # Errors
/// When they are not what [`options_column`] wrote.
pub fn options_of(column: &str) -> Result<Vec<PollOption>> {
    read(column)
}

/// The column of a question's options.
///
/// # Errors
/// Never, in practice.
pub fn options_column(options: &[PollOption]) -> Result<String> {
    write(&options)
}

fn read<T: DeserializeOwned>(column: &str) -> Result<T> {
    serde_json::from_str(column).map_err(Error::unknown)
}

fn write<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(Error::unknown)
}

/// How a file of that media type is shown.
pub fn kind_of(content_type: &str) -> AttachmentKind {
    match content_type.split('/').next() {
        Some("image") => AttachmentKind::Image,
        Some("video") => AttachmentKind::Video,
        Some("audio") => AttachmentKind::Audio,
        _ => AttachmentKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_empty_takes_no_room_and_what_is_said_comes_back() {
        assert_eq!(PostDetails::default().to_column().unwrap(), None);
        assert_eq!(PostDetails::of_column(None).unwrap(), PostDetails::default());
        let picture =
            Attachment { url: "https://h.example/p".into(), focus: Some((0.5, -1.0)), ..Default::default() };
        let details = PostDetails {
            language: Some("de".into()),
            sensitive: true,
            attachments: vec![picture],
            mentions: vec![Mention { actor: "https://h.example/u".into(), name: String::new() }],
            ..PostDetails::default()
        };
        let column = details.to_column().unwrap().unwrap();
        assert_eq!(PostDetails::of_column(Some(&column)).unwrap(), details);
        let expected = r#"{"language":"de","sensitive":true,"attachments":[{"url":"https://h.example/p","focus":[0.5,-1.0]}],"mentions":[{"id":"https://h.example/u"}]}"#;
        assert_eq!(column, expected);
        let options =
            [PollOption { name: "yes".into(), votes: 0 }, PollOption { name: "no".into(), votes: 2 }];
        let column = options_column(&options).unwrap();
        assert_eq!(options_of(&column).unwrap(), options);
        assert_eq!(column, r#"[{"name":"yes"},{"name":"no","votes":2}]"#);
    }
}
