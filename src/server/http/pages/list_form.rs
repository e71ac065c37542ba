//! The form in which a browser sends a list: `multipart/form-data` (RFC 7578), because only that carries a file. The whole
//! body is here already and small (`http/bodies.rs`), so that it is divided in memory.

use actix_web::{HttpRequest, http::header};

use super::visitor::Visitor;
use crate::{
    actions::lists::Mode,
    error::{Error, Result},
    text::lists::List,
};

/// The longest separator that RFC 2046 allows.
const MAX_BOUNDARY: usize = 70;
/// The most fields that are looked at.
const MAX_FIELDS: usize = 10;

/// A list with what is to be done with it.
#[derive(Debug)]
pub struct ListForm<'a> {
    /// What it is for.
    pub list: List,
    /// What becomes of those who are not on it.
    pub mode: Mode,
    /// The file.
    pub file: &'a [u8],
}

impl<'a> ListForm<'a> {
    /// Reads the form that this browser was given.
    ///
    /// # Errors
    /// `form-expired`; `invalid` with what was expected.
    pub fn read(visitor: &Visitor, request: &HttpRequest, body: &'a [u8]) -> Result<Self> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let fields = kind.and_then(boundary).and_then(|boundary| fields(boundary, body));
        let fields = fields.ok_or_else(|| Error::invalid("Expected a form with a file."))?;
        let field = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value);
        let text = |wanted: &str| field(wanted).and_then(|value| std::str::from_utf8(value).ok());
        visitor.expect_made(text("csrf").unwrap_or_default())?;
        let list = text("list").and_then(List::parse);
        Ok(Self {
            list: list.ok_or_else(|| Error::invalid("Expected what the list is for."))?,
            mode: match text("mode") {
                Some("replace") => Mode::Replace,
                _ => Mode::Merge,
            },
            file: field("file").ok_or_else(|| Error::invalid("Expected a file."))?,
        })
    }
}

fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    let is_form = kind.trim().eq_ignore_ascii_case("multipart/form-data");
    let boundary = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("boundary="))?;
    let boundary = boundary.trim_matches('"');
    (is_form && !boundary.is_empty() && boundary.len() <= MAX_BOUNDARY).then_some(boundary)
}

/// Names and values, as they come; `None` unless the form is whole.
fn fields<'a>(boundary: &str, body: &'a [u8]) -> Option<Vec<(String, &'a [u8])>> {
    let separator = format!("\r\n--{boundary}");
    let mut rest = body.strip_prefix(separator.as_bytes().get(2..)?)?;
    let mut fields = Vec::new();
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let (head, after) = split_once(part, b"\r\n\r\n")?;
        let (value, after) = split_once(after, separator.as_bytes())?;
        if fields.len() < MAX_FIELDS {
            fields.push((name(head)?, value));
        }
        rest = after;
    }
    rest.starts_with(b"--").then_some(fields)
}

/// The name of a field, from the head of its part.
fn name(head: &[u8]) -> Option<String> {
    let head = std::str::from_utf8(head).ok()?;
    let disposition =
        head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let (_, name) = disposition.split_once("; name=\"")?;
    name.split('"').next().map(str::to_owned)
}

fn split_once<'a>(bytes: &'a [u8], separator: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(separator.len()).position(|window| window == separator)?;
    Some((bytes.get(..at)?, bytes.get(at + separator.len()..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &[u8] = b"--x\r\nContent-Disposition: form-data; name=\"list\"\r\n\r\nblocks\r\n--x\r\n\
        Content-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n\
        a@h.example\r\n--y\r\n\r\n--x--\r\n";

    #[test]
    fn forms_are_divided_at_their_own_separator() {
        let fields = fields("x", FORM).unwrap();
        assert_eq!(fields[0], ("list".to_owned(), b"blocks".as_slice()));
        assert_eq!(fields[1], ("file".to_owned(), b"a@h.example\r\n--y\r\n".as_slice()));
    }

    #[test]
    fn forms_that_are_not_whole_are_refused() {
        for end in 0..FORM.len() - 4 {
            assert_eq!(fields("x", &FORM[..end]), None, "{end}");
        }
        assert_eq!(boundary("multipart/form-data; boundary=\"x\""), Some("x"));
        for kind in ["multipart/form-data", "text/plain; boundary=x", "multipart/form-data; boundary="] {
            assert_eq!(boundary(kind), None, "{kind}");
        }
    }
}
