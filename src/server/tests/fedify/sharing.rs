//! Likes and boosts in both directions, and taken back again.

use alcove_server::db::{boosts, likes};
use serde_json::{Value, json};

use super::counterpart::Scene;

/// How often a post of ours was shared, and how many like it.
async fn counts(scene: &Scene, post: &Value) -> (i64, i64) {
    let id = scene.post(post).await.unwrap().id;
    let counts = scene
        .place
        .read(move |transaction| Ok((boosts::count(transaction, id)?, likes::count(transaction, id)?)));
    counts.await
}

#[tokio::test]
async fn somebody_on_fedify_likes_and_boosts_a_post_of_ours_and_takes_both_back() {
    let scene = Scene::open().await;
    let post = scene.ada_says("<p>good news</p>").await;
    let details = json!({"object": post, "author": scene.ada.actor});
    let like = scene.fay("like", details.clone()).await["activity"].clone();
    let boost = scene.fay("boost", details).await["activity"].clone();
    assert_eq!(counts(&scene, &post).await, (1, 1));
    scene.fay("undo", json!({"activity": like})).await;
    assert_eq!(counts(&scene, &post).await, (1, 0));
    scene.fay("undo", json!({"activity": boost})).await;
    assert_eq!(counts(&scene, &post).await, (0, 0));
}

/// FEDERATION.md 1.1: what is taken back is embedded, because Mastodon knows a like by nothing else.
#[tokio::test]
async fn somebody_here_likes_and_boosts_a_post_on_fedify_and_takes_both_back() {
    let scene = Scene::open().await;
    scene.befriend().await;
    let post = scene.fay("post", json!({"text": "good news"})).await["object"].clone();
    for kind in ["Like", "Announce"] {
        let done = scene.ada(json!({"type": kind, "object": post})).await;
        let received = scene.fedify.received_of(kind).await;
        assert_eq!(received.len(), 1, "{kind}");
        let activity = &received[0]["activity"];
        assert_eq!((&activity["id"], &activity["object"]), (&done["id"], &post));
        scene.ada(json!({"type": "Undo", "object": done["id"]})).await;
        let undone = scene.fedify.received_of("Undo").await.pop().unwrap()["activity"]["object"].clone();
        assert_eq!((&undone["id"], &undone["type"]), (&done["id"], &json!(kind)));
    }
}

/// S-18: what is shared is fetched from its own server, and goes again with the boost that brought it.
#[tokio::test]
async fn a_boost_of_a_post_that_was_never_here_brings_it() {
    let scene = Scene::open().await;
    scene.befriend().await;
    let gus = scene.fedify.person(json!({"name": "gus"})).await;
    let post = scene.fedify.does("gus", "post", json!({"text": "far away"})).await["object"].clone();
    let boost = scene.fay("boost", json!({"object": post, "author": gus})).await["activity"].clone();
    scene.place.run_errands().await;
    assert_eq!(scene.place.arrived(&scene.ada).await, ["<p>far away</p>"]);
    scene.fay("undo", json!({"activity": boost})).await;
    assert!(scene.place.arrived(&scene.ada).await.is_empty());
}
