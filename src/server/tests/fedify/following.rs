//! Following in both directions, with every answer.

use alcove_protocol::ActorId;
use alcove_server::db::follows::{self, FollowState};
use serde_json::json;

use super::counterpart::Scene;

async fn state(scene: &Scene, follower: &ActorId, followed: &ActorId) -> Option<FollowState> {
    let (follower, followed) = (follower.clone(), followed.clone());
    scene.place.read(move |transaction| follows::state(transaction, &follower, &followed)).await
}

async fn followers_of_fay(scene: &Scene) -> Vec<String> {
    let followers = scene.fedify.order("followers", json!({"name": "fay"})).await;
    serde_json::from_value(followers).unwrap()
}

#[tokio::test]
async fn somebody_here_follows_is_accepted_and_leaves_again() {
    let scene = Scene::open().await;
    let follow = scene.ada(json!({"type": "Follow", "object": scene.fay})).await;
    assert_eq!(state(&scene, &scene.ada.actor, &scene.fay).await, Some(FollowState::Accepted));
    assert_eq!(followers_of_fay(&scene).await, [scene.ada.actor.to_string()]);
    scene.ada(json!({"type": "Undo", "object": follow["id"]})).await;
    assert_eq!(state(&scene, &scene.ada.actor, &scene.fay).await, None);
    assert!(followers_of_fay(&scene).await.is_empty());
}

/// S-20: nobody follows before the other side has said so.
#[tokio::test]
async fn a_follow_waits_until_somebody_on_fedify_has_answered() {
    let scene = Scene::open().await;
    scene.fedify.order("change", json!({"name": "fay", "locked": true})).await;
    let follow = scene.ada(json!({"type": "Follow", "object": scene.fay})).await["id"].clone();
    assert_eq!(state(&scene, &scene.ada.actor, &scene.fay).await, Some(FollowState::Pending));
    scene.fay("answer", json!({"follow": follow, "with": "Accept"})).await;
    assert_eq!(state(&scene, &scene.ada.actor, &scene.fay).await, Some(FollowState::Accepted));
    scene.fay("answer", json!({"follow": follow, "with": "Reject"})).await;
    assert_eq!(state(&scene, &scene.ada.actor, &scene.fay).await, None);
}

#[tokio::test]
async fn somebody_on_fedify_follows_is_accepted_and_leaves_again() {
    let scene = Scene::open().await;
    let follow = scene.fay("follow", json!({"whom": scene.ada.actor})).await["activity"].clone();
    scene.place.drain().await;
    assert_eq!(state(&scene, &scene.fay, &scene.ada.actor).await, Some(FollowState::Accepted));
    let accepted = scene.fedify.received_of("Accept").await;
    assert_eq!((accepted.len(), &accepted[0]["activity"]["object"]["id"]), (1, &follow));
    scene.fay("undo", json!({"activity": follow})).await;
    assert_eq!(state(&scene, &scene.fay, &scene.ada.actor).await, None);
}
