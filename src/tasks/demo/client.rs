//! A client that knows nothing of encryption: it signs in and posts a plain note, as any ActivityPub client may. The note
//! is the demonstration's control: the search that finds no secret must find this.

use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{http1, tls};
use crate::error::{Error, Result, While};

/// A server as a client reaches it.
#[derive(Debug)]
pub struct Client<'a> {
    /// Where it is.
    pub address: SocketAddr,
    /// The authority that it is trusted by, PEM.
    pub root: &'a str,
}

impl Client<'_> {
    /// Signs in as `name` and posts `text` to `handle`, in clear.
    pub async fn post_plain_note(&self, name: &str, password: &str, handle: &str, text: &str) -> Result<()> {
        let sign_in = json!({ "name": name, "password": password, "client_name": "the demonstration" });
        let token = self.post("/api/alcove/v1/tokens", None, "application/json", &sign_in).await?;
        let secret = token["access_token"].as_str().unwrap_or_default().to_owned();
        let find = format!("/api/alcove/v1/find?handle={}", handle.replace('@', "%40").replace(':', "%3A"));
        let recipient = self.send("GET", &find, Some(&secret), None).await?["id"].clone();
        let actor = self.send("GET", path(&token["activitypub_actor_id"]), None, None).await?;
        let note = json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "type": "Note",
            "to": [recipient],
            "content": text,
        });
        self.post(path(&actor["outbox"]), Some(&secret), "application/activity+json", &note).await.map(drop)
    }

    async fn post(&self, path: &str, token: Option<&str>, media_type: &str, body: &Value) -> Result<Value> {
        self.send("POST", path, token, Some((media_type, body))).await
    }

    /// Sends one request on a connection of its own; the answer must be a success.
    async fn send(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<(&str, &Value)>,
    ) -> Result<Value> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: localhost:{}\r\n", self.address.port());
        request.push_str("Connection: close\r\nAccept: application/activity+json, application/json\r\n");
        if let Some(token) = token {
            request.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        if let Some((media_type, body)) = body {
            let body = body.to_string();
            request.push_str(&format!(
                "Content-Type: {media_type}\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ));
        } else {
            request.push_str("\r\n");
        }
        let connector = tls::connector(self.root)?;
        let exchange = async {
            let stream = TcpStream::connect(self.address).await?;
            let mut stream = connector.connect(tls::localhost()?, stream).await?;
            stream.write_all(request.as_bytes()).await?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await?;
            Ok(answer)
        };
        let answer = exchange.await.while_(format!("ask for {path}"))?;
        match http1::answer(&answer) {
            Some((200..300, body)) => Ok(serde_json::from_slice(&body).unwrap_or_default()),
            Some((status, body)) => {
                let said = String::from_utf8_lossy(&body).into_owned();
                Err(Error::Demonstration(format!("{method} {path} was answered {status}: {said}")))
            }
            None => Err(Error::Demonstration(format!("{method} {path} was not answered"))),
        }
    }
}

/// The path of an address such as `https://localhost:1/users/2`; the root if it is none.
fn path(address: &Value) -> &str {
    let address = address.as_str().unwrap_or_default();
    address.match_indices('/').nth(2).map_or("/", |(at, _)| &address[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_an_address_begins_at_its_third_slash() {
        assert_eq!(path(&json!("https://localhost:1/users/2/outbox")), "/users/2/outbox");
        assert_eq!(path(&Value::Null), "/");
    }
}
