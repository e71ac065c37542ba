//! Links whose text looks like another address than the one they lead to (S-45): behind such a text the host is shown that
//! is really meant. What a person sees counts, and what a page without our style sheet shows; both are looked at. Hosts in
//! other scripts are always shown as punycode as well, because letters of two scripts look alike.

use linkify::{LinkFinder, LinkKind};
use url::Url;

/// The longest text of a link that is read, in characters. The host is shown behind every longer one.
const MAX_TEXT: usize = 2_048;

/// What looks like the dot of a host name, and what browsers take for one.
const DOTS: [char; 5] = ['\u{3002}', '\u{ff0e}', '\u{ff61}', '\u{2024}', '\u{fe52}'];
/// Characters that nobody sees.
const UNSEEN: [char; 7] = ['\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{34f}'];

/// The text of a link, as it comes.
pub struct LinkText {
    host: String,
    whole: String,
    visible: String,
    /// The last text that stands in the link itself and not in an element inside it.
    tail: String,
    /// Which of the elements that are open inside the link hide their text.
    hidden: Vec<bool>,
}

impl LinkText {
    /// A link to this address, without text so far.
    pub fn new(to: &Url) -> Self {
        let host = to.host_str().unwrap_or_default().to_owned();
        Self { host, whole: String::new(), visible: String::new(), tail: String::new(), hidden: Vec::new() }
    }

    /// An element begins.
    pub fn enter(&mut self, class: Option<&str>) {
        let invisible = |class: &str| class.split_ascii_whitespace().any(|class| class == "invisible");
        self.hidden.push(class.is_some_and(invisible));
        self.tail.clear();
    }

    /// An element ends.
    pub fn leave(&mut self) {
        self.hidden.pop();
        self.tail.clear();
    }

    /// Text follows.
    pub fn push(&mut self, text: &str) {
        self.whole.push_str(text);
        if !self.hidden.contains(&true) {
            self.visible.push_str(text);
        }
        if self.hidden.is_empty() {
            self.tail.push_str(text);
        }
    }

    /// The host that must be shown behind the text, unless it is there already.
    pub fn host_to_show(self) -> Option<String> {
        let shown = self.tail.ends_with(&format!(" ({})", self.host));
        let misleading = misleads(&self.whole, &self.host) || misleads(&self.visible, &self.host);
        (misleading && !shown).then_some(self.host)
    }
}

/// Says whether a text names an address at another host than this one.
fn misleads(text: &str, host: &str) -> bool {
    if text.chars().count() > MAX_TEXT {
        return true;
    }
    let text: String = text
        .chars()
        .filter(|letter| !UNSEEN.contains(letter))
        .map(|letter| if DOTS.contains(&letter) { '.' } else { letter })
        .collect();
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]).url_must_have_scheme(false);
    finder.links(&text).any(|link| without_www(&written_host(link.as_str())) != without_www(host))
}

/// The host of an address as it is written, and not as a browser would read it. With a name before it, all of it.
fn written_host(address: &str) -> String {
    let after_scheme = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = after_scheme.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host =
        if authority.contains('@') { authority } else { authority.split(':').next().unwrap_or_default() };
    host.to_lowercase()
}

fn without_www(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, to: &str) -> Option<String> {
        let mut link = LinkText::new(&Url::parse(to).unwrap());
        link.push(text);
        link.host_to_show()
    }

    /// S-45.
    #[test]
    fn the_real_host_is_shown_behind_a_text_that_names_another() {
        for text in [
            "https://bank.example",
            "bank.example/login",
            "Go to www.bank.example now",
            "HTTPS://BANK.EXAMPLE/",
            "https://evil.example@bank.example/",
            "https://bank.example@evil.example/",
            "bank\u{3002}example",
            "https://ba\u{200b}nk.example",
            "https://evil.example, https://bank.example",
        ] {
            assert_eq!(shown(text, "https://evil.example/"), Some("evil.example".into()), "{text:?}");
        }
    }

    #[test]
    fn an_honest_link_stays_as_it_is() {
        for text in [
            "https://www.shop.example/a?b=c#d",
            "shop.example",
            "www.shop.example/long/pa",
            "Our shop",
            "@ana@other.example",
            "https://bank.example (shop.example)",
        ] {
            assert_eq!(shown(text, "https://shop.example/a"), None, "{text:?}");
        }
    }

    /// S-15, S-45: the first letter is Cyrillic.
    #[test]
    fn hosts_in_other_scripts_are_shown_as_punycode() {
        let host = "xn--pple-43d.example";
        assert_eq!(shown("https://\u{430}pple.example", &format!("https://{host}/")), Some(host.into()));
    }

    /// S-45: what the style sheet hides can neither be the honest part of a text nor the host that we add.
    #[test]
    fn hidden_text_does_not_count() {
        let mut link = LinkText::new(&Url::parse("https://evil.example/").unwrap());
        link.enter(Some("invisible"));
        link.push("https://evil.example/?");
        link.leave();
        link.push("bank.example");
        link.enter(Some("invisible"));
        link.push(" (evil.example)");
        link.leave();
        assert_eq!(link.host_to_show(), Some("evil.example".into()));
    }

    #[test]
    fn a_text_too_long_to_read_gets_the_host() {
        assert_eq!(shown(&"x ".repeat(MAX_TEXT), "https://a.example/"), Some("a.example".into()));
    }
}
