//! A server of a few lines for tests: hands every request to a function and remembers what it was asked. Speaks just enough
//! HTTP/1.1; the real server is for the stories.

pub(crate) mod village;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use url::Url;

/// A request as it arrived.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// Method and path with query.
    pub(crate) line: String,
    /// Header lines, in lower case.
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

/// The server.
pub(crate) struct Fake {
    pub(crate) address: Url,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// An answer: status, headers, body. Without status the connection is closed in silence.
pub(crate) type Answer = (u16, Vec<(&'static str, String)>, String);

/// A JSON answer.
pub(crate) fn json(status: u16, body: impl ToString) -> Answer {
    (status, vec![("content-type", "application/json".to_owned())], body.to_string())
}

/// A problem document.
pub(crate) fn problem(status: u16, kind: &str) -> Answer {
    let problem = alcove_protocol::Problem::new(kind, "No.", status);
    let body = serde_json::to_string(&problem).unwrap();
    (status, vec![("content-type", "application/problem+json".to_owned())], body)
}

/// No answer at all.
pub(crate) fn silence() -> Answer {
    (0, Vec::new(), String::new())
}

impl Fake {
    /// Starts it with a list of answers, given in this order.
    pub(crate) async fn script(answers: Vec<Answer>) -> Self {
        let mut answers = VecDeque::from(answers);
        Self::start(move |_, _| answers.pop_front().unwrap_or_else(|| json(500, "the script is over"))).await
    }

    /// Starts it; it is told each request and its own address. `$BASE` in answers stands for that address, too.
    pub(crate) async fn start(mut answer: impl FnMut(&Asked, &str) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let base = address.as_str().trim_end_matches('/').to_owned();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                // A client that hangs up before it has asked anything is none of our business.
                let Some(request) = read(&mut stream).await else { continue };
                record.lock().unwrap().push(request.clone());
                let (status, headers, body) = answer(&request, &base);
                if status != 0 {
                    write(&mut stream, status, &headers, &body, &base).await;
                }
            }
        });
        Self { address, asked }
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut stream = BufReader::new(stream);
    let mut asked = Asked::default();
    let mut length = 0;
    stream.read_line(&mut asked.line).await.ok().filter(|read| *read > 0)?;
    asked.line = asked.line.trim_end_matches(" HTTP/1.1\r\n").to_owned();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        // Names of headers have no case; the token has.
        let line = format!("{}: {value}", name.to_lowercase());
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().unwrap();
        }
        asked.headers.push(line);
    }
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).await.ok()?;
    asked.body = String::from_utf8(bytes).unwrap();
    Some(asked)
}

async fn write(stream: &mut TcpStream, status: u16, headers: &[(&str, String)], body: &str, base: &str) {
    let body = body.replace("$BASE", base);
    let headers: String =
        headers.iter().map(|(name, value)| format!("{name}: {}\r\n", value.replace("$BASE", base))).collect();
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    // The client may have given up.
    let written = stream.write_all(answer.as_bytes()).await;
    drop(written.and(stream.shutdown().await));
}
