//! Blocks, reports, moves, follows that wait, and actors that go.

use std::time::Duration;

use alcove_protocol::{context, post::Visibility, time::DAY};
use alcove_server::db::{
    actors, blocks,
    follows::FollowState,
    profiles::{self, Approval, ProfileRow},
    reports,
};
use serde_json::{Value, json};

use super::{scene::Scene, stub::Stub};

/// S-21: a block from elsewhere ends the follows both ways, and nothing passes any more.
#[tokio::test]
async fn a_block_from_elsewhere_parts_both() {
    let scene = Scene::new().await;
    scene.follow(&scene.bob.actor, &scene.ada.actor).await;
    scene.follow(&scene.ada.actor, &scene.bob.actor).await;
    let hello = scene.create("x", "hello", Visibility::Public, &[]);
    assert_eq!(scene.send(&hello).await.0, 202);
    let block = scene.activity("Block", "block", &scene.ada, &json!(scene.bob.actor));
    assert_eq!(scene.send(&block).await.0, 202);
    assert_eq!(scene.follows(&scene.bob.actor, &scene.ada.actor).await, None);
    assert_eq!(scene.follows(&scene.ada.actor, &scene.bob.actor).await, None);
    assert!(scene.shown(&scene.bob).await.is_empty());
    let again = scene.create("y", "hello again", Visibility::Public, &[&scene.bob.actor]);
    assert_eq!(scene.send(&again).await.0, 202);
    assert!(scene.shown(&scene.bob).await.is_empty() && scene.told(&scene.bob).await.is_empty());
    let follow = scene.activity("Follow", "follow", &scene.ada, &json!(scene.bob.actor));
    assert_eq!(scene.send(&follow).await.0, 202);
    assert_eq!(scene.follows(&scene.ada.actor, &scene.bob.actor).await, None, "across a block nobody is let");
    // S-04: nobody ends the block of another.
    let undo = scene.activity("Undo", "undo-1", &scene.eve, &block["id"]);
    assert_eq!(scene.send_by(&scene.eve_key, &undo).await.0, 202);
    let (ada, bob) = (scene.ada.actor.to_string(), scene.bob.actor.to_string());
    let between = || {
        let (ada, bob) = (ada.clone(), bob.clone());
        scene.two.read(move |transaction| blocks::stands_between(transaction, &ada, &bob))
    };
    assert!(between().await);
    let undo = scene.activity("Undo", "undo-2", &scene.ada, &block);
    assert_eq!(scene.send(&undo).await.0, 202);
    assert!(!between().await);
}

/// Whoever decides about followers is asked; until then nothing is for them (S-20).
#[tokio::test]
async fn a_follow_of_somebody_who_decides_waits() {
    let scene = Scene::new().await;
    let (bob, now) = (scene.bob.id, scene.time.now());
    scene
        .two
        .write(move |transaction| {
            let follow_approval = Approval::Manual.as_str().to_owned();
            profiles::put(transaction, &ProfileRow { follow_approval, ..ProfileRow::empty(bob, now) })
        })
        .await;
    let follow = scene.activity("Follow", "follow", &scene.ada, &json!(scene.bob.actor));
    assert_eq!(scene.send(&follow).await.0, 202);
    assert_eq!(scene.follows(&scene.ada.actor, &scene.bob.actor).await, Some(FollowState::Pending));
    assert_eq!(scene.told(&scene.bob).await, ["follow_request"]);
    let undo = scene.activity("Undo", "undo", &scene.ada, &follow);
    assert_eq!(scene.send(&undo).await.0, 202);
    assert_eq!(scene.follows(&scene.ada.actor, &scene.bob.actor).await, None);
    assert!(scene.told(&scene.bob).await.is_empty());
}

/// Reports about people here are kept, those about others are not, and one server does not fill the desk (S-54).
#[tokio::test]
async fn reports_reach_those_who_run_the_server() {
    let scene = Scene::new().await;
    let (uri, _) = scene.posted(&scene.bob, "rude").await;
    let (cleos, _) = scene.posted(&scene.cleo, "kind").await;
    let mut flag = scene.activity("Flag", "flag", &scene.ada, &json!([scene.bob.actor, uri, cleos]));
    flag["content"] = json!("please look");
    assert_eq!(scene.send(&flag).await.0, 202);
    let elsewhere = scene.activity("Flag", "other", &scene.ada, &json!(["https://e.example/users/1"]));
    assert_eq!(scene.send(&elsewhere).await.0, 202);
    let open = scene.two.read(|transaction| reports::open(transaction, i64::MAX, 1_000)).await;
    assert_eq!(open.len(), 1);
    assert_eq!(
        (open[0].target_uri.as_str(), open[0].comment.as_str()),
        (scene.bob.actor.as_str(), "please look")
    );
    assert_eq!(open[0].posts, json!([uri]).to_string(), "of the reported one only");
    for number in 0..120 {
        let flag = scene.activity("Flag", &format!("f{number}"), &scene.ada, &json!([scene.bob.actor]));
        assert_eq!(scene.send(&flag).await.0, 202);
    }
    let open = scene.two.read(|transaction| reports::open(transaction, i64::MAX, 1_000)).await;
    assert_eq!(open.len(), 100);
}

/// The actors at the stub; `claims` is what the first one says of itself.
async fn home(old: String) -> Stub {
    let actors = move |base: &str, path: &str| -> Option<Value> {
        let actor = |more: Value| {
            let mut actor = json!({
                "@context": context::ACTIVITY_STREAMS, "id": format!("{base}{path}"), "type": "Person",
                "preferredUsername": "ada", "inbox": format!("{base}/inbox"),
            });
            actor.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            Some(actor)
        };
        match path {
            "/proven" => actor(json!({"alsoKnownAs": [old]})),
            "/stranger" => actor(json!({})),
            "/chain" => actor(json!({"alsoKnownAs": [old], "movedTo": "https://e.example/next"})),
            _ => None,
        }
    };
    Stub::serving(actors, Duration::ZERO).await
}

/// S-17: a move needs the word of both, leads to no chain, and waits seven days for the next.
#[tokio::test]
async fn followers_come_along_only_where_both_say_so() {
    let scene = Scene::new().await;
    scene.follow(&scene.bob.actor, &scene.ada.actor).await;
    let stub = home(scene.ada.actor.to_string()).await;
    let moving = |name: &str, target: &str| {
        let mut activity = scene.activity("Move", name, &scene.ada, &json!(scene.ada.actor));
        activity["target"] = json!(stub.url(target));
        activity
    };
    for target in ["/stranger", "/chain", "/nobody"] {
        assert_eq!(scene.send(&moving(target, target)).await.0, 202);
        scene.two.run_errands().await;
        assert!(scene.follows(&scene.bob.actor, &scene.ada.actor).await.is_some(), "{target}");
        scene.time.pass(20 * 60_000);
    }
    let mut others = moving("others", "/proven");
    others["object"] = json!(scene.eve.actor);
    assert_eq!(scene.send(&others).await.0, 403, "S-04: nobody moves another");
    assert_eq!(scene.send(&moving("m1", "/proven")).await.0, 202);
    scene.two.run_errands().await;
    let proven = stub.url("/proven").parse().unwrap();
    assert_eq!(scene.follows(&scene.bob.actor, &scene.ada.actor).await, None);
    assert_eq!(scene.follows(&scene.bob.actor, &proven).await, Some(FollowState::Pending));
    scene.follow(&scene.cleo.actor, &scene.ada.actor).await;
    scene.time.pass(6 * DAY);
    assert_eq!(scene.send(&moving("m2", "/proven")).await.0, 202);
    scene.two.run_errands().await;
    assert!(scene.follows(&scene.cleo.actor, &scene.ada.actor).await.is_some(), "not within seven days");
}

/// S-16: an actor that deletes itself leaves nothing behind.
#[tokio::test]
async fn an_actor_that_goes_takes_all_of_it_along() {
    let scene = Scene::new().await;
    let create = scene.create("x", "hello", Visibility::Public, &[&scene.bob.actor]);
    assert_eq!(scene.send(&create).await.0, 202);
    let (uri, _) = scene.posted(&scene.bob, "news").await;
    assert_eq!(scene.send(&scene.activity("Like", "like", &scene.ada, &json!(uri))).await.0, 202);
    let gone = scene.activity("Delete", "gone", &scene.ada, &json!(scene.ada.actor));
    assert_eq!(scene.send(&gone).await.0, 202);
    assert_eq!(scene.post(&scene.id("x")).await, None);
    assert!(scene.told(&scene.bob).await.is_empty());
    let ada = scene.ada.actor.clone();
    let row = scene.two.read(move |transaction| actors::by_uri(transaction, &ada)).await.unwrap();
    assert!(row.gone_at.is_some());
}
