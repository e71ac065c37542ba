//! Requests as a stranger makes them, by hand: signed with the key of somebody on another server, so that each part can be
//! wrong on its own.

use alcove_protocol::{Timestamp, actor::KeyId};
use alcove_server::{
    actions::keys,
    cryptography::{Algorithm, NewKey, SigningKey, proofs},
    federation::signatures::{Headers, OutgoingRequest, Signer, sign_cavage, sign_rfc9421},
};
use serde_json::Value;
use url::Url;

use super::world::{Person, Place};

/// Somebody's key, out of the database of their server.
pub struct Key {
    pub id: KeyId,
    key: SigningKey,
}

/// A request that is about to be sent.
pub struct Post {
    pub url: Url,
    pub headers: Headers,
    pub body: Vec<u8>,
}

/// Which way a request is signed.
#[derive(Clone, Copy)]
pub enum Way {
    Cavage,
    Rfc9421,
}

impl Key {
    pub async fn of(place: &Place, person: &Person) -> Self {
        let id = person.id;
        Self::of_kind(place, id, Algorithm::Rsa).await
    }

    /// The key of that kind of an actor of a place, by its row.
    pub async fn of_kind(place: &Place, actor: i64, kind: Algorithm) -> Self {
        let private = place.read(move |transaction| keys::private(transaction, actor, kind)).await;
        let (id, key) = private.unwrap();
        Self { id, key }
    }

    /// An Ed25519 key that nobody lists, under any id.
    pub fn forged_ed25519(id: &str) -> Self {
        Self::pair_ed25519(id).0
    }

    /// An Ed25519 key under any id, and its Multikey.
    pub fn pair_ed25519(id: &str) -> (Self, String) {
        let made = NewKey::ed25519(&mut rand::rngs::OsRng).unwrap();
        (Self::new(id, &made.private_pem), made.public)
    }

    /// An activity with a proof by this key.
    pub fn prove(&self, mut activity: Value, now: Timestamp) -> Value {
        proofs::add(&mut activity, &self.id, &self.key, now).unwrap();
        activity
    }

    /// A key that nobody lists, under any id.
    pub fn forged(id: &str) -> Self {
        Self::pair(id).0
    }

    /// A key under any id, and its public half.
    pub fn pair(id: &str) -> (Self, String) {
        let made = NewKey::rsa().unwrap();
        (Self::new(id, &made.private_pem), made.public)
    }

    /// The same key under another id.
    pub fn named(self, id: &str) -> Self {
        Self { id: KeyId::parse(id).unwrap(), ..self }
    }

    fn new(id: &str, private_pem: &str) -> Self {
        Self { id: KeyId::parse(id).unwrap(), key: SigningKey::read(private_pem).unwrap() }
    }

    /// A proper POST of an activity.
    pub fn post(&self, url: &str, activity: &Value, now: Timestamp) -> Post {
        self.post_bytes(url, activity.to_string().into_bytes(), now, Way::Cavage)
    }

    /// A signed question, and what it is answered: the status and the document.
    pub async fn get(&self, url: &str, now: Timestamp) -> (u16, Value) {
        let address = Url::parse(url).unwrap();
        let request = OutgoingRequest { method: "GET", url: &address, content_type: None, body: b"" };
        let signer = Signer { key_id: &self.id, key: &self.key };
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let signed = sign_cavage(&request, signer, now).unwrap();
        let request =
            signed.into_iter().fold(client.get(url), |request, (name, value)| request.header(name, value));
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default())
    }

    pub fn post_bytes(&self, url: &str, body: Vec<u8>, now: Timestamp, way: Way) -> Post {
        let url = Url::parse(url).unwrap();
        let request = OutgoingRequest {
            method: "POST",
            url: &url,
            content_type: Some("application/activity+json"),
            body: &body,
        };
        let signer = Signer { key_id: &self.id, key: &self.key };
        let headers = match way {
            Way::Cavage => sign_cavage(&request, signer, now),
            Way::Rfc9421 => sign_rfc9421(&request, signer, now),
        };
        Post { headers: headers.unwrap(), url, body }
    }
}

impl Post {
    /// The same request with another value of a header, or without it.
    pub fn with(mut self, name: &'static str, value: Option<&str>) -> Self {
        self.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        self.headers.extend(value.map(|value| (name, value.to_owned())));
        self
    }

    /// The request as it stands on the wire, with another target and further lines in its head.
    pub fn to_bytes(&self, target: &str, lines: &str) -> Vec<u8> {
        let headers = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
        let headers: String = headers.collect();
        let head = format!("POST {target} HTTP/1.1\r\n{headers}{lines}connection: close\r\n");
        let length = format!("content-length: {}\r\n\r\n", self.body.len());
        [head.as_bytes(), length.as_bytes(), &self.body].concat()
    }

    /// Sends it, and answers the status and the word of the problem, if there is one.
    pub async fn send(&self) -> (u16, String) {
        self.send_by(&reqwest::Client::builder().no_proxy().build().unwrap()).await
    }

    /// The same, by a client that is there for many.
    pub async fn send_by(&self, client: &reqwest::Client) -> (u16, String) {
        let mut request = client.post(self.url.clone()).body(self.body.clone());
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let problem: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default();
        let kind = problem["type"].as_str().unwrap_or_default();
        (status, kind.trim_start_matches("urn:alcove:problem:").to_owned())
    }
}
