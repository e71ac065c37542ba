//! Custom emoji: `:shortcode:` in a text becomes a small picture, from the address that our own server passes it on at.
//! Only where somebody reads it: not inside tags, and not inside code. Not the federation of emoji (`protocol`).

use std::collections::{BTreeMap, BTreeSet};

use super::plain::escape;

/// The longest shortcode, in bytes.
const MAX_SHORTCODE: usize = 64;
/// How many pictures one text may show; each is a request of a reader's browser.
const MAX_SHOWN: usize = 100;

/// The picture of each shortcode (without colons): an address of our own.
pub type Emoji = BTreeMap<String, String>;

/// Puts the pictures into HTML that `sanitize` or `escape` made: there, `<` and `>` stand around tags only.
pub fn emojify(html: &str, emoji: &Emoji) -> String {
    if emoji.is_empty() || !html.contains(':') {
        return html.to_owned();
    }
    let (mut out, mut rest) = (String::with_capacity(html.len()), html);
    let (mut code, mut left) = (0_usize, MAX_SHOWN);
    while !rest.is_empty() {
        let (text, markup) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        if code == 0 {
            show(&mut out, text, emoji, &mut left)
        } else {
            out.push_str(text)
        }
        let (tag, after) = markup.split_at(markup.find('>').map_or(markup.len(), |end| end + 1));
        match tag {
            "<code>" | "<pre>" => code += 1,
            "</code>" | "</pre>" => code = code.saturating_sub(1),
            _ => (),
        }
        out.push_str(tag);
        rest = after;
    }
    out
}

/// The shortcodes in a text, without colons: whichever of them are emoji of ours may be announced with it.
pub fn shortcodes(text: &str) -> BTreeSet<&str> {
    let (mut found, mut rest) = (BTreeSet::new(), text);
    while let Some((_, name, after)) = shortcode(rest) {
        found.insert(name);
        rest = after;
    }
    found
}

fn show(out: &mut String, text: &str, emoji: &Emoji, left: &mut usize) {
    let mut rest = text;
    while let Some((before, name, after)) = shortcode(rest) {
        out.push_str(before);
        match emoji.get(name).filter(|_| *left > 0) {
            Some(address) => {
                *left -= 1;
                let address = escape(address);
                out.push_str(&format!(
                    "<img class=\"emoji\" src=\"{address}\" alt=\":{name}:\" title=\":{name}:\">"
                ));
                rest = after;
            }
            // The second colon may be the first one of the next shortcode.
            None => {
                out.push_str(&format!(":{name}"));
                rest = rest.get(before.len() + 1 + name.len()..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
}

/// The first shortcode of a text, with what is before and after it.
fn shortcode(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let start = from + text.get(from..)?.find(':')?;
        let inside = text.get(start + 1..)?;
        let length = inside.bytes().take(MAX_SHORTCODE).take_while(|&byte| is_letter(byte)).count();
        let (name, after) = inside.split_at(length);
        match after.strip_prefix(':') {
            Some(after) if !name.is_empty() => return Some((text.get(..start)?, name, after)),
            _ => from = start + 1,
        }
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENT: &str = "<img class=\"emoji\" src=\"/media/proxy/1\" alt=\":tent:\" title=\":tent:\">";

    fn tent() -> Emoji {
        Emoji::from([("tent".into(), "/media/proxy/1".into())])
    }

    #[test]
    fn shortcodes_become_pictures_where_they_are_read() {
        assert_eq!(emojify("<p>a :tent: b</p>", &tent()), format!("<p>a {TENT} b</p>"));
        assert_eq!(emojify(":12:tent::x::tent:", &tent()), format!(":12{TENT}:x:{TENT}"));
    }

    /// S-43: never inside a tag or code, and an address cannot leave its attribute.
    #[test]
    fn tags_and_code_keep_their_colons() {
        for html in [
            "<a href=\"https://h.example/:tent:/\" rel=\"x\">y</a>",
            "<code>:tent:</code>",
            "<pre>a <code>b</code> :tent:</pre>",
            "<p>:tents: : tent: :te nt:</p>",
        ] {
            assert_eq!(emojify(html, &tent()), html);
        }
        let hostile = Emoji::from([("x".into(), "\"><script>".into())]);
        assert!(!emojify(":x:", &hostile).contains("<script"));
    }

    #[test]
    fn only_so_many_pictures_are_shown() {
        let shown = emojify(&":tent: ".repeat(1_000), &tent());
        assert_eq!(shown.matches("<img").count(), MAX_SHOWN);
    }

    #[test]
    fn shortcodes_of_a_text_are_listed_once() {
        assert_eq!(shortcodes("12:30:45 :tent: :tent: :ok_hand:"), BTreeSet::from(["30", "ok_hand", "tent"]));
    }
}
