//! What others bring of somebody else (FEP-8b32, FEP-fe34): believed with its actor's proof, looked up at its origin or forgotten
//! without (S-18).

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use alcove_protocol::{
    ActorId,
    activity::{announce::Announce, delete, follow::Follow, undo},
    actor::{Actor, KeyId},
    time::MINUTE,
};
use alcove_server::{
    cryptography::{Algorithm, VerificationKey, proofs},
    db::follows,
};
use serde_json::{Value, json};

use super::{
    signing::{Key, Way},
    stub::Stub,
    world::{Person, Place, Time, note, two},
};

/// Ada writes, Eve brings it to Bob's server; all of Ada's keys are known to the test.
struct Scene {
    one: Place,
    two: Place,
    time: Time,
    ada: Person,
    bob: Person,
    eve: Key,
    ed25519: Key,
}

impl Scene {
    async fn new() -> Self {
        let (one, two, time) = two().await;
        let (ada, eve, bob) = (one.person("ada").await, one.person("eve").await, two.person("bob").await);
        let eve = Key::of(&one, &eve).await;
        let ed25519 = Key::of_kind(&one, ada.id, Algorithm::Ed25519).await;
        Self { one, two, time, ada, bob, eve, ed25519 }
    }

    fn note(&self) -> Value {
        note(&self.ada, &self.one.url("/a/x"), &self.one.url("/o/x"), "hello", &[&self.bob.actor])
    }

    fn proved(&self, activity: Value) -> Value {
        self.ed25519.prove(activity, self.time.now())
    }

    async fn brought(&self, activity: &Value) -> (u16, String) {
        self.eve.post(&self.two.url("/inbox"), activity, self.time.now()).send().await
    }

    /// Taken, and nothing came of it.
    async fn forgotten(&self, activity: &Value, what: &str) {
        assert_eq!(self.brought(activity).await, (202, String::new()), "{what}");
        assert!(self.two.arrived(&self.bob).await.is_empty(), "{what}");
    }

    async fn is_followed(&self) -> bool {
        let (ada, bob) = (self.ada.actor.clone(), self.bob.actor.clone());
        self.two.read(move |transaction| follows::state(transaction, &ada, &bob)).await.is_some()
    }
}

/// S-18: what carries its actor's proof is the actor's, whoever brings it, and as often as they like.
#[tokio::test]
async fn what_is_proved_is_believed_whoever_brings_it() {
    let scene = Scene::new().await;
    let proved = scene.proved(scene.note());
    assert_eq!(scene.brought(&proved).await.0, 202);
    assert_eq!(scene.two.arrived(&scene.bob).await, ["hello"]);
    scene.time.pass(MINUTE);
    assert_eq!(scene.brought(&proved).await.0, 202);
    let direct = Key::of(&scene.one, &scene.ada).await;
    let inbox = scene.two.url("/inbox");
    assert_eq!(direct.post(&inbox, &proved, scene.time.now()).send().await.0, 202, "and from Ada as well");
    assert_eq!(scene.two.arrived(&scene.bob).await, ["hello"]);
}

/// S-14, S-18: without a proof, with a broken one, or with one by another key, there is only the word of whoever brings it.
#[tokio::test]
async fn what_is_not_proved_is_not_believed() {
    let scene = Scene::new().await;
    let actor = scene.ada.actor.as_str();
    scene.forgotten(&scene.note(), "no proof").await;
    let mut changed = scene.proved(scene.note());
    changed["object"]["content"] = json!("hullo");
    scene.forgotten(&changed, "another content").await;
    let eves = scene.eve.prove(scene.note(), scene.time.now());
    scene.forgotten(&eves, "an RSA key of somebody else").await;
    let forged = Key::forged_ed25519(&format!("{actor}#ed25519-key")).prove(scene.note(), scene.time.now());
    scene.forgotten(&forged, "a key under a known id").await;
    let eve: i64 = scene
        .one
        .read(|transaction| {
            use alcove_server::db::accounts;
            Ok(accounts::by_name(transaction, "eve")?.unwrap().id)
        })
        .await;
    let eve = Key::of_kind(&scene.one, eve, Algorithm::Ed25519).await;
    scene.forgotten(&eve.prove(scene.note(), scene.time.now()), "a good key of somebody else").await;
    let old = scene.ed25519.prove(scene.note(), scene.time.now().plus(-proofs::MAX_AGE));
    scene.forgotten(&old, "too old").await;
    let update = json!({"id": scene.one.url("/a/u"), "type": "Update", "actor": actor, "object": scene.note()["object"]});
    scene.forgotten(&update, "an edit").await;
    let follow = Follow {
        id: scene.one.url("/a/f").parse().unwrap(),
        actor: scene.ada.actor.clone(),
        object: scene.bob.actor.clone(),
    };
    let refusal = (403, "signer-not-actor".to_owned());
    assert_eq!(scene.brought(&follow.to_value()).await, refusal, "nobody passes such a thing on");
    assert!(!scene.is_followed().await);
}

/// S-06, S-54: a key that cannot be the actor's is not even asked for.
#[tokio::test]
async fn nobody_is_asked_for_a_key_of_another_origin() {
    let scene = Scene::new().await;
    let stub = Stub::serving(|_, _| None, Duration::ZERO).await;
    let elsewhere = Key::forged_ed25519(&stub.url("/users/ada#ed25519-key"));
    scene.forgotten(&elsewhere.prove(scene.note(), scene.time.now()), "a key elsewhere").await;
    assert_eq!(stub.count(), 0);
}

/// S-11: what was taken back does not come again by its old proof.
#[tokio::test]
async fn what_was_taken_back_is_not_brought_again() {
    let scene = Scene::new().await;
    let follow = Follow {
        id: scene.one.url("/a/f").parse().unwrap(),
        actor: scene.ada.actor.clone(),
        object: scene.bob.actor.clone(),
    };
    let proved = scene.proved(follow.to_value());
    let ada = Key::of(&scene.one, &scene.ada).await;
    let inbox = scene.two.url("/inbox");
    for first in [&scene.eve, &ada] {
        assert_eq!(first.post(&inbox, &proved, scene.time.now()).send().await.0, 202);
        assert!(scene.is_followed().await);
    }
    let undo = undo::build(&scene.one.url("/a/u").parse().unwrap(), &scene.ada.actor, &follow.to_value());
    assert_eq!(ada.post(&inbox, &undo, scene.time.now()).send().await.0, 202);
    scene.time.pass(MINUTE);
    assert_eq!(scene.brought(&proved).await.0, 202, "as if for the first time");
    assert!(!scene.is_followed().await);
}

/// S-04, S-18, S-23: others can only point at what is gone; its own server decides, and of what only some may read it is not
/// asked.
#[tokio::test]
async fn what_others_say_is_deleted_stays_while_its_server_has_it() {
    let (place, time) = {
        let time = Time::default();
        (Place::open(&time).await, time)
    };
    let bob = place.person("bob").await;
    let is_gone = Arc::new(AtomicBool::new(false));
    let (gone, [ada, eve]) =
        (is_gone.clone(), ["ada", "eve"].map(|_| Key::pair_ed25519("http://stub.example/#key")));
    let multikeys = [("/users/ada", ada.1), ("/users/eve", eve.1)];
    let served = move |address: &str, path: &str| {
        let id = format!("{address}{path}");
        if path.starts_with("/o/") {
            return (!gone.load(Ordering::SeqCst) && path == "/o/public")
                .then(|| json!({"id": id, "type": "Note"}));
        }
        let (_, multikey) = multikeys.iter().find(|(known, _)| *known == path)?;
        let key = json!({"id": format!("{id}#key"), "type": "Multikey", "controller": id, "publicKeyMultibase": multikey});
        Some(json!({"id": id, "type": "Person", "inbox": format!("{id}/inbox"), "assertionMethod": [key]}))
    };
    let stub = Stub::serving(served, Duration::ZERO).await;
    let author = Person { id: 0, actor: stub.url("/users/ada").parse().unwrap() };
    let (ada, eve) = (ada.0.named(&stub.url("/users/ada#key")), eve.0.named(&stub.url("/users/eve#key")));
    let post = async |key: &Key, activity: &Value| {
        let body = activity.to_string().into_bytes();
        let sent = key.post_bytes(&place.url("/inbox"), body, time.now(), Way::Rfc9421).send().await;
        assert_eq!(sent.0, 202, "{sent:?}");
        time.pass(2 * MINUTE);
        place.arrived(&bob).await
    };
    let public: ActorId = "https://www.w3.org/ns/activitystreams#Public".parse().unwrap();
    for (name, to) in [("public", &[&bob.actor, &public][..]), ("private", &[&bob.actor])] {
        let (activity, object) = (stub.url(&format!("/a/{name}")), stub.url(&format!("/o/{name}")));
        post(&ada, &note(&author, &activity, &object, name, to)).await;
    }
    let said = async |name: &str| {
        let (id, object) = (stub.url(&format!("/d/{name}")), stub.url(&format!("/o/{name}")));
        let delete =
            delete::build(&id.parse().unwrap(), &author.actor, &object.parse().unwrap(), &[], time.now());
        post(&eve, &delete).await
    };
    assert_eq!(said("public").await, ["public", "private"], "it is there");
    assert_eq!(said("private").await, ["public", "private"], "that it is not shown to us proves nothing");
    is_gone.store(true, Ordering::SeqCst);
    assert_eq!(said("public").await, ["private"]);
}

/// S-18: a boost that somebody else is said to have made, and a boost whose embedded object says what it likes.
#[tokio::test]
async fn a_forged_boost_shows_nothing() {
    let scene = Scene::new().await;
    let boost = |actor: &ActorId, id: &str| {
        let object = scene.one.url("/o/x").parse().unwrap();
        let id = scene.one.url(id).parse().unwrap();
        let (actor, to) = (actor.clone(), vec![scene.bob.actor.to_string()]);
        Announce { id, actor, object, object_kind: None, published: None, to, cc: vec![] }.to_value()
    };
    scene.forgotten(&boost(&scene.ada.actor, "/a/1"), "in Ada's name").await;
    let eve = scene.eve.id.as_str().split_once('#').unwrap().0;
    let mut embedded = boost(&ActorId::parse(eve).unwrap(), "/a/2");
    embedded["object"] = scene.note()["object"].clone();
    assert_eq!(scene.brought(&embedded).await.0, 202);
    let arrived = scene.two.arrived(&scene.bob).await;
    assert!(!arrived.contains(&"hello".to_owned()), "{arrived:?}");
}

/// FEP-8b32, FEP-521a: what people here send carries a proof by the key that their actor shows.
#[tokio::test]
async fn what_goes_out_can_be_passed_on() {
    let (place, _, _) = two().await;
    let ada = place.person("ada").await;
    let stub = Stub::serving(
        |address, path| {
            let id = format!("{address}/users/fay");
            (path == "/users/fay").then(|| {
                json!({
                    "@context": "https://www.w3.org/ns/activitystreams", "id": id, "type": "Person",
                    "preferredUsername": "fay", "inbox": format!("{id}/inbox"),
                })
            })
        },
        Duration::ZERO,
    )
    .await;
    let fay = stub.url("/users/fay");
    place
        .publish(&ada, json!({"type": "Create", "object": {"type": "Note", "content": "hello", "to": [fay]}}))
        .await;
    place.drain().await;
    let requests: Vec<String> = (0..stub.count()).map(|number| stub.request(number)).collect();
    let post = requests.iter().find(|request| request.starts_with("POST ")).unwrap();
    let sent: Value = serde_json::from_str(post.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert!(sent.get("bto").is_none() && sent["object"].get("bto").is_none());
    let document = reqwest::Client::builder().no_proxy().build().unwrap().get(ada.actor.as_str());
    let document = document.header("accept", "application/activity+json").send().await.unwrap();
    let shown = Actor::parse(&serde_json::from_slice(&document.bytes().await.unwrap()).unwrap()).unwrap();
    let claim = proofs::parse(&sent, place.app().clock.now()).unwrap();
    assert_eq!(claim.key_id, KeyId::parse(&format!("{}#ed25519-key", ada.actor)).unwrap());
    assert_eq!(shown.keys[0].id.as_str(), format!("{}#main-key", ada.actor), "RSA first");
    let key = VerificationKey::read(&shown.key(claim.key_id.as_str()).unwrap().material).unwrap();
    assert_eq!(proofs::verify(&claim, &key), Ok(()));
}

/// RFC 9421 with Ed25519: taken, and used for whoever uses it.
#[tokio::test]
async fn whoever_signs_with_ed25519_is_signed_to_with_it() {
    let time = Time::default();
    let place = Place::open(&time).await;
    let bob = place.person("bob").await;
    let (key, multikey) = Key::pair_ed25519("http://stub.example/#ed25519-key");
    let actor =
        move |address: &str, path: &str| {
            let id = format!("{address}/users/ada");
            (path == "/users/ada").then(|| json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": id, "type": "Person",
            "preferredUsername": "ada", "inbox": format!("{id}/inbox"),
            "assertionMethod": [{"id": format!("{id}#ed25519-key"), "type": "Multikey", "controller": id,
                "publicKeyMultibase": multikey}],
        }))
        };
    let stub = Stub::serving(actor, Duration::ZERO).await;
    let ada = ActorId::parse(&stub.url("/users/ada")).unwrap();
    let key = key.named(&format!("{ada}#ed25519-key"));
    let follow = Follow { id: stub.url("/f").parse().unwrap(), actor: ada, object: bob.actor.clone() };
    let body = follow.to_value().to_string().into_bytes();
    assert_eq!(key.post_bytes(&place.url("/inbox"), body, time.now(), Way::Rfc9421).send().await.0, 202);
    place.drain().await;
    let answer =
        (0..stub.count()).map(|number| stub.request(number)).find(|request| request.starts_with("POST "));
    let answer = answer.unwrap();
    assert!(answer.contains(&format!("keyid=\"{}#ed25519-key\"", bob.actor)), "{answer}");
    assert!(answer.contains("alg=\"ed25519\""), "{answer}");
}
