//! Posts across two servers: arriving, twice, by both inboxes, deleted.

use alcove_protocol::activity::delete;
use serde_json::json;

use super::{
    signing::{Key, Way},
    world::{note, settle, two},
};

#[tokio::test]
async fn a_note_crosses_once_in_either_signature() {
    let (one, two, time) = two().await;
    let (ada, bob) = (one.person("ada").await, two.person("bob").await);
    one.write_note(&ada, "hello", &[&bob.actor]).await;
    settle(&one, &two).await;
    assert_eq!(two.arrived(&bob).await, ["hello"]);
    let key = Key::of(&one, &ada).await;
    let document = note(&ada, &one.url("/a/x"), &one.url("/o/x"), "newer", &[&bob.actor]);
    let inbox = two.url(&format!("/users/{}/inbox", bob.id));
    for way in [Way::Rfc9421, Way::Cavage] {
        let body = document.to_string().into_bytes();
        assert_eq!(key.post_bytes(&inbox, body, time.now(), way).send().await.0, 202, "known by its id");
    }
    assert_eq!(two.arrived(&bob).await, ["hello", "newer"]);
}

/// Traps T9 and T11, S-29: hidden recipients are found and not shown, and what we do not know is kept.
#[tokio::test]
async fn the_shared_inbox_finds_everybody_named_and_shows_no_hidden_recipients() {
    let (one, two, time) = two().await;
    let ada = one.person("ada").await;
    let (bob, cleo, dan) = (two.person("bob").await, two.person("cleo").await, two.person("dan").await);
    let mut document = note(&ada, &one.url("/a/x"), &one.url("/o/x"), "to some", &[&bob.actor]);
    document["bto"] = json!([cleo.actor]);
    document["instrument"] = json!({"id": "https://e.example/app", "unknown": [1]});
    let key = Key::of(&one, &ada).await;
    assert_eq!(key.post(&two.url("/inbox"), &document, time.now()).send().await.0, 202);
    assert_eq!(two.arrived(&bob).await, ["to some"]);
    assert_eq!(two.arrived(&cleo).await, ["to some"]);
    assert!(two.arrived(&dan).await.is_empty());
    // Trap T11: by the personal inbox it is for its owner, whom `to` does not name.
    let personal = two.url(&format!("/users/{}/inbox", dan.id));
    assert_eq!(key.post(&personal, &document, time.now()).send().await.0, 202);
    assert_eq!(two.arrived(&dan).await, ["to some"]);
    let stored = two
        .read(move |transaction| {
            use alcove_server::db::items::{Selection, after};
            after(transaction, bob.id, Selection::Plain, 0, 10)
        })
        .await;
    let stored = &stored[0].envelope.document;
    assert!(stored.contains("unknown") && !stored.contains("bto"), "{stored}");
}

/// S-04: an author takes a post back, nobody else does, and it does not return.
#[tokio::test]
async fn a_deleted_note_goes_and_never_returns() {
    let (one, two, time) = two().await;
    let (ada, eve, bob) = (one.person("ada").await, one.person("eve").await, two.person("bob").await);
    let document = note(&ada, &one.url("/a/x"), &one.url("/o/x"), "a secret", &[&bob.actor]);
    let (ada_key, eve_key) = (Key::of(&one, &ada).await, Key::of(&one, &eve).await);
    let inbox = two.url("/inbox");
    assert_eq!(ada_key.post(&inbox, &document, time.now()).send().await.0, 202);
    let deletion = |activity: &str, by| {
        let object = one.url("/o/x").parse().unwrap();
        delete::build(&one.url(activity).parse().unwrap(), by, &object, &[bob.actor.to_string()], time.now())
    };
    let refused = eve_key.post(&inbox, &deletion("/a/d1", &eve.actor), time.now()).send().await;
    assert_eq!(refused, (403, "not-the-author".into()));
    assert_eq!(two.arrived(&bob).await, ["a secret"]);
    assert_eq!(ada_key.post(&inbox, &deletion("/a/d2", &ada.actor), time.now()).send().await.0, 202);
    assert_eq!(two.arrived(&bob).await, ["Delete"], "the post is gone, and bob's devices hear of it");
    let again = note(&ada, &one.url("/a/y"), &one.url("/o/x"), "a secret", &[&bob.actor]);
    assert_eq!(ada_key.post(&inbox, &again, time.now()).send().await.0, 202);
    assert_eq!(two.arrived(&bob).await, ["Delete"]);
}
