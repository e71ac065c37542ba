//! Ada and Eve on one server, Bob and Cleo on another; what Ada's server sends is written by hand, so that each part of it
//! can be wrong.

use alcove_protocol::{ActorId, activity::follow::Follow, context, post::Visibility};
use alcove_server::db::{
    follows::{self, FollowState},
    notifications::{self, Kind},
    posts::{self, PostRow},
    timelines,
};
use serde_json::{Value, json};

use super::{
    signing::Key,
    world::{Person, Place, Time, note, two},
};

pub struct Scene {
    pub one: Place,
    pub two: Place,
    pub time: Time,
    pub ada: Person,
    pub eve: Person,
    pub bob: Person,
    pub cleo: Person,
    pub ada_key: Key,
    pub eve_key: Key,
}

impl Scene {
    pub async fn new() -> Self {
        let (one, two, time) = two().await;
        let (ada, eve) = (one.person("ada").await, one.person("eve").await);
        let (bob, cleo) = (two.person("bob").await, two.person("cleo").await);
        let (ada_key, eve_key) = (Key::of(&one, &ada).await, Key::of(&one, &eve).await);
        Self { one, two, time, ada, eve, bob, cleo, ada_key, eve_key }
    }

    /// A follow that was granted, as it stands on the second server.
    pub async fn follow(&self, follower: &ActorId, followed: &ActorId) {
        let moment = self.two.app().moment();
        let id = self.two.url(&format!("/a/{}", moment.name())).parse().unwrap();
        let follow = Follow { id, actor: follower.clone(), object: followed.clone() };
        self.two
            .write(move |transaction| {
                follows::put(transaction, moment.id(), &follow, FollowState::Accepted, moment.now)
            })
            .await;
    }

    pub async fn follows(&self, follower: &ActorId, followed: &ActorId) -> Option<FollowState> {
        let (follower, followed) = (follower.clone(), followed.clone());
        self.two.read(move |transaction| follows::state(transaction, &follower, &followed)).await
    }

    /// A `Create` of a note by Ada, with a tag for everybody whom it names.
    pub fn create(&self, name: &str, text: &str, visibility: Visibility, named: &[&ActorId]) -> Value {
        let (activity, object) =
            (self.one.url(&format!("/a/{name}")), self.one.url(&format!("/foreign/{name}")));
        let mut create = note(&self.ada, &activity, &object, text, named);
        let followers = format!("{}/followers", self.ada.actor);
        let first = match visibility {
            Visibility::Public => vec![context::PUBLIC.to_owned()],
            Visibility::Unlisted | Visibility::Followers => vec![followers],
            Visibility::Direct => Vec::new(),
        };
        let to: Vec<String> = first.into_iter().chain(named.iter().map(ToString::to_string)).collect();
        let cc = if visibility == Visibility::Unlisted { json!([context::PUBLIC]) } else { json!([]) };
        let tags: Vec<Value> = named
            .iter()
            .map(|actor| json!({"type": "Mention", "href": actor, "name": "@somebody"}))
            .collect();
        for part in ["", "/object"] {
            let part = create.pointer_mut(part).unwrap();
            (part["to"], part["cc"]) = (json!(to), cc.clone());
        }
        create["object"]["tag"] = json!(tags);
        create
    }

    /// The id of the note of that name.
    pub fn id(&self, name: &str) -> String {
        self.one.url(&format!("/foreign/{name}"))
    }

    /// Ada's server sends something to the shared inbox of the other one.
    pub async fn send(&self, activity: &Value) -> (u16, String) {
        self.send_by(&self.ada_key, activity).await
    }

    pub async fn send_by(&self, key: &Key, activity: &Value) -> (u16, String) {
        // A second later, or what is sent once more would have the same signature.
        self.time.pass(1_001);
        key.post(&self.two.url("/inbox"), activity, self.time.now()).send().await
    }

    /// An activity of somebody with an object.
    pub fn activity(&self, kind: &str, name: &str, by: &Person, object: &Value) -> Value {
        json!({
            "@context": context::ACTIVITY_STREAMS, "id": self.one.url(&format!("/a/{name}")), "type": kind,
            "actor": by.actor, "object": object, "to": [context::PUBLIC],
        })
    }

    pub async fn post(&self, uri: &str) -> Option<PostRow> {
        let uri = uri.to_owned();
        self.two.read(move |transaction| posts::by_uri(transaction, &uri)).await
    }

    /// What somebody is shown: place and text.
    pub async fn shown(&self, person: &Person) -> Vec<(String, String)> {
        let account = person.id;
        let shown = self
            .two
            .read(move |transaction| timelines::after(transaction, account, timelines::EVERYWHERE, 0, 1_000))
            .await;
        shown.into_iter().map(|shown| (shown.item.place, shown.post.content)).collect()
    }

    /// What somebody was told, oldest first.
    pub async fn told(&self, person: &Person) -> Vec<String> {
        let account = person.id;
        let rows = self
            .two
            .read(move |transaction| notifications::before(transaction, account, &Kind::ALL, i64::MAX, 1_000))
            .await;
        rows.into_iter().rev().map(|row| row.kind).collect()
    }

    /// Somebody here writes a post for everybody; its id and its row.
    pub async fn posted(&self, author: &Person, text: &str) -> (String, i64) {
        let note = json!({"type": "Note", "content": text, "to": [context::PUBLIC]});
        let sent = self.two.publish(author, json!({"type": "Create", "object": note})).await;
        let uri = sent.document["object"]["id"].as_str().unwrap().to_owned();
        let row = self.post(&uri).await.unwrap();
        (uri, row.id)
    }
}

/// Place and text, as [`Scene::shown`] has them.
pub fn at(place: &str, text: &str) -> (String, String) {
    (place.to_owned(), text.to_owned())
}
