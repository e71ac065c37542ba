//! The other server as stories see it: somebody there, what they do, and what was received.

use alcove_protocol::{ActorId, context::PUBLIC};
use alcove_server::{
    db::posts::{self, PostRow},
    federation::lookup::{self, Sought},
};
use serde_json::{Value, json};

use super::{
    process::Script,
    world::{Person, Place, Time},
};

/// A server built on Fedify.
pub struct Fedify {
    script: Script,
    /// Host and port.
    pub host: String,
}

/// Ada lives on an Alcove server, Fay on the other.
pub struct Scene {
    pub place: Place,
    pub time: Time,
    pub fedify: Fedify,
    pub ada: Person,
    pub fay: ActorId,
}

impl Scene {
    pub async fn open() -> Self {
        let time = Time::default();
        let (place, fedify) = (Place::open(&time).await, Fedify::start().await);
        let (ada, fay) = (place.person("ada").await, fedify.person(json!({"name": "fay"})).await);
        let scene = Self { place, time, fedify, ada, fay };
        scene.meet(&scene.fay).await;
        scene
    }

    /// Ada looks somebody up, as is done before anybody is written to.
    pub async fn meet(&self, actor: &ActorId) {
        lookup::find(self.place.app(), Sought::Actor(actor.clone())).await.unwrap();
    }

    /// Fay does something.
    pub async fn fay(&self, order: &str, details: Value) -> Value {
        self.fedify.does("fay", order, details).await
    }

    /// Ada does something, and everything that it causes is delivered.
    pub async fn ada(&self, activity: Value) -> Value {
        let sent = self.place.publish(&self.ada, activity).await;
        self.place.drain().await;
        sent.document
    }

    /// Each follows the other.
    pub async fn befriend(&self) {
        self.ada(json!({"type": "Follow", "object": self.fay})).await;
        self.fay("follow", json!({"whom": self.ada.actor})).await;
        self.place.drain().await;
    }

    /// Ada writes something for everybody; the id of the post.
    pub async fn ada_says(&self, text: &str) -> Value {
        let note = json!({"type": "Note", "content": text});
        let create =
            json!({"type": "Create", "to": [PUBLIC], "cc": [self.of_ada("followers")], "object": note});
        self.ada(create).await["object"]["id"].clone()
    }

    /// A post as the Alcove server has it.
    pub async fn post(&self, id: &Value) -> Option<PostRow> {
        let id = id.as_str().unwrap().to_owned();
        self.place.read(move |transaction| posts::by_uri(transaction, &id)).await
    }

    /// The address of one of Ada's collections.
    pub fn of_ada(&self, collection: &str) -> String {
        format!("{}/{collection}", self.ada.actor)
    }
}

impl Fedify {
    pub async fn start() -> Self {
        let script = Script::start("fedify/main.js", &[]);
        let address = script.order(json!({"order": "address"})).await;
        let host = address.as_str().unwrap().trim_start_matches("http://").to_owned();
        Self { script, host }
    }

    /// Somebody new.
    pub async fn person(&self, details: Value) -> ActorId {
        ActorId::parse(self.order("person", details).await.as_str().unwrap()).unwrap()
    }

    /// Has the other server do something; `orders.js` and `publishing.js` say what there is.
    pub async fn order(&self, order: &str, details: Value) -> Value {
        let mut line = details;
        line["order"] = json!(order);
        self.script.order(line).await
    }

    /// Has somebody there do something.
    pub async fn does(&self, name: &str, order: &str, mut details: Value) -> Value {
        details["by"] = json!(name);
        self.order(order, details).await
    }

    /// The same, with `error` in the answer of what failed, as a delivery that was refused.
    pub async fn try_does(&self, name: &str, order: &str, mut details: Value) -> Value {
        details["by"] = json!(name);
        details["order"] = json!(order);
        self.script.try_order(&details).await
    }

    /// What arrived there since the beginning, verified, in order: `{type, activity, inbox, http, proof}`.
    pub async fn received(&self) -> Vec<Value> {
        let Value::Array(received) = self.order("received", json!({})).await else { unreachable!() };
        received
    }

    /// What arrived there of one type.
    pub async fn received_of(&self, kind: &str) -> Vec<Value> {
        self.received().await.into_iter().filter(|received| received["type"] == kind).collect()
    }

    /// How its deliveries to a server went: the scheme and the status of each.
    pub async fn deliveries(&self) -> Vec<(String, u64)> {
        let Value::Array(requests) = self.order("requests", json!({})).await else { unreachable!() };
        let posts = requests.iter().filter(|request| request["method"] == "POST");
        posts
            .map(|post| (post["scheme"].as_str().unwrap().to_owned(), post["status"].as_u64().unwrap()))
            .collect()
    }
}
