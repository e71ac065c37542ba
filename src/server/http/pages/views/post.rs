//! A post as pages and feeds show it, put together from what [`super::load`] has found. Pure: nothing is looked up here.

use std::collections::BTreeSet;

use alcove_protocol::{
    ActorId,
    post::{AttachmentKind, Visibility},
};
use serde::Serialize;

use super::{
    Reader,
    load::Found,
    person::{self, PersonView, web_page},
    poll::PollView,
    words::{self, Moment},
};
use crate::{
    actions::posts::details::{self, Attachment, PostDetails},
    db::{media::MediaRow, posts::PostRow},
    media::{self, Variant},
    text,
};

/// A post as somebody sees it.
#[derive(Clone, Debug, Serialize)]
pub struct PostView {
    /// The row id, as text.
    pub id: String,
    /// The page here; of what is elsewhere, for visitors, the page there.
    pub path: String,
    /// The full address of the page where it was written.
    pub url: String,
    /// The ActivityPub id.
    pub uri: String,
    /// Who wrote it.
    pub author: PersonView,
    /// Who brought it here.
    pub boosted_by: Option<PersonView>,
    /// What it answers.
    pub answers: Option<Answered>,
    /// The title of an article, video or event.
    pub title: Option<String>,
    /// What is said before it is opened.
    pub warning: Option<String>,
    /// The same as HTML: text, and pictures of custom emoji.
    pub warning_html: String,
    /// The text: safe HTML, with custom emoji as pictures of our own addresses.
    pub content_html: String,
    /// The same without markup, for titles and excerpts.
    pub plain: String,
    /// The language, as a BCP 47 tag.
    pub language: Option<String>,
    /// When it was published.
    pub published: Moment,
    /// When it was edited last.
    pub edited: Option<Moment>,
    /// Who can see it, in words.
    pub audience: &'static str,
    /// Whether everybody can.
    pub is_public: bool,
    /// The label of what is not encrypted, on what is for few.
    pub not_encrypted: Option<String>,
    /// Pictures and other files.
    pub files: Vec<FileView>,
    /// Whether those are hidden until somebody asks for them.
    pub is_sensitive: bool,
    /// What it asks.
    pub poll: Option<PollView>,
    /// How many answers for everybody are known here.
    pub replies: i64,
    /// How many have shared it.
    pub boosts: i64,
    /// How many like it.
    pub likes: i64,
    /// Whether the reader likes it.
    pub is_liked: bool,
    /// Whether the reader has shared it.
    pub is_boosted: bool,
    /// Whether the reader may share it.
    pub may_boost: bool,
    /// Whether the reader wrote it.
    pub is_own: bool,
    /// Whether the reader may let it stand first on the profile.
    pub may_pin: bool,
    /// Whether it stands first on its author's profile.
    pub is_pinned: bool,
    /// Whether the page is about it.
    pub is_focus: bool,
    /// Whether the next post on the page answers it.
    pub is_answered_next: bool,
    /// Whether its warning is open from the first.
    pub is_open: bool,
}

/// What a post answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answered {
    /// Where that is.
    pub path: String,
    /// Whose it is, as far as that may be said.
    pub text: String,
}

/// A file of a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileView {
    /// `image`, `video`, `audio` or `file`.
    pub kind: &'static str,
    /// Its address: one of ours, except for a `file`.
    pub src: String,
    /// A smaller picture of it.
    pub preview: Option<String>,
    /// What it shows, in words; may be empty.
    pub description: String,
    /// Its media type; may be empty.
    pub content_type: String,
    /// In bytes, where that is known.
    pub bytes: Option<i64>,
    /// In pixels.
    pub width: Option<i64>,
    /// In pixels.
    pub height: Option<i64>,
}

impl PostView {
    /// A post as a reader sees it; `None` when nothing is known of its author.
    pub fn new(reader: &Reader, row: &PostRow, found: &Found) -> Option<Self> {
        let author = found.people.get(&row.actor_id)?.clone();
        let details = PostDetails::of_column(row.details.as_deref()).unwrap_or_default();
        let emoji = person::emoji(reader, &details.emojis);
        let visibility = row.visibility();
        let is_public = matches!(visibility, Visibility::Public | Visibility::Unlisted);
        let is_own = reader.account == Some(row.actor_id);
        let count = |counts: &super::load::Counts| counts.get(&row.id).copied().unwrap_or_default();
        let url = match author.is_local {
            true => reader.app.site.url(&format!("{}/{}", author.path, row.id)),
            false => web_page(details.url.as_deref(), &row.uri),
        };
        Some(Self {
            id: row.id.to_string(),
            path: path(reader, row, &author, &url),
            uri: row.uri.clone(),
            boosted_by: None,
            answers: row.in_reply_to.as_deref().and_then(|parent| found.answered(reader, parent)),
            title: details.title.as_deref().map(text::display_name).filter(|title| !title.is_empty()),
            warning_html: text::emojify(&text::escape(row.summary.as_deref().unwrap_or_default()), &emoji),
            warning: row.summary.clone().filter(|warning| !warning.trim().is_empty()),
            content_html: text::emojify(&row.content, &emoji),
            plain: text::plain(&row.content),
            language: details.language.clone().filter(|tag| is_tag(tag)),
            published: Moment::new(row.published_at, reader.now),
            edited: row.edited_at.map(|at| Moment::new(at, reader.now)),
            audience: words::audience(visibility),
            is_public,
            not_encrypted: (visibility == Visibility::Direct).then(|| label(reader, row, &details, found)),
            files: files(reader, row, &details, found),
            is_sensitive: details.sensitive,
            poll: found.polls.get(&row.id).cloned().map(|poll| poll.with_emoji(&emoji)),
            replies: found.replies.get(&row.uri).copied().unwrap_or_default(),
            boosts: count(&found.boosts),
            likes: count(&found.likes),
            is_liked: found.liked.contains(&row.id),
            is_boosted: found.boosted.contains(&row.id),
            may_boost: is_public || is_own && visibility == Visibility::Followers,
            is_own,
            may_pin: is_own && is_public,
            is_pinned: false,
            is_focus: false,
            is_answered_next: false,
            is_open: found.opens_warnings,
            url,
            author,
        })
    }

    /// What a list of posts or a heading calls it: its warning, else its title, else its beginning.
    pub fn gist(&self, limit: usize) -> String {
        let said = self.warning.as_deref().or(self.title.as_deref()).unwrap_or(&self.plain);
        match words::excerpt(said, limit) {
            said if said.is_empty() && self.files.is_empty() => "A post without a text".to_owned(),
            said if said.is_empty() => words::count(self.files.len() as i64, "file", "files"),
            said => said,
        }
    }
}

/// The page of a post for a reader.
pub fn path(reader: &Reader, row: &PostRow, author: &PersonView, url: &str) -> String {
    match (author.is_local, reader.account) {
        (true, _) => format!("{}/{}", author.path, row.id),
        (false, Some(_)) => format!("/posts/{}", row.id),
        (false, None) => url.to_owned(),
    }
}

/// The label names the servers of everybody who takes part: the author, those it is for and those it names.
fn label(reader: &Reader, row: &PostRow, details: &PostDetails, found: &Found) -> String {
    let named = details.mentions.iter().map(|mention| mention.actor.as_str());
    // Who gets it in secret is known to its author only.
    let recipients = found.recipients.get(&row.id).filter(|_| reader.account == Some(row.actor_id));
    let recipients = recipients.into_iter().flatten().map(String::as_str);
    let author = found.uris.get(&row.actor_id).map(String::as_str);
    not_encrypted(reader, named.chain(recipients).chain(author))
}

/// The label for actors of these ids (EXPERIENCE.md section 13.4).
pub fn not_encrypted<'a>(reader: &Reader, actors: impl Iterator<Item = &'a str>) -> String {
    let servers = servers(reader, actors);
    words::not_encrypted(&reader.app.site.handle_domain, servers.iter().skip(1).map(String::as_str))
}

/// The servers that can read what these actors write to each other without encryption: this one first, then each once.
pub fn servers<'a>(reader: &Reader, actors: impl Iterator<Item = &'a str>) -> Vec<String> {
    let (site, origin) = (&reader.app.site, reader.app.site.origin());
    let others: BTreeSet<String> = actors
        .filter_map(|uri| ActorId::parse(uri).ok())
        .map(|id| id.origin())
        .filter(|of_actor| *of_actor != origin)
        .map(|of_actor| of_actor.authority().to_owned())
        .collect();
    std::iter::once(site.handle_domain.clone()).chain(others).collect()
}

fn files(reader: &Reader, row: &PostRow, details: &PostDetails, found: &Found) -> Vec<FileView> {
    match found.files.get(&row.id) {
        Some(own) => own.iter().filter_map(|file| own_file(reader, file)).collect(),
        None => details.attachments.iter().map(|file| foreign_file(reader, file)).collect(),
    }
}

/// A file of somebody here; `None` when it cannot be given out.
pub fn own_file(reader: &Reader, row: &MediaRow) -> Option<FileView> {
    let site = &reader.app.site;
    Some(FileView {
        kind: kind_of(&row.content_type),
        src: media::address(site, row, Variant::Original)?,
        preview: media::address(site, row, Variant::Preview),
        description: row.description.clone(),
        content_type: row.content_type.clone(),
        bytes: Some(row.bytes),
        width: row.width,
        height: row.height,
    })
}

fn foreign_file(reader: &Reader, file: &Attachment) -> FileView {
    let kind = kind_of(&file.content_type);
    let src = if kind == "file" { web_page(Some(&file.url), "/") } else { reader.file(&file.url) };
    FileView {
        kind,
        preview: (kind == "image").then(|| src.clone()),
        src,
        description: file.description.clone(),
        content_type: file.content_type.clone(),
        bytes: None,
        width: file.width.map(i64::from),
        height: file.height.map(i64::from),
    }
}

fn kind_of(content_type: &str) -> &'static str {
    match details::kind_of(content_type) {
        AttachmentKind::Image => "image",
        AttachmentKind::Video => "video",
        AttachmentKind::Audio => "audio",
        AttachmentKind::Link | AttachmentKind::Other => "file",
    }
}

/// Whether a text can stand in a `lang` attribute.
fn is_tag(text: &str) -> bool {
    (2..=35).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
