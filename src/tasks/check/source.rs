//! Files of the project as the rules see them: with comments and texts blanked out, and with the tests cut off, so that
//! a rule about a word finds it in code only. Not a parser of Rust: it knows where comments, texts and braces begin and
//! end, which is all that the rules ask.

use std::{
    fs,
    process::{Command, Stdio},
};

use crate::{
    error::{Error, Result, While},
    process,
};

/// How the attribute begins of an item that is compiled for tests only.
const TEST_ONLY: [&str; 2] = ["#[cfg(test)]", "#[cfg(any(test,"];

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
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    git.current_dir(process::root()).stderr(Stdio::inherit());
    let output = git.output().while_("list the project's files with git")?;
    if !output.status.success() {
        return Err(Error::Ended { program: "git ls-files".into(), status: output.status });
    }
    let listing = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut paths = listing.split('\0').filter(|path| !path.is_empty()).collect::<Vec<_>>();
    paths.sort_unstable();
    // What git still lists but is no longer there, and what is no text, has nothing to say to the rules.
    let read = |path| Some(Source::new(path, &fs::read_to_string(process::root().join(path)).ok()?));
    let mut sources = paths.into_iter().filter_map(read).collect::<Vec<_>>();
    cut_off_test_modules(&mut sources);
    Ok(sources)
}

/// Empties the code of every file that belongs to a module which is compiled for tests only.
fn cut_off_test_modules(sources: &mut [Source]) {
    let modules = sources.iter().flat_map(test_modules).collect::<Vec<_>>();
    for source in sources {
        let belongs = |module: &String| {
            let rest = source.path.strip_prefix(module.as_str());
            rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        };
        if modules.iter().any(belongs) {
            source.code.clear();
        }
    }
}

/// The modules that this file declares for tests only, as the path of their file without `.rs`.
fn test_modules(source: &Source) -> Vec<String> {
    let (folder, file) = source.path.rsplit_once('/').unwrap_or(("", &source.path));
    let folder = match file {
        "mod.rs" | "lib.rs" | "main.rs" => folder.to_owned(),
        file => format!("{folder}/{}", file.trim_end_matches(".rs")),
    };
    let items = TEST_ONLY.iter().flat_map(|attribute| source.text.match_indices(attribute));
    let declared = items.filter_map(|(at, _)| {
        let (_, item) = source.text[at..].split_once(']')?;
        let (declaration, _) = item.trim_start().split_once(';')?;
        declaration.trim_start_matches("pub ").trim_start_matches("pub(crate) ").strip_prefix("mod ")
    });
    let names = declared.filter(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_'));
    names.map(|name| format!("{folder}/{name}")).collect()
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
    path.contains("/tests/") || path.contains("/benches/") || path.ends_with("/tests.rs")
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

/// Blanks every item that is compiled for tests only.
fn without_tests(code: &str) -> String {
    let mut kept = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = TEST_ONLY.iter().filter_map(|attribute| rest.find(attribute)).min() {
        let end = at + item_length(&rest[at..]);
        kept.push_str(&rest[..at]);
        kept.extend(rest[at..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = &rest[end..];
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
    fn modules_for_tests_only_are_cut_off_with_all_their_files() {
        let paths = [
            "src/x/lib.rs",
            "src/x/stories/mod.rs",
            "src/x/stories/one.rs",
            "src/x/a.rs",
            "src/x/a/world.rs",
        ];
        let text = "#[cfg(test)]\nmod stories;\n#[cfg(any(test, feature = \"x\"))]\npub(crate) mod world;\nfn f() { now() }\n";
        let mut sources = paths.map(|path| Source::new(path, text)).to_vec();
        cut_off_test_modules(&mut sources);
        let left = sources.iter().filter(|source| !source.code.is_empty()).map(|source| source.path.as_str());
        assert_eq!(left.collect::<Vec<_>>(), ["src/x/lib.rs", "src/x/a.rs"]);
    }

    #[test]
    fn a_word_is_not_part_of_another() {
        assert!(names("use diesel::prelude;", "diesel"));
        assert!(!names("use diesel_migrations::x;", "diesel"));
        assert!(names("SystemTime::now()", "SystemTime::now"));
    }
}
