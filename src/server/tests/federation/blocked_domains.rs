//! S-21: a server that is blocked here. Ada and Eve live on it, Bob and Cleo here; Dan lives on a third one, with which
//! everything goes on.

use std::time::Duration;

use alcove_protocol::{
    ActorId, Handle,
    api::{DeliveryState, People, path},
    context,
    post::Visibility,
};
use alcove_server::{
    control::{self, Answer, Order},
    cryptography::Algorithm,
    federation::{
        lookup::{self, Sought},
        mentions, remote_media,
    },
};
use serde_json::{Value, json};

use super::{
    scene::{Scene, at},
    signing::Key,
    stub::Stub,
    world::Place,
};

impl Scene {
    async fn order(&self, order: Order) -> Answer {
        control::perform(self.two.app(), order).await.unwrap()
    }

    async fn block(&self, domain: &str) {
        let order = Order::DomainBlock { domain: domain.into(), reason: "spam".into() };
        assert_eq!(self.order(order).await, Answer::Done);
    }

    async fn unblock(&self, domain: &str) {
        assert_eq!(self.order(Order::DomainUnblock { domain: domain.into() }).await, Answer::Done);
    }

    /// Bob and Ada follow each other.
    async fn befriend(&self) {
        self.follow(&self.bob.actor, &self.ada.actor).await;
        self.follow(&self.ada.actor, &self.bob.actor).await;
    }

    /// What Bob's apps are shown.
    async fn apps_see(&self) -> String {
        let token = self.two.token(&self.bob, "read").await;
        let inbox = self.two.url(&format!("/users/{}/inbox", self.bob.id));
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        client.get(inbox).bearer_auth(token).send().await.unwrap().text().await.unwrap()
    }
}

/// S-21, trap T10: nothing comes in, whoever it is for, sealed or not; what was here is shown to nobody, and again when the block has ended.
#[tokio::test]
async fn nothing_comes_in_and_what_is_here_is_shown_to_nobody() {
    let scene = Scene::new().await;
    scene.befriend().await;
    assert_eq!(scene.send(&scene.create("x", "older words", Visibility::Public, &[])).await.0, 202);
    assert!(scene.apps_see().await.contains("older words"));
    scene.block(&scene.one.host()).await;
    let refusal = (403, "domain-blocked".to_owned());
    let create = scene.create("y", "while", Visibility::Public, &[&scene.bob.actor]);
    assert_eq!(scene.send(&create).await, refusal);
    // Trap T10: ciphertext is never dropped without a word; its sender learns that it was refused.
    let sealed = json!({
        "id": scene.one.url("/a/s"), "type": "Create", "actor": scene.ada.actor, "to": [scene.bob.actor],
        "object": {
            "id": scene.one.url("/o/s"), "type": "PrivateMessage", "attributedTo": scene.ada.actor,
            "mediaType": "message/mls", "encoding": "base64", "content": "AAEAAg==", "to": [scene.bob.actor],
        },
    });
    assert_eq!(scene.send(&sealed).await, refusal);
    let follow = scene.activity("Follow", "f", &scene.eve, &json!(scene.bob.actor));
    assert_eq!(scene.send_by(&scene.eve_key, &follow).await, refusal);
    assert!(!scene.apps_see().await.contains("older words"));
    let uri = scene.id("x");
    let liked = json!({"type": "Like", "object": uri});
    let (site, moment, bob) = (scene.two.app().site.clone(), scene.two.app().moment(), scene.bob.id);
    let like = scene.two.app().db.write(move |transaction| {
        alcove_server::actions::publish::publish(transaction, &site, &moment, bob, liked)
    });
    assert!(like.await.is_err(), "as if it were not there");
    let answer = scene.order(Order::DomainList).await;
    let Answer::Domains(lines) = answer else { panic!("{answer:?}") };
    assert_eq!(
        (lines.len(), lines[0].domain.as_str(), lines[0].reason.as_str()),
        (1, scene.one.host().as_str(), "spam")
    );
    scene.unblock(&scene.one.host()).await;
    assert_eq!(scene.send(&create).await.0, 202);
    assert_eq!(scene.send(&sealed).await.0, 202);
    assert_eq!(scene.shown(&scene.bob).await, [at("home", "older words"), at("home", "while")]);
    assert!(scene.apps_see().await.contains("older words"), "it was kept");
}

/// S-21: nothing goes out: not what is for everybody, nor what is for one of them, nor the answer to a question that they sign.
#[tokio::test]
async fn nothing_goes_out() {
    let scene = Scene::new().await;
    scene.befriend().await;
    let followers = format!("{}/followers", scene.bob.actor);
    let friends = json!({"type": "Note", "content": "for friends", "to": [followers]});
    let sent = scene.two.publish(&scene.bob, json!({"type": "Create", "object": friends})).await;
    let address = sent.document["object"]["id"].as_str().unwrap().to_owned();
    scene.time.pass(1_001);
    assert_eq!(scene.ada_key.get(&address, scene.time.now()).await.0, 200);
    scene.block(&scene.one.host()).await;
    scene.time.pass(1_001);
    assert_eq!(scene.ada_key.get(&address, scene.time.now()).await.0, 404, "S-23");
    let public = json!({"type": "Note", "content": "for all", "to": [context::PUBLIC]});
    let sent = scene.two.publish(&scene.bob, json!({"type": "Create", "object": public})).await;
    assert!(scene.two.deliveries(&sent.id).await.is_empty());
    // A conversation may have begun before: its members are told by row, and the row says why.
    let (activity, _) = scene.two.write_note(&scene.bob, "hello", &[&scene.ada.actor]).await;
    let delivery = &scene.two.deliveries(&activity).await[0];
    let reason = format!("{} is blocked by the people who run this server.", scene.one.host());
    assert_eq!((delivery.state, delivery.reason.as_ref()), (DeliveryState::Failed, Some(&reason)));
    let (site, moment, bob) = (scene.two.app().site.clone(), scene.two.app().moment(), scene.bob.id);
    let follow = json!({"type": "Follow", "object": scene.eve.actor});
    let follow = scene.two.app().db.write(move |transaction| {
        alcove_server::actions::publish::publish(transaction, &site, &moment, bob, follow)
    });
    assert!(follow.await.unwrap_err().is_refusal("domain-blocked"));
}

/// Kim's post, its picture and whoever wrote it; and what she is said to have answered.
fn kims(base: &str, path: &str) -> Option<Value> {
    let mut document = match path {
        "/kim" => json!({"type": "Person", "preferredUsername": "kim", "inbox": format!("{base}/kim/inbox")}),
        "/note" => {
            json!({"type": "Note", "attributedTo": format!("{base}/kim"), "content": "far", "to": [context::PUBLIC]})
        }
        _ => return None,
    };
    document["@context"] = json!(context::ACTIVITY_STREAMS);
    document["id"] = json!(format!("{base}{path}"));
    Some(document)
}

/// S-21: nobody is asked there, whatever others point at: no boost, no thread, no search, no mention, no file.
#[tokio::test]
async fn nobody_is_asked_there() {
    let scene = Scene::new().await;
    let stub = Stub::serving(kims, Duration::ZERO).await;
    scene.befriend().await;
    scene.block(&stub.address).await;
    let boost = scene.activity("Announce", "b", &scene.ada, &json!(stub.url("/note")));
    assert_eq!(scene.send(&boost).await.0, 202);
    let mut answer = scene.create("x", "an answer", Visibility::Public, &[&scene.bob.actor]);
    answer["object"]["inReplyTo"] = json!(stub.url("/note"));
    assert_eq!(scene.send(&answer).await.0, 202);
    scene.two.run_errands().await;
    assert_eq!(scene.post(&stub.url("/note")).await, None);
    let kim = Handle::parse(&format!("@kim@{}", stub.address)).unwrap();
    let actor = ActorId::parse(&stub.url("/kim")).unwrap();
    for sought in [Sought::Handle(kim.clone()), Sought::Actor(actor)] {
        let error = lookup::find(scene.two.app(), sought).await.unwrap_err();
        assert!(error.is_refusal("domain-blocked"), "{error}");
    }
    let error = mentions::resolve(scene.two.app(), &format!("hello {kim}")).await.unwrap_err();
    assert!(error.to_string().contains("is blocked by the people who run this server"), "{error}");
    assert!(remote_media::held(scene.two.app(), &stub.url("/picture.png")).await.is_err());
    assert_eq!(stub.count(), 0);
}

/// S-21: what others bring of them counts for nothing, even with its author's proof; and what they shared before is not shared on.
#[tokio::test]
async fn others_bring_nothing_of_theirs() {
    let scene = Scene::new().await;
    scene.befriend().await;
    let third = Place::open(&scene.time).await;
    let dan = third.person("dan").await;
    scene.follow(&scene.bob.actor, &dan.actor).await;
    assert_eq!(scene.send(&scene.create("x", "older words", Visibility::Public, &[])).await.0, 202);
    let uri = scene.id("x");
    scene.block(&scene.one.host()).await;
    let (dans, inbox) = (Key::of(&third, &dan).await, scene.two.url("/inbox"));
    let proof = Key::of_kind(&scene.one, scene.ada.id, Algorithm::Ed25519).await;
    let proved = proof
        .prove(scene.create("y", "passed on", Visibility::Public, &[&scene.bob.actor]), scene.time.now());
    assert_eq!(
        dans.post(&inbox, &proved, scene.time.now()).send().await.0,
        202,
        "who passes it on did nothing wrong"
    );
    assert_eq!(scene.post(&scene.id("y")).await, None);
    scene.follow(&scene.cleo.actor, &dan.actor).await;
    let boost = json!({
        "@context": context::ACTIVITY_STREAMS, "id": third.url("/a/b"), "type": "Announce", "actor": dan.actor,
        "object": uri, "to": [context::PUBLIC],
    });
    assert_eq!(dans.post(&inbox, &boost, scene.time.now()).send().await.0, 202);
    assert!(scene.shown(&scene.cleo).await.is_empty());
}

/// S-21: apps that ask for people by their ids are told nothing of those of a blocked server.
#[tokio::test]
async fn apps_are_not_shown_people_of_a_blocked_server() {
    let scene = Scene::new().await;
    assert_eq!(scene.send(&scene.create("x", "hello", Visibility::Public, &[&scene.bob.actor])).await.0, 202);
    let token = scene.two.token(&scene.bob, "read").await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let asked = serde_json::to_vec(&json!({"actors": [scene.ada.actor, scene.cleo.actor]})).unwrap();
    let people = async || {
        let request = client.post(scene.two.url(path::PEOPLE)).header("content-type", "application/json");
        let answer = request.bearer_auth(&token).body(asked.clone()).send().await.unwrap();
        let people: People = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        people.unknown
    };
    assert_eq!(people().await, []);
    scene.block(&scene.one.host()).await;
    assert_eq!(people().await, std::slice::from_ref(&scene.ada.actor));
}
