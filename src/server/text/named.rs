//! Whom HTML names, and its hashtags: apps that write HTML mark both as links, the way Mastodon does, and not all of them say
//! the same in the tags beside it. For HTML that `sanitize` made. What is typed as plain text is read in `compose`.

use std::collections::BTreeSet;

use super::{
    compose,
    markup::{Piece, pieces},
    plain::{plain, unescape},
};

/// A link that names somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MentionLink {
    /// Where it leads: an actor, or its page.
    pub href: String,
    /// What it says, as `@ana`.
    pub text: String,
}

/// The links that name somebody, in their order.
pub fn mention_links(html: &str) -> Vec<MentionLink> {
    let (mut found, mut open) = (Vec::new(), None::<MentionLink>);
    for piece in pieces(html) {
        match piece {
            Piece::Open(tag) if tag.name == "a" => {
                let mut classes = tag.class.unwrap_or_default().split_ascii_whitespace();
                let is_mention = classes.clone().any(|class| class == "mention")
                    && !classes.any(|class| class == "hashtag");
                let href = unescape(tag.href.unwrap_or_default()).into_owned();
                open = is_mention.then(|| MentionLink { href, ..MentionLink::default() });
            }
            Piece::Close("a") => found.extend(open.take()),
            Piece::Text(text) => {
                if let Some(link) = &mut open {
                    link.text.push_str(&unescape(text));
                }
            }
            _ => {}
        }
    }
    found
}

/// The hashtags of HTML, in lower case and without `#`: what reads as one is one, with a link or without.
pub fn hashtags(html: &str) -> BTreeSet<String> {
    compose::hashtags(&plain(html))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::sanitize;

    #[test]
    fn links_name_people_and_tags() {
        let html = sanitize(
            "<p><a href=\"https://far.example/@bob?a=1&amp;b=2\" class=\"u-url mention\">@<span>bob</span></a> and \
             <a href=\"https://far.example/tags/Bees\" class=\"mention hashtag\">#<span>Bees</span></a>, \
             <a href=\"https://far.example/\">@eve</a>, #plain &amp; 1#2</p>",
        );
        let bob = MentionLink { href: "https://far.example/@bob?a=1&b=2".into(), text: "@bob".into() };
        assert_eq!(mention_links(&html), [bob]);
        assert_eq!(hashtags(&html), BTreeSet::from(["bees".to_owned(), "plain".to_owned()]));
        assert!(mention_links("<a class=\"mention\" href=\"x\">never closed").is_empty());
    }
}
