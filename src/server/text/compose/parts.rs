//! A typed text divided into what is a link, a mention, a hashtag, and the text between. One pass; every character of the
//! text is in exactly one part.

use linkify::{LinkFinder, LinkKind};

/// The longest hashtag, in characters.
const MAX_HASHTAG: usize = 100;

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Nothing special.
    Text(&'a str),
    /// An address with `http` or `https`.
    Link(&'a str),
    /// `@name` or `@name@host`.
    Mention {
        /// Before the second `@`.
        name: &'a str,
        /// After it.
        host: Option<&'a str>,
    },
    /// `#name`, without `#`.
    Hashtag(&'a str),
}

/// Divides a text.
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    let mut parts = Vec::new();
    let mut done = 0;
    for link in finder.links(text).filter(|link| is_web(link.as_str())) {
        words(text.get(done..link.start()).unwrap_or_default(), &mut parts);
        parts.push(Part::Link(link.as_str()));
        done = link.end();
    }
    words(text.get(done..).unwrap_or_default(), &mut parts);
    parts
}

fn is_web(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// Finds mentions and hashtags in a text without links.
fn words<'a>(text: &'a str, parts: &mut Vec<Part<'a>>) {
    let (mut done, mut before) = (0, None);
    for (at, letter) in text.char_indices() {
        if at >= done && matches!(letter, '@' | '#') && before.is_none_or(begins_after) {
            let after = text.get(at + 1..).unwrap_or_default();
            let found = if letter == '@' { mention(after) } else { hashtag(after) };
            if let Some((part, length)) = found {
                push_text(text.get(done..at), parts);
                parts.push(part);
                done = at + 1 + length;
            }
        }
        before = Some(letter);
    }
    push_text(text.get(done..), parts);
}

fn push_text<'a>(text: Option<&'a str>, parts: &mut Vec<Part<'a>>) {
    parts.extend(text.filter(|text| !text.is_empty()).map(Part::Text));
}

/// Says whether a mention or a hashtag may follow a character: not in the middle of a word, a path or a reference.
fn begins_after(letter: char) -> bool {
    !(is_of_word(letter) || matches!(letter, '/' | '@' | '#' | '&' | '='))
}

/// Reads a mention after its `@`, and its length in bytes.
fn mention(text: &str) -> Option<(Part<'_>, usize)> {
    let inner = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let end = text.find(|letter: char| !(inner(letter) || matches!(letter, '.' | '-'))).unwrap_or(text.len());
    let name = text.get(..end)?.trim_end_matches(['.', '-']);
    if !name.starts_with(inner) || name.len() > 255 {
        return None;
    }
    let rest = text.get(name.len()..)?;
    let host = rest.strip_prefix('@').and_then(host);
    match host {
        Some(host) => Some((Part::Mention { name, host: Some(host) }, name.len() + 1 + host.len())),
        // What goes on in a letter of another script is some other word.
        None if rest.starts_with(is_of_word) || rest.starts_with('@') => None,
        None => Some((Part::Mention { name, host: None }, name.len())),
    }
}

fn host(text: &str) -> Option<&str> {
    let inner = |letter: char| is_of_word(letter) && letter != '_';
    let end = text.find(|letter: char| !(inner(letter) || matches!(letter, '.' | '-'))).unwrap_or(text.len());
    let host = text.get(..end)?.trim_end_matches(['.', '-']);
    let port = text
        .get(host.len()..)?
        .strip_prefix(':')
        .map(|rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    let length = host.len() + port.filter(|&digits| (1..=5).contains(&digits)).map_or(0, |digits| digits + 1);
    text.get(..length).filter(|_| host.starts_with(inner) && host.len() <= 255)
}

/// Reads a hashtag after its `#`, and its length in bytes.
fn hashtag(text: &str) -> Option<(Part<'_>, usize)> {
    let end = text.find(|letter| !is_of_word(letter)).unwrap_or(text.len());
    let name = text.get(..end)?;
    let counts = name.chars().any(|letter| letter.is_alphabetic()) && name.chars().count() <= MAX_HASHTAG;
    counts.then_some((Part::Hashtag(name), name.len()))
}

/// Letters, digits and `_`, with the marks that the scripts of South Asia, Arabic and Hebrew write words with: not all of
/// them count as letters.
fn is_of_word(letter: char) -> bool {
    let is_mark = matches!(letter, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{64b}'..='\u{65f}'
        | '\u{93c}' | '\u{94d}' | '\u{9bc}' | '\u{9cd}' | '\u{a3c}' | '\u{a4d}' | '\u{abc}' | '\u{acd}' | '\u{b3c}'
        | '\u{b4d}' | '\u{bcd}' | '\u{c4d}' | '\u{cbc}' | '\u{ccd}' | '\u{d4d}' | '\u{dca}' | '\u{e47}'..='\u{e4e}'
        | '\u{ec8}'..='\u{ecd}' | '\u{1037}' | '\u{1039}' | '\u{103a}' | '\u{17d2}' | '\u{200c}' | '\u{200d}');
    letter.is_alphanumeric() || letter == '_' || is_mark
}
