//! HTML taken apart and put together, in one pass each and with little memory, however it was made: [`pieces`] finds tags and
//! text, [`Writer`] writes a small vocabulary, always balanced, nested as HTML allows, and not deeper than [`MAX_DEPTH`].
//! Not a parser by the HTML standard: what these two agree on is given to one (`sanitize`), and only its answer is trusted.

use std::collections::BTreeMap;

/// How many elements may stand inside each other. Browsers and parsers take time that grows with it.
pub const MAX_DEPTH: usize = 32;

/// Elements that close an open paragraph and that no paragraph may contain.
const BLOCKS: [&str; 6] = ["p", "pre", "blockquote", "ul", "ol", "li"];

/// Elements whose content is no HTML: nothing in there is text for a person.
const RAW: [&str; 9] =
    ["script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp", "plaintext"];

/// A part of a document. Texts and values are as they were written, with references as `&amp;` in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Characters between tags; a `<` in it begins no tag.
    Text(&'a str),
    /// A start tag.
    Open(Tag<'a>),
    /// An end tag, by its name.
    Close(&'a str),
}

/// A start tag with the attributes that anything here looks at; of two of a name the first counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tag<'a> {
    /// The name as written.
    pub name: &'a str,
    /// The value of `href`.
    pub href: Option<&'a str>,
    /// The value of `class`.
    pub class: Option<&'a str>,
}

/// Takes a document apart. Comments, declarations and the content of scripts are left out; so is a tag that does not end.
pub fn pieces(html: &str) -> Pieces<'_> {
    Pieces { rest: html }
}

/// What is left of a document.
pub struct Pieces<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        while !self.rest.is_empty() {
            let Some(at) = self.tag_start() else {
                return Some(Piece::Text(std::mem::take(&mut self.rest)));
            };
            if at > 0 {
                return Some(Piece::Text(self.take(at)));
            }
            let markup = self.rest.get(1..).unwrap_or_default();
            if markup.starts_with(|first: char| first.is_ascii_alphabetic()) {
                return self.open(markup);
            } else if let Some(name) = markup.strip_prefix('/')
                && name.starts_with(|first: char| first.is_ascii_alphabetic())
            {
                return self.close(name);
            }
            self.skip_declaration(markup);
        }
        None
    }
}

impl<'a> Pieces<'a> {
    /// Where the next `<` is that begins a tag or a declaration.
    fn tag_start(&self) -> Option<usize> {
        let begins = |at: &usize| {
            let next = self.rest.as_bytes().get(at + 1);
            next.is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!' | b'?'))
        };
        self.rest.match_indices('<').map(|(at, _)| at).find(begins)
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn open(&mut self, markup: &'a str) -> Option<Piece<'a>> {
        let (name, rest) = tag_name(markup);
        let mut tag = Tag { name, ..Tag::default() };
        self.rest = attributes(rest, |name, value| {
            let known = match name {
                _ if name.eq_ignore_ascii_case("href") => &mut tag.href,
                _ if name.eq_ignore_ascii_case("class") => &mut tag.class,
                _ => return,
            };
            known.get_or_insert(value);
        })?;
        if let Some(raw) = RAW.iter().find(|raw| name.eq_ignore_ascii_case(raw)) {
            self.rest = after_raw(self.rest, raw);
            return self.next();
        }
        Some(Piece::Open(tag))
    }

    fn close(&mut self, markup: &'a str) -> Option<Piece<'a>> {
        let (name, rest) = tag_name(markup);
        self.rest = attributes(rest, |_, _| ())?;
        Some(Piece::Close(name))
    }

    /// Skips `<!-- -->`, and what HTML takes for a comment: `<!x>`, `<?x>`, `</ x>`, `<![CDATA[x>`.
    fn skip_declaration(&mut self, markup: &'a str) {
        let end = match markup.strip_prefix("!--") {
            Some(comment) if comment.starts_with('>') => Some(4),
            Some(comment) if comment.starts_with("->") => Some(5),
            // One look at each `>`: two searches for the two ends would read to the end of the text for every comment.
            Some(comment) => {
                let ends = |at: &usize| ["--", "--!"].iter().any(|mark| comment[..*at].ends_with(mark));
                comment.match_indices('>').map(|(at, _)| at).find(ends).map(|at| at + 4)
            }
            None => markup.find('>').map(|at| at + 1),
        };
        self.rest = end.and_then(|end| markup.get(end..)).unwrap_or_default();
    }
}

fn tag_name(markup: &str) -> (&str, &str) {
    let end = markup.find(|letter: char| letter.is_ascii_whitespace() || matches!(letter, '/' | '>'));
    markup.split_at(end.unwrap_or(markup.len()))
}

/// Reads attributes up to the `>` and answers what follows it; `None` when there is none.
fn attributes<'a>(mut rest: &'a str, mut each: impl FnMut(&'a str, &'a str)) -> Option<&'a str> {
    loop {
        rest = rest.trim_start_matches(|letter: char| letter.is_ascii_whitespace() || letter == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return Some(after);
        }
        // A name may begin with `=`.
        let first = rest.chars().next()?.len_utf8();
        let ends = |letter: char| letter.is_ascii_whitespace() || matches!(letter, '/' | '>' | '=');
        let name_end = rest.get(first..)?.find(ends)? + first;
        let (name, after) = rest.split_at(name_end);
        let Some(value) = after.trim_ascii_start().strip_prefix('=').map(str::trim_ascii_start) else {
            each(name, "");
            rest = after;
            continue;
        };
        let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''));
        let (value, after) = match quote {
            Some(quote) => value.get(1..)?.split_once(quote)?,
            None => value.split_at(value.find(|letter: char| letter.is_ascii_whitespace() || letter == '>')?),
        };
        each(name, value);
        rest = after;
    }
}

/// What follows the end tag of an element whose content is no HTML; nothing when it does not end.
fn after_raw<'a>(html: &'a str, name: &str) -> &'a str {
    let ends = |(at, _): &(usize, &str)| {
        let after = html.get(at + 2..).unwrap_or_default();
        let (found, _) = tag_name(after);
        found.eq_ignore_ascii_case(name) && name != "plaintext"
    };
    let end = html.match_indices("</").find(ends);
    end.and_then(|(at, _)| html.get(at..)).unwrap_or_default()
}

/// Writes elements so that every parser sees the same tree: paragraphs hold no blocks, links no links, list items stand in
/// lists, nothing is empty, nothing stays open.
#[derive(Default)]
pub struct Writer {
    out: String,
    open: Vec<Element>,
    /// How many elements of a name were too deep to be written; their end tags are left out as well.
    skipped: BTreeMap<&'static str, usize>,
}

/// An element that is open.
struct Element {
    name: &'static str,
    /// Where its start tag begins, and its content.
    start: usize,
    content: usize,
}

impl Writer {
    /// Writes a start tag. `attributes` is empty or begins with a space.
    pub fn open(&mut self, name: &'static str, attributes: &str) {
        if BLOCKS.contains(&name) {
            self.close_if_open("p");
        }
        match name {
            "a" => self.close_if_open("a"),
            "li" => match self.open.iter().rev().find(|open| matches!(open.name, "li" | "ul" | "ol")) {
                None => return,
                Some(open) if open.name == "li" => self.close_if_open("li"),
                Some(_) => (),
            },
            _ => (),
        }
        if self.open.len() >= MAX_DEPTH {
            *self.skipped.entry(name).or_default() += 1;
            return;
        }
        let start = self.out.len();
        for part in ["<", name, attributes, ">"] {
            self.out.push_str(part);
        }
        self.open.push(Element { name, start, content: self.out.len() });
    }

    /// Writes an end tag, and before it those of everything inside. Nothing, when no such element is open.
    pub fn close(&mut self, name: &str) {
        match self.skipped.get_mut(name) {
            Some(skipped) if *skipped > 0 => *skipped -= 1,
            _ => self.close_if_open(name),
        }
    }

    /// Writes text in which nothing is markup any more.
    pub fn text(&mut self, escaped: &str) {
        // A parser ignores the line break after `<pre>`, so it must not matter.
        let first = self.open.last().is_some_and(|open| open.name == "pre" && open.content == self.out.len());
        self.out.push_str(if first { escaped.trim_start_matches('\n') } else { escaped });
    }

    /// Writes an element that has no content.
    pub fn void(&mut self, tag: &str) {
        self.out.push_str(tag);
    }

    /// Says whether such an element is open.
    pub fn is_open(&self, name: &str) -> bool {
        self.open.iter().any(|open| open.name == name)
    }

    /// Closes everything.
    pub fn finish(mut self) -> String {
        while self.pop() {}
        self.out
    }

    fn close_if_open(&mut self, name: &str) {
        if let Some(at) = self.open.iter().rposition(|open| open.name == name) {
            while self.open.len() > at {
                self.pop();
            }
        }
    }

    fn pop(&mut self) -> bool {
        let Some(element) = self.open.pop() else { return false };
        if self.out.len() == element.content {
            self.out.truncate(element.start);
        } else {
            for part in ["</", element.name, ">"] {
                self.out.push_str(part);
            }
        }
        true
    }
}
