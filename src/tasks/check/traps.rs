//! Which promise, trap or hostile entry is named by which test. By convention the doc comment of a test names what it
//! proves (P1..) or guards against (T1.., S-01..); this reads them back. It does not judge whether the test does.

use std::{collections::BTreeMap, ops::RangeInclusive};

use super::source::Source;

/// How many traps FEDERATION.md and ENCRYPTION.md count.
const TRAPS: u32 = 48;
/// The entries of the list of hostile input, FEDERATION.md section 4, by theme.
const HOSTILE: [RangeInclusive<u32>; 6] = [1..=26, 29..=29, 30..=38, 40..=45, 50..=56, 60..=69];

/// A name such as `T8`: its letter and number, so that T8 comes before T10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    kind: char,
    number: u32,
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind {
            'S' => write!(f, "S-{:02}", self.number),
            kind => write!(f, "{kind}{}", self.number),
        }
    }
}

/// The tests that name each trap, promise or entry, as `path::test`.
pub fn coverage(sources: &[Source]) -> BTreeMap<Name, Vec<String>> {
    let mut coverage: BTreeMap<Name, Vec<String>> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.is_rust()) {
        for (test, comment) in tests(&source.text) {
            for name in named(&comment) {
                coverage.entry(name).or_default().push(format!("{}::{test}", source.path));
            }
        }
    }
    coverage
}

/// The listing of `cargo task check --traps`.
pub fn listing(coverage: &BTreeMap<Name, Vec<String>>) -> String {
    let covered = coverage.iter().map(|(name, tests)| format!("{name}: {}\n", tests.join(", ")));
    let missing = missing(coverage, 'T', 1..=TRAPS);
    covered.chain([format!("Traps that no test names: {missing}\n")]).collect()
}

/// The listing of `cargo task check --hostile`: the entries alone, one test in a line, and those that have none.
pub fn hostile_listing(coverage: &BTreeMap<Name, Vec<String>>) -> String {
    let mut listing = String::new();
    for (name, tests) in coverage.iter().filter(|(name, _)| name.kind == 'S') {
        listing.extend(tests.iter().map(|test| format!("{name}: {test}\n")));
    }
    let missing = missing(coverage, 'S', HOSTILE.into_iter().flatten());
    listing + &format!("Entries that no test names: {missing}\n")
}

fn missing(
    coverage: &BTreeMap<Name, Vec<String>>,
    kind: char,
    numbers: impl IntoIterator<Item = u32>,
) -> String {
    let names = numbers.into_iter().map(|number| Name { kind, number });
    let missing = names.filter(|name| !coverage.contains_key(name)).map(|name| name.to_string());
    missing.collect::<Vec<_>>().join(" ")
}

/// Every test function in `text` with its doc comment.
fn tests(text: &str) -> Vec<(String, String)> {
    let (mut comment, mut is_test, mut tests) = (String::new(), false, Vec::new());
    for line in text.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("///") {
            comment.push_str(words);
        } else if line.starts_with("#[") {
            is_test |= line.ends_with("test]") || line.contains("test(");
        } else {
            let function =
                line.split_once("fn ").map(|(_, rest)| rest.split(['(', '<']).next().unwrap_or(rest));
            if let (true, Some(function)) = (is_test, function) {
                tests.push((function.to_owned(), std::mem::take(&mut comment)));
            }
            (comment, is_test) = (String::new(), false);
        }
    }
    tests
}

/// The names in a comment.
fn named(comment: &str) -> Vec<Name> {
    let words = comment.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let mut names = words.filter_map(name).collect::<Vec<_>>();
    names.sort_unstable();
    names.dedup();
    names
}

fn name(word: &str) -> Option<Name> {
    let kind = word.chars().next().filter(|kind| "TPS".contains(*kind))?;
    let digits =
        word[1..].strip_prefix('-').filter(|_| kind == 'S').or((kind != 'S').then_some(&word[1..]))?;
    let number = digits.parse().ok().filter(|_| !digits.starts_with('+'))?;
    Some(Name { kind, number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_names_a_trap_is_listed_and_other_comments_are_not() {
        let text = "/// Guards T8 and T10, proves P1 (see S-03).\n#[tokio::test]\nasync fn answers() {}\n\
                    /// Mentions T9.\nfn helper() {}\n/// T2\n#[test]\nfn small() {}\n";
        let coverage = coverage(&[Source::new("src/a.rs", text)]);
        let names = coverage.keys().map(Name::to_string).collect::<Vec<_>>();
        assert_eq!(names, ["P1", "S-03", "T2", "T8", "T10"]);
        let listing = listing(&coverage);
        assert!(listing.contains("T8: src/a.rs::answers\n"), "{listing}");
        assert!(listing.contains("no test names: T1 T3 T4"), "{listing}");
    }

    #[test]
    fn hostile_entries_are_listed_by_themselves_with_those_that_have_no_test() {
        let text = "/// S-03, S-30 and T8.\n#[test]\nfn answers() {}\n";
        let listing = hostile_listing(&coverage(&[Source::new("src/a.rs", text)]));
        assert!(listing.starts_with("S-03: src/a.rs::answers\nS-30: src/a.rs::answers\n"), "{listing}");
        assert!(listing.contains("no test names: S-01 S-02 S-04") && !listing.contains("S-27"), "{listing}");
    }

    #[test]
    fn words_that_only_look_like_names_are_not() {
        assert_eq!(named("TLS, P-256, T, S3, Tea1, PKCS8"), []);
    }
}
