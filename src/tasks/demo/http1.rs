//! Takes the requests out of one direction of an HTTP/1.1 connection, as it was before TLS, and joins the pieces of
//! chunked bodies (RFC 9112 section 7.1), which could tear a text apart; and reads an answer. Not a server's parser: it
//! is lenient, because what it cannot make sense of must be searched all the same.

/// One request as it was sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    /// Its first line, such as `POST /inbox HTTP/1.1`.
    pub line: String,
    /// Whether its body is compressed, so that a search would be blind.
    pub compressed: bool,
    /// Its body, joined.
    pub body: Vec<u8>,
}

/// Every request in `stream`; the last may be cut short.
pub fn requests(stream: &[u8]) -> Vec<Request> {
    let mut requests = Vec::new();
    let mut rest = stream;
    while let Some(end) = find(rest, b"\r\n\r\n") {
        let head = String::from_utf8_lossy(&rest[..end]).into_owned();
        let (body, length) = body(&head, &rest[end + 4..]);
        requests.push(Request {
            line: head.lines().next().unwrap_or_default().to_owned(),
            compressed: header(&head, "content-encoding").is_some_and(|coding| coding != "identity"),
            body,
        });
        rest = &rest[end + 4 + length..];
    }
    requests
}

/// The status and the body of an answer that was read to the end of its connection.
pub fn answer(stream: &[u8]) -> Option<(u16, Vec<u8>)> {
    let end = find(stream, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&stream[..end]).into_owned();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, body(&head, &stream[end + 4..]).0))
}

/// The body that follows `head`, and how many bytes of `rest` it takes.
fn body(head: &str, rest: &[u8]) -> (Vec<u8>, usize) {
    if header(head, "transfer-encoding").is_some_and(|coding| coding.ends_with("chunked")) {
        return chunked(rest);
    }
    let length = header(head, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let length = rest.len().min(length);
    (rest[..length].to_vec(), length)
}

fn chunked(stream: &[u8]) -> (Vec<u8>, usize) {
    let (mut body, mut at) = (Vec::new(), 0);
    while let Some(line) = find(&stream[at..], b"\r\n") {
        let digits = String::from_utf8_lossy(&stream[at..at + line]).into_owned();
        let digits = digits.split(';').next().unwrap_or_default().trim();
        let Ok(size) = usize::from_str_radix(digits, 16) else { break };
        at += line + 2;
        let end = stream.len().min(at.saturating_add(size));
        body.extend_from_slice(&stream[at..end]);
        at = stream.len().min(end + 2);
        if size == 0 {
            break;
        }
    }
    (body, at)
}

fn header(head: &str, name: &str) -> Option<String> {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    lines
        .filter(|(field, _)| field.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim().to_ascii_lowercase())
        .next()
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_one_connection_are_told_apart() {
        let stream = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 5\r\n\r\nhelloGET /c HTTP/1.1\r\n\r\n";
        let requests = requests(stream);
        let lines = requests.iter().map(|request| request.line.as_str()).collect::<Vec<_>>();
        assert_eq!(lines, ["GET /a HTTP/1.1", "POST /b HTTP/1.1", "GET /c HTTP/1.1"]);
        assert_eq!(requests[1].body, b"hello");
    }

    #[test]
    fn a_chunked_body_is_joined_and_what_follows_is_read() {
        let stream = b"POST /b HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\nGET /c HTTP/1.1\r\n\r\n";
        let requests = requests(stream);
        assert_eq!(requests[0].body, b"hello");
        assert_eq!(requests[1].line, "GET /c HTTP/1.1");
    }

    #[test]
    fn a_body_cut_short_is_kept_as_far_as_it_came() {
        let stream = b"POST /b HTTP/1.1\r\nContent-Length: 500\r\n\r\nhel";
        assert_eq!(requests(stream)[0].body, b"hel");
        let stream = b"POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhel";
        assert_eq!(requests(stream)[0].body, b"hel");
    }

    #[test]
    fn an_answer_has_a_status_and_a_body() {
        let stream = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
        assert_eq!(answer(stream), Some((201, b"{}".to_vec())));
        assert_eq!(answer(b"not HTTP"), None);
    }

    #[test]
    fn a_compressed_body_is_marked() {
        let stream = b"POST /b HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx";
        assert!(requests(stream)[0].compressed);
    }
}
