//! Addresses in the text of a message, for those who show it: where they stand, where they lead, and what they look like to a
//! browser, so that no foreign script hides where that is. Nothing is fetched.

use alcove_protocol::Link;
use linkify::{LinkFinder, LinkKind};
use serde::Serialize;

/// How many addresses of a text are links.
const MOST: usize = 200;

/// An address in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TextLink {
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Where it leads: http or https, the host in ASCII (RFC 3492).
    pub url: String,
}

/// The addresses in a text.
pub fn links(text: &str) -> Vec<TextLink> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    let link = |found: linkify::Link<'_>| {
        let url = Link::parse_link(found.as_str()).ok()?.as_str().to_owned();
        Some(TextLink { start: found.start(), end: found.end(), url })
    };
    finder.links(text).filter_map(link).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_and_shown_as_they_are() {
        let text = "Siehe https://exämple.org/a?b, or http://h.example. Not javascript:alert(1) or ftp://h.example/x";
        let found = links(text);
        let urls: Vec<&str> = found.iter().map(|link| link.url.as_str()).collect();
        assert_eq!(urls, ["https://xn--exmple-cua.org/a?b", "http://h.example"]);
        assert_eq!(text.get(found[0].start..found[0].end), Some("https://exämple.org/a?b"));
        assert!(links("https://user:word@h.example/").is_empty(), "no user name hides the host");
    }
}
