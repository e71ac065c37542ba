//! Who may read what, by a signed fetch, and the collections.

use alcove_server::federation::proxy;
use serde_json::{Value, json};

use super::{counterpart::Scene, world::Place};

/// S-23: what is for followers is shown to followers, and to all others as if it were not there.
#[tokio::test]
async fn a_post_for_followers_is_read_by_those_who_follow() {
    let scene = Scene::open().await;
    scene.befriend().await;
    scene.fedify.person(json!({"name": "gus"})).await;
    let note = json!({"type": "Note", "content": "<p>for friends</p>"});
    let create = json!({"type": "Create", "to": [scene.of_ada("followers")], "object": note});
    let post = scene.ada(create).await["object"]["id"].clone();
    assert_eq!(scene.fedify.received_of("Create").await.len(), 1);
    let seen = async |details: Value| scene.fedify.order("lookUp", details).await["content"].clone();
    assert_eq!(seen(json!({"what": post, "by": "fay"})).await, "<p>for friends</p>");
    assert!(seen(json!({"what": post, "by": "gus"})).await.is_null());
    assert!(seen(json!({"what": post})).await.is_null());
}

/// What is for followers there is read in the name of whoever follows here, and by nobody of another server.
#[tokio::test]
async fn a_post_for_followers_on_fedify_is_read_by_those_who_follow() {
    let scene = Scene::open().await;
    scene.befriend().await;
    let post = scene.fay("post", json!({"text": "for friends", "visibility": "followers"})).await;
    let post = post["object"].as_str().unwrap();
    assert_eq!(scene.place.arrived(&scene.ada).await, ["<p>for friends</p>"]);
    let read = proxy::fetch(scene.place.app(), scene.ada.id, post).await.unwrap();
    assert_eq!(read["content"], "<p>for friends</p>");
    let elsewhere = Place::open(&scene.time).await;
    let mallory = elsewhere.person("mallory").await;
    assert!(proxy::fetch(elsewhere.app(), mallory.id, post).await.is_err());
}

#[tokio::test]
async fn fedify_walks_our_outbox_to_its_end() {
    let scene = Scene::open().await;
    for number in 0..25 {
        scene.ada_says(&format!("<p>number {number}</p>")).await;
    }
    let outbox = scene.fedify.order("items", json!({"of": scene.of_ada("outbox")})).await;
    assert_eq!((&outbox["total"], outbox["ids"].as_array().unwrap().len()), (&json!(25), 25));
}
