//! Times, lengths and audiences in words, as every page says them. Pure functions.

use std::collections::BTreeSet;

use alcove_protocol::{
    Timestamp,
    post::Visibility,
    time::{DAY, HOUR, MINUTE},
};
use serde::Serialize;
use time::{OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};

const DATE: &[BorrowedFormatItem<'_>] = format_description!("[day padding:none] [month repr:long]");
const DATE_OF_YEAR: &[BorrowedFormatItem<'_>] =
    format_description!("[day padding:none] [month repr:long] [year]");
const FULL: &[BorrowedFormatItem<'_>] =
    format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute] UTC");

/// A point in time as pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moment {
    /// For programs (RFC 3339).
    pub exact: String,
    /// How long ago it was, or the day.
    pub short: String,
    /// Day and time.
    pub full: String,
}

impl Moment {
    /// That point in time as it looks at `now`.
    pub fn new(milliseconds: i64, now: Timestamp) -> Self {
        let at = Timestamp(milliseconds);
        Self { exact: at.to_rfc3339(), short: short(at, now), full: full(at) }
    }
}

/// Day and time, as `3 May 2026, 14:02 UTC`.
pub fn full(at: Timestamp) -> String {
    format(at, FULL)
}

/// How long ago it was, as `5 min` or `3 h`; the day when it is longer ago than a day.
fn short(at: Timestamp, now: Timestamp) -> String {
    match now.since(at) {
        ..MINUTE => "now".to_owned(),
        passed @ MINUTE..HOUR => format!("{} min", passed / MINUTE),
        passed @ HOUR..DAY => format!("{} h", passed / HOUR),
        _ if year(at) == year(now) => format(at, DATE),
        _ => format(at, DATE_OF_YEAR),
    }
}

fn year(at: Timestamp) -> Option<i32> {
    date(at).map(OffsetDateTime::year)
}

fn date(at: Timestamp) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(at.seconds()).ok()
}

fn format(at: Timestamp, format: &[BorrowedFormatItem<'_>]) -> String {
    date(at).and_then(|date| date.format(format).ok()).unwrap_or_default()
}

/// The label of what is not encrypted (EXPERIENCE.md section 13.4): the hosts of everybody who takes part, ours first.
pub fn not_encrypted<'h>(ours: &'h str, hosts: impl IntoIterator<Item = &'h str>) -> String {
    let others: BTreeSet<&str> = hosts.into_iter().filter(|host| *host != ours).collect();
    let all: Vec<&str> = std::iter::once(ours).chain(others).collect();
    let named = match all.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => ours.to_owned(),
    };
    format!("Not encrypted. The operators of {named} can read this.")
}

/// Who can see a post, in words.
pub fn audience(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "Public",
        Visibility::Unlisted => "Quiet public",
        Visibility::Followers => "For followers",
        Visibility::Direct => "For those it names",
    }
}

/// The beginning of a text on one line, of at most so many characters.
pub fn excerpt(text: &str, limit: usize) -> String {
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = words.char_indices().nth(limit) {
        words.truncate(end);
        words.push('…');
    }
    words
}

/// A number with its noun, as `1 reply`, `3 replies`.
pub fn count(number: i64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_as_people_say_them() {
        let at = Timestamp::from_rfc3339("2026-05-03T14:02:59Z").unwrap();
        let after = |passed| Moment::new(at.0, at.plus(passed)).short;
        assert_eq!([after(-MINUTE), after(0), after(90_000)], ["now", "now", "1 min"]);
        assert_eq!([after(HOUR), after(23 * HOUR)], ["1 h", "23 h"]);
        assert_eq!([after(DAY), after(400 * DAY)], ["3 May", "3 May 2026"]);
        assert_eq!(full(at), "3 May 2026, 14:02 UTC");
        assert_eq!(full(Timestamp(i64::MAX)), "");
    }

    /// EXPERIENCE.md section 13.4, word for word.
    #[test]
    fn the_label_names_every_server_ours_first() {
        let label = |hosts: &[&'static str]| not_encrypted("m.example", hosts.iter().copied());
        assert_eq!(label(&[]), "Not encrypted. The operators of m.example can read this.");
        assert_eq!(
            label(&["z.example", "m.example"]),
            "Not encrypted. The operators of m.example and z.example can read this."
        );
        assert_eq!(
            label(&["z.example", "a.example", "z.example"]),
            "Not encrypted. The operators of m.example, a.example and z.example can read this."
        );
    }

    #[test]
    fn an_excerpt_is_one_line() {
        assert_eq!(excerpt(" a\n b ", 9), "a b");
        assert_eq!(excerpt("äöü", 2), "äö…");
    }
}
