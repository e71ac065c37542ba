//! Posts as others write them: one value where a list belongs, a list where one value belongs, links as text or as
//! objects, languages beside the text or instead of it. What is malformed is left out, unless nothing works without it.

use serde_json::Value;

use super::{
    Attachment, Emoji, Hashtag, MAX_CONTENT, MAX_RECIPIENTS, MAX_TITLE, Mention, Poll, Post, PostKind,
};
use crate::{
    activity::{InvalidActivity, create::ObjectId},
    context,
    id::{ActorId, Link, MAX_ID_LENGTH},
    json, plain_text,
    time::Timestamp,
};

/// The longest tag of a language that is read; the longest registered ones are shorter.
const MAX_LANGUAGE: usize = 35;

impl Post {
    /// Reads a post whose author is already known to be `author`: the actor of the activity that carries it (S-04).
    pub fn parse(object: &Value, author: &ActorId) -> Result<Self, InvalidActivity> {
        super::same_author(object, author)?;
        read(object, author)
    }

    /// Reads a post that was fetched from its own id: the author is the one that it names, of the same origin (S-02).
    pub fn parse_fetched(object: &Value) -> Result<Self, InvalidActivity> {
        let author = super::author::author_of(object).ok_or(InvalidActivity::Owner)?;
        read(object, &author)
    }

    fn is_within_limits(&self) -> bool {
        let texts = [Some(&self.content), self.summary.as_ref()];
        texts.into_iter().flatten().all(|text| text.len() <= MAX_CONTENT)
            && self.to.len() + self.cc.len() <= MAX_RECIPIENTS
            && self.mentions.len() <= MAX_RECIPIENTS
    }
}

fn read(object: &Value, author: &ActorId) -> Result<Post, InvalidActivity> {
    let kind = json::type_among(object, |name| PostKind::from_name(name).is_some());
    let kind = kind.and_then(PostKind::from_name).ok_or(InvalidActivity::Object)?;
    let id = json::text(object, "id").and_then(|id| ObjectId::parse(id).ok());
    let id = id.ok_or(InvalidActivity::Object)?;
    if !id.same_origin(author) {
        return Err(InvalidActivity::Owner);
    }
    let content = content(object);
    let published = time(object, "published");
    let own = |name| reference(object, name).filter(|address: &ObjectId| address.same_origin(&id));
    let post = Post {
        title: title(object).filter(|_| kind.has_title()),
        summary: in_any_language(object, "summary").and_then(|text| plain_text::lines(text, MAX_CONTENT + 1)),
        sensitive: object.get("sensitive").and_then(Value::as_bool).unwrap_or_default(),
        language: language(object, content),
        // Some say of every post that it was updated when it was published.
        updated: time(object, "updated").filter(|&updated| published.is_none_or(|first| updated > first)),
        to: context::addresses(object, "to"),
        cc: context::addresses(object, "cc"),
        mentions: json::many(object, "tag").iter().filter_map(Mention::parse).collect(),
        hashtags: Hashtag::all_of(object),
        emojis: Emoji::all_of(object, &id),
        attachments: Attachment::all_of(object, kind),
        in_reply_to: reference(object, "inReplyTo"),
        url: page(object).filter(|url| url.same_origin(&id)),
        context: name_of_thread(object, "context"),
        conversation: name_of_thread(object, "conversation"),
        // PeerTube calls them comments.
        replies: own("replies").or_else(|| own("comments")),
        likes: own("likes"),
        shares: own("shares"),
        poll: (kind == PostKind::Question).then(|| Poll::parse(object)).flatten(),
        content: html(object, content),
        attributed_to: author.clone(),
        published,
        kind,
        id,
    };
    if post.is_within_limits() { Ok(post) } else { Err(InvalidActivity::Limit) }
}

/// A property that stands in one language, or in several under its name with `Map`.
fn in_any_language<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    let in_languages = || object.get(format!("{name}Map"))?.as_object()?.values().find_map(Value::as_str);
    json::text(object, name).or_else(in_languages)
}

fn content(object: &Value) -> &str {
    in_any_language(object, "content").unwrap_or_default()
}

/// Content is HTML unless it says otherwise: PeerTube's is Markdown, which is shown as the plain text that it also is.
fn html(object: &Value, content: &str) -> String {
    match json::text(object, "mediaType") {
        Some("text/markdown" | "text/plain") => plain_text::to_html(content),
        _ => content.to_owned(),
    }
}

fn title(object: &Value) -> Option<String> {
    in_any_language(object, "name").and_then(|name| plain_text::one_line(name, MAX_TITLE))
}

/// The only language of `contentMap`, or the one whose text is the content; else the `language` of Lemmy and PeerTube.
fn language(object: &Value, content: &str) -> Option<String> {
    let of_map = || {
        let map = object.get("contentMap")?.as_object()?;
        let is_content = |(_, text): &(&String, &Value)| map.len() == 1 || text.as_str() == Some(content);
        map.iter().find(is_content).map(|(language, _)| language.as_str())
    };
    let of_object = || json::text(object.get("language")?, "identifier");
    let is_tag = |tag: &&str| {
        let proper = tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        proper && (2..=MAX_LANGUAGE).contains(&tag.len()) && *tag != "und"
    };
    of_map().or_else(of_object).filter(is_tag).map(str::to_owned)
}

pub(super) fn time(object: &Value, name: &str) -> Option<Timestamp> {
    json::text(object, name).and_then(Timestamp::from_rfc3339)
}

/// The first link of a property, given as text, as an object or as a `Link`.
fn reference(object: &Value, name: &str) -> Option<ObjectId> {
    json::many(object, name).iter().find_map(|value| {
        let id = json::id_of(value).or_else(|| json::text(value, "href"))?;
        ObjectId::parse(id).ok()
    })
}

/// The page among the links of `url`: in HTML, or of no declared type.
fn page(object: &Value) -> Option<Link> {
    json::many(object, "url").iter().find_map(|link| {
        let kind = json::text(link, "mediaType");
        let is_page = kind.is_none_or(|kind| kind.starts_with("text/html"));
        json::link_of(link).filter(|_| is_page).and_then(|link| Link::parse_link(link).ok())
    })
}

fn name_of_thread(object: &Value, name: &str) -> Option<String> {
    let proper = |name: &&str| !name.is_empty() && name.len() <= MAX_ID_LENGTH;
    json::single_id(object, name).filter(proper).map(str::to_owned)
}
