//! As much of HTTP/1.1 as a sender needs that must cost little: one connection, kept alive, one request at a time, bytes
//! that were written out before. Answers with a length only. Not a client for anything but our own servers.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::error::{Error, Result, While};

/// What another server's inbox answers.
pub const TAKEN: &[u8] = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n";

/// A connection that is kept alive.
pub struct Connection {
    stream: TcpStream,
    /// The last answer.
    answer: Vec<u8>,
    body_at: usize,
}

/// What stands before a body.
struct Head {
    status: u16,
    body_at: usize,
    length: usize,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.while_(format!("connect to {address}"))?;
        stream.set_nodelay(true).while_("send small packets at once")?;
        Ok(Self { stream, answer: Vec::with_capacity(4_096), body_at: 0 })
    }

    /// Sends a request, waits for its whole answer, and says its status.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<u16> {
        self.answer.clear();
        self.stream.write_all(request).await.while_("send a request")?;
        loop {
            let count = self.stream.read_buf(&mut self.answer).await.while_("read an answer")?;
            if count == 0 {
                return Err(Error::new("read an answer", "the other side closed the connection"));
            }
            if let Some(head) = Head::read(&self.answer)?
                && self.answer.len() >= head.body_at + head.length
            {
                self.body_at = head.body_at;
                return Ok(head.status);
            }
        }
    }

    /// The body of the last answer.
    pub fn body(&self) -> &[u8] {
        self.answer.get(self.body_at..).unwrap_or_default()
    }
}

impl Head {
    /// Reads the head, once it is there as a whole.
    fn read(bytes: &[u8]) -> Result<Option<Self>> {
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
        let head = String::from_utf8_lossy(&bytes[..end]);
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let status = status.ok_or_else(|| Error::new("read an answer", "it has no status"))?;
        let mut length = 0;
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            if name.eq_ignore_ascii_case("transfer-encoding") {
                return Err(Error::new("read an answer", "expected one with a length"));
            }
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().while_("read the length of an answer")?;
            }
        }
        Ok(Some(Self { status, body_at: end + 4, length }))
    }
}

/// One request on a connection of its own; its body must come with `expected`.
pub async fn ask(address: SocketAddr, request: &[u8], expected: u16) -> Result<Vec<u8>> {
    let mut connection = Connection::open(address).await?;
    let status = connection.exchange(request).await?;
    if status != expected {
        let body = String::from_utf8_lossy(connection.body()).into_owned();
        return Err(Error::new(format!("get {expected} from {address}"), format!("it said {status} {body}")));
    }
    Ok(connection.body().to_vec())
}

/// A question, written out; further header lines end with `\r\n`.
pub fn get(host: SocketAddr, path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n{headers}\r\n").into_bytes()
}

/// Something posted, written out.
pub fn post(host: SocketAddr, path: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// The length of the first request among bytes that arrived, once it is there as a whole.
pub fn whole(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let length =
        head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    Some(end + length.unwrap_or_default()).filter(|length| bytes.len() >= *length)
}
