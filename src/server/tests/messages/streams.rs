//! Event streams: what arrives is told at once, nothing between two streams is lost, and a token's end is a stream's end.

use std::time::Duration;

use alcove_protocol::api::path;
use alcove_server::{mls::Content, streams::OF_TOKEN};
use reqwest::{Method, Response};
use serde_json::Value;

use super::{
    people::{Desk, outgoing},
    world::{Place, Time},
};

/// An open stream, read event by event.
pub struct Stream {
    response: Response,
    text: String,
}

/// One event.
#[derive(Debug)]
pub struct Event {
    pub kind: String,
    pub id: Option<String>,
    pub data: Value,
}

impl Stream {
    pub async fn open(desk: &Desk, last: Option<&str>) -> Self {
        let mut request = desk.request(Method::GET, &desk.part("messages/stream"));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, text: String::new() }
    }

    /// The next event; none when the stream has ended.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| {
                    event
                        .lines()
                        .find_map(|line| line.strip_prefix(name))
                        .map(|value| value.trim().to_owned())
                };
                if let Some(data) = field("data:") {
                    let data = serde_json::from_str(&data).unwrap();
                    return Some(Event { kind: field("event:").unwrap_or_default(), id: field("id:"), data });
                }
            }
            let chunk = tokio::time::timeout(Duration::from_secs(10), self.response.chunk());
            let chunk = chunk.await.expect("an event or the end").ok().flatten()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}

async fn write(desk: &Desk, body: &str) -> String {
    let conversation = desk.begin().await;
    let object = outgoing(&conversation, 0, Content::Application, body, &[desk.actor()]).to_object();
    desk.outbox(&object).await.header("location").to_owned()
}

#[tokio::test]
async fn what_arrives_is_told_and_a_reader_who_comes_back_misses_nothing() {
    let place = Place::open(&Time::default()).await;
    let ana = Desk::new(&place, "ana").await;
    write(&ana, "before").await;
    let mut stream = Stream::open(&ana, None).await;
    let first = write(&ana, "first").await;
    let event = stream.next().await.unwrap();
    assert_eq!((event.kind.as_str(), event.data["type"].as_str()), ("Add", Some("Add")));
    assert_eq!(event.data["object"]["id"], first);
    assert_eq!(event.data["target"], place.url(&ana.part("messages")));
    drop(stream);
    let second = write(&ana, "second").await;
    let mut again = Stream::open(&ana, event.id.as_deref()).await;
    assert_eq!(again.next().await.unwrap().data["object"]["id"], second);
    let mut restored = Stream::open(&ana, Some("7-2")).await;
    let all =
        [restored.next().await.unwrap(), restored.next().await.unwrap(), restored.next().await.unwrap()];
    assert_eq!(all[1].data["object"]["id"], first, "a name of another incarnation means nothing");
}

/// S-61: removing a device ends its stream at once.
#[tokio::test]
async fn a_stream_ends_with_its_token() {
    let place = Place::open(&Time::default()).await;
    let ana = Desk::new(&place, "ana").await;
    let mut stream = Stream::open(&ana, None).await;
    let devices = ana.get(path::DEVICES).await.body;
    let name = devices[0]["id"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    assert_eq!(ana.delete(&format!("{}/{name}", path::DEVICES)).await.status, 204);
    while let Some(event) = stream.next().await {
        assert_eq!(event.kind, "Update", "nothing else is told");
    }
    assert_eq!(ana.get(path::DEVICES).await.status, 401);
}

/// Streams cost memory as long as they are open: a token has a few, and the oldest makes room for the next.
#[tokio::test]
async fn the_oldest_stream_of_a_token_makes_room_for_one_too_many() {
    let place = Place::open(&Time::default()).await;
    let ana = Desk::new(&place, "ana").await;
    let mut open = Vec::new();
    for _ in 0..=OF_TOKEN {
        open.push(Stream::open(&ana, None).await);
    }
    assert!(open[0].next().await.is_none());
    let written = write(&ana, "to the others").await;
    for stream in &mut open[1..] {
        assert_eq!(stream.next().await.unwrap().data["object"]["id"], written);
    }
}

/// A device hears that something else about its account moved, such as a new device that asks to be approved.
#[tokio::test]
async fn a_device_is_told_that_an_approval_moved() {
    let place = Place::open(&Time::default()).await;
    let ana = Desk::new(&place, "ana").await;
    let mut stream = Stream::open(&ana, None).await;
    let second = Desk::of(&place, ana.person.clone(), "devices messages").await;
    assert_eq!(second.post(path::DEVICES, &second.as_device()).await.status, 201);
    let event = stream.next().await.unwrap();
    assert_eq!((event.kind.as_str(), event.id), ("Update", None));
}

/// A reader whose connection breaks at any moment, before or in the middle of what it is told, comes back with the name of
/// what it read last and reads everything once, in its order.
#[tokio::test]
async fn a_reader_whose_connection_breaks_at_random_misses_nothing() {
    let place = Place::open(&Time::default()).await;
    let ana = Desk::new(&place, "ana").await;
    let mut stream = Stream::open(&ana, None).await;
    let (mut written, mut read, mut last) = (Vec::new(), Vec::new(), None::<String>);
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut chance = |of: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % of
    };
    let (mut breaks, mut number) = (0, 0);
    while number < 60 {
        match chance(4) {
            0 => {
                // Without a name there was nothing before; the first stream was open before anything was written.
                stream = Stream::open(&ana, Some(last.as_deref().unwrap_or("1-0"))).await;
                breaks += 1;
            }
            1 if read.len() < written.len() => {
                let event = stream.next().await.unwrap();
                if event.kind == "Add" {
                    read.push(event.data["object"]["id"].as_str().unwrap().to_owned());
                    last = event.id;
                }
            }
            _ => {
                written.push(write(&ana, &number.to_string()).await);
                number += 1;
            }
        }
    }
    while read.len() < written.len() {
        let event = stream.next().await.unwrap();
        if event.kind == "Add" {
            read.push(event.data["object"]["id"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(read, written);
    assert!(breaks > 5, "{breaks}");
}
