//! Lists of people as Mastodon writes and reads them (CSV, RFC 4180): whom somebody follows, blocks and mutes. Reading takes
//! what programs and hands make of such files, and says of every line that it cannot use what it expected. Not the import
//! itself, which looks the people up.

use std::collections::HashSet;

use alcove_protocol::Handle;

/// The most lines of a list.
pub const MAX_LINES: usize = 10_000;
/// The most bytes of a list: less than any body may have.
pub const MAX_BYTES: usize = 900 * 1_024;
/// How many lines that could not be used are told of.
pub const MAX_PROBLEMS: usize = 100;
/// How much of such a line is repeated, in characters.
const QUOTED: usize = 40;

/// The head of the first column, in files that have a head.
const ADDRESS: &str = "Account address";

/// What a list is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Whom somebody follows.
    Following,
    /// Whom somebody blocks.
    Blocks,
    /// Whom somebody mutes.
    Mutes,
}

impl List {
    /// Every kind of list.
    pub const ALL: [Self; 3] = [Self::Following, Self::Blocks, Self::Mutes];

    /// The word in forms and columns.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Following => "following",
            Self::Blocks => "blocks",
            Self::Mutes => "mutes",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.as_str() == word)
    }

    /// The name that Mastodon gives the file.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Following => "following_accounts.csv",
            Self::Blocks => "blocked_accounts.csv",
            Self::Mutes => "muted_accounts.csv",
        }
    }

    /// The head of the file and what follows the address on each line: what Alcove has no setting for is at its usual.
    fn columns(self) -> (Option<&'static str>, &'static str) {
        match self {
            Self::Following => {
                (Some("Account address,Show boosts,Notify on new posts,Languages"), ",true,false,")
            }
            Self::Blocks => (None, ""),
            Self::Mutes => (Some("Account address,Hide notifications"), ",true"),
        }
    }
}

/// A list as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Everybody on it, once each, in its order.
    pub handles: Vec<Handle>,
    /// The first [`MAX_PROBLEMS`] lines that could not be used, each in a sentence.
    pub problems: Vec<String>,
    /// How many lines could not be used.
    pub unusable: usize,
}

/// Why a file was not read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRead {
    /// More than [`MAX_BYTES`].
    #[error("expected a file of at most 900 kB")]
    TooLarge,
    /// More than [`MAX_LINES`].
    #[error("expected at most 10,000 lines; please divide the file")]
    TooLong,
    /// Not text.
    #[error("expected text in UTF-8, as a CSV file has it")]
    NoText,
}

/// Writes a list. A name begins with a letter, a digit or `_`, so that no program for tables takes a line for a formula.
pub fn write(list: List, handles: &[Handle]) -> String {
    let (head, rest) = list.columns();
    let lines = handles.iter().map(|handle| format!("{}@{}{rest}\n", handle.name, handle.domain));
    head.map(|head| format!("{head}\n")).into_iter().chain(lines).collect()
}

/// Reads a list, with a head or without; only the first column counts.
///
/// # Errors
/// When it is no list that anybody could mean; single lines that are wrong are in the answer.
pub fn read(file: &[u8]) -> Result<Read, NotRead> {
    if file.len() > MAX_BYTES {
        return Err(NotRead::TooLarge);
    }
    let text = std::str::from_utf8(file).map_err(|_| NotRead::NoText)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let (mut read, mut seen, mut lines) = (Read::default(), HashSet::new(), 0);
    let mut place = Place { text: &text, at: 0, line: 1 };
    for record in reader.records() {
        let record = record.map_err(|_| NotRead::NoText)?;
        let line = place.line_of(&record);
        let first = record.get(0).unwrap_or_default();
        let is_head = lines == 0 && first.eq_ignore_ascii_case(ADDRESS);
        if is_head || record.iter().all(str::is_empty) {
            continue;
        }
        lines += 1;
        if lines > MAX_LINES {
            return Err(NotRead::TooLong);
        }
        match Handle::parse(first) {
            Ok(handle) if seen.insert(handle.clone()) => read.handles.push(handle),
            Ok(_) => (),
            Err(invalid) => read.complain(line, first, &invalid.to_string()),
        }
    }
    Ok(read)
}

/// Where the reader is. It counts records and forgets blank lines, which people see and count.
struct Place<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl Place<'_> {
    /// The line that a record begins on, from 1.
    fn line_of(&mut self, record: &csv::StringRecord) -> usize {
        let start = record.position().and_then(|position| usize::try_from(position.byte()).ok());
        let rest = start.and_then(|start| self.text.get(start..)).unwrap_or_default();
        let start = self.text.len() - rest.trim_start_matches('\n').len();
        self.line += self.text.get(self.at..start).map_or(0, |passed| passed.matches('\n').count());
        self.at = start;
        self.line
    }
}

impl Read {
    fn complain(&mut self, line: usize, found: &str, expected: &str) {
        self.unusable += 1;
        if self.problems.len() < MAX_PROBLEMS {
            let found: String = found.chars().filter(|letter| !letter.is_control()).take(QUOTED).collect();
            self.problems.push(format!("Line {line}, “{found}”: {expected}."));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn handles(names: &[&str]) -> Vec<Handle> {
        names.iter().map(|name| Handle::parse(name).unwrap()).collect()
    }

    #[test]
    fn lists_are_written_as_mastodon_writes_them() {
        let people = handles(&["@ana@h.example", "@ben@bücher.example"]);
        assert_eq!(
            write(List::Following, &people),
            "Account address,Show boosts,Notify on new posts,Languages\n\
             ana@h.example,true,false,\nben@xn--bcher-kva.example,true,false,\n"
        );
        assert_eq!(write(List::Blocks, &people), "ana@h.example\nben@xn--bcher-kva.example\n");
        assert_eq!(
            write(List::Mutes, &people[..1]),
            "Account address,Hide notifications\nana@h.example,true\n"
        );
    }

    #[test]
    fn lists_are_read_however_they_were_saved() {
        let expected = handles(&["@ana@h.example", "@ben@h.example"]);
        for file in [
            "Account address,Show boosts,Notify on new posts,Languages\nana@h.example,true,false,\nben@h.example,true,false,\"de, en\"\n",
            "\u{feff}account address\r\n@Ana@h.example\r\n\r\n  ben@h.example  \r\nana@h.example\r\n",
            "\"ana@h.example\",\"x\"\n,,\nacct:ben@h.example",
            "ana@h.example\rben@h.example",
        ] {
            let read = read(file.as_bytes()).unwrap();
            assert_eq!((read.handles, read.problems), (expected.clone(), vec![]), "{file:?}");
        }
    }

    #[test]
    fn lines_that_cannot_be_used_are_told_of_and_the_others_count() {
        let read = read(b"ana@h.example\n\nno handle\n=1+1@x y,2\nben@h.example\n").unwrap();
        assert_eq!(read.handles.len(), 2);
        assert_eq!(read.unusable, 2);
        assert_eq!(read.problems[0], "Line 3, “no handle”: expected a handle as @name@example.org.");
        assert!(read.problems[1].starts_with("Line 4, “=1+1@x y”"), "{:?}", read.problems);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        assert_eq!(read(&vec![b'a'; MAX_BYTES + 1]), Err(NotRead::TooLarge));
        assert_eq!(read("a@h.example\n".repeat(MAX_LINES + 1).as_bytes()), Err(NotRead::TooLong));
        assert_eq!(read(b"\xff\xfe"), Err(NotRead::NoText));
        assert_eq!(read(b""), Ok(Read::default()));
        let many = read("x\n".repeat(MAX_LINES).as_bytes()).unwrap();
        assert_eq!((many.unusable, many.problems.len()), (MAX_LINES, MAX_PROBLEMS));
    }

    proptest! {
        #[test]
        fn whatever_a_file_holds_it_is_read_or_refused(file in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&file);
        }

        /// What is written is read again, and is no formula to any program.
        #[test]
        fn what_was_exported_can_be_imported(names in prop::collection::vec("[a-z0-9_]{1,9}", 0..9)) {
            let mut people: Vec<Handle> =
                names.iter().map(|name| Handle { name: name.clone(), domain: "h.example".into() }).collect();
            people.sort();
            people.dedup();
            for list in List::ALL {
                let file = write(list, &people);
                prop_assert!(!file.lines().any(|line| line.starts_with(['=', '+', '-', '@', '\t'])));
                prop_assert_eq!(&read(file.as_bytes()).unwrap().handles, &people);
            }
        }
    }
}
