//! Finding each other: WebFinger, actors, NodeInfo.

use alcove_protocol::Handle;
use alcove_server::federation::lookup::{self, Sought};
use serde_json::json;

use super::counterpart::Scene;

#[tokio::test]
async fn somebody_on_fedify_is_found_by_handle_and_by_id() {
    let scene = Scene::open().await;
    let handle = Handle::parse(&format!("@fay@{}", scene.fedify.host)).unwrap();
    for sought in [Sought::Handle(handle.clone()), Sought::Actor(scene.fay.clone())] {
        let found = lookup::find(scene.place.app(), sought).await.unwrap();
        assert_eq!((found.id, found.handle), (scene.fay.clone(), handle.to_string()));
        assert_eq!((found.name.as_str(), found.takes_encrypted), ("fay of Fedify", false));
    }
}

#[tokio::test]
async fn fedify_finds_us_by_handle_and_by_id_and_reads_who_we_are() {
    let scene = Scene::open().await;
    let handle = format!("ada@{}", scene.place.host());
    let finger = scene.fedify.order("finger", json!({"resource": format!("acct:{handle}")})).await;
    assert_eq!(finger["subject"], format!("acct:{handle}"));
    let links = finger["links"].as_array().unwrap();
    assert!(links.iter().any(|link| link["rel"] == "self" && link["href"] == scene.ada.actor.as_str()));
    for what in [scene.ada.actor.to_string(), format!("@{handle}")] {
        let found = scene.fedify.order("lookUp", json!({"what": what})).await;
        assert_eq!((&found["id"], &found["type"]), (&json!(scene.ada.actor), &json!("Person")), "{what}");
        assert_eq!((&found["preferredUsername"], &found["name"]), (&json!("ada"), &json!("ada of here")));
        assert_eq!(found["inbox"], scene.of_ada("inbox"));
        assert_eq!(found["endpoints"]["sharedInbox"], scene.place.url("/inbox"));
    }
    let infos = scene.fedify.order("nodeInfo", json!({"url": scene.place.url("/")})).await;
    let infos = infos.as_array().unwrap();
    assert_eq!(infos.len(), 2, "both versions");
    for info in infos {
        let (software, protocols) = (&info["software"]["name"], &info["protocols"]);
        assert_eq!((software, protocols), (&json!("alcove"), &json!(["activitypub"])));
    }
}
