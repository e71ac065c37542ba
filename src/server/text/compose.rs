//! What a person typed, made into HTML: paragraphs and lines, links, mentions, hashtags. Plain text as on Mastodon and no
//! markup language; what looks like markup is shown as it was typed. Whom a mention means is looked up by the caller, between
//! [`mentioned`] and [`compose`]. The result always passes [`sanitize`] unchanged.

mod parts;

use std::collections::{BTreeMap, BTreeSet};

use alcove_protocol::{ActorId, Handle};
use unicode_segmentation::UnicodeSegmentation;
use url::Url;

use super::{plain::escape, sanitize::sanitize};
use parts::{Part, parts};

/// How long a text may be, counted with [`length`], unless the configuration says otherwise.
pub const LIMIT: usize = 5_000;
/// How many characters the address of a link counts for, however long it is.
const LINK_LENGTH: usize = 23;

/// Who is meant by a mention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mentioned {
    /// The actor.
    pub actor: ActorId,
    /// The page about them.
    pub page: String,
}

/// Whom the handles of a text mean; a handle that nobody has is not in it, and stays text.
pub type Mentions = BTreeMap<Handle, Mentioned>;

/// What a text is composed in.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// Where our pages are, as `https://chat.example.org`.
    pub origin: &'a str,
    /// The domain of a mention that names none.
    pub domain: &'a str,
    /// Whom the mentions mean.
    pub mentions: &'a Mentions,
}

/// A text as it is published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Composed {
    /// The HTML.
    pub html: String,
    /// The mentions that somebody was found for, each once.
    pub mentions: BTreeSet<Handle>,
    /// The hashtags without `#`, in lower case, each once.
    pub hashtags: BTreeSet<String>,
}

/// The handles that a text mentions, each once, in the order of the alphabet.
pub fn mentioned(text: &str, domain: &str) -> BTreeSet<Handle> {
    let handles = parts(text).into_iter().filter_map(|part| match part {
        Part::Mention { name, host } => handle(name, host, domain),
        _ => None,
    });
    handles.collect()
}

/// The hashtags of a text without `#`, in lower case, each once.
pub(super) fn hashtags(text: &str) -> BTreeSet<String> {
    let names = parts(text).into_iter().filter_map(|part| match part {
        Part::Hashtag(name) => Some(name.to_lowercase()),
        _ => None,
    });
    names.collect()
}

/// The length of a text as people count: what they see as one character is one, a link is 23, a mention counts without its
/// host.
pub fn length(text: &str) -> usize {
    let text = lines(text);
    let lengths = parts(&text).into_iter().map(|part| match part {
        Part::Link(_) => LINK_LENGTH,
        Part::Mention { name, .. } => name.len() + 1,
        Part::Text(text) => text.graphemes(true).count(),
        Part::Hashtag(name) => name.graphemes(true).count() + 1,
    });
    lengths.sum()
}

/// Makes HTML of a text.
pub fn compose(text: &str, surroundings: Surroundings<'_>) -> Composed {
    let mut composed = Composed::default();
    for paragraph in lines(text).split("\n\n").map(|paragraph| paragraph.trim_matches('\n')) {
        composed.html.push_str("<p>");
        for part in parts(paragraph) {
            add(&mut composed, part, surroundings);
        }
        composed.html.push_str("</p>");
    }
    composed.html = sanitize(&composed.html);
    composed
}

/// The text with one kind of line break and nothing around it.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

fn add(composed: &mut Composed, part: Part<'_>, surroundings: Surroundings<'_>) {
    let html = match part {
        Part::Text(text) => escape(text).replace('\n', "<br>"),
        Part::Link(address) => {
            let address = escape(address);
            format!("<a href=\"{address}\">{address}</a>")
        }
        Part::Hashtag(name) => {
            composed.hashtags.insert(name.to_lowercase());
            let href = tag_page(surroundings.origin, name);
            format!(
                "<a href=\"{}\" class=\"mention hashtag\">#<span>{}</span></a>",
                escape(&href),
                escape(name)
            )
        }
        Part::Mention { name, host } => {
            let handle = handle(name, host, surroundings.domain);
            match handle.and_then(|handle| Some((surroundings.mentions.get(&handle)?, handle))) {
                Some((mentioned, handle)) => {
                    composed.mentions.insert(handle);
                    mention(name, &mentioned.page)
                }
                None => escape(&host.map_or_else(|| format!("@{name}"), |host| format!("@{name}@{host}")))
                    .into_owned(),
            }
        }
    };
    composed.html.push_str(&html);
}

fn mention(name: &str, page: &str) -> String {
    let (page, name) = (escape(page), escape(name));
    format!(
        "<span class=\"h-card\"><a href=\"{page}\" class=\"u-url mention\">@<span>{name}</span></a></span>"
    )
}

/// The page of a hashtag here.
pub fn tag_page(origin: &str, name: &str) -> String {
    let Ok(mut page) = Url::parse(origin) else { return origin.to_owned() };
    if let Ok(mut path) = page.path_segments_mut() {
        path.pop_if_empty().extend(["tags", &name.to_lowercase()]);
    }
    page.into()
}

fn handle(name: &str, host: Option<&str>, domain: &str) -> Option<Handle> {
    Handle::parse(&format!("{name}@{}", host.unwrap_or(domain))).ok()
}

#[cfg(test)]
mod tests;
