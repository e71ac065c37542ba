//! Single activities and posts at their own addresses, and the news that an actor has changed.

use alcove_protocol::{
    api::DeliveryState,
    context,
    time::{DAY, MINUTE},
};
use alcove_server::{
    control::{self, Answer, Order},
    cryptography::Algorithm,
    db::actors,
    federation::documents,
};
use reqwest::Client;
use serde_json::{Value, json};

use super::{
    signing::Key,
    world::{Person, Place, settle, two},
};

/// What somebody is answered, by token or without: the status, how it may be kept, and the document.
async fn get(url: &str, token: Option<&str>) -> (u16, String, Value) {
    let client = Client::builder().no_proxy().build().unwrap();
    let request = client.get(url);
    let request = token.iter().fold(request, |request, token| request.bearer_auth(token));
    let response = request.send().await.unwrap();
    let (status, kept) = (response.status().as_u16(), response.headers().get("cache-control").cloned());
    let kept = kept.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    (status, kept, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default())
}

/// Somebody writes a note: the addresses of the activity and of the post.
async fn write(place: &Place, author: &Person, to: Value) -> [String; 2] {
    let note = json!({"type": "Create", "object": {"type": "Note", "content": "hello", "to": to}});
    let sent = place.publish(author, note).await;
    [sent.id.to_string(), sent.document["object"]["id"].as_str().unwrap().to_owned()]
}

#[tokio::test]
async fn a_public_post_is_there_for_everybody() {
    let (one, _, _) = two().await;
    let ada = one.person("ada").await;
    let [activity, object] = write(&one, &ada, json!([context::PUBLIC])).await;
    let (status, kept, document) = get(&activity, None).await;
    assert_eq!((status, kept.as_str()), (200, "public, max-age=60"));
    assert_eq!((&document["type"], &document["object"]["id"]), (&json!("Create"), &json!(object)));
    let (status, _, note) = get(&object, None).await;
    assert_eq!((status, &note["type"], &note["content"]), (200, &json!("Note"), &json!("hello")));
    assert!(note.get("@context").is_some() && note["attributedTo"] == json!(ada.actor));
    let edited = json!({"type": "Update", "object": {"type": "Note", "id": object, "content": "hello you"}});
    let edit = one.publish(&ada, edited).await.id.to_string();
    assert_eq!(get(&edit, None).await.0, 200);
    one.publish(&ada, json!({"type": "Delete", "object": object})).await;
    let (status, _, tombstone) = get(&object, None).await;
    assert_eq!((status, &tombstone["type"], tombstone.get("content")), (410, &json!("Tombstone"), None));
    for gone in [activity, edit, one.url("/a/unknown"), one.url("/o/unknown"), one.url("/o/%20")] {
        assert_eq!(get(&gone, None).await.0, 404, "{gone}");
    }
}

/// S-23: what is for certain people is there for them, and for all others it is as if there were nothing.
#[tokio::test]
async fn a_post_to_certain_people_is_there_for_them_only() {
    let (one, two, time) = two().await;
    let (ada, eve) = (one.person("ada").await, one.person("eve").await);
    let (bob, mallory) = (two.person("bob").await, two.person("mallory").await);
    let nothing = get(&one.url("/a/unknown"), None).await;
    let (bobs, mallorys) = (Key::of(&two, &bob).await, Key::of(&two, &mallory).await);
    let (adas, eves) = (one.token(&ada, "read").await, one.token(&eve, "read").await);
    let unfit = one.token(&ada, "messages").await;
    for address in write(&one, &ada, json!([bob.actor])).await {
        let (status, kept, document) = get(&address, Some(&adas)).await;
        assert_eq!((status, kept.as_str()), (200, "private, no-store"), "{address}");
        assert_eq!(bobs.get(&address, time.now()).await, (200, document), "{address}");
        assert_eq!(mallorys.get(&address, time.now()).await.0, 404, "{address}");
        for token in [None, Some(eves.as_str()), Some(unfit.as_str())] {
            assert_eq!(get(&address, token).await, nothing, "{address}");
        }
        let forged = Key::forged(bobs.id.as_str());
        assert_eq!(forged.get(&address, time.now()).await.0, 404, "{address}");
    }
}

/// Followers see what is for followers, and whom it names; not all who live where one of them lives, nor that server's own
/// actor (S-23, S-24).
#[tokio::test]
async fn a_post_for_followers_is_there_for_followers() {
    let (one, two, time) = two().await;
    let ada = one.person("ada").await;
    let (bob, cleo, dan) = (two.person("bob").await, two.person("cleo").await, two.person("dan").await);
    two.publish(&bob, json!({"type": "Follow", "object": ada.actor})).await;
    settle(&one, &two).await;
    let followers = format!("{}/followers", ada.actor);
    let note = json!({"type": "Create",
        "object": {"type": "Note", "content": "hello", "to": [followers], "cc": [cleo.actor]}});
    let sent = one.publish(&ada, note).await;
    for (person, status) in [(&bob, 200), (&cleo, 200), (&dan, 404)] {
        let key = Key::of(&two, person).await;
        assert_eq!(key.get(sent.id.as_str(), time.now()).await.0, status, "{}", person.actor);
    }
    let home = documents::instance(two.app()).await.unwrap().about;
    let home = Key::of_kind(&two, home, Algorithm::Rsa).await;
    assert_eq!(home.get(sent.id.as_str(), time.now()).await.0, 404);
}

/// ENCRYPTION.md 1.8: a sealed message is read by those who have it, with a token for messages, and by nobody from elsewhere.
#[tokio::test]
async fn a_sealed_message_is_read_by_token_only() {
    let (one, two, time) = two().await;
    let (ada, eve, bob) = (one.person("ada").await, one.person("eve").await, two.person("bob").await);
    let (messages, read) = (one.token(&ada, "messages").await, one.token(&ada, "read").await);
    let sealed = json!({"type": "Create", "object": {
        "type": "PrivateMessage", "mediaType": "message/mls", "encoding": "base64", "content": "AAEAAg==",
        "to": [ada.actor, bob.actor],
    }});
    let response =
        Client::builder().no_proxy().build().unwrap().post(one.url(&format!("/users/{}/outbox", ada.id)));
    let response = response.bearer_auth(&messages).body(sealed.to_string()).send().await.unwrap();
    assert_eq!(response.status(), 201);
    let address = response.headers()["location"].to_str().unwrap().to_owned();
    let (status, kept, document) = get(&address, Some(&messages)).await;
    assert_eq!((status, kept.as_str()), (200, "private, no-store"));
    assert_eq!(document["object"]["type"], "PrivateMessage");
    let object = document["object"]["id"].as_str().unwrap();
    assert_eq!(get(object, Some(&messages)).await.0, 404, "read inside its activity");
    let eves = one.token(&eve, "messages").await;
    for token in [None, Some(read.as_str()), Some(eves.as_str())] {
        assert_eq!(get(&address, token).await.0, 404);
    }
    let bobs = Key::of(&two, &bob).await;
    assert_eq!(bobs.get(&address, time.now()).await.0, 404);
}

/// Who knows us hears of a new key at once, once for each server, and has it before it is needed.
#[tokio::test]
async fn a_new_key_is_told_to_every_server_that_knows_us() {
    let (one, two, time) = two().await;
    let ada = one.person("ada").await;
    let (bob, cleo) = (two.person("bob").await, two.person("cleo").await);
    for person in [&bob, &cleo] {
        two.publish(person, json!({"type": "Follow", "object": ada.actor})).await;
    }
    settle(&one, &two).await;
    time.pass(DAY / 2);
    let order = Order::AccountNewKey { name: "ada".into() };
    assert_eq!(control::perform(one.app(), order).await.unwrap(), Answer::Done);
    let replaced_at = time.now();
    settle(&one, &two).await;
    two.run_errands().await;
    let actor = ada.actor.clone();
    let known = two
        .read(move |transaction| {
            let row = actors::by_uri(transaction, &actor)?.unwrap();
            Ok((actors::keys_of(transaction, row.id)?, row.fetched_at))
        })
        .await;
    let newest = Key::of(&one, &ada).await;
    assert_eq!(known.0.len(), 2, "RSA and Ed25519, and none of before");
    assert!(known.0.iter().any(|key| key.uri == newest.id.as_str()));
    assert!(known.1 > Some(replaced_at.0), "and what else it says, because somebody there follows her");
    time.pass(MINUTE);
    let (activity, _) = one.write_note(&ada, "hello", &[&bob.actor]).await;
    settle(&one, &two).await;
    assert_eq!(one.deliveries(&activity).await[0].state, DeliveryState::Delivered);
}
