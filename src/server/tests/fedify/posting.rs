//! Posts in both directions: to followers, to one person, deleted.

use alcove_protocol::context::PUBLIC;
use serde_json::{Value, json};

use super::counterpart::Scene;

/// The content of every note that arrived on Fedify.
async fn notes(scene: &Scene) -> Vec<Value> {
    let created = scene.fedify.received_of("Create").await;
    created.into_iter().map(|received| received["activity"]["object"]["content"].clone()).collect()
}

#[tokio::test]
async fn public_posts_reach_followers_on_the_other_side() {
    let scene = Scene::open().await;
    scene.befriend().await;
    scene.fay("post", json!({"text": "good morning"})).await;
    assert_eq!(scene.place.arrived(&scene.ada).await.last().unwrap(), "<p>good morning</p>");
    let note = json!({"type": "Note", "content": "<p>and to you</p>"});
    let sent = scene
        .ada(json!({"type": "Create", "to": [PUBLIC], "cc": [scene.of_ada("followers")], "object": note}))
        .await;
    assert_eq!(notes(&scene).await, ["<p>and to you</p>"]);
    let found = scene.fedify.order("lookUp", json!({"what": sent["object"]["id"]})).await;
    assert_eq!(found["content"], "<p>and to you</p>", "it can be fetched at its id as well");
}

/// S-29: what is for one person is not shown to whoever asks.
#[tokio::test]
async fn a_private_mention_reaches_one_person_and_nobody_else() {
    let scene = Scene::open().await;
    let gus = scene.fedify.person(json!({"name": "gus"})).await;
    let bob = scene.place.person("bob").await;
    let mentions = json!({"text": "psst", "visibility": "direct", "mentions": [scene.ada.actor]});
    scene.fay("post", mentions).await;
    assert_eq!(scene.place.arrived(&scene.ada).await, ["<p>psst</p>"]);
    assert!(scene.place.arrived(&bob).await.is_empty());
    let tag = json!([{"type": "Mention", "href": scene.fay, "name": format!("@fay@{}", scene.fedify.host)}]);
    let note = json!({"type": "Note", "content": "<p>what?</p>", "tag": tag});
    let sent = scene.ada(json!({"type": "Create", "to": [scene.fay], "object": note})).await;
    assert_eq!(notes(&scene).await, ["<p>what?</p>"]);
    let id = &sent["object"]["id"];
    assert!(scene.fedify.order("lookUp", json!({"what": id})).await.is_null(), "{gus} asks without a name");
    let read = scene.fedify.order("lookUp", json!({"what": id, "by": "fay"})).await;
    assert_eq!(read["content"], "<p>what?</p>", "she may read it again");
    assert!(scene.fedify.order("lookUp", json!({"what": id, "by": "gus"})).await.is_null());
}

#[tokio::test]
async fn a_deleted_post_goes_on_both_sides() {
    let scene = Scene::open().await;
    scene.befriend().await;
    let posted = scene.fay("post", json!({"text": "a mistake"})).await;
    assert_eq!(scene.place.arrived(&scene.ada).await.last().unwrap(), "<p>a mistake</p>");
    scene.fay("remove", json!({"object": posted["object"]})).await;
    let arrived = scene.place.arrived(&scene.ada).await;
    assert!(!arrived.contains(&"<p>a mistake</p>".to_owned()), "{arrived:?}");
    let note = json!({"type": "Note", "content": "<p>another</p>"});
    let sent = scene.ada(json!({"type": "Create", "to": [PUBLIC], "object": note})).await;
    scene.ada(json!({"type": "Delete", "object": sent["object"]["id"]})).await;
    let deleted = scene.fedify.received_of("Delete").await;
    assert_eq!(deleted.len(), 1);
    let object = &deleted[0]["activity"]["object"];
    assert_eq!((&object["id"], &object["type"]), (&sent["object"]["id"], &json!("Tombstone")));
}
