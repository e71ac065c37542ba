//! Foreign HTML made harmless (S-43, S-45, S-51, S-52, P18): paragraphs, emphasis, lists, quotations, code and links to
//! http and https remain, everything else is dropped; what it said remains as text. Three steps: [`bounded`] keeps a small
//! vocabulary and bounds length and depth in one pass, `ammonia` parses what is left as browsers do and decides what is
//! allowed, [`finished`] goes over its texts. Not the place of custom emoji: those are put in when a page is made.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use ammonia::{Builder, UrlRelative};
use url::Url;

use super::{
    links::LinkText,
    markup::{Piece, Tag, Writer, pieces},
    plain::{escape, is_shown, unescape},
};

/// The longest HTML that is read, in bytes; what follows is cut off. The longest articles of newspapers fit.
pub const MAX_HTML: usize = 256 * 1_024;
/// The longest address that a link may have, in bytes.
const MAX_HREF: usize = 2_048;

const ELEMENTS: [&str; 16] = [
    "p",
    "a",
    "strong",
    "b",
    "em",
    "i",
    "u",
    "del",
    "s",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "span",
];
/// Elements of other vocabularies after which a new line begins: they become paragraphs.
const PARAGRAPHS: [&str; 24] = [
    "div",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "aside",
    "nav",
    "address",
    "center",
    "hr",
    "dl",
    "dt",
    "dd",
    "figure",
    "figcaption",
    "details",
    "summary",
    "table",
    "caption",
    "tr",
    "form",
    "fieldset",
    "video",
];
const HEADINGS: [&str; 6] = ["h1", "h2", "h3", "h4", "h5", "h6"];
const CLASSES: [&str; 6] = ["h-card", "mention", "hashtag", "u-url", "invisible", "ellipsis"];
/// Classes that hide text on a page. They are for addresses that are shown shortened, and allowed in links only.
const HIDING: [&str; 2] = ["invisible", "ellipsis"];

/// Where a link leads is the writer's affair, and nobody here vouches for it.
const REL: &str = "nofollow noopener noreferrer ugc";

/// Makes HTML harmless. Doing it twice changes nothing, unless the result is longer than [`MAX_HTML`].
pub fn sanitize(html: &str) -> String {
    finished(&allowed(&bounded(html)))
}

/// The small vocabulary, balanced and not too deep.
fn bounded(html: &str) -> String {
    let mut writer = Writer::default();
    for piece in pieces(beginning(html)) {
        match piece {
            Piece::Text(text) => writer.text(&without_markup(text)),
            Piece::Open(tag) => open(&mut writer, &tag),
            Piece::Close(name) => close(&mut writer, name),
        }
    }
    writer.finish()
}

fn beginning(html: &str) -> &str {
    html.get(..html.floor_char_boundary(MAX_HTML)).unwrap_or(html)
}

/// Text with its references in place, in which nothing can be a tag.
fn without_markup(text: &str) -> Cow<'_, str> {
    if text.contains(['<', '>']) {
        Cow::Owned(text.replace('<', "&lt;").replace('>', "&gt;"))
    } else {
        Cow::Borrowed(text)
    }
}

fn open(writer: &mut Writer, tag: &Tag<'_>) {
    if let Some(name) = find(&ELEMENTS, tag.name) {
        match attributes(writer, name, tag) {
            Some(attributes) => writer.open(name, &attributes),
            None => writer.close(name),
        }
    } else if tag.name.eq_ignore_ascii_case("br") {
        writer.void("<br>");
    } else if find(&PARAGRAPHS, tag.name).is_some() {
        writer.open("p", "");
    } else if find(&HEADINGS, tag.name).is_some() {
        writer.open("p", "");
        writer.open("strong", "");
    }
}

fn close(writer: &mut Writer, name: &str) {
    if let Some(name) = find(&ELEMENTS, name) {
        writer.close(name);
    } else if find(&PARAGRAPHS, name).is_some() {
        writer.close("p");
    } else if find(&HEADINGS, name).is_some() {
        writer.close("strong");
        writer.close("p");
    }
}

fn find(names: &[&'static str], name: &str) -> Option<&'static str> {
    names.iter().find(|known| known.eq_ignore_ascii_case(name)).copied()
}

/// What remains of the attributes; `None` for a link that leads nowhere.
fn attributes(writer: &Writer, name: &str, tag: &Tag<'_>) -> Option<String> {
    let mut attributes = String::new();
    if name == "a" {
        let href = address(tag.href?)?;
        attributes.push_str(&format!(" href=\"{}\"", escape(href.as_str())));
    }
    if matches!(name, "a" | "span") {
        let in_link = writer.is_open("a");
        let classes = tag.class.unwrap_or_default().split_ascii_whitespace();
        let classes: Vec<&str> =
            classes.filter(|class| CLASSES.contains(class) && (in_link || !HIDING.contains(class))).collect();
        if !classes.is_empty() {
            attributes.push_str(&format!(" class=\"{}\"", classes.join(" ")));
        }
    }
    if name == "a" {
        attributes.push_str(&format!(" rel=\"{REL}\""));
    }
    Some(attributes)
}

/// The address of a link, if it leads to the web: http or https, without a name before the host (`https://good@evil`), the
/// host in ASCII.
fn address(href: &str) -> Option<Url> {
    let mut url = Url::parse(unescape(href).trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return None;
    }
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    // Some addresses that a parser writes it reads differently; such a one is nobody's honest link.
    let stable = Url::parse(url.as_str()).is_ok_and(|again| again == url);
    (stable && url.as_str().len() <= MAX_HREF).then_some(url)
}

/// What `ammonia` lets through.
fn allowed(html: &str) -> String {
    let attributes = HashMap::from([("a", HashSet::from(["href"]))]);
    let classes = HashSet::from(CLASSES);
    Builder::empty()
        .tags(ELEMENTS.into_iter().chain(["br"]).collect())
        .tag_attributes(attributes)
        .allowed_classes(HashMap::from([("a", classes.clone()), ("span", classes)]))
        .url_schemes(HashSet::from(["http", "https"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some(REL))
        .clean(html)
        .to_string()
}

/// The same tree with clean texts: no control characters, no marks that turn the direction of what follows, and behind the
/// text of a link that looks like another address the host that it leads to.
fn finished(html: &str) -> String {
    let mut writer = Writer::default();
    let mut link: Option<LinkText> = None;
    for piece in pieces(html) {
        match piece {
            Piece::Text(text) => {
                let text: String = unescape(text).chars().filter(|&letter| is_shown(letter)).collect();
                writer.text(&escape(&text));
                if let Some(link) = &mut link {
                    link.push(&text);
                }
            }
            Piece::Open(tag) => {
                open(&mut writer, &tag);
                match (&mut link, tag.name) {
                    (_, "a") => link = tag.href.and_then(address).map(|to| LinkText::new(&to)),
                    (Some(link), "br") => link.push(" "),
                    (Some(link), _) => link.enter(tag.class),
                    (None, _) => (),
                }
            }
            Piece::Close(name) => {
                match (&mut link, name) {
                    (_, "a") => {
                        let host = link.take().and_then(|link| link.host_to_show());
                        writer.text(&host.map(|host| format!(" ({})", escape(&host))).unwrap_or_default());
                    }
                    (Some(link), _) => link.leave(),
                    (None, _) => (),
                }
                close(&mut writer, name);
            }
        }
    }
    writer.finish()
}

#[cfg(test)]
mod tests;
