//! Words without case and accents, so that a search for "strasse" finds "Straße" and one for "Ana" finds "Aña". Letter by
//! letter, so that what is found can be shown where it stands. Not collation, and no stemming.

use icu_normalizer::{DecomposingNormalizer, properties::CanonicalCombiningClassMap};
use memchr::memmem::Finder;

/// How many characters stand before and after a word that was found.
const BEFORE: usize = 40;
const AFTER: usize = 80;
/// How many words of a search count.
const MOST_WORDS: usize = 10;

/// A text without case and accents.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    text.chars().for_each(|letter| push(letter, &mut folded));
    folded
}

fn push(letter: char, folded: &mut String) {
    if letter.is_ascii() {
        return folded.push(letter.to_ascii_lowercase());
    }
    let marks = CanonicalCombiningClassMap::new();
    for part in DecomposingNormalizer::new_nfd().normalize_iter(std::iter::once(letter)) {
        if marks.get_u8(part) == 0 {
            part.to_lowercase().for_each(|lower| push_plain(lower, folded));
        }
    }
}

/// Letters that have a plain form and no decomposition; in Arabic those that are typed one for the other.
fn push_plain(letter: char, folded: &mut String) {
    match letter {
        'ß' => folded.push_str("ss"),
        'æ' => folded.push_str("ae"),
        'œ' => folded.push_str("oe"),
        'ø' => folded.push('o'),
        'ł' => folded.push('l'),
        'đ' => folded.push('d'),
        'ı' => folded.push('i'),
        'ς' => folded.push('σ'),
        'ة' => folded.push('ه'),
        'ى' => folded.push('ي'),
        // The tatweel only stretches a word, and the combining dot is what is left of a lowered İ.
        'ـ' | '\u{307}' => {}
        other => folded.push(other),
    }
}

/// The words of a search.
pub(crate) struct Words {
    words: Vec<Finder<'static>>,
}

impl Words {
    pub(crate) fn new(text: &str) -> Self {
        let folded = fold(text);
        let words = folded.split_whitespace().take(MOST_WORDS);
        Self { words: words.map(|word| Finder::new(word).into_owned()).collect() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether a folded text holds them all.
    pub(crate) fn are_in(&self, folded: &str) -> bool {
        self.words.iter().all(|word| word.find(folded.as_bytes()).is_some())
    }

    /// The text around the first word, and where the word stands in it, in bytes.
    pub(crate) fn excerpt(&self, text: &str) -> Option<(String, usize, usize)> {
        let word = self.words.first()?;
        // For each letter: where it begins in the text, and where its folded form ends.
        let (mut folded, mut letters) = (String::new(), Vec::new());
        for (at, letter) in text.char_indices() {
            push(letter, &mut folded);
            letters.push((at, folded.len()));
        }
        let found = word.find(folded.as_bytes())?;
        let first = letters.partition_point(|(_, end)| *end <= found);
        let last = letters.partition_point(|(_, end)| *end < found + word.needle().len());
        let offset = |index: usize| letters.get(index).map_or(text.len(), |(at, _)| *at);
        let (from, to) = (offset(first.saturating_sub(BEFORE)), offset(last + 1 + AFTER));
        let (start, end) = (offset(first), offset(last + 1));
        Some((text.get(from..to)?.to_owned(), start - from, end - from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_do_not_matter() {
        for (one, other) in [
            ("STRASSE", "Straße"),
            ("senor", "Señor"),
            ("ångström", "ANGSTROM"),
            ("İstanbul", "istanbul"),
            ("Łódź", "lodz"),
            ("أحمد", "احمد"),
            ("مَدْرَسَة", "مدرسه"),
            ("ΣΊΣΥΦΟΣ", "σισυφος"),
            ("e\u{301}te", "été"),
        ] {
            assert_eq!(fold(one), fold(other), "{one}");
        }
        assert_ne!(fold("한글"), fold("한국"));
    }

    #[test]
    fn the_word_is_shown_where_it_stands() {
        let words = Words::new("strasse");
        let text = format!("{} in der Straße.", "ß".repeat(100));
        let (excerpt, start, end) = words.excerpt(&text).unwrap();
        assert_eq!(excerpt.get(start..end), Some("Straße"));
        assert!(excerpt.chars().count() <= BEFORE + AFTER + 7 && text.ends_with(&excerpt));
        assert_eq!(Words::new("nothing").excerpt(&text), None);
    }
}
