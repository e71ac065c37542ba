//! As much of Structured Field Values (RFC 9651) as signatures need: dictionaries of items and inner lists with
//! parameters. Stricter than the RFC in one point: a key that stands twice is refused, where the RFC lets the last one
//! win (S-13). Decimals, dates and display strings are refused; nothing here uses them.

use alcove_protocol::base64;

/// A value without parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Bare {
    Integer(i64),
    String(String),
    Token(String),
    Bytes(Vec<u8>),
    Boolean(bool),
}

/// Parameters in the order written; the order is covered by signatures.
pub(super) type Parameters = Vec<(String, Bare)>;

/// A member of a dictionary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Member {
    Item(Bare, Parameters),
    InnerList(Vec<(Bare, Parameters)>, Parameters),
}

/// The most members, items of a list, and parameters.
const MAX_PARTS: usize = 64;
/// The longest field, in bytes.
const MAX_FIELD: usize = 8 * 1024;

/// Reads a dictionary; `None` when it is none.
pub(super) fn dictionary(text: &str) -> Option<Vec<(String, Member)>> {
    if text.len() > MAX_FIELD {
        return None;
    }
    let mut reader = Reader { rest: text.trim_matches(' ').as_bytes() };
    let mut members: Vec<(String, Member)> = Vec::new();
    while !reader.rest.is_empty() {
        let key = reader.key()?;
        let member = if reader.take(b'=') {
            reader.member()?
        } else {
            Member::Item(Bare::Boolean(true), reader.parameters()?)
        };
        if members.len() >= MAX_PARTS || members.iter().any(|(other, _)| *other == key) {
            return None;
        }
        members.push((key, member));
        reader.skip(b" \t");
        if reader.rest.is_empty() {
            break;
        }
        let more = reader.take(b',');
        reader.skip(b" \t");
        if !more || reader.rest.is_empty() {
            return None;
        }
    }
    Some(members)
}

/// Writes a value as it goes over the wire.
pub(super) fn write(value: &Bare, out: &mut String) {
    match value {
        Bare::Integer(number) => out.push_str(&number.to_string()),
        Bare::String(text) => {
            out.push('"');
            for letter in text.chars() {
                if matches!(letter, '"' | '\\') {
                    out.push('\\');
                }
                out.push(letter);
            }
            out.push('"');
        }
        Bare::Token(text) => out.push_str(text),
        Bare::Bytes(bytes) => out.push_str(&format!(":{}:", base64::encode(bytes))),
        Bare::Boolean(value) => out.push_str(if *value { "?1" } else { "?0" }),
    }
}

/// Writes parameters as they go over the wire.
pub(super) fn write_parameters(parameters: &Parameters, out: &mut String) {
    for (name, value) in parameters {
        out.push(';');
        out.push_str(name);
        if *value != Bare::Boolean(true) {
            out.push('=');
            write(value, out);
        }
    }
}

/// What is left to read.
struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn take(&mut self, byte: u8) -> bool {
        let found = self.rest.first() == Some(&byte);
        if found {
            self.rest = &self.rest[1..];
        }
        found
    }

    fn skip(&mut self, bytes: &[u8]) {
        while let Some(byte) = self.rest.first().filter(|byte| bytes.contains(byte)) {
            self.take(*byte);
        }
    }

    /// Takes bytes while they are allowed.
    fn take_while(&mut self, allowed: impl Fn(u8) -> bool) -> String {
        let length = self.rest.iter().take_while(|byte| allowed(**byte)).count();
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken.iter().map(|byte| char::from(*byte)).collect()
    }

    fn key(&mut self) -> Option<String> {
        let starts = self.rest.first().is_some_and(|byte| byte.is_ascii_lowercase() || *byte == b'*');
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.*".contains(&byte);
        starts.then(|| self.take_while(inner))
    }

    fn member(&mut self) -> Option<Member> {
        if !self.take(b'(') {
            return Some(Member::Item(self.bare()?, self.parameters()?));
        }
        let mut items = Vec::new();
        loop {
            self.skip(b" ");
            if self.take(b')') {
                return Some(Member::InnerList(items, self.parameters()?));
            }
            items.push((self.bare()?, self.parameters()?));
            let separated = matches!(self.rest.first(), Some(b' ' | b')'));
            if items.len() > MAX_PARTS || !separated {
                return None;
            }
        }
    }

    fn parameters(&mut self) -> Option<Parameters> {
        let mut parameters: Parameters = Vec::new();
        while self.take(b';') {
            self.skip(b" ");
            let name = self.key()?;
            let value = if self.take(b'=') { self.bare()? } else { Bare::Boolean(true) };
            if parameters.len() >= MAX_PARTS || parameters.iter().any(|(other, _)| *other == name) {
                return None;
            }
            parameters.push((name, value));
        }
        Some(parameters)
    }

    fn bare(&mut self) -> Option<Bare> {
        match self.rest.first()? {
            b'"' => self.string(),
            b':' => self.bytes(),
            b'?' => self.boolean(),
            b'-' | b'0'..=b'9' => self.integer(),
            byte if byte.is_ascii_alphabetic() || *byte == b'*' => {
                let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:/".contains(&byte);
                Some(Bare::Token(self.take_while(allowed)))
            }
            _ => None,
        }
    }

    fn string(&mut self) -> Option<Bare> {
        self.take(b'"');
        let mut text = self.take_while(is_plain);
        while self.take(b'\\') {
            let escaped = self.rest.first().filter(|byte| matches!(byte, b'"' | b'\\')).copied()?;
            self.take(escaped);
            text.push(char::from(escaped));
            text.push_str(&self.take_while(is_plain));
        }
        self.take(b'"').then_some(Bare::String(text))
    }

    fn bytes(&mut self) -> Option<Bare> {
        self.take(b':');
        let text = self.take_while(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
        let bytes = base64::decode(&text, MAX_FIELD)?;
        self.take(b':').then_some(Bare::Bytes(bytes))
    }

    fn boolean(&mut self) -> Option<Bare> {
        self.take(b'?');
        let value = self.take(b'1');
        (value || self.take(b'0')).then_some(Bare::Boolean(value))
    }

    fn integer(&mut self) -> Option<Bare> {
        let sign = if self.take(b'-') { -1 } else { 1 };
        let digits = self.take_while(|byte| byte.is_ascii_digit());
        let decimal = self.rest.first() == Some(&b'.');
        let number: i64 = digits.parse().ok().filter(|_| digits.len() <= 15 && !decimal)?;
        Some(Bare::Integer(sign * number))
    }
}

/// Visible ASCII and space, but neither quote nor backslash.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dictionaries_are_read() {
        let members =
            dictionary(r#"sig1=("@method"  "date";req);created=12;keyid="a\"b" , b=:AQI=:;x, c"#).unwrap();
        let date = (Bare::String("date".into()), vec![("req".into(), Bare::Boolean(true))]);
        let parameters =
            vec![("created".to_owned(), Bare::Integer(12)), ("keyid".into(), Bare::String("a\"b".into()))];
        let method = (Bare::String("@method".into()), vec![]);
        assert_eq!(members[0], ("sig1".into(), Member::InnerList(vec![method, date], parameters)));
        assert_eq!(
            members[1].1,
            Member::Item(Bare::Bytes(vec![1, 2]), vec![("x".into(), Bare::Boolean(true))])
        );
        assert_eq!(members[2].1, Member::Item(Bare::Boolean(true), vec![]));
        assert_eq!(dictionary("").unwrap(), []);
    }

    /// S-13: whatever is not exactly a dictionary is refused.
    #[test]
    fn garbled_dictionaries_are_refused() {
        for text in [
            "a=1,",
            "a=1 b=2",
            "a=1,a=2",
            "=1",
            "A=1",
            "a=",
            "a=(",
            "a=(\"x\"\"y\")",
            "a=\"x",
            "a=\"\\x\"",
            "a=:A",
            "a=:%:",
            "a=1.5",
            "a=1234567890123456",
            "a=?2",
            "a=1;b=1;b=2",
            "a=\"é\"",
            ",a=1",
            "a=-",
            "a=1;",
        ] {
            assert_eq!(dictionary(text), None, "{text:?}");
        }
        assert_eq!(dictionary(&"a".repeat(MAX_FIELD + 1)), None);
        assert_eq!(dictionary(&format!("a=({})", "1 ".repeat(100))), None);
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".*") {
            dictionary(&text);
        }

        #[test]
        fn strings_read_back(text in "[ -~]{0,40}") {
            let mut written = "a=".to_owned();
            write(&Bare::String(text.clone()), &mut written);
            prop_assert_eq!(dictionary(&written).unwrap()[0].1.clone(), Member::Item(Bare::String(text), vec![]));
        }
    }
}
