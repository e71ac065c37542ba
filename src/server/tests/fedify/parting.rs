//! Blocks in both directions, and somebody who deletes their account.

use alcove_protocol::ActorId;
use alcove_server::db::{actors, blocks, follows};
use serde_json::json;

use super::counterpart::Scene;

/// Whether one of the two has blocked the other, as the Alcove server knows it, and whether either follows the other.
async fn between(scene: &Scene) -> (bool, bool) {
    let (ada, fay) = (scene.ada.actor.clone(), scene.fay.clone());
    let known = scene.place.read(move |transaction| {
        let mut follows = |one: &ActorId, other: &ActorId| follows::state(transaction, one, other);
        let any = follows(&ada, &fay)?.is_some() || follows(&fay, &ada)?.is_some();
        Ok((blocks::stands_between(transaction, ada.as_str(), fay.as_str())?, any))
    });
    known.await
}

/// S-21: a block ends the follows both ways, whoever sets it.
#[tokio::test]
async fn somebody_on_fedify_blocks_and_ends_it() {
    let scene = Scene::open().await;
    scene.befriend().await;
    assert_eq!(between(&scene).await, (false, true));
    let block = scene.fay("block", json!({"whom": scene.ada.actor})).await["activity"].clone();
    assert_eq!(between(&scene).await, (true, false));
    scene.fay("undo", json!({"activity": block})).await;
    assert_eq!(between(&scene).await, (false, false));
}

#[tokio::test]
async fn somebody_here_blocks_and_ends_it() {
    let scene = Scene::open().await;
    scene.befriend().await;
    let block = scene.ada(json!({"type": "Block", "object": scene.fay})).await;
    let kinds: Vec<_> =
        scene.fedify.received().await.into_iter().map(|received| received["type"].clone()).collect();
    for kind in ["Block", "Undo", "Reject"] {
        assert!(kinds.contains(&json!(kind)), "{kind}: {kinds:?}");
    }
    assert_eq!(between(&scene).await, (true, false));
    scene.ada(json!({"type": "Undo", "object": block["id"]})).await;
    let undone = scene.fedify.received_of("Undo").await.pop().unwrap()["activity"]["object"].clone();
    assert_eq!((&undone["type"], &undone["object"]), (&json!("Block"), &json!(scene.fay)));
    assert_eq!(between(&scene).await, (false, false));
}

/// FEDERATION.md 1.1: somebody deletes their account; what they have posted goes with it.
#[tokio::test]
async fn whoever_leaves_fedify_is_gone_with_all_they_wrote() {
    let scene = Scene::open().await;
    scene.befriend().await;
    let post = scene.fay("post", json!({"text": "farewell"})).await["object"].clone();
    assert!(scene.post(&post).await.is_some());
    scene.fay("leave", json!({})).await;
    assert!(scene.post(&post).await.is_none());
    assert!(scene.place.arrived(&scene.ada).await.is_empty());
    assert_eq!(between(&scene).await, (false, false));
    let fay = scene.fay.clone();
    let row = scene.place.read(move |transaction| actors::by_uri(transaction, &fay)).await.unwrap();
    assert!(row.gone_at.is_some());
}
