//! A person as pages name one: name, handle, picture. Names of strangers are one line without what turns directions, and
//! HTML only in that custom emoji are pictures of our own addresses (S-43).

use serde::Serialize;

use super::Reader;
use crate::{
    actions::posts::details::Emoji,
    db::{actors::ActorRow, profiles::ProfileRow},
    text,
};

/// How many tints faces without a picture have, in the style sheet.
const TINTS: i64 = 6;

/// Somebody, here or elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonView {
    /// The row id, as text.
    pub id: String,
    /// The name as HTML: text, and pictures of custom emoji.
    pub name_html: String,
    /// The name as text.
    pub plain_name: String,
    /// As `@ana@chat.example.org`.
    pub handle: String,
    /// The page here.
    pub path: String,
    /// The picture, at an address of ours.
    pub avatar: Option<String>,
    /// What stands in the place of a picture.
    pub initials: String,
    /// Which of the tints that has.
    pub tint: i64,
    /// Whether it is somebody here.
    pub is_local: bool,
}

impl PersonView {
    /// Somebody as `reader` sees them.
    pub fn new(reader: &Reader, actor: &ActorRow, profile: Option<&ProfileRow>) -> Self {
        let is_local = actor.fetched_at.is_none();
        let plain_name = Some(text::display_name(&actor.display_name))
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| actor.name.clone());
        let emojis = Emoji::of_column(profile.and_then(|profile| profile.emojis.as_deref()));
        Self {
            id: actor.id.to_string(),
            name_html: text::emojify(&text::escape(&plain_name), &emoji(reader, &emojis)),
            initials: initials(&plain_name),
            plain_name,
            handle: format!("@{}@{}", actor.name, actor.domain),
            path: path(reader, actor, is_local),
            avatar: profile
                .and_then(|profile| profile.avatar.as_deref())
                .map(|stored| reader.picture(stored)),
            tint: actor.id.rem_euclid(TINTS),
            is_local,
        }
    }
}

/// The pictures of custom emoji, at addresses of ours.
pub fn emoji(reader: &Reader, emojis: &[Emoji]) -> text::Emoji {
    emojis.iter().map(|emoji| (emoji.name.clone(), reader.file(&emoji.url))).collect()
}

/// Where an actor is shown: here, to people here also those of other servers; visitors are sent to the actor's own page.
/// Names that would not stand in a path as they are go by the row id.
fn path(reader: &Reader, actor: &ActorRow, is_local: bool) -> String {
    let plain = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-:".contains(&byte))
    };
    if is_local {
        return format!("/@{}", actor.name);
    }
    if reader.account.is_none() {
        return web_page(actor.url.as_deref(), &actor.uri);
    }
    match plain(&actor.name) && plain(&actor.domain) {
        true => format!("/@{}@{}", actor.name, actor.domain),
        false => format!("/people/{}", actor.id),
    }
}

/// The address of a page elsewhere that a link may lead to: the page if it is one of the web, else the id.
pub fn web_page(url: Option<&str>, id: &str) -> String {
    let of_the_web = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
    url.filter(of_the_web).unwrap_or(id).to_owned()
}

fn initials(name: &str) -> String {
    let first = name.chars().find(|letter| letter.is_alphanumeric());
    first.map_or_else(|| "?".to_owned(), |letter| letter.to_uppercase().collect())
}
