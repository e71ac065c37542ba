//! Both ways to sign a request, in both directions, and keys that are replaced (FEDERATION.md 1.1).

use alcove_protocol::{context::PUBLIC, time::MINUTE};
use alcove_server::actions::keys;
use serde_json::{Value, json};

use super::counterpart::Scene;

/// Fay writes to Ada, and how that was delivered: each try with its scheme and its status.
async fn tries(scene: &Scene, text: &str) -> Vec<(String, u64)> {
    let before = scene.fedify.deliveries().await.len();
    scene.fay("post", json!({"text": text, "visibility": "direct", "mentions": [scene.ada.actor]})).await;
    assert_eq!(*scene.place.arrived(&scene.ada).await.last().unwrap(), format!("<p>{text}</p>"));
    scene.fedify.deliveries().await.split_off(before)
}

/// Ada writes to Fay; what arrived there.
async fn letter(scene: &Scene, text: &str) -> Value {
    let note = json!({"type": "Note", "content": text});
    scene.ada(json!({"type": "Create", "to": [scene.fay], "object": note})).await;
    let received = scene.fedify.received_of("Create").await.pop().unwrap();
    assert_eq!(received["activity"]["object"]["content"], text);
    received
}

#[tokio::test]
async fn both_signatures_of_fedify_are_taken_at_the_first_try() {
    let scene = Scene::open().await;
    for scheme in ["rfc9421", "cavage"] {
        scene.fedify.order("signs", json!({"scheme": scheme})).await;
        assert_eq!(tries(&scene, scheme).await, [(scheme.to_owned(), 202)]);
    }
}

#[tokio::test]
async fn fedify_verifies_both_of_our_signatures() {
    let scene = Scene::open().await;
    assert_eq!(letter(&scene, "older").await["http"], "cavage");
    scene.fedify.order("accepts", json!({"scheme": "rfc9421"})).await;
    assert_eq!(letter(&scene, "newer").await["http"], "rfc9421");
    assert_eq!(letter(&scene, "at once").await["http"], "rfc9421");
}

/// S-14: the new key has the id of the old one, as Mastodon's and Fedify's have.
#[tokio::test]
async fn a_replaced_key_of_somebody_on_fedify_is_fetched_again() {
    let scene = Scene::open().await;
    tries(&scene, "with the first key").await;
    scene.fedify.order("newKeys", json!({"name": "fay"})).await;
    scene.time.pass(2 * MINUTE);
    for scheme in ["rfc9421", "cavage"] {
        scene.fedify.order("signs", json!({"scheme": scheme})).await;
        assert_eq!(tries(&scene, scheme).await, [(scheme.to_owned(), 202)]);
    }
}

/// Everybody we know is told of a new key, by an activity that it signs itself.
#[tokio::test]
async fn a_replaced_key_of_somebody_here_is_believed_by_fedify() {
    let scene = Scene::open().await;
    letter(&scene, "with the first key").await;
    let (site, moment) = (scene.place.app().site.clone(), scene.place.app().moment());
    let (id, key) = (scene.ada.id, scene.place.app().new_keys().await.unwrap());
    scene.place.write(move |transaction| keys::rotate(transaction, &site, &moment, id, key)).await;
    letter(&scene, "with the second key").await;
    let updated = scene.fedify.received_of("Update").await.pop().unwrap();
    assert_eq!((&updated["http"], &updated["activity"]["to"]), (&json!("cavage"), &json!([PUBLIC])));
}
