//! A server that does nothing but answer what it is told, and writes down what it was sent.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// One request, head and body, as text.
type Seen = Arc<Mutex<Vec<String>>>;

/// The stub: every request gets the next answer, and the last one over and over.
pub struct Stub {
    pub address: String,
    seen: Seen,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What a stub answers to a request that it was sent: a whole HTTP answer.
type Answer = Arc<dyn Fn(usize, &str) -> String + Send + Sync>;

impl Stub {
    /// Answers are a status line without `HTTP/1.1`, followed by headers, as `429 Slow\r\nRetry-After: 60`.
    pub async fn answering(answers: &[&str]) -> Self {
        let answers: Vec<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
        let answer = move |number: usize, _: &str| whole(&answers[number.min(answers.len() - 1)], "");
        Self::of(|_| Arc::new(answer), Duration::ZERO).await
    }

    /// Serves documents: told its own address and a path, `documents` answers what is there. Each answer takes a while.
    pub async fn serving(
        documents: impl Fn(&str, &str) -> Option<Value> + Send + Sync + 'static,
        pause: Duration,
    ) -> Self {
        let answer = |address: String| -> Answer {
            Arc::new(move |_, request| {
                let path = request.split(' ').nth(1).unwrap_or_default();
                let kind = if path.starts_with("/.well-known/") { "jrd" } else { "activity" };
                match documents(&format!("http://{address}"), path) {
                    Some(document) => whole(
                        &format!("200 OK\r\nContent-Type: application/{kind}+json"),
                        &document.to_string(),
                    ),
                    None => whole("404 Nothing", ""),
                }
            })
        };
        Self::of(answer, pause).await
    }

    async fn of(answer: impl FnOnce(String) -> Answer, pause: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let seen = Seen::default();
        let task = tokio::spawn(serve(listener, answer(address.clone()), pause, seen.clone()));
        Self { address, seen, task }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    pub fn request(&self, number: usize) -> String {
        self.seen.lock().unwrap()[number].clone()
    }
}

fn whole(head: &str, body: &str) -> String {
    format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

async fn serve(listener: TcpListener, answer: Answer, pause: Duration, seen: Seen) {
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (answer, seen) = (answer.clone(), seen.clone());
        tokio::spawn(async move {
            let request = read(&mut stream).await;
            let number = {
                let mut seen = seen.lock().unwrap();
                seen.push(request.clone());
                seen.len() - 1
            };
            tokio::time::sleep(pause).await;
            // Whoever asked may have gone.
            drop(stream.write_all(answer(number, &request).as_bytes()).await);
        });
    }
}

async fn read(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4_096];
        let count = stream.read(&mut chunk).await.unwrap();
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            line.to_ascii_lowercase().strip_prefix("content-length:").map(|text| text.trim().to_owned())
        });
        let length: usize = length.and_then(|length| length.parse().ok()).unwrap_or_default();
        if body.len() >= length || count == 0 {
            return text;
        }
    }
}
