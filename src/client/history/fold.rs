//! Words without case and accents, so that a search for "strasse" finds "Straße" and one for "Ana" finds "Aña". Letter by
//! letter, so that what is found can be shown where it stands. Not collation, and no stemming.

use memchr::memmem::Finder;

/// How many characters stand before and after a word that was found.
const BEFORE: usize = 40;
const AFTER: usize = 80;
/// How many words of a search count.
const MOST_WORDS: usize = 10;

/// A text without case and accents.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    push(text, &mut folded);
    folded
}

fn push(text: &str, folded: &mut String) {
    if text.is_ascii() {
        return folded.push_str(&text.to_ascii_lowercase());
    }
    let letters = decomposed(text);
    letters.chars().flat_map(char::to_lowercase).for_each(|letter| push_plain(letter, folded));
}

/// The letters of a text, each mark that stands on one after it (Unicode's form NFD).
#[cfg(not(target_arch = "wasm32"))]
fn decomposed(text: &str) -> String {
    icu_normalizer::DecomposingNormalizer::new_nfd().normalize(text).into_owned()
}

/// The same by a browser, which has the tables for it.
#[cfg(target_arch = "wasm32")]
fn decomposed(text: &str) -> String {
    js_sys::JsString::from(text).normalize("NFD").into()
}

/// Letters that have a plain form and no decomposition; in Arabic those that are typed one for the other. Marks that may
/// be left out when somebody writes or searches are left out: those on Latin, Greek and Cyrillic letters, and the vowels
/// and signs of Hebrew and Arabic. In other scripts a mark is as good as a letter.
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
        // The tatweel only stretches a word.
        'ـ' | '\u{300}'..='\u{36f}' => {}
        '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}' => {}
        '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' => {}
        '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}' => {}
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

    /// The text around the first word, and where the word stands in it, in bytes. Where marks stand in another order than
    /// Unicode's, a word may be in the folded whole and not in its letters: then the beginning, with nothing to point at.
    pub(crate) fn excerpt(&self, text: &str) -> (String, usize, usize) {
        // For each letter: where it begins in the text, and where its folded form ends.
        let (mut folded, mut letters) = (String::new(), Vec::new());
        for (at, letter) in text.char_indices() {
            push(letter.encode_utf8(&mut [0; 4]), &mut folded);
            letters.push((at, folded.len()));
        }
        let word = self.words.first().and_then(|word| {
            let found = word.find(folded.as_bytes())?;
            let first = letters.partition_point(|(_, end)| *end <= found);
            Some(first..1 + letters.partition_point(|(_, end)| *end < found + word.needle().len()))
        });
        let word = word.unwrap_or_default();
        let offset = |index: usize| letters.get(index).map_or(text.len(), |(at, _)| *at);
        let (from, to) = (offset(word.start.saturating_sub(BEFORE)), offset(word.end + AFTER));
        let (start, end) = (offset(word.start), offset(word.end));
        (text.get(from..to).unwrap_or_default().to_owned(), start - from, end - from)
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
            ("שָׁלוֹם", "שלום"),
            ("ёлка", "Елка"),
            ("ΣΊΣΥΦΟΣ", "σισυφος"),
            ("e\u{301}te", "été"),
        ] {
            assert_eq!(fold(one), fold(other), "{one}");
        }
        for (one, other) in [("한글", "한국"), ("की", "कु"), ("ไม่", "ไม้")] {
            assert_ne!(fold(one), fold(other), "{one}");
        }
    }

    #[test]
    fn the_word_is_shown_where_it_stands() {
        let words = Words::new("strasse");
        let text = format!("{} in der Straße.", "ß".repeat(100));
        let (excerpt, start, end) = words.excerpt(&text);
        assert_eq!(excerpt.get(start..end), Some("Straße"));
        assert!(excerpt.chars().count() <= BEFORE + AFTER + 7 && text.ends_with(&excerpt));
        assert_eq!(Words::new("nothing").excerpt("Straße"), ("Straße".to_owned(), 0, 0));
    }
}
