//! A server of a few lines for tests: answers requests in the order of its script and remembers what it was asked. Speaks
//! just enough HTTP/1.1; the real server is for the stories.

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
    /// Starts it with its script; `$BASE` in headers and bodies stands for its address.
    pub(crate) async fn start(script: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let (asked, base) =
            (Arc::new(Mutex::new(Vec::new())), address.as_str().trim_end_matches('/').to_owned());
        let record = Arc::clone(&asked);
        tokio::spawn(async move {
            let mut script = VecDeque::from(script);
            while let Ok((stream, _)) = listener.accept().await {
                let answer = script.pop_front().unwrap_or_else(|| json(500, "the script is over"));
                serve(stream, answer, &base, &record).await;
            }
        });
        Self { address, asked }
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(stream: TcpStream, (status, headers, body): Answer, base: &str, record: &Mutex<Vec<Asked>>) {
    let mut stream = BufReader::new(stream);
    let mut asked = Asked::default();
    let mut length = 0;
    stream.read_line(&mut asked.line).await.unwrap();
    asked.line = asked.line.trim_end_matches(" HTTP/1.1\r\n").to_owned();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        // The token keeps its case; names of headers have none.
        let (name, value) = line.split_once(": ").unwrap();
        let line = format!("{}: {value}", name.to_lowercase());
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().unwrap();
        }
        asked.headers.push(line);
    }
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).await.unwrap();
    asked.body = String::from_utf8(bytes).unwrap();
    record.lock().unwrap().push(asked);
    if status == 0 {
        return;
    }
    let headers: String =
        headers.iter().map(|(name, value)| format!("{name}: {}\r\n", value.replace("$BASE", base))).collect();
    let body = body.replace("$BASE", base);
    let answer = format!(
        "HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
}
