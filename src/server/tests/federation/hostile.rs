//! What strangers try at the inboxes (FEDERATION.md section 4). Each refusal is proved, and that nothing was stored.

use alcove_protocol::{
    ActivityId, Timestamp,
    activity::{follow::Follow, undo},
    time::{HOUR, MINUTE},
};
use alcove_server::{
    actions::keys,
    cryptography::NewKey,
    db::{
        actors::{self, KeyRow},
        envelopes, follows,
    },
};
use serde_json::{Value, json};

use super::{
    signing::{Key, Post, Way},
    world::{Person, Place, Time, note, two},
};

/// Ada writes to Bob from `one` to `two`; Eve lives where Ada lives.
pub struct Scene {
    pub one: Place,
    pub two: Place,
    pub time: Time,
    pub ada: Person,
    pub eve: Person,
    pub bob: Person,
    pub key: Key,
}

impl Scene {
    pub async fn new() -> Self {
        let (one, two, time) = two().await;
        let (ada, eve, bob) = (one.person("ada").await, one.person("eve").await, two.person("bob").await);
        let key = Key::of(&one, &ada).await;
        Self { one, two, time, ada, eve, bob, key }
    }

    pub fn inbox(&self) -> String {
        self.two.url(&format!("/users/{}/inbox", self.bob.id))
    }

    pub fn note(&self) -> Value {
        note(&self.ada, &self.one.url("/a/x"), &self.one.url("/o/x"), "hello", &[&self.bob.actor])
    }

    /// A proper request: everything below changes one thing of it.
    pub fn proper(&self) -> Post {
        self.key.post(&self.inbox(), &self.note(), self.time.now())
    }

    pub fn signed(&self, activity: &Value) -> Post {
        self.key.post(&self.inbox(), activity, self.time.now())
    }

    async fn refused(&self, post: &Post, status: u16, kind: &str, what: &str) {
        assert_eq!(post.send().await, (status, kind.to_owned()), "{what}");
        self.nothing_is_stored(what).await;
    }

    pub async fn nothing_is_stored(&self, what: &str) {
        assert!(self.two.arrived(&self.bob).await.is_empty(), "{what}");
        let id: ActivityId = self.one.url("/a/x").parse().unwrap();
        let stored = self.two.read(move |transaction| envelopes::by_activity(transaction, &id)).await;
        assert_eq!(stored, None, "{what}");
        let (ada, bob) = (self.ada.actor.clone(), self.bob.actor.clone());
        let follow = self.two.read(move |transaction| follows::state(transaction, &ada, &bob)).await;
        assert_eq!(follow, None, "{what}");
    }
}

/// P23, S-07 to S-13: signatures that are missing, garbled, stale, for something else, or over another body.
#[tokio::test]
async fn signatures_that_prove_nothing_are_refused() {
    let scene = Scene::new().await;
    let now = scene.time.now();
    let at = |now: Timestamp| scene.key.post(&scene.inbox(), &scene.note(), now);
    let elsewhere = scene.key.post(&scene.two.url("/inbox"), &scene.note(), now);
    let other_host =
        scene.key.post(&scene.one.url(&format!("/users/{}/inbox", scene.bob.id)), &scene.note(), now);
    let signature = scene.proper().headers.iter().find(|(name, _)| *name == "signature").unwrap().1.clone();
    let changed =
        Post { body: scene.note().to_string().replace("hello", "hullo").into_bytes(), ..scene.proper() };
    let url = scene.proper().url;
    for (what, post) in [
        ("missing", scene.proper().with("signature", None)),
        ("garbled", scene.proper().with("signature", Some("keyId=\"x\",signature"))),
        (
            "with a bit flipped",
            scene.proper().with("signature", Some(&signature.replace("signature=\"", "signature=\"AAAA"))),
        ),
        ("too old", at(now.plus(-2 * HOUR))),
        ("from the future", at(now.plus(2 * HOUR))),
        ("for another inbox", Post { url: url.clone(), ..elsewhere }),
        ("for another server", Post { url, ..other_host }),
        ("over another body", changed),
        ("with a digest that is not the body's", scene.proper().with("digest", Some("SHA-256=AAAA"))),
    ] {
        scene.refused(&post, 401, "signature", what).await;
    }
}

/// S-11: what was taken once is not taken twice; a new signature over a known activity changes nothing either.
#[tokio::test]
async fn a_replay_is_refused() {
    let scene = Scene::new().await;
    let post = scene.proper();
    assert_eq!(post.send().await.0, 202);
    assert_eq!(post.send().await, (401, "signature-replayed".into()));
    scene.time.pass(MINUTE);
    assert_eq!(scene.proper().send().await.0, 202);
    assert_eq!(scene.two.arrived(&scene.bob).await, ["hello"]);
}

/// P23, S-06, S-14: keys that nobody lists, that belong to somebody else, or that are ours.
#[tokio::test]
async fn keys_that_are_not_the_actors_are_refused() {
    let scene = Scene::new().await;
    let by = |key: Key| key.post(&scene.inbox(), &scene.note(), scene.time.now());
    let unlisted = by(Key::forged(&format!("{}#other-key", scene.ada.actor)));
    scene.refused(&unlisted, 401, "signature", "a key that its actor does not list").await;
    let forged = by(Key::forged(scene.key.id.as_str()));
    scene.refused(&forged, 401, "signature", "a key under a known id").await;
    let nobodys = by(Key::forged(&scene.one.url("/users/1#main-key")));
    scene.refused(&nobodys, 401, "signature", "a key of nobody").await;
    let eves = by(Key::of(&scene.one, &scene.eve).await);
    scene.refused(&eves, 202, "", "somebody else's key: what only Eve says is not believed").await;
    let ours = by(Key::of(&scene.two, &scene.bob).await);
    scene.refused(&ours, 401, "signature", "a key of the receiving server").await;
}

/// Trouble on the way to a key is not the sender's fault: 503, or others drop what they deliver for good.
#[tokio::test]
async fn a_key_that_cannot_be_fetched_now_is_503() {
    let mut scene = Scene::new().await;
    let post = scene.proper();
    scene.one.stop().await;
    scene.refused(&post, 503, "busy", "the key's server is down").await;
    scene.one.start().await;
    scene.refused(&post, 503, "busy", "not asked again at once").await;
    scene.time.pass(MINUTE);
    assert_eq!(scene.proper().send().await.0, 202);
}

/// S-14: a key that was rotated, and one that was replaced under its old id.
#[tokio::test]
async fn new_keys_are_found_and_old_ones_end() {
    let scene = Scene::new().await;
    assert_eq!(scene.proper().send().await.0, 202);
    let (site, moment, new) =
        (scene.one.app().site.clone(), scene.one.app().moment(), scene.one.app().new_keys().await.unwrap());
    let ada = scene.ada.id;
    scene.one.write(move |transaction| keys::rotate(transaction, &site, &moment, ada, new)).await;
    scene.time.pass(2 * MINUTE);
    let newer = Key::of(&scene.one, &scene.ada).await;
    assert_eq!(newer.post(&scene.inbox(), &scene.note(), scene.time.now()).send().await.0, 202);
    scene.time.pass(2 * MINUTE);
    assert_eq!(scene.proper().send().await, (401, "signature".into()), "the old key");
    let (moment, made) = (scene.one.app().moment(), NewKey::rsa().unwrap());
    let row = KeyRow {
        id: moment.id(),
        actor_id: ada,
        uri: newer.id.as_str().to_owned(),
        algorithm: "rsa".into(),
        public_pem: made.public,
        private_pem: Some(made.private_pem),
        created_at: moment.now.0,
        retired_at: None,
    };
    scene.one.write(move |transaction| actors::replace_keys(transaction, ada, &[row])).await;
    scene.time.pass(2 * MINUTE);
    let replaced = Key::of(&scene.one, &scene.ada).await;
    assert_eq!(replaced.id, newer.id);
    let post = replaced.post(&scene.inbox(), &scene.note(), scene.time.now());
    assert_eq!(post.send().await.0, 202, "the key that fails is fetched once more");
}

/// S-03, S-05, S-51: bodies that are too large, too deep, of another type, or no activity.
#[tokio::test]
async fn bodies_that_are_no_activities_are_refused() {
    let scene = Scene::new().await;
    let bytes = |body: Vec<u8>| scene.key.post_bytes(&scene.inbox(), body, scene.time.now(), Way::Cavage);
    scene.refused(&bytes(vec![b' '; (1 << 20) + 1]), 413, "too-large", "over 1 MiB").await;
    scene.refused(&bytes("[".repeat(200).into_bytes()), 400, "json", "nested 200 deep").await;
    let twice = scene.note().to_string().replacen('{', "{\"id\":\"https://e.example/1\",", 1);
    scene.refused(&bytes(twice.into_bytes()), 400, "json", "a key twice").await;
    scene.refused(&bytes(b"{}".to_vec()), 400, "activity", "no activity").await;
    let plain = scene.proper().with("content-type", Some("application/json"));
    scene.refused(&plain, 415, "media-type", "another type").await;
    let nobody = scene.key.post(&scene.two.url("/users/1/inbox"), &scene.note(), scene.time.now());
    scene.refused(&nobody, 404, "not-found", "nobody's inbox").await;
}

/// S-04, S-19: acting on the things of others, or in the name of others.
#[tokio::test]
async fn the_things_of_others_are_left_alone() {
    let scene = Scene::new().await;
    let with = |change: &dyn Fn(&mut Value)| {
        let mut activity = scene.note();
        change(&mut activity);
        scene.signed(&activity)
    };
    let refusals: [(&str, u16, &str, Post); 6] = [
        ("another actor", 202, "", with(&|a| a["actor"] = json!(scene.eve.actor))),
        ("an id of another origin", 400, "activity", with(&|a| a["id"] = json!("https://e.example/1"))),
        ("an id of the receiver", 400, "activity", with(&|a| a["id"] = json!(scene.two.url("/a/1")))),
        (
            "an object of another origin",
            403,
            "activity",
            with(&|a| a["object"]["id"] = json!(scene.two.url("/o/1"))),
        ),
        (
            "an object of another author",
            403,
            "activity",
            with(&|a| a["object"]["attributedTo"] = json!(scene.eve.actor)),
        ),
        ("two actors", 400, "activity", with(&|a| a["actor"] = json!([scene.ada.actor, scene.eve.actor]))),
    ];
    for (what, status, kind, post) in refusals {
        scene.refused(&post, status, kind, what).await;
    }
    let follow = Follow {
        id: scene.one.url("/a/f").parse().unwrap(),
        actor: scene.eve.actor.clone(),
        object: scene.bob.actor.clone(),
    };
    let eve = Key::of(&scene.one, &scene.eve).await;
    assert_eq!(eve.post(&scene.inbox(), &follow.to_value(), scene.time.now()).send().await.0, 202);
    let undo = undo::build(&scene.one.url("/a/u").parse().unwrap(), &scene.ada.actor, &follow.to_value());
    scene.refused(&scene.signed(&undo), 403, "activity", "an Undo of somebody else's follow").await;
    let mut bare = undo;
    bare["object"] = json!(follow.id);
    assert_eq!(scene.signed(&bare).send().await.0, 202, "nothing of hers has that id");
    let (eve, bob) = (scene.eve.actor.clone(), scene.bob.actor.clone());
    let state = scene.two.read(move |transaction| follows::state(transaction, &eve, &bob)).await;
    assert!(state.is_some(), "the follow stands");
    let mut taken = follow.to_value();
    taken["actor"] = json!(scene.ada.actor);
    scene.refused(&scene.signed(&taken), 403, "not-the-author", "a follow under another's id").await;
}

/// A sealed message is for actors, never for a collection or the public.
#[tokio::test]
async fn a_sealed_message_to_a_crowd_is_refused() {
    let scene = Scene::new().await;
    let sealed = |to: Value| {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": scene.one.url("/a/x"), "type": "Create",
            "actor": scene.ada.actor, "to": to,
            "object": {
                "id": scene.one.url("/o/x"), "type": "PrivateMessage", "attributedTo": scene.ada.actor, "to": to,
                "mediaType": "message/mls", "encoding": "base64", "content": "AAEAAg==",
            },
        })
    };
    for crowd in [
        "https://www.w3.org/ns/activitystreams#Public".to_owned(),
        "as:Public".to_owned(),
        format!("{}/followers", scene.ada.actor),
        scene.two.url(&format!("/users/{}/followers", scene.bob.id)),
    ] {
        let post = scene.signed(&sealed(json!([scene.bob.actor, crowd])));
        scene.refused(&post, 422, "mls-audience", &crowd).await;
    }
    let mut inner = sealed(json!([scene.bob.actor]));
    inner["object"]["cc"] = json!("as:Public");
    scene.refused(&scene.signed(&inner), 422, "mls-audience", "inside").await;
}

/// Trap T18: base64 in its odd forms is read for what it is; what is none is refused, and nothing of it is kept.
#[tokio::test]
async fn odd_base64_is_read_and_garbage_is_refused() {
    let scene = Scene::new().await;
    let sealed = |content: &str| {
        scene.signed(&json!({
            "id": scene.one.url("/a/x"), "type": "Create", "actor": scene.ada.actor, "to": [scene.bob.actor],
            "object": {
                "id": scene.one.url("/o/x"), "type": "PrivateMessage", "attributedTo": scene.ada.actor,
                "mediaType": "message/mls", "encoding": "base64", "content": content,
            },
        }))
    };
    for garbage in ["", "%%%", "AAEA*g==", "A"] {
        scene.refused(&sealed(garbage), 422, "mls-object", garbage).await;
    }
    let odd = "-_8\nA_w";
    assert_eq!(sealed(odd).send().await.0, 202);
    assert_eq!(scene.two.arrived(&scene.bob).await, [odd], "kept as it came");
}

/// A key package is its owner's to publish; whoever sends one for somebody else, or to somebody, changes nothing.
#[tokio::test]
async fn a_key_package_for_somebody_else_is_refused() {
    let scene = Scene::new().await;
    let package = json!({
        "id": scene.one.url("/a/x"), "type": "Create", "actor": scene.ada.actor, "to": [scene.bob.actor],
        "object": {
            "id": scene.one.url("/o/x"), "type": "KeyPackage", "attributedTo": scene.bob.actor,
            "mediaType": "message/mls", "encoding": "base64", "content": "AAEAAg==",
        },
    });
    scene.refused(&scene.signed(&package), 403, "activity", "by Ada for Bob").await;
    let list = |add: &str| {
        let object = scene.two.url(&format!("/users/{}/keyPackages/1", scene.bob.id));
        let target = scene.two.url(&format!("/users/{}/keyPackages", scene.bob.id));
        json!({"id": scene.one.url("/a/x"), "type": add, "actor": scene.ada.actor, "object": object, "target": target})
    };
    for kind in ["Add", "Remove"] {
        scene.refused(&scene.signed(&list(kind)), 403, "activity", kind).await;
    }
}

/// ENCRYPTION.md 1.5, S-04: only the server of a conversation speaks for it, and no person who lives there.
#[tokio::test]
async fn a_strangers_word_about_a_commit_is_refused() {
    let scene = Scene::new().await;
    for (target, what) in [
        (scene.two.url("/conversations/x"), "another server's conversation"),
        (scene.one.url("/conversations/x"), "that of her own server"),
    ] {
        let add = json!({
            "id": scene.one.url("/a/x"), "type": "Add", "actor": scene.ada.actor,
            "object": scene.one.url("/a/c"), "target": target, "to": [scene.bob.actor],
            "context": "urn:uuid:00000000-0000-4000-8000-000000000000", "epoch": 1, "digest": "AAAA",
            "incarnation": 1,
        });
        scene.refused(&scene.signed(&add), 403, "not-the-sequencer", what).await;
    }
}

/// What nobody here knows is taken and forgotten; so is the farewell of an actor whom nobody ever met, whose key is gone.
#[tokio::test]
async fn unknown_activities_and_farewells_of_strangers_are_taken_and_forgotten() {
    let scene = Scene::new().await;
    for kind in ["Arrive", "Flag", "Travel", "Announce"] {
        let activity = json!({
            "id": scene.one.url("/a/x"), "type": kind, "actor": scene.ada.actor, "object": scene.bob.actor,
        });
        assert_eq!(scene.signed(&activity).send().await.0, 202, "{kind}");
        scene.nothing_is_stored(kind).await;
    }
    let gone = "http://127.0.0.1:9/users/gone";
    let farewell = json!({"id": format!("{gone}#delete"), "type": "Delete", "actor": gone, "object": gone});
    let key = Key::forged(&format!("{gone}#main-key"));
    let inbox = scene.two.url("/inbox");
    assert_eq!(key.post(&inbox, &farewell, scene.time.now()).send().await.0, 202);
    let other =
        json!({"id": format!("{gone}#1"), "type": "Delete", "actor": gone, "object": format!("{gone}/1")});
    assert_eq!(key.post(&inbox, &other, scene.time.now()).send().await.0, 503, "anything else is looked at");
}
