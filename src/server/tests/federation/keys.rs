//! Keys of others: looked for at their server as often as it takes, and however many ids are made up, no more often than
//! that (FEDERATION.md section 4, S-06, S-14, S-54).

use std::time::Duration;

use alcove_protocol::{ActorId, time::MINUTE};
use serde_json::{Value, json};

use super::{
    signing::Key,
    stub::Stub,
    world::{Person, Place, Time, note},
};

/// Ada lives on a stub and writes to Bob.
struct Scene {
    place: Place,
    time: Time,
    stub: Stub,
    bob: Person,
    ada: ActorId,
    key: Key,
}

impl Scene {
    /// The stub knows Ada with one key, and nobody else.
    async fn new() -> Self {
        let time = Time::default();
        let place = Place::open(&time).await;
        let bob = place.person("bob").await;
        let (key, public) = Key::pair("http://stub.example/#main-key");
        let actor = move |address: &str, path: &str| {
            let id = format!("{address}/users/ada");
            (path == "/users/ada").then(|| {
                json!({
                    "@context": "https://www.w3.org/ns/activitystreams", "id": id, "type": "Person",
                    "preferredUsername": "ada", "inbox": format!("{id}/inbox"),
                    "publicKey": {"id": format!("{id}#main-key"), "owner": id, "publicKeyPem": public},
                })
            })
        };
        let stub = Stub::serving(actor, Duration::ZERO).await;
        let ada = ActorId::parse(&stub.url("/users/ada")).unwrap();
        let key = key.named(&format!("{ada}#main-key"));
        Self { place, time, stub, bob, ada, key }
    }

    fn note(&self, name: &str) -> Value {
        let ada = Person { id: 0, actor: self.ada.clone() };
        let (activity, object) = (self.stub.url(&format!("/a/{name}")), self.stub.url(&format!("/o/{name}")));
        note(&ada, &activity, &object, name, &[&self.bob.actor])
    }

    async fn post(&self, key: &Key, name: &str) -> (u16, String) {
        key.post(&self.place.url("/inbox"), &self.note(name), self.time.now()).send().await
    }
}

fn refused() -> (u16, String) {
    (401, "signature".into())
}

/// S-54: any number of key ids of one actor cost one look at it in two minutes.
#[tokio::test]
async fn made_up_keys_of_one_actor_do_not_make_us_fetch_it_again_and_again() {
    let scene = Scene::new().await;
    let made_up = |number: usize| Key::forged(&format!("{}#key-{number}", scene.ada));
    assert_eq!(scene.post(&made_up(0), "x").await, refused(), "the actor does not list it");
    for number in 1..6 {
        let answer = scene.post(&made_up(number), "x").await;
        assert_eq!(answer, (503, "busy".into()), "it may be newer than what was fetched a moment ago");
    }
    assert_eq!(scene.post(&made_up(0), "x").await, refused(), "remembered");
    assert_eq!(scene.stub.count(), 1);
    assert_eq!(scene.post(&scene.key, "hello").await.0, 202, "whom it concerns is not kept from writing");
    assert_eq!(scene.stub.count(), 1);
    scene.time.pass(2 * MINUTE);
    assert_eq!(scene.post(&made_up(1), "x").await, refused(), "the actor was asked again");
    assert_eq!(scene.stub.count(), 2);
    assert_eq!(scene.place.arrived(&scene.bob).await, ["hello"]);
}

/// An address where there is nobody is asked once, whatever stands after its `#`.
#[tokio::test]
async fn an_address_without_an_actor_is_asked_once() {
    let scene = Scene::new().await;
    for number in 0..4 {
        let nobodys = Key::forged(&scene.stub.url(&format!("/users/nobody#key-{number}")));
        assert_eq!(scene.post(&nobodys, "x").await, refused());
    }
    assert_eq!(scene.stub.count(), 1);
}

/// Of many who wait for the same look, the others find what the first one learned.
#[tokio::test]
async fn those_who_wait_for_a_key_share_one_look() {
    let scene = Scene::new().await;
    let nobodys = Key::forged(&scene.stub.url("/users/nobody#main-key"));
    let names = ["a", "b", "c", "d", "e", "f"];
    let answers = futures_util::future::join_all(names.map(|name| scene.post(&nobodys, name))).await;
    assert!(answers.iter().all(|answer| *answer == refused()), "{answers:?}");
    assert_eq!(scene.stub.count(), 1);
    let answers = futures_util::future::join_all(names.map(|name| scene.post(&scene.key, name))).await;
    assert!(answers.iter().all(|answer| answer.0 == 202), "{answers:?}");
    assert_eq!(scene.stub.count(), 2);
}

/// S-14: a key that fails is fetched once more, then refused, and not fetched for every further try.
#[tokio::test]
async fn a_key_that_fails_is_fetched_once_more_and_then_refused() {
    let scene = Scene::new().await;
    assert_eq!(scene.post(&scene.key, "hello").await.0, 202);
    let forged = Key::forged(scene.key.id.as_str());
    assert_eq!(scene.post(&forged, "x").await, refused());
    assert_eq!(scene.stub.count(), 1, "what was fetched a moment ago is believed");
    scene.time.pass(2 * MINUTE);
    for _ in 0..3 {
        assert_eq!(scene.post(&forged, "x").await, refused());
        assert_eq!(scene.stub.count(), 2);
    }
    assert_eq!(scene.place.arrived(&scene.bob).await, ["hello"]);
}

/// S-54: one sender makes us look up so many unknown keys only; what it sends is taken later.
#[tokio::test]
async fn a_host_is_not_asked_for_any_number_of_unknown_keys() {
    let scene = Scene::new().await;
    let key = Key::forged(&scene.stub.url("/nobody"));
    let mut key = Some(key);
    let mut answers = Vec::new();
    while answers.last() != Some(&429) {
        // The clock of the scene goes on with the real one, so that a slow machine has some more tries.
        assert!(answers.len() < 1_000, "never refused");
        let named = key.take().unwrap().named(&scene.stub.url(&format!("/users/{}#main-key", answers.len())));
        answers.push(scene.post(&named, "x").await.0);
        key = Some(named);
    }
    assert!(answers.len() > 120 && answers[..answers.len() - 1].iter().all(|answer| *answer == 401));
    assert_eq!(scene.stub.count(), answers.len() - 1, "the one that was refused was not looked up");
}
