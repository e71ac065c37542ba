//! Moves in both directions: only where both accounts say that they are one person's (S-17).

use alcove_protocol::ActorId;
use alcove_server::{
    actions::{desk::Desk, moves},
    db::follows::{self, FollowState},
    federation::{self, lookup::Sought},
};
use serde_json::json;

use super::{counterpart::Scene, world::Person};

async fn state(scene: &Scene, follower: &ActorId, followed: &ActorId) -> Option<FollowState> {
    let (follower, followed) = (follower.clone(), followed.clone());
    scene.place.read(move |transaction| follows::state(transaction, &follower, &followed)).await
}

/// Says here that another account is the same person's.
async fn names(scene: &Scene, person: &Person, other: &ActorId) {
    let (site, moment) = (scene.place.app().site.clone(), scene.place.app().moment());
    let (account, aliases) = (person.id, [other.clone()]);
    let named = move |transaction: &mut alcove_server::db::Transaction<'_>| {
        moves::name_aliases(transaction, &Desk::new(&site, &moment, account), &aliases)
    };
    scene.place.write(named).await;
}

#[tokio::test]
async fn whoever_follows_here_comes_along_when_both_accounts_on_fedify_say_so() {
    let scene = Scene::open().await;
    scene.befriend().await;
    let gus = scene.fedify.person(json!({"name": "gus"})).await;
    scene.fedify.order("change", json!({"name": "gus", "aliases": [scene.fay]})).await;
    scene.fay("move", json!({"target": gus})).await;
    scene.place.run_errands().await;
    assert_eq!(state(&scene, &scene.ada.actor, &gus).await, Some(FollowState::Accepted));
    assert_eq!(state(&scene, &scene.ada.actor, &scene.fay).await, None);
    let left = scene.fedify.order("followers", json!({"name": "fay"})).await;
    assert_eq!(left, json!([]), "and Fay is told");
}

#[tokio::test]
async fn a_move_to_somebody_who_does_not_say_so_moves_nobody() {
    let scene = Scene::open().await;
    scene.befriend().await;
    let gus = scene.fedify.person(json!({"name": "gus"})).await;
    scene.fay("move", json!({"target": gus})).await;
    scene.place.run_errands().await;
    assert_eq!(state(&scene, &scene.ada.actor, &gus).await, None);
    assert_eq!(state(&scene, &scene.ada.actor, &scene.fay).await, Some(FollowState::Accepted));
}

#[tokio::test]
async fn somebody_on_fedify_moves_here() {
    let scene = Scene::open().await;
    let bob = scene.place.person("bob").await;
    scene.place.publish(&bob, json!({"type": "Follow", "object": scene.fay})).await;
    scene.place.drain().await;
    names(&scene, &scene.ada, &scene.fay).await;
    let shown = scene.fedify.order("lookUp", json!({"what": scene.ada.actor})).await;
    assert!(shown["alsoKnownAs"].to_string().contains(scene.fay.as_str()), "{shown}");
    scene.fay("move", json!({"target": scene.ada.actor})).await;
    scene.place.run_errands().await;
    assert_eq!(state(&scene, &bob.actor, &scene.ada.actor).await, Some(FollowState::Accepted));
    assert_eq!(state(&scene, &bob.actor, &scene.fay).await, None);
}

#[tokio::test]
async fn somebody_here_moves_to_fedify() {
    let scene = Scene::open().await;
    scene.befriend().await;
    let gus = scene.fedify.person(json!({"name": "gus"})).await;
    let go =
        async || federation::moves::go(scene.place.app(), scene.ada.id, Sought::Actor(gus.clone())).await;
    assert!(go().await.unwrap_err().is_refusal("move"), "gus does not name Ada");
    scene.fedify.order("change", json!({"name": "gus", "aliases": [scene.ada.actor]})).await;
    go().await.unwrap();
    scene.place.drain().await;
    let received = scene.fedify.received_of("Move").await.pop().unwrap()["activity"].clone();
    assert_eq!((&received["object"], &received["target"]), (&json!(scene.ada.actor), &json!(gus)));
    // In her own name, because what is asked for in nobody's is remembered there for a while.
    let shown = scene.fay("lookUp", json!({"what": scene.ada.actor})).await;
    assert_eq!(shown["movedTo"], gus.as_str(), "{shown}");
}
