//! Plain text out of HTML and of names: for titles of feeds, notifications, link previews and headings, where one person's
//! words stand beside our own. So nothing in it may turn the direction of what follows, and names are one line.

use std::borrow::Cow;

use super::markup::{Piece, pieces};

/// How many characters of a display name are shown.
pub const MAX_NAME: usize = 100;
/// How many marks may stand on one letter of a name; more paint over the lines around it.
const MAX_MARKS: usize = 4;

/// Elements before and after which words do not touch.
const BREAKS: [&str; 14] =
    ["p", "br", "div", "li", "ul", "ol", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"];

/// The text of some HTML: paragraphs and lines on lines of their own, no markup, no marks of direction.
pub fn plain(html: &str) -> String {
    let mut text = String::new();
    for piece in pieces(html) {
        match piece {
            Piece::Text(part) => text.extend(unescape(part).chars().filter(|&letter| is_shown(letter))),
            Piece::Open(tag) if is_break(tag.name) => text.push('\n'),
            Piece::Close(name) if is_break(name) => text.push('\n'),
            Piece::Open(_) | Piece::Close(_) => (),
        }
    }
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn is_break(name: &str) -> bool {
    BREAKS.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// A display name as it may stand beside our words: one line, at most [`MAX_NAME`] characters, nothing unseen and nothing
/// that turns directions. Empty when nothing remains; who shows it has a handle to fall back on.
pub fn display_name(text: &str) -> String {
    let mut marks = 0;
    let letters = text.chars().filter(|&letter| !is_unseen(letter)).filter(|&letter| {
        marks = if is_mark(letter) { marks + 1 } else { 0 };
        marks <= MAX_MARKS
    });
    // A little more than is shown, so that a name of spaces costs nothing.
    let name: String =
        letters.map(|letter| if letter.is_control() { ' ' } else { letter }).take(4 * MAX_NAME).collect();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    name.chars().take(MAX_NAME).collect::<String>().trim_end().to_owned()
}

/// Marks that are written over other letters.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Characters that take no place, or turn the direction of others. The joiners stay: Persian and emoji need them.
fn is_unseen(letter: char) -> bool {
    is_bidi_control(letter)
        || matches!(letter, '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{2060}'..='\u{2064}' | '\u{206a}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}')
}

/// Embeddings, overrides and isolates: they reach beyond the text that they stand in. The marks of direction, which do
/// not, are needed in honest text.
fn is_bidi_control(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character of a text is shown: lines and tabs are, other control characters are not.
pub fn is_shown(letter: char) -> bool {
    matches!(letter, '\n' | '\t') || !(letter.is_control() || is_bidi_control(letter))
}

/// Text as HTML, for between tags and inside quoted values.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"']) {
        return Cow::Borrowed(text);
    }
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    Cow::Owned(escaped)
}

/// The text that `escape` made HTML of, or a serializer by the HTML standard. Other references stay as they are.
pub fn unescape(html: &str) -> Cow<'_, str> {
    if !html.contains('&') {
        return Cow::Borrowed(html);
    }
    let text =
        html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&nbsp;", "\u{a0}");
    Cow::Owned(text.replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_keeps_lines_and_words() {
        let html =
            "<p>One &amp; <b>two</b><br>three</p><ul><li>four</li><li>&lt;five&gt;</li></ul><!-- six -->";
        assert_eq!(plain(html), "One & two\nthree\nfour\n<five>");
        assert_eq!(plain("<script>alert(1)</script><style>p{}</style>"), "");
    }

    /// S-43: one name cannot turn round or fill the line that it stands in.
    #[test]
    fn names_are_one_line_without_marks_of_direction() {
        assert_eq!(display_name("  Ana\n\tSilva\r\n"), "Ana Silva");
        assert_eq!(display_name("\u{202e}nimda\u{202c} \u{2066}x\u{2069}\u{200f}"), "nimda x");
        assert_eq!(display_name("\u{200b}\u{3164}\u{feff}"), "");
        assert_eq!(display_name(&"n".repeat(5_000)).len(), MAX_NAME);
        assert_eq!(display_name(&format!("Z{}", "\u{300}".repeat(50))).chars().count(), 1 + MAX_MARKS);
        assert_eq!(display_name("عائلة 👩‍👩‍👧 <b>"), "عائلة 👩‍👩‍👧 <b>");
    }

    /// S-43: in titles and notifications as well.
    #[test]
    fn plain_text_turns_no_directions() {
        assert_eq!(plain("<p>a\u{202e}b\u{2067}c\u{7}</p>"), "abc");
    }

    #[test]
    fn escaping_and_back_is_the_same_text() {
        let text = "a<b>&\"'&amp;&lt; \u{a0}";
        assert_eq!(unescape(&escape(text)), text);
    }
}
