//! Integrity proofs (FEP-8b32): what is passed on by others is believed for its own proof, in both directions.

use alcove_protocol::ActorId;
use serde_json::json;

use super::counterpart::{Fedify, Scene};

/// Gus runs a relay on a server of his own.
async fn relay_to(recipients: &[&ActorId]) -> (Fedify, ActorId) {
    let relay = Fedify::start().await;
    let gus = relay.person(json!({"name": "gus"})).await;
    relay.order("change", json!({"name": "gus", "passesOnTo": recipients})).await;
    (relay, gus)
}

#[tokio::test]
async fn what_somebody_here_said_is_proven_to_fedify_whoever_brings_it() {
    let scene = Scene::open().await;
    let (relay, gus) = relay_to(&[&scene.fay]).await;
    scene.meet(&gus).await;
    let note = json!({"type": "Note", "content": "<p>far away</p>"});
    scene.ada(json!({"type": "Create", "to": [gus], "object": note})).await;
    assert_eq!(relay.received_of("Create").await[0]["proof"], true, "by whom it was written");
    let passed_on = scene.fedify.received_of("Create").await.pop().unwrap();
    assert_eq!(passed_on["proof"], true);
    assert_eq!(passed_on["activity"]["actor"], scene.ada.actor.as_str());
}

#[tokio::test]
async fn what_somebody_on_fedify_said_is_believed_here_whoever_brings_it() {
    let scene = Scene::open().await;
    let (relay, gus) = relay_to(&[&scene.ada.actor]).await;
    scene.fay("post", json!({"text": "far away", "mentions": [gus]})).await;
    assert_eq!(relay.received_of("Create").await.len(), 1);
    assert_eq!(scene.place.arrived(&scene.ada).await, ["<p>far away</p>"]);
}
