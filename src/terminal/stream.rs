//! Waiting for news: the event stream of the account's `messages` collection. It only ever says *that* something arrived;
//! what arrived is read from the list of items, so that there is one way in and nothing can be missed between two.

use alcove_protocol::api::Cursor;
use reqwest::Response;
use serde::Deserialize;

use crate::server::{NoAnswer, Server};

/// The longest line that is read.
const LONGEST_LINE: usize = 1 << 20;

/// An open event stream.
pub(crate) struct Stream {
    response: Response,
    /// What came after the last line end.
    rest: Vec<u8>,
    /// Whether the event that is being read says anything.
    has_data: bool,
}

/// The part of a collection that names its stream.
#[derive(Deserialize)]
struct Collection {
    #[serde(rename = "eventStream")]
    event_stream: Option<String>,
}

impl Stream {
    /// Opens the stream of the account's `messages`, after what the device already has.
    pub(crate) async fn open(
        server: &Server,
        messages: &str,
        after: Option<Cursor>,
    ) -> Result<Self, NoAnswer> {
        let collection: Collection = server.document(messages).await?;
        let address = collection.event_stream.unwrap_or_else(|| format!("{messages}/stream"));
        let last = after.map(|cursor| format!("{}-{}", cursor.incarnation, cursor.position));
        let response =
            server.stream(server.own(&address).map_err(NoAnswer::Unknown)?, last.as_deref()).await?;
        Ok(Self { response, rest: Vec::new(), has_data: false })
    }

    /// Returns when an event came; an error when the stream ended, to be opened again.
    pub(crate) async fn next(&mut self) -> Result<(), NoAnswer> {
        loop {
            if self.take_event() {
                return Ok(());
            }
            let chunk = self.response.chunk().await;
            let chunk =
                chunk.ok().flatten().ok_or_else(|| NoAnswer::Unknown("the stream ended".to_owned()))?;
            self.rest.extend_from_slice(&chunk);
            if self.rest.len() > LONGEST_LINE {
                return Err(NoAnswer::Unknown("its event does not end".to_owned()));
            }
        }
    }

    /// Reads whole lines (WHATWG HTML 9.2): an empty one ends an event, and one without data is none.
    fn take_event(&mut self) -> bool {
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            match line.trim_ascii_end() {
                [] if std::mem::take(&mut self.has_data) => return true,
                line => self.has_data |= line.starts_with(b"data"),
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        server::Network,
        testing::{Answer, Fake, json},
    };

    fn events(body: &str) -> Answer {
        (200, vec![("content-type", "text/event-stream".to_owned())], body.to_owned())
    }

    async fn open(answers: Vec<Answer>, after: Option<Cursor>) -> (Fake, Result<Stream, NoAnswer>) {
        let fake = Fake::script(answers).await;
        let server = Server::new(&fake.address, &Network::default()).unwrap().signed_in("secret");
        let stream = Stream::open(&server, &format!("{}users/1/messages", fake.address), after).await;
        (fake, stream)
    }

    /// Signs of life are no news; an event is, whole or in pieces; the end of the stream is an error.
    #[tokio::test]
    async fn events_are_told_from_signs_of_life() {
        let named = json(200, "{\"eventStream\":\"$BASE/users/1/messages/stream\"}");
        let body = ": alive\r\n\r\nid: 1-5\r\nevent: Add\r\ndata: {}\r\n\r\n:\n\ndata: {}\n\n: bye\n\n";
        let cursor = Cursor { incarnation: 1, position: 4 };
        let (fake, stream) = open(vec![named, events(body)], Some(cursor)).await;
        let mut stream = stream.unwrap();
        stream.next().await.unwrap();
        stream.next().await.unwrap();
        assert!(stream.next().await.is_err());
        let asked = &fake.asked()[1];
        assert_eq!(asked.line, "GET /users/1/messages/stream");
        assert!(asked.headers.contains(&"last-event-id: 1-4".to_owned()), "{asked:?}");
    }

    #[tokio::test]
    async fn a_stream_that_leads_elsewhere_is_not_opened() {
        let named = json(200, "{\"eventStream\":\"https://evil.example/stream\"}");
        let (_fake, stream) = open(vec![named], None).await;
        assert!(stream.is_err());
    }
}
