//! Questions and votes in both directions.

use alcove_protocol::context::PUBLIC;
use alcove_server::db::polls;
use serde_json::{Value, json};

use super::counterpart::Scene;

/// When the polls here close.
const LATER: &str = "2096-01-01T00:00:00Z";

/// How often each choice of a question was taken, as the Alcove server counts.
async fn tally(scene: &Scene, question: &Value) -> Vec<(i64, i64)> {
    let post = scene.post(question).await.unwrap().id;
    let tally = scene.place.read(move |transaction| polls::tally(transaction, post)).await;
    tally.into_iter().collect()
}

#[tokio::test]
async fn somebody_on_fedify_votes_here_once() {
    let scene = Scene::open().await;
    let options: Vec<Value> =
        ["tea", "milk"].iter().map(|name| json!({"type": "Note", "name": name})).collect();
    let end = scene.time.now().plus(alcove_protocol::time::DAY);
    let question = json!({"type": "Question", "content": "<p>tea?</p>", "oneOf": options, "endTime": end});
    let create = json!({"type": "Create", "to": [PUBLIC], "object": question});
    let question = scene.ada(create).await["object"]["id"].clone();
    let vote = |choice: &str| json!({"question": question, "author": scene.ada.actor, "choice": choice});
    scene.fay("vote", vote("milk")).await;
    assert_eq!(tally(&scene, &question).await, [(1, 1)]);
    scene.fedify.try_does("fay", "vote", vote("tea")).await;
    assert_eq!(tally(&scene, &question).await, [(1, 1)], "one choice, once");
    let shown = scene.fedify.order("lookUp", json!({"what": question})).await;
    let milk = shown["oneOf"].as_array().unwrap().iter().find(|option| option["name"] == "milk").unwrap();
    assert_eq!((&shown["type"], &milk["replies"]["totalItems"]), (&json!("Question"), &json!(1)));
}

#[tokio::test]
async fn somebody_here_votes_on_fedify() {
    let scene = Scene::open().await;
    scene.befriend().await;
    let details = json!({"text": "tea?", "choices": ["tea", "milk"], "closes": LATER});
    let question = scene.fay("post", details).await["object"].clone();
    let vote = json!({"type": "Note", "name": "tea", "inReplyTo": question, "to": [scene.fay]});
    scene.ada(json!({"type": "Create", "to": [scene.fay], "object": vote})).await;
    let received = scene.fedify.received_of("Create").await.pop().unwrap();
    let object = &received["activity"]["object"];
    assert_eq!((&object["name"], &object["inReplyTo"]), (&json!("tea"), &question));
    assert!(object.get("content").is_none_or(Value::is_null), "a vote says nothing else");
}
