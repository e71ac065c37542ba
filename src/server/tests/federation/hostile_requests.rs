//! Requests that no client library makes, and documents with anything in any place (FEDERATION.md section 4). Each is
//! answered, none with a failure of ours, and nothing is stored of what proves nothing.

use std::time::Duration;

use alcove_protocol::activity::{accept, follow::Follow, undo};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{
    hostile::Scene,
    signing::{Key, Way},
    stub::Stub,
    world::Place,
};

/// Sends bytes as they are, and answers the status.
async fn answered(place: &Place, bytes: &[u8]) -> u16 {
    let mut stream = TcpStream::connect(place.host()).await.unwrap();
    // Whoever is refused early may find the line closed.
    drop(stream.write_all(bytes).await);
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer).await);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{answer:?}"))
}

/// S-12: a proper signature under another spelling of the target, for another host, or with a second one beside it.
#[tokio::test]
async fn a_signature_counts_for_the_target_as_it_was_written() {
    let scene = Scene::new().await;
    let path = format!("/users/{}/inbox", scene.bob.id);
    let number = scene.bob.id.to_string();
    let encoded = path.replace(&number, &format!("%3{number}"));
    for (what, target, lines) in [
        ("absolute", scene.inbox(), ""),
        ("absolute, of another server", scene.one.url(&path), ""),
        ("percent-encoded", encoded, ""),
        ("a dot in it", path.replace("/inbox", "/./inbox"), ""),
        ("another query", format!("{path}/?x"), ""),
        ("a second host", path.clone(), "host: one.example\r\n"),
        ("a second digest", path.clone(), "digest: SHA-256=AAAA\r\n"),
        ("two lengths", path.clone(), "content-length: 7\r\n"),
        ("a length and chunks", path.clone(), "transfer-encoding: chunked\r\n"),
    ] {
        let status = answered(&scene.two, &scene.proper().to_bytes(&target, lines)).await;
        assert!((400..500).contains(&status), "{what}: {status}");
        scene.nothing_is_stored(what).await;
    }
    assert_eq!(answered(&scene.two, &scene.proper().to_bytes(&path, "")).await, 202, "as it was signed");
}

/// S-07, S-13: two signatures, in one header, in two, or in two ways; nobody chooses which of them counts.
#[tokio::test]
async fn two_signatures_are_none() {
    let scene = Scene::new().await;
    let header = |post: &super::signing::Post, name: &str| {
        post.headers.iter().find(|(other, _)| *other == name).unwrap().1.clone()
    };
    let body = scene.note().to_string().into_bytes();
    let newer = || scene.key.post_bytes(&scene.inbox(), body.clone(), scene.time.now(), Way::Rfc9421);
    let (input, signature) = (header(&newer(), "signature-input"), header(&newer(), "signature"));
    let twice = |value: &str| format!("{value}, {}", value.replacen("sig1", "sig2", 1));
    let path = format!("/users/{}/inbox", scene.bob.id);
    let two =
        newer().with("signature-input", Some(&twice(&input))).with("signature", Some(&twice(&signature)));
    let cavage = header(&scene.proper(), "signature");
    for (what, post, lines) in [
        ("two labels", two, format!("host: {}\r\n", scene.two.host())),
        ("two headers", scene.proper(), format!("signature: {cavage}\r\n")),
        ("two places", scene.proper(), format!("authorization: Signature {cavage}\r\n")),
        ("one of each way", scene.proper(), format!("signature-input: {input}\r\n")),
    ] {
        assert_eq!(answered(&scene.two, &post.to_bytes(&path, &lines)).await, 401, "{what}");
        scene.nothing_is_stored(what).await;
    }
}

/// S-55: a body that claims to be packed is read as it is, and never unpacked.
#[tokio::test]
async fn packed_bodies_are_not_unpacked() {
    let scene = Scene::new().await;
    // The beginning of a gzip file; what follows does not matter, because nobody looks.
    let packed = vec![0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00];
    let post = scene.key.post_bytes(&scene.inbox(), packed, scene.time.now(), Way::Cavage);
    for coding in ["gzip", "br", "deflate, gzip"] {
        let post = scene.key.post_bytes(&scene.inbox(), post.body.clone(), scene.time.now(), Way::Cavage);
        let answer = post.with("content-encoding", Some(coding)).send().await;
        assert!((400..500).contains(&answer.0), "{coding}: {answer:?}");
    }
    scene.nothing_is_stored("packed").await;
}

/// S-56: whoever waits for keys that never come keeps nobody else waiting.
#[tokio::test]
async fn a_flood_that_waits_for_its_keys_holds_nobody_up() {
    let scene = Scene::new().await;
    assert_eq!(scene.proper().send().await.0, 202, "Ada's key is known");
    let stub = Stub::serving(|_, _| None, Duration::from_secs(3_600)).await;
    let mut flood = tokio::task::JoinSet::new();
    for number in 0..40 {
        let key = Key::forged_ed25519(&stub.url(&format!("/users/{number}#main-key")));
        let body = scene.note().to_string().into_bytes();
        let post = key.post_bytes(&scene.inbox(), body, scene.time.now(), Way::Rfc9421);
        flood.spawn(async move { post.send().await.0 });
    }
    // Those for whom there is no room are told to come later; then the others are waiting.
    for _ in 0..8 {
        assert_eq!(flood.join_next().await.unwrap().unwrap(), 503);
    }
    scene.time.pass(1_000);
    assert_eq!(scene.proper().send().await.0, 202);
    assert_eq!(flood.len(), 32, "still waiting");
}

/// Activities of every kind that is acted upon, as they ought to be.
fn activities(scene: &Scene) -> Vec<Value> {
    let id = |name: &str| scene.one.url(name);
    let (ada, bob) = (&scene.ada.actor, &scene.bob.actor);
    let follow = Follow { id: id("/a/f").parse().unwrap(), actor: ada.clone(), object: bob.clone() };
    let simple = |kind: &str, object: Value| json!({"id": id("/a/s"), "type": kind, "actor": ada, "object": object, "target": bob, "to": [bob], "cc": []});
    let mut note = scene.note();
    note["object"]["tag"] =
        json!([{"type": "Mention", "href": bob, "name": "@bob"}, {"type": "Hashtag", "name": "#a"}]);
    note["object"]["attachment"] = json!([{"type": "Image", "url": id("/i.png"), "mediaType": "image/png"}]);
    note["object"]["contentMap"] = json!({"en": "hello"});
    note["object"]["published"] = json!("2026-01-02T03:04:05Z");
    let mut question = note.clone();
    question["object"]["type"] = json!("Question");
    question["object"]["oneOf"] = json!([{"type": "Note", "name": "yes", "replies": {"totalItems": 1}}]);
    question["object"]["endTime"] = json!("2027-01-02T03:04:05Z");
    let sealed = json!({"id": id("/o/m"), "type": "PrivateMessage", "attributedTo": ada, "to": [bob],
        "mediaType": "message/mls", "encoding": "base64", "content": "AAEAAg==", "context": "urn:uuid:x"});
    let person =
        json!({"id": ada, "type": "Person", "inbox": format!("{ada}/inbox"), "preferredUsername": "ada"});
    vec![
        follow.to_value(),
        accept::build(&id("/a/ok").parse().unwrap(), &follow),
        undo::build(&id("/a/u").parse().unwrap(), ada, &follow.to_value()),
        note,
        question,
        simple("Create", sealed),
        simple("Update", person),
        simple("Delete", json!({"id": id("/o/x"), "type": "Tombstone"})),
        simple("Announce", json!(id("/o/x"))),
        simple("Like", json!(id("/o/x"))),
        simple("Block", json!(bob)),
        simple("Flag", json!([bob, id("/o/x")])),
        simple("Move", json!(ada)),
        simple("Add", json!(id("/o/x"))),
    ]
}

/// Every place in a document, as JSON pointers.
fn places(document: &Value, at: &str) -> Vec<String> {
    let inner: Vec<String> = match document {
        Value::Object(members) => {
            members.iter().flat_map(|(name, value)| places(value, &format!("{at}/{name}"))).collect()
        }
        Value::Array(list) => {
            let each = list.iter().enumerate();
            each.flat_map(|(number, value)| places(value, &format!("{at}/{number}"))).collect()
        }
        _ => Vec::new(),
    };
    [at.to_owned()].into_iter().chain(inner).filter(|place| !place.is_empty()).collect()
}

/// S-05, S-51, S-52: the wrong type in every place of every activity is answered, and never with a failure of ours.
#[tokio::test]
async fn no_value_in_no_place_breaks_the_inbox() {
    let scene = Scene::new().await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let values = [
        Value::Null,
        json!(true),
        json!(-1.5e300),
        json!(""),
        json!("\u{0}\u{202e}é"),
        json!([]),
        json!([[[7]]]),
        json!({}),
        json!({"id": {"id": 7}, "type": ["Note", 7], "@id": "https://e.example/"}),
    ];
    let mut answers = 0;
    for activity in activities(&scene) {
        for place in places(&activity, "").into_iter().filter(|place| !place.starts_with("/@context")) {
            for value in &values {
                let mut changed = activity.clone();
                *changed.pointer_mut(&place).unwrap() = value.clone();
                let (status, kind) = scene.signed(&changed).send_by(&client).await;
                // Two that are the same are signed the same.
                let fine = status == 202 || (400..500).contains(&status);
                assert!(fine, "{} {place} {value}: {status} {kind}", activity["type"]);
                answers += 1;
            }
        }
    }
    assert!(answers > 1_000, "{answers}");
    assert_eq!(
        scene.key.post(&scene.inbox(), &scene.note(), scene.time.now().plus(1_000)).send().await.0,
        202
    );
}
