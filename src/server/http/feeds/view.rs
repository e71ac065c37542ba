//! What a feed shows, from the rows of its posts. Every text has only characters that XML 1.0 allows (section 2.2); the
//! templates escape it.

use alcove_protocol::Timestamp;
use serde::Serialize;

use crate::{
    actions::posts::details::PostDetails,
    db::{
        accounts::AccountRow,
        actors::ActorRow,
        media::{MediaRow, State},
        posts::PostRow,
    },
    media::{self, Variant},
    site::Site,
    text,
};

/// How many characters of a text stand for its title.
const TITLE: usize = 80;

/// A post with what hangs on it.
pub struct Source {
    /// The post.
    pub post: PostRow,
    /// What is only shown.
    pub details: PostDetails,
    /// Its files.
    pub files: Vec<MediaRow>,
}

/// A feed as the templates show it.
#[derive(Debug, Serialize)]
pub struct Feed {
    id: String,
    name: String,
    handle: String,
    page: String,
    rss: String,
    atom: String,
    updated: Time,
    entries: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Entry {
    id: String,
    page: String,
    title: String,
    content: String,
    published: Time,
    updated: Time,
    hashtags: Vec<String>,
    files: Vec<File>,
}

#[derive(Debug, Serialize)]
struct File {
    url: String,
    content_type: String,
    kind: String,
    bytes: i64,
    description: String,
}

/// A point in time as the two kinds of feeds write it.
#[derive(Debug, Serialize)]
struct Time {
    rfc3339: String,
    http: String,
}

impl Feed {
    /// The feed of an account.
    pub fn of(site: &Site, account: &AccountRow, actor: &ActorRow, sources: &[Source]) -> Self {
        let page = site.profile(&account.name);
        let handle = site.handle(&account.name).to_string();
        let name = text::display_name(&actor.display_name);
        let changed = |source: &Source| source.post.edited_at.unwrap_or(source.post.published_at);
        let updated = sources.iter().map(changed).max().unwrap_or(account.created_at);
        Self {
            id: actor.uri.clone(),
            name: allowed(if name.is_empty() { &handle } else { &name }),
            rss: format!("{page}.rss"),
            atom: format!("{page}.atom"),
            updated: time(updated),
            entries: sources.iter().map(|source| entry(site, &page, source)).collect(),
            handle,
            page,
        }
    }
}

fn entry(site: &Site, profile: &str, source: &Source) -> Entry {
    let Source { post, details, files } = source;
    let page = format!("{profile}/{}", post.id);
    // Whoever reads a feed has not asked to see what stands behind a warning.
    let shown = if post.summary.is_none() && !details.sensitive { files.as_slice() } else { &[] };
    Entry {
        id: post.uri.clone(),
        title: title(post, details),
        content: allowed(&match &post.summary {
            Some(_) => format!("<p><a href=\"{}\">Read the post</a></p>", text::escape(&page)),
            None => post.content.clone(),
        }),
        published: time(post.published_at),
        updated: time(post.edited_at.unwrap_or(post.published_at)),
        hashtags: details.hashtags.iter().map(|hashtag| allowed(hashtag)).collect(),
        files: shown.iter().filter_map(|row| file(site, row)).collect(),
        page,
    }
}

/// The content warning, or the title, or how the text begins.
fn title(post: &PostRow, details: &PostDetails) -> String {
    if let Some(title) = post.summary.as_ref().or(details.title.as_ref()) {
        return allowed(&text::plain(&text::escape(title)));
    }
    let plain = text::plain(&post.content);
    let line = plain.lines().next().filter(|line| !line.is_empty()).unwrap_or("A post");
    let mut title: String = line.chars().take(TITLE).collect();
    if title.len() < line.len() {
        title.push('…');
    }
    allowed(&title).trim().to_owned()
}

fn file(site: &Site, row: &MediaRow) -> Option<File> {
    let url = media::address(site, row, Variant::Original).filter(|_| row.is(State::Ready))?;
    Some(File {
        url,
        content_type: row.content_type.clone(),
        kind: row.kind().to_owned(),
        bytes: row.bytes,
        description: allowed(&row.description),
    })
}

fn time(milliseconds: i64) -> Time {
    let time = Timestamp(milliseconds);
    Time { rfc3339: time.to_rfc3339(), http: time.to_http_date() }
}

/// A text without the characters that no XML document may contain.
fn allowed(text: &str) -> String {
    text.chars()
        .filter(|&letter| {
            let is_control = letter.is_control() && !matches!(letter, '\t' | '\n' | '\r' | '\u{80}'..);
            !is_control && !matches!(letter, '\u{fffe}' | '\u{ffff}')
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_characters_of_xml_remain() {
        assert_eq!(allowed("a\0b\u{1f}c\u{fffe}d\u{ffff}\t\n é"), "abcd\t\n é");
    }
}
