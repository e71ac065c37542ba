//! Replies and edits in both directions.

use alcove_protocol::context::PUBLIC;
use alcove_server::db::{posts, revisions};
use serde_json::json;

use super::counterpart::Scene;

#[tokio::test]
async fn somebody_on_fedify_answers_a_post_of_ours() {
    let scene = Scene::open().await;
    let post = scene.ada_says("<p>who is there?</p>").await;
    let details = json!({"text": "me", "inReplyTo": post, "mentions": [scene.ada.actor]});
    let reply = scene.fay("post", details).await["object"].clone();
    let stored = scene.post(&reply).await.unwrap();
    assert_eq!(stored.in_reply_to.as_deref(), post.as_str());
    let id = post.as_str().unwrap().to_owned();
    assert_eq!(scene.place.read(move |transaction| posts::count_replies(transaction, &id)).await, 1);
}

/// FEDERATION.md 1.1: whoever is answered is mentioned, or is told nothing.
#[tokio::test]
async fn somebody_here_answers_a_post_on_fedify() {
    let scene = Scene::open().await;
    scene.befriend().await;
    let post = scene.fay("post", json!({"text": "who is there?"})).await["object"].clone();
    let tag = json!([{"type": "Mention", "href": scene.fay, "name": format!("@fay@{}", scene.fedify.host)}]);
    let note = json!({"type": "Note", "content": "<p>me</p>", "inReplyTo": post, "tag": tag});
    scene.ada(json!({"type": "Create", "to": [PUBLIC], "cc": [scene.fay], "object": note})).await;
    let received = scene.fedify.received_of("Create").await.pop().unwrap();
    let object = &received["activity"]["object"];
    assert_eq!((&object["inReplyTo"], &object["content"]), (&post, &json!("<p>me</p>")));
    let tags = object["tag"].as_array().unwrap();
    assert!(tags.iter().any(|tag| tag["type"] == "Mention" && tag["href"] == scene.fay.as_str()), "{tags:?}");
}

#[tokio::test]
async fn an_edit_on_fedify_replaces_the_text_and_keeps_the_former_one() {
    let scene = Scene::open().await;
    scene.befriend().await;
    let post = scene.fay("post", json!({"text": "good mourning"})).await["object"].clone();
    let before = scene.post(&post).await.unwrap();
    scene.fay("edit", json!({"object": post, "text": "good morning"})).await;
    let after = scene.post(&post).await.unwrap();
    assert!(after.content.contains("good morning") && after.edited_at.is_some(), "{after:?}");
    assert_eq!(after.published_at, before.published_at);
    let former = scene.place.read(move |transaction| revisions::of(transaction, after.id)).await;
    assert!(former.iter().any(|revision| revision.content == before.content), "{former:?}");
}

/// FEDERATION.md rule 8: the time of publication is written as before, byte for byte.
#[tokio::test]
async fn an_edit_of_ours_reaches_fedify_with_its_first_date() {
    let scene = Scene::open().await;
    scene.befriend().await;
    let post = scene.ada_says("<p>good mourning</p>").await;
    let addresses = [json!([PUBLIC]), json!([scene.of_ada("followers")])];
    let note = json!({"id": post, "type": "Note", "content": "<p>good morning</p>", "to": addresses[0], "cc": addresses[1]});
    scene.ada(json!({"type": "Update", "to": addresses[0], "cc": addresses[1], "object": note})).await;
    let created = &scene.fedify.received_of("Create").await[0]["activity"]["object"];
    let updated = &scene.fedify.received_of("Update").await[0]["activity"]["object"];
    assert_eq!((&updated["id"], &updated["content"]), (&post, &json!("<p>good morning</p>")));
    assert_eq!(updated["published"], created["published"]);
    assert!(updated["updated"].is_string());
    let found = scene.fedify.order("lookUp", json!({"what": post})).await;
    assert_eq!(found["content"], "<p>good morning</p>", "as it can be fetched");
}
