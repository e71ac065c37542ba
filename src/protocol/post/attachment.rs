//! What comes with a post: pictures, sounds, videos, files and links, with what is needed to lay them out before they are
//! fetched (FEDERATION.md section 2). Not the media itself.

use serde_json::{Value, json};

use super::PostKind;
use crate::{id::Link, json, plain_text};

/// The most attachments that are read from one post (S-51); Mastodon stops at the same number.
pub const MAX_ATTACHMENTS: usize = 16;
/// The longest description, in characters; longer ones are cut (S-51).
const MAX_DESCRIPTION: usize = 10_000;
/// The longest media type and the longest blurhash, in bytes.
const MAX_WORD: usize = 127;
/// The height in pixels that is chosen where a video is offered in several.
const CHOSEN_HEIGHT: u32 = 720;

/// How an attachment is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttachmentKind {
    /// As a picture.
    Image,
    /// As a video.
    Video,
    /// As a sound.
    Audio,
    /// As a link to somewhere else.
    Link,
    /// As a file.
    Other,
}

/// Something that comes with a post.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    /// How it is shown.
    pub kind: AttachmentKind,
    /// Where it is.
    pub url: Link,
    /// What its server says that it is; believed only after a look at its bytes (S-41).
    pub media_type: Option<String>,
    /// What it shows, in words, for those who cannot see it.
    pub description: Option<String>,
    /// Its width in pixels.
    pub width: Option<u32>,
    /// Its height in pixels.
    pub height: Option<u32>,
    /// A blurred likeness, shown until it is there.
    pub blurhash: Option<String>,
    /// What must stay visible when it is cropped: from -1 (left, bottom) to 1 (right, top).
    pub focal_point: Option<[f64; 2]>,
    /// How long it plays, in seconds.
    pub duration: Option<u32>,
}

impl Attachment {
    /// The attachments of a post. A video, sound or picture that is itself the post (PeerTube, Funkwhale) is found among
    /// the links of its `url`.
    pub(super) fn all_of(object: &Value, kind: PostKind) -> Vec<Self> {
        let attached = json::many(object, "attachment").iter().filter_map(Self::parse);
        let mut all: Vec<Self> = attached.take(MAX_ATTACHMENTS).collect();
        if all.is_empty() && matches!(kind, PostKind::Image | PostKind::Audio | PostKind::Video) {
            all.extend(offered(object));
        }
        all
    }

    fn parse(entry: &Value) -> Option<Self> {
        let address = json::link_of(entry.get("url").unwrap_or(entry))?;
        let media_type = media_type(entry);
        let linked = entry.get("url").is_none();
        let kind = if linked { AttachmentKind::Link } else { kind_of(entry, media_type.as_deref()) };
        let description = ["name", "summary"].iter().find_map(|name| json::text(entry, name));
        Some(Self {
            kind,
            url: Link::parse_link(address).ok()?,
            media_type,
            description: description.and_then(|text| plain_text::lines(text, MAX_DESCRIPTION)),
            width: pixels(entry, "width"),
            height: pixels(entry, "height"),
            blurhash: word(entry, "blurhash"),
            focal_point: focal_point(entry),
            duration: entry.get("duration").and_then(seconds),
        })
    }

    /// The attachment as it goes out.
    pub(super) fn to_value(&self) -> Value {
        let (kind, address) = match self.kind {
            AttachmentKind::Image => ("Image", "url"),
            AttachmentKind::Video => ("Video", "url"),
            AttachmentKind::Audio => ("Audio", "url"),
            AttachmentKind::Link => ("Link", "href"),
            AttachmentKind::Other => ("Document", "url"),
        };
        json::present([
            ("type", Some(json!(kind))),
            (address, Some(json!(self.url))),
            ("mediaType", self.media_type.as_ref().map(|text| json!(text))),
            ("name", self.description.as_ref().map(|text| json!(text))),
            ("width", self.width.map(|pixels| json!(pixels))),
            ("height", self.height.map(|pixels| json!(pixels))),
            ("blurhash", self.blurhash.as_ref().map(|text| json!(text))),
            ("focalPoint", self.focal_point.map(|point| json!(point))),
            ("duration", self.duration.map(|seconds| json!(format!("PT{seconds}S")))),
        ])
    }
}

/// The form of a medium that is nearest to the chosen height among those that `url` offers, directly or in a playlist.
fn offered(object: &Value) -> Option<Attachment> {
    let links = json::many(object, "url").iter();
    let all = links.flat_map(|link| std::iter::once(link).chain(json::many(link, "tag")));
    let media = all.filter_map(|link| {
        let media_type = media_type(link);
        let kind = kind_of(&Value::Null, media_type.as_deref());
        let url =
            Link::parse_link(json::text(link, "href")?).ok().filter(|_| kind != AttachmentKind::Other)?;
        let (width, height) = (pixels(link, "width"), pixels(link, "height"));
        Some(Attachment { kind, url, media_type, width, height, ..Attachment::parse(link)? })
    });
    let chosen =
        media.min_by_key(|medium| medium.height.map_or(u32::MAX, |rows| rows.abs_diff(CHOSEN_HEIGHT)))?;
    Some(Attachment { duration: object.get("duration").and_then(seconds), ..chosen })
}

fn kind_of(entry: &Value, media_type: Option<&str>) -> AttachmentKind {
    let by_name = |name: &str| match name.to_ascii_lowercase().as_str() {
        "image" => Some(AttachmentKind::Image),
        "video" => Some(AttachmentKind::Video),
        "audio" => Some(AttachmentKind::Audio),
        _ => None,
    };
    let by_type = || json::type_among(entry, |name| by_name(name).is_some()).and_then(by_name);
    let top = media_type.and_then(|text| text.split('/').next());
    top.and_then(by_name).or_else(by_type).unwrap_or(AttachmentKind::Other)
}

/// A property of the attachment, or of the link inside it (Pleroma).
fn part<'a>(entry: &'a Value, name: &str) -> Option<&'a Value> {
    entry.get(name).filter(|value| !value.is_null()).or_else(|| json::many(entry, "url").first()?.get(name))
}

/// The media type without its parameters.
fn media_type(entry: &Value) -> Option<String> {
    Some(word(entry, "mediaType")?.split(';').next().unwrap_or_default().to_owned())
}

fn word(entry: &Value, name: &str) -> Option<String> {
    let word = part(entry, name)?.as_str()?.split_whitespace().next()?;
    let proper = word.len() <= MAX_WORD && word.bytes().all(|byte| byte.is_ascii_graphic());
    proper.then(|| word.to_owned())
}

fn pixels(entry: &Value, name: &str) -> Option<u32> {
    let number = part(entry, name)?.as_u64()?;
    u32::try_from(number).ok().filter(|&pixels| pixels > 0)
}

fn focal_point(entry: &Value) -> Option<[f64; 2]> {
    let [x, y] = part(entry, "focalPoint")?.as_array()?.as_slice() else { return None };
    Some([x.as_f64()?.clamp(-1.0, 1.0), y.as_f64()?.clamp(-1.0, 1.0)])
}

/// A duration in seconds: a number, or `PT1H2M3S` (ISO 8601); parts of a second are left out.
fn seconds(value: &Value) -> Option<u32> {
    let Some(text) = value.as_str() else { return u32::try_from(value.as_u64()?).ok() };
    let mut total: u32 = 0;
    for part in text.strip_prefix("PT")?.split_inclusive(['H', 'M', 'S']) {
        let (number, unit) = match part.chars().next_back()? {
            'H' => (part.strip_suffix('H')?, 3_600),
            'M' => (part.strip_suffix('M')?, 60),
            'S' => (part.strip_suffix('S')?, 1),
            _ => return None,
        };
        let whole: u32 = number.split('.').next()?.parse().ok()?;
        total = total.checked_add(whole.checked_mul(unit)?)?;
    }
    Some(total)
}
