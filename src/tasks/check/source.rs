//! Files of the project as the rules see them: with comments and texts blanked out, and with the tests cut off, so that
//! a rule about a word finds it in code only. Not a parser of Rust: it knows where comments, texts and braces begin and
//! end, which is all that the rules ask.

use std::{fs, process::Command};

use crate::{
    error::{Error, Result, While},
    process,
};

/// A text file of the project.
#[derive(Debug, Clone)]
pub struct Source {
    /// From the project's folder, with `/`.
    pub path: String,
    /// As it is on disk.
    pub text: String,
    /// The same number of lines and bytes, without comments, texts and tests; empty unless it is Rust.
    pub code: String,
}

impl Source {
    /// A file with the text that it holds.
    pub fn new(path: &str, text: &str) -> Self {
        let code = match path.ends_with(".rs") {
            true if is_test_file(path) => String::new(),
            true => without_tests(&without_texts(text)),
            false => String::new(),
        };
        Self { path: path.to_owned(), text: text.to_owned(), code }
    }

    /// Whether it is Rust.
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// The lines (from 1) of the code in which `word` stands as a word of its own.
    pub fn lines_naming(&self, word: &str) -> Vec<usize> {
        let lines = self.code.lines().enumerate();
        lines.filter(|(_, line)| names(line, word)).map(|(number, _)| number + 1).collect()
    }
}

/// Every text file that git knows or would add, in order of path.
pub fn all() -> Result<Vec<Source>> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(process::root());
    let output = git.output().while_("list the project's files with git")?;
    if !output.status.success() {
        return Err(Error::Ended { program: "git ls-files".into(), status: output.status });
    }
    let listing = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut paths = listing.split('\0').filter(|path| !path.is_empty()).collect::<Vec<_>>();
    paths.sort_unstable();
    // What git still lists but is no longer there, and what is no text, has nothing to say to the rules.
    let read = |path| Some(Source::new(path, &fs::read_to_string(process::root().join(path)).ok()?));
    Ok(paths.into_iter().filter_map(read).collect())
}

/// Whether `word` stands in `line` with no letter, digit or underscore on either side.
pub fn names(line: &str, word: &str) -> bool {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(part_of_word) && !after.is_some_and(part_of_word)
    })
}

fn is_test_file(path: &str) -> bool {
    let folder = path.contains("/tests/") || path.contains("/benches/");
    folder || path.ends_with("/tests.rs") || path.ends_with("/testing.rs")
}

/// Blanks comments and the insides of texts; keeps every line break.
fn without_texts(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = text_length(rest, code.chars().next_back()).unwrap_or(0);
        if length == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            code.extend(rest[..length].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
            rest = &rest[length..];
        }
    }
    code
}

/// How many bytes at the start of `rest` are one comment or one text literal, if they are.
fn text_length(rest: &str, before: Option<char>) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(block_comment(rest));
    }
    if !before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
        let raw = rest.strip_prefix('b').unwrap_or(rest);
        if let Some(hashes) =
            raw.strip_prefix('r').map(|rest| rest.len() - rest.trim_start_matches('#').len())
        {
            let open = rest.len() - raw.len() + 1 + hashes;
            if rest[open..].starts_with('"') {
                let close = format!("\"{}", "#".repeat(hashes));
                return Some(
                    rest[open + 1..].find(&close).map_or(rest.len(), |at| open + 1 + at + close.len()),
                );
            }
        }
    }
    match rest.as_bytes() {
        [b'"', ..] => Some(quoted(rest, b'"')),
        // A character, not a lifetime: the quote closes after one character or after an escape.
        [b'\'', b'\\', ..] => Some(quoted(rest, b'\'')),
        [b'\'', ..] => {
            let character = rest[1..].chars().next()?;
            let end = 1 + character.len_utf8();
            rest[end..].starts_with('\'').then_some(end + 1)
        }
        _ => None,
    }
}

fn quoted(rest: &str, quote: u8) -> usize {
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            _ if byte == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    let bytes = rest.as_bytes();
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// Blanks every item that stands behind `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut kept = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find(MARK) {
        kept.push_str(&rest[..at]);
        let length = MARK.len() + item_length(&rest[at + MARK.len()..]);
        kept.extend(rest[at..at + length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = &rest[at + length..];
    }
    kept + rest
}

/// The length of the item that `code` begins with: to its semicolon, or to the brace that closes its first one.
fn item_length(code: &str) -> usize {
    let mut depth = 0;
    for (at, byte) in code.bytes().enumerate() {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            b';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_texts_are_no_code() {
        let text = "use a; // diesel\n/* diesel /* nested */ diesel */ let b = \"diesel \\\" diesel\";\n\
                    let c = r#\"diesel \" diesel\"#; let d = b\"diesel\";\nuse diesel::e;\n";
        let source = Source::new("src/x/y.rs", text);
        assert_eq!(source.lines_naming("diesel"), [4]);
        assert_eq!(source.code.len(), text.len());
    }

    #[test]
    fn characters_are_texts_and_lifetimes_are_not() {
        let source =
            Source::new("src/x/y.rs", "fn f<'a>(q: &'a str) { g('\"', '\\'', b'x', '}'); unsafe {} }");
        assert_eq!(source.lines_naming("unsafe"), [1]);
        assert!(source.code.contains("<'a>") && !source.code.contains('"'));
    }

    #[test]
    fn tests_are_cut_off_and_what_follows_them_stays() {
        let text = "#[cfg(test)]\nmod tests;\n#[cfg(test)]\n#[derive(Debug)]\nmod more {\n fn f() { now() }\n}\nfn g() { now() }\n";
        assert_eq!(Source::new("src/x/y.rs", text).lines_naming("now"), [8]);
        assert!(Source::new("src/server/tests/story.rs", text).lines_naming("now").is_empty());
    }

    #[test]
    fn a_word_is_not_part_of_another() {
        assert!(names("use diesel::prelude;", "diesel"));
        assert!(!names("use diesel_migrations::x;", "diesel"));
        assert!(names("SystemTime::now()", "SystemTime::now"));
    }
}
