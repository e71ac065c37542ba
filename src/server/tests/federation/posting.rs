//! Posts across two servers: arriving, twice, by both inboxes, deleted.

use alcove_protocol::activity::{delete, follow::Follow};
use alcove_server::db::follows::{self, FollowState};
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

/// Trap T11, S-29: hidden recipients are found and not shown.
#[tokio::test]
async fn the_shared_inbox_finds_everybody_named_and_shows_no_hidden_recipients() {
    let (one, two, time) = two().await;
    let ada = one.person("ada").await;
    let (bob, cleo, dan) = (two.person("bob").await, two.person("cleo").await, two.person("dan").await);
    let mut document = note(&ada, &one.url("/a/x"), &one.url("/o/x"), "to some", &[&bob.actor]);
    document["bto"] = json!([cleo.actor]);
    let key = Key::of(&one, &ada).await;
    assert_eq!(key.post(&two.url("/inbox"), &document, time.now()).send().await.0, 202);
    assert_eq!(two.arrived(&bob).await, ["to some"]);
    assert_eq!(two.arrived(&cleo).await, ["to some"]);
    assert!(two.arrived(&dan).await.is_empty());
    // Trap T11: by the personal inbox it is for its owner, whom `to` does not name.
    let personal = two.url(&format!("/users/{}/inbox", dan.id));
    assert_eq!(key.post(&personal, &document, time.now()).send().await.0, 202);
    assert_eq!(two.arrived(&dan).await, ["to some"]);
    // Nothing of what bob is shown says that others have it, too.
    let token = two.token(&bob, "read").await;
    let inbox = two.url(&format!("/users/{}/inbox", bob.id));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let shown = client.get(inbox).bearer_auth(token).send().await.unwrap().text().await.unwrap();
    assert!(shown.contains("to some") && !shown.contains("bto"), "{shown}");
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
    assert!(two.arrived(&bob).await.is_empty(), "the post is gone");
    let again = note(&ada, &one.url("/a/y"), &one.url("/o/x"), "a secret", &[&bob.actor]);
    assert_eq!(ada_key.post(&inbox, &again, time.now()).send().await.0, 202);
    assert!(two.arrived(&bob).await.is_empty());
}

/// Trap T11: a sealed message reaches whom it is for, whether the activity says so, its object, or neither by name.
#[tokio::test]
async fn a_sealed_message_that_is_addressed_on_its_object_alone_arrives() {
    let (one, two, time) = two().await;
    let ada = one.person("ada").await;
    let (bob, cleo, dan) = (two.person("bob").await, two.person("cleo").await, two.person("dan").await);
    let key = Key::of(&one, &ada).await;
    let sealed = |name: &str| {
        json!({
            "id": one.url(&format!("/a/{name}")), "type": "Create", "actor": ada.actor,
            "object": {
                "id": one.url(&format!("/o/{name}")), "type": "PrivateMessage", "attributedTo": ada.actor,
                "mediaType": "message/mls", "encoding": "base64", "content": "AAEAAg==",
            },
        })
    };
    let mut inside = sealed("x");
    inside["object"]["to"] = json!(bob.actor);
    inside["object"]["bto"] = json!([cleo.actor]);
    assert_eq!(key.post(&two.url("/inbox"), &inside, time.now()).send().await.0, 202);
    let mut outside = sealed("y");
    outside["bto"] = json!(dan.actor);
    assert_eq!(key.post(&two.url("/inbox"), &outside, time.now()).send().await.0, 202);
    for person in [&bob, &cleo, &dan] {
        assert_eq!(two.arrived(person).await, ["AAEAAg=="], "{}", person.actor);
    }
}

/// ActivityPub section 7.1.3: one copy by the shared inbox stands for everybody here who follows the author.
#[tokio::test]
async fn a_post_for_followers_or_for_everybody_reaches_those_who_follow() {
    let (one, two, time) = two().await;
    let ada = one.person("ada").await;
    let (bob, cleo) = (two.person("bob").await, two.person("cleo").await);
    let follow = Follow {
        id: two.url("/a/follow").parse().unwrap(),
        actor: bob.actor.clone(),
        object: ada.actor.clone(),
    };
    let moment = two.app().moment();
    two.write(move |transaction| {
        follows::put(transaction, moment.id(), &follow, FollowState::Accepted, moment.now)
    })
    .await;
    let key = Key::of(&one, &ada).await;
    let followers = format!("{}/followers", ada.actor);
    for (text, to, cc) in [
        ("for all", json!("as:Public"), json!(followers)),
        ("for followers", json!([followers]), json!([])),
        ("for nobody here", json!(["https://e.example/users/1"]), json!([])),
        ("for all of another", json!([format!("{}/followers", bob.actor)]), json!([])),
    ] {
        let name = text.replace(' ', "-");
        let (activity, object) = (one.url(&format!("/a/{name}")), one.url(&format!("/o/{name}")));
        let mut document = note(&ada, &activity, &object, text, &[]);
        (document["to"], document["cc"]) = (to.clone(), cc.clone());
        (document["object"]["to"], document["object"]["cc"]) = (to, cc);
        assert_eq!(key.post(&two.url("/inbox"), &document, time.now()).send().await.0, 202, "{text}");
    }
    assert_eq!(two.arrived(&bob).await, ["for all", "for followers"]);
    assert!(two.arrived(&cleo).await.is_empty());
}
