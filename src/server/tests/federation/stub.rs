//! A server that does nothing but answer what it is told, and writes down what it was sent.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// One request, head and body, as text.
pub type Seen = Arc<Mutex<Vec<String>>>;

/// The stub: every request gets the next answer, and the last one over and over.
pub struct Stub {
    pub address: String,
    pub seen: Seen,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Stub {
    /// Answers are a status line without `HTTP/1.1`, followed by headers, as `429 Slow\r\nRetry-After: 60`.
    pub async fn answering(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let seen = Seen::default();
        let answers: Vec<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
        let task = tokio::spawn(serve(listener, answers, seen.clone()));
        Self { address, seen, task }
    }

    pub fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    pub fn request(&self, number: usize) -> String {
        self.seen.lock().unwrap()[number].clone()
    }
}

async fn serve(listener: TcpListener, answers: Vec<String>, seen: Seen) {
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = read(&mut stream).await;
        let number = {
            let mut seen = seen.lock().unwrap();
            seen.push(request);
            seen.len() - 1
        };
        let answer = &answers[number.min(answers.len() - 1)];
        let answer = format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.unwrap();
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
