//! Looks for a text in bytes in every form that a program is likely to have given it: as it is, in JSON, in hexadecimal
//! and in base64. It finds a text in base64 inside a longer one at any of the three ways it can fall on groups of three
//! bytes. It does not see through compression or encryption: what is compressed must be unpacked by the caller.

use std::{collections::HashMap, fmt::Write as _};

/// Forms shorter than this say nothing: they would be found by chance.
const SHORTEST: usize = 8;

/// One form of one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Which form, for a person.
    pub name: String,
    /// What to look for.
    pub bytes: Vec<u8>,
}

/// Where a form was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Which of the texts, counted from 0.
    pub text: usize,
    /// In which form.
    pub form: String,
    /// At which byte.
    pub at: usize,
}

/// The texts to look for, in all their forms.
#[derive(Debug)]
pub struct Search {
    forms: Vec<(usize, Form)>,
    /// Which forms begin with these bytes: one look per byte of the haystack, however many texts there are.
    beginnings: HashMap<[u8; 4], Vec<usize>>,
    /// Whether any begins with these two: most places are passed by without a look at the above.
    possible: Vec<bool>,
}

impl Search {
    /// Prepares to look for `texts`, which may be any bytes: words or keys.
    pub fn new<T: AsRef<[u8]>>(texts: &[T]) -> Self {
        let of_text =
            |(number, text): (usize, &T)| forms(text.as_ref()).into_iter().map(move |form| (number, form));
        let forms =
            texts.iter().enumerate().flat_map(of_text).filter(|(_, form)| form.bytes.len() >= SHORTEST);
        let forms = forms.collect::<Vec<_>>();
        let mut beginnings: HashMap<_, Vec<_>> = HashMap::new();
        let mut possible = vec![false; 1 << 16];
        for (at, (_, form)) in forms.iter().enumerate() {
            if let Some(beginning) = form.bytes.first_chunk() {
                beginnings.entry(*beginning).or_default().push(at);
                possible[pair(beginning[0], beginning[1])] = true;
            }
        }
        Self { forms, beginnings, possible }
    }

    /// Every place in `haystack` where a form of a text begins.
    pub fn hits(&self, haystack: &[u8]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let pairs = haystack.iter().zip(haystack.iter().skip(1)).enumerate();
        for (at, _) in pairs.filter(|(_, (first, second))| self.possible[pair(**first, **second)]) {
            let rest = &haystack[at..];
            let candidates = rest.first_chunk().and_then(|beginning| self.beginnings.get(beginning));
            for &candidate in candidates.into_iter().flatten() {
                let (text, form) = &self.forms[candidate];
                if rest.starts_with(&form.bytes) {
                    hits.push(Hit { text: *text, form: form.name.clone(), at });
                }
            }
        }
        hits
    }
}

/// The bytes that PostgreSQL's text form `\x616c` stands for, wherever it stands in `dump`, with a zero between them.
pub fn binary_columns(dump: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = dump;
    while let Some(at) = rest.windows(2).position(|two| two == b"\\x") {
        rest = &rest[at + 2..];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
        let pair = |pair: &[u8]| Some(value(*pair.first()?)? << 4 | value(*pair.get(1)?)?);
        bytes.extend(rest[..digits].chunks(2).filter_map(pair));
        bytes.push(0);
        rest = &rest[digits..];
    }
    bytes
}

fn pair(first: u8, second: u8) -> usize {
    usize::from(first) << 8 | usize::from(second)
}

/// Every form of one text, none of them twice: of the text itself, and of what it is in the HTML of a note.
fn forms(text: &[u8]) -> Vec<Form> {
    let mut forms = forms_of_bytes(text);
    if let Ok(text) = str::from_utf8(text) {
        let html = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let of_html = forms_of_bytes(html.as_bytes()).into_iter();
        forms.extend(of_html.map(|form| Form { name: format!("HTML, {}", form.name), ..form }));
    }
    let mut different: Vec<Form> = Vec::new();
    for form in forms {
        if !different.iter().any(|known| known.bytes == form.bytes) {
            different.push(form);
        }
    }
    different
}

fn forms_of_bytes(text: &[u8]) -> Vec<Form> {
    let mut forms = vec![
        ("plain".to_owned(), text.to_vec()),
        ("hexadecimal".to_owned(), hexadecimal(text).into_bytes()),
        ("hexadecimal, capitals".to_owned(), hexadecimal(text).to_uppercase().into_bytes()),
    ];
    if let Ok(text) = str::from_utf8(text) {
        forms.push(("JSON".to_owned(), in_json(text).into_bytes()));
        forms.push(("JSON, ASCII only".to_owned(), ascii_only(&in_json(text)).into_bytes()));
    }
    for before in 0..3 {
        let plain = base64_inside(text, before);
        let url = plain.replace('+', "-").replace('/', "_");
        forms.push((format!("base64, {before} bytes in"), plain.into_bytes()));
        forms.push((format!("base64url, {before} bytes in"), url.into_bytes()));
    }
    forms.into_iter().map(|(name, bytes)| Form { name, bytes }).collect()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The text between the quotes of a JSON string.
fn in_json(text: &str) -> String {
    serde_json::Value::from(text).to_string().trim_matches('"').to_owned()
}

/// JSON as those write it who trust no byte above 127.
fn ascii_only(json: &str) -> String {
    let mut units = [0; 2];
    json.chars().fold(String::new(), |mut text, character| {
        if character.is_ascii() {
            text.push(character);
        } else {
            for unit in character.encode_utf16(&mut units) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
        text
    })
}

/// The part of the base64 of a longer text, in which `text` follows `before` (modulo 3) other bytes, that depends on
/// nothing but `text`.
fn base64_inside(text: &[u8], before: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bit = |at: usize| text[at / 8] >> (7 - at % 8) & 1;
    // The first digit that begins inside the text, in bits from the text's own beginning.
    let first = (6 - 8 * before % 6) % 6;
    let digits = (8 * text.len()).saturating_sub(first) / 6;
    let digit = |number: usize| (0..6).fold(0, |value, at| value << 1 | bit(first + 6 * number + at));
    (0..digits).map(|number| char::from(ALPHABET[usize::from(digit(number))])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "the key is under the \"third\" flowerpot 🌻";

    fn forms_found(haystack: &str) -> Vec<String> {
        Search::new(&[TEXT]).hits(haystack.as_bytes()).into_iter().map(|hit| hit.form).collect()
    }

    /// P1: the search that finds no message finds one that is there.
    #[test]
    fn a_text_is_found_as_it_is_in_json_and_in_hexadecimal() {
        assert_eq!(forms_found(&format!("a{TEXT}b")), ["plain"]);
        assert_eq!(forms_found(&serde_json::json!({ "content": TEXT }).to_string()), ["JSON"]);
        let ascii = "the key is under the \\\"third\\\" flowerpot \\ud83c\\udf3b";
        assert_eq!(forms_found(ascii), ["JSON, ASCII only"]);
        assert_eq!(forms_found(&format!("\\x00{}00", hexadecimal(TEXT.as_bytes()))), ["hexadecimal"]);
        assert_eq!(forms_found(&hexadecimal(TEXT.as_bytes()).to_uppercase()), ["hexadecimal, capitals"]);
    }

    /// P1: wherever a text begins inside what was encoded. The haystacks were made by another program (Python).
    #[test]
    fn a_text_is_found_in_base64_at_every_alignment() {
        let texts = ["subjects?>~ of silence"];
        let search = Search::new(&texts);
        let found = |haystack: &str| {
            search.hits(haystack.as_bytes()).into_iter().map(|hit| hit.form).collect::<Vec<_>>()
        };
        assert_eq!(found("c3ViamVjdHM/Pn4gb2Ygc2lsZW5jZVpaWg=="), ["base64, 0 bytes in"]);
        assert_eq!(found("WHN1YmplY3RzPz5+IG9mIHNpbGVuY2VaWlo="), ["base64, 1 bytes in"]);
        assert_eq!(found("WFhzdWJqZWN0cz8-fiBvZiBzaWxlbmNlWlpa"), ["base64url, 2 bytes in"]);
    }

    /// P1: a note is HTML before it is encrypted.
    #[test]
    fn a_text_is_found_as_html() {
        let search = Search::new(&["kick it <gently> & it sings"]);
        let found = search.hits(br#"{"content":"kick it &lt;gently&gt; &amp; it sings"}"#);
        assert_eq!(found[0].form, "HTML, plain");
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        assert_eq!(forms_found("the key is under the second flowerpot"), [] as [String; 0]);
        assert_eq!(forms_found(""), [] as [String; 0]);
    }

    #[test]
    fn keys_are_found_too_and_each_text_is_told_apart() {
        let key = [0xC3; 32];
        let hits = Search::new(&[TEXT.as_bytes(), &key]).hits(&[&[1, 2][..], &key].concat());
        assert_eq!(hits, [Hit { text: 1, form: "plain".into(), at: 2 }]);
    }

    #[test]
    fn binary_columns_of_a_dump_are_read() {
        let dump = b"INSERT INTO a VALUES (1, '\\x616c636f7665', 'x', '\\x00ff');";
        assert_eq!(binary_columns(dump), b"alcove\0\x00\xff\0");
    }
}
