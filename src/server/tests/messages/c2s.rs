//! The outbox and the collections, as clients of every kind use them.

use alcove_protocol::{
    api::{Cursor, Delivery, DeliveryState, FoundActor, FoundKeyPackages, Items, path},
    base64, context,
    mls::KeyPackageObject,
};
use alcove_server::mls::Content;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    people::{Desk, outgoing},
    world::{Place, Time, settle, two},
};

pub fn key_package(desk: &Desk, now: alcove_protocol::Timestamp) -> Value {
    json!({
        "type": "KeyPackage", "to": [context::PUBLIC], "mediaType": "message/mls",
        "content": base64::encode(&desk.signer.usual_package(desk.actor(), now)),
    })
}

fn ids(collection: &Value) -> Vec<&str> {
    let items = collection["orderedItems"].as_array().unwrap().iter();
    items.map(|item| item["id"].as_str().or(item.as_str()).unwrap()).collect()
}

/// Trap T8: `Location` is the activity, `X-Activity-Id` as well, and the body the whole stored activity; trap T16: a bare
/// object is enough.
#[tokio::test]
async fn the_outbox_answers_with_the_activity() {
    let place = Place::open(&Time::default()).await;
    let ana = Desk::new(&place, "ana").await;
    let conversation = ana.begin().await;
    let object = outgoing(&conversation, 0, Content::Application, "m", &[ana.actor()]).to_object();
    let first = ana.outbox(&object).await;
    assert_eq!(first.status, 201, "{}", first.body);
    let id = first.body["id"].as_str().unwrap();
    assert_eq!((first.header("location"), first.header("x-activity-id")), (id, id));
    assert!(first.body["object"]["id"].is_string());
    assert_eq!(first.body["context"], object["context"]);
    let again = ana.outbox(&object).await;
    assert_eq!((again.status, &again.body), (201, &first.body), "a lost 201");
    assert_eq!(ana.items().await.len(), 1);
}

/// Traps T8, T13 and T14: the address of a package is what `Location` says; nobody keeps a copy; looking changes nothing.
#[tokio::test]
async fn a_key_package_is_published_shown_and_deleted() {
    let time = Time::default();
    let place = Place::open(&time).await;
    let ana = Desk::new(&place, "ana").await;
    let created = ana.outbox(&json!({"type": "Create", "object": key_package(&ana, time.now())})).await;
    assert_eq!(created.status, 201, "{}", created.body);
    let address = created.header("location").to_owned();
    assert_eq!(created.body["object"]["id"], address);
    assert_ne!(created.header("x-activity-id"), address);
    let add = json!({"type": "Add", "object": address, "target": place.url(&ana.part("keyPackages"))});
    let added = ana.outbox(&add).await;
    assert_eq!((added.status, added.header("location")), (201, added.header("x-activity-id")));
    for _ in 0..2 {
        let anybody = reqwest::get(place.url(&ana.part("keyPackages"))).await.unwrap();
        assert_eq!(anybody.headers()["cache-control"], "no-store");
        let collection: Value = serde_json::from_slice(&anybody.bytes().await.unwrap()).unwrap();
        assert_eq!(ids(&collection), [address.as_str()]);
    }
    let package = reqwest::get(&address).await.unwrap();
    assert_eq!(package.headers()["cache-control"], "no-store");
    let package: Value = serde_json::from_slice(&package.bytes().await.unwrap()).unwrap();
    assert!(
        KeyPackageObject::parse(&package).is_some_and(|package| package.public && package.device.is_some())
    );
    assert_eq!(ana.outbox(&json!({"type": "Delete", "object": address})).await.status, 201);
    assert_eq!(reqwest::get(&address).await.unwrap().status(), 404);
    let refused = ana.outbox(&json!({"type": "KeyPackage", "content": "AAAA"})).await;
    assert_eq!(
        (refused.status, refused.problem(), &refused.body["check"]),
        (422, "key-package", &json!("parse"))
    );
}

/// S-24: sealed messages and devices need their own scopes; other people's collections are not there.
#[tokio::test]
async fn nobody_else_and_no_app_for_posts_comes_near_sealed_messages() {
    let place = Place::open(&Time::default()).await;
    let (ana, bob) = (Desk::new(&place, "ana").await, Desk::new(&place, "bob").await);
    let conversation = ana.begin().await;
    let object = outgoing(&conversation, 0, Content::Application, "m", &[ana.actor()]).to_object();
    let app = Desk::of(&place, ana.person.clone(), "read write follow push profile").await;
    for address in
        [ana.part("messages"), ana.part("messages/stream"), path::ITEMS.into(), path::DEVICES.into()]
    {
        assert_eq!(app.get(&address).await.status, 403, "{address}");
    }
    assert_eq!(app.outbox(&object).await.status, 403);
    assert_eq!(
        app.post(path::COMMITS, &super::people::commit(&conversation, 0, "c", &[], &[])).await.status,
        403
    );
    for part in ["messages", "inbox", "messages/stream"] {
        assert_eq!(bob.get(&ana.part(part)).await.status, 404, "{part}");
        assert_eq!(reqwest::get(place.url(&ana.part(part))).await.unwrap().status(), 401, "{part}");
    }
    let foreign =
        bob.request(Method::POST, &ana.part("outbox")).body(object.to_string()).send().await.unwrap();
    assert_eq!(foreign.status(), 404);
    assert!(ana.items().await.is_empty());
}

#[tokio::test]
async fn bad_bodies_get_clear_answers() {
    let place = Place::open(&Time::default()).await;
    let ana = Desk::new(&place, "ana").await;
    let outbox = ana.part("outbox");
    for (body, status) in [
        ("{".to_owned(), 400),
        ("[".repeat(200), 400),
        ("[]".to_owned(), 400),
        ("{\"id\":1,\"id\":2}".to_owned(), 400),
        (" ".repeat((1 << 20) + 1), 413),
    ] {
        let answer = ana.request(Method::POST, &outbox).body(body.clone()).send().await.unwrap();
        assert_eq!(answer.status(), status, "{}", &body[..body.len().min(20)]);
    }
    let conversation = ana.begin().await;
    let mut public = outgoing(&conversation, 0, Content::Application, "m", &[ana.actor()]).to_object();
    public["cc"] = json!("as:Public");
    assert_eq!(ana.outbox(&public).await.problem(), "mls-audience");
}

/// Trap T7: newest first, on from an activity, and the page that holds one.
#[tokio::test]
async fn messages_are_read_both_ways() {
    let place = Place::open(&Time::default()).await;
    let ana = Desk::new(&place, "ana").await;
    let conversation = ana.begin().await;
    let mut sent = Vec::new();
    for number in 0..25 {
        let body = format!("m{number}");
        let object = outgoing(&conversation, 0, Content::Application, &body, &[ana.actor()]).to_object();
        sent.push(ana.outbox(&object).await.header("location").to_owned());
    }
    let collection = ana.get(&ana.part("messages")).await;
    assert_eq!(collection.header("cache-control"), "no-store");
    let collection = collection.body;
    assert_eq!(ids(&collection["first"])[0], sent[24]);
    let second = ana.get(collection["first"]["next"].as_str().unwrap()).await.body;
    assert_eq!(ids(&second)[0], sent[14]);
    let after: String = url::form_urlencoded::byte_serialize(sent[20].as_bytes()).collect();
    let later = ana.get(&format!("{}?after={after}", ana.part("messages"))).await.body;
    assert_eq!(ids(&later), sent[21..]);
    let everything = ana.get(&format!("{}?after=", ana.part("messages"))).await.body;
    assert_eq!(ids(&everything), sent);
    let item: String = url::form_urlencoded::byte_serialize(sent[7].as_bytes()).collect();
    let found = ana.get(&format!("{}?item={item}", ana.part("messages"))).await;
    assert_eq!(found.status, 307);
    assert_eq!(ids(&ana.get(found.header("location")).await.body)[0], sent[7]);
    assert_eq!(ana.get(&format!("{}?item=https://a.example/1", ana.part("messages"))).await.status, 404);
}

#[tokio::test]
async fn a_device_works_through_its_items_and_says_how_far_it_is() {
    let place = Place::open(&Time::default()).await;
    let ana = Desk::new(&place, "ana").await;
    let conversation = ana.begin().await;
    let object = outgoing(&conversation, 0, Content::Application, "m", &[ana.actor()]).to_object();
    ana.outbox(&object).await;
    let items: Items = ana.get(path::ITEMS).await.read(200);
    assert!(items.items[0].activity["instrument"].is_string());
    let cursor = Cursor { incarnation: items.incarnation, position: items.items[0].position };
    let saved = ana.send(Method::PUT, &format!("{}/cursor", path::ITEMS), &cursor).await;
    assert_eq!(saved.status, 204);
    let beyond = Cursor { position: 9, ..cursor };
    let refused = ana.send(Method::PUT, &format!("{}/cursor", path::ITEMS), &beyond).await;
    assert_eq!(refused.problem(), "wrong-position");
}

/// From one server to the other: found, fetched, written to, delivered.
#[tokio::test]
async fn somebody_elsewhere_is_found_and_written_to() {
    let (one, two, time) = two().await;
    let (ana, bob) = (Desk::new(&one, "ana").await, Desk::new(&two, "bob").await);
    bob.outbox(&key_package(&bob, time.now())).await;
    let found: FoundActor = ana.get(&format!("{}?actor={}", path::FIND, bob.actor())).await.read(200);
    assert!(found.takes_encrypted && found.id == *bob.actor());
    let whose = format!("{}?actor={}", path::KEY_PACKAGES, bob.actor());
    let packages: FoundKeyPackages = ana.get(&whose).await.read(200);
    let package = KeyPackageObject::parse(&packages.key_packages[0]).unwrap();
    assert_eq!(package.attributed_to, *bob.actor());
    let form = format!("id={}", package.id.unwrap());
    let proxied = ana.request(Method::POST, "/api/proxy").body(form);
    let proxied = proxied.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
    assert_eq!(proxied.status(), 200);
    let proxied: Value = serde_json::from_slice(&proxied.bytes().await.unwrap()).unwrap();
    assert_eq!(proxied, packages.key_packages[0]);
    let conversation = ana.begin().await;
    let object =
        outgoing(&conversation, 0, Content::Application, "m", &[ana.actor(), bob.actor()]).to_object();
    let sent = ana.outbox(&object).await;
    settle(&one, &two).await;
    assert_eq!(bob.items().await, std::slice::from_ref(&sent.body));
    let fate = format!("{}?activity={}", path::DELIVERIES, sent.header("location"));
    let fate_of: Vec<Delivery> = ana.get(&fate).await.read(200);
    assert_eq!((&fate_of[0].recipient, fate_of[0].state), (bob.actor(), DeliveryState::Delivered));
    let other = Desk::new(&one, "cy").await;
    assert_eq!(other.get(&fate).await.status, 404, "for the sender only");
}
