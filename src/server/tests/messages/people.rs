//! A device of somebody, as far as HTTP goes: a token, a signature key, and requests.

use alcove_protocol::{
    ActorId, ConversationId, GroupId,
    api::{Conversation, Device, Items, NewCommit, NewConversation, NewDevice, path},
    mls::{MlsType, Outgoing},
};
use alcove_server::{
    mls::{
        Content,
        testing::{Signer, message, welcome},
    },
    secret::sha256,
};
use reqwest::{Method, Response};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::world::{Person, Place};

/// One device, signed in.
pub struct Desk {
    pub person: Person,
    pub signer: Signer,
    token: String,
    base: String,
    client: reqwest::Client,
}

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Answer {
    async fn of(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.unwrap();
        Self { status, headers, body: serde_json::from_slice(&body).unwrap_or_default() }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The word of a problem.
    pub fn problem(&self) -> &str {
        let kind = self.body["type"].as_str().unwrap_or_default();
        kind.strip_prefix("urn:alcove:problem:").unwrap_or_default()
    }

    pub fn read<T: DeserializeOwned>(&self, status: u16) -> T {
        assert_eq!(self.status, status, "{}", self.body);
        serde_json::from_value(self.body.clone()).unwrap()
    }
}

impl Desk {
    /// Somebody new with one device.
    pub async fn new(place: &Place, name: &str) -> Self {
        let person = place.person(name).await;
        let desk = Self::of(place, person, "devices messages write read").await;
        let device: Device = desk.post(path::DEVICES, &desk.as_device()).await.read(201);
        assert!(device.id.as_str().starts_with(desk.person.actor.as_str()));
        desk
    }

    /// An app of somebody, without a device.
    pub async fn of(place: &Place, person: Person, scopes: &str) -> Self {
        let token = place.token(&person, scopes).await;
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        let (base, client) = (place.url(""), client.build().unwrap());
        Self { person, signer: Signer::new(), token, base, client }
    }

    /// What it registers with.
    pub fn as_device(&self) -> NewDevice {
        let digest = sha256(self.token.as_bytes()).try_into().unwrap();
        self.signer.device("desk", self.actor(), &digest)
    }

    pub fn actor(&self) -> &ActorId {
        &self.person.actor
    }

    pub fn part(&self, part: &str) -> String {
        format!("/users/{}/{part}", self.person.id)
    }

    /// A request that is about to be sent.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        self.client.request(method, url).bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path).send().await.unwrap()).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path).send().await.unwrap()).await
    }

    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send(Method::POST, path, body).await
    }

    pub async fn send(&self, method: Method, path: &str, body: &impl Serialize) -> Answer {
        let request = self.request(method, path).header("content-type", "application/json");
        Answer::of(request.body(serde_json::to_vec(body).unwrap()).send().await.unwrap()).await
    }

    pub async fn outbox(&self, activity: &Value) -> Answer {
        let request = self.request(Method::POST, &self.part("outbox"));
        let request = request.header("content-type", "application/activity+json").body(activity.to_string());
        Answer::of(request.send().await.unwrap()).await
    }

    pub async fn begin(&self) -> ConversationId {
        let new = NewConversation { group: group() };
        self.post(path::CONVERSATIONS, &new).await.read::<Conversation>(201).id
    }

    pub async fn items(&self) -> Vec<Value> {
        let items: Items = self.get(&format!("{}?after=0", path::ITEMS)).await.read(200);
        items.items.into_iter().map(|item| item.activity).collect()
    }
}

pub fn group() -> GroupId {
    GroupId::from_random([5; 16])
}

/// A message for the outbox, told apart by its body.
pub fn outgoing(
    conversation: &ConversationId,
    epoch: u64,
    content: Content,
    body: &str,
    to: &[&ActorId],
) -> Outgoing {
    Outgoing {
        kind: MlsType::PrivateMessage,
        content: message(&group(), epoch, content, body.as_bytes()),
        to: to.iter().copied().cloned().collect(),
        group: group(),
        conversation: conversation.clone(),
    }
}

/// A commit after which the first `members` are there, with a Welcome to those who are new.
pub fn commit(
    conversation: &ConversationId,
    epoch: u64,
    body: &str,
    new: &[&ActorId],
    members: &[&ActorId],
) -> NewCommit {
    let commit = outgoing(conversation, epoch, Content::Commit, body, members);
    let to = new.iter().copied().cloned().collect();
    let welcome =
        Outgoing { kind: MlsType::Welcome, content: welcome(body.as_bytes()), to, ..commit.clone() };
    NewCommit {
        welcomes: if new.is_empty() { Vec::new() } else { vec![welcome] },
        members: commit.to.clone(),
        commit,
    }
}
