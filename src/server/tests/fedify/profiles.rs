//! What people say of themselves, changed on either side.

use alcove_server::{
    actions::{
        desk::Desk,
        profiles::edit::{self, Change},
    },
    db::{
        actors,
        profiles::{self, Approval, Discovery},
    },
    text::Mentions,
};
use serde_json::json;

use super::counterpart::Scene;

/// S-01: of what the `Update` says nothing is believed; the actor is fetched from its own address.
#[tokio::test]
async fn a_changed_profile_on_fedify_is_fetched_anew() {
    let scene = Scene::open().await;
    scene.befriend().await;
    let change = json!({
        "name": "fay", "title": "Fay the Second", "summary": "<p>new</p>", "locked": true,
        "fields": {"Home": "the sea"},
    });
    scene.fedify.order("change", change).await;
    scene.fay("updateProfile", json!({})).await;
    scene.place.run_errands().await;
    let fay = scene.fay.clone();
    let (actor, profile) = scene
        .place
        .read(move |transaction| {
            let row = actors::by_uri(transaction, &fay)?.unwrap();
            let profile = profiles::find(transaction, row.id)?.unwrap();
            Ok((row, profile))
        })
        .await;
    assert_eq!(actor.display_name, "Fay the Second");
    assert_eq!((profile.summary.as_str(), profile.follow_approval.as_str()), ("<p>new</p>", "manual"));
    assert!(profile.fields.contains("the sea"), "{}", profile.fields);
}

#[tokio::test]
async fn a_changed_profile_here_is_told_to_fedify() {
    let scene = Scene::open().await;
    scene.befriend().await;
    let change = Change {
        name: "Ada the Second".into(),
        text: "all new".into(),
        mentions: Mentions::new(),
        fields: vec![("Home".into(), "the sea".into())],
        without: Vec::new(),
        follow_approval: Approval::Manual,
        discovery: Discovery::Open,
    };
    let (site, moment, ada) = (scene.place.app().site.clone(), scene.place.app().moment(), scene.ada.id);
    scene
        .place
        .write(move |transaction| edit::edit(transaction, &Desk::new(&site, &moment, ada), &change))
        .await;
    scene.place.drain().await;
    let received = scene.fedify.received_of("Update").await.pop().unwrap()["activity"]["object"].clone();
    // In her own name, because what is asked for in nobody's is remembered there for a while.
    let found = scene.fay("lookUp", json!({"what": scene.ada.actor})).await;
    for shown in [received, found] {
        assert_eq!((&shown["id"], &shown["name"]), (&json!(scene.ada.actor), &json!("Ada the Second")));
        assert_eq!(shown["manuallyApprovesFollowers"], true);
        assert!(shown["summary"].as_str().unwrap().contains("all new"), "{shown}");
        assert!(shown["attachment"].to_string().contains("the sea"), "{shown}");
    }
}
