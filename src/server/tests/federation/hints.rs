//! What others say of somebody else's posts without a proof (S-18): it is looked up where it belongs, if it would concern
//! somebody here, and of what was said nothing is kept.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use alcove_protocol::{context, time::HOUR};
use serde_json::{Value, json};

use super::{scene::Scene, stub::Stub};

/// Kim's server: two posts, of which one says something else once it `is_edited`, and one that only some may read.
async fn kims(parent: String, is_edited: Arc<AtomicBool>) -> Stub {
    let serve = move |base: &str, path: &str| -> Option<Value> {
        let of = |more: Value| {
            let mut document = json!({"@context": context::ACTIVITY_STREAMS, "id": format!("{base}{path}")});
            document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            Some(document)
        };
        let author = format!("{base}/kim");
        let note = |text: &str, to: &str| {
            json!({
                "type": "Note", "attributedTo": author, "content": text, "to": [to], "inReplyTo": parent,
                "published": "2026-01-01T00:00:00Z",
            })
        };
        match path {
            "/kim" => {
                of(json!({"type": "Person", "preferredUsername": "kim", "inbox": format!("{author}/inbox")}))
            }
            "/answer" if is_edited.load(Ordering::SeqCst) => {
                let mut edited = note("edited", context::PUBLIC);
                edited["updated"] = json!("2026-01-02T00:00:00Z");
                of(edited)
            }
            "/answer" => of(note("true", context::PUBLIC)),
            "/private" => of(note("for few", &format!("{author}/followers"))),
            "/strange" => of(
                json!({"type": "Note", "attributedTo": author, "content": "true", "to": [context::PUBLIC]}),
            ),
            _ => None,
        }
    };
    Stub::serving(serve, Duration::ZERO).await
}

/// What Eve says that Kim has done.
fn said(stub: &Stub, kind: &str, number: u32, path: &str, parent: Option<&str>) -> Value {
    let author = stub.url("/kim");
    json!({
        "@context": context::ACTIVITY_STREAMS, "id": stub.url(&format!("/a/{number}")), "type": kind, "actor": author,
        "to": [context::PUBLIC],
        "object": {
            "id": stub.url(path), "type": "Note", "attributedTo": author, "content": "a lie", "inReplyTo": parent,
            "to": [context::PUBLIC],
        },
    })
}

/// S-18: of what was said nothing is kept.
#[tokio::test]
async fn an_answer_that_others_tell_of_is_fetched_from_where_it_belongs() {
    let scene = Scene::new().await;
    let (parent, _) = scene.posted(&scene.bob, "a question").await;
    let is_edited = Arc::new(AtomicBool::new(false));
    let stub = kims(parent.clone(), is_edited.clone()).await;
    let hear = async |kind: &str, number: u32, path: &str, parent: Option<&str>| {
        let activity = said(&stub, kind, number, path, parent);
        assert_eq!(scene.send_by(&scene.eve_key, &activity).await.0, 202);
        assert_eq!(scene.post(&stub.url("/answer")).await.filter(|post| post.content == "a lie"), None);
        scene.two.run_errands().await;
    };
    hear("Create", 1, "/strange", None).await;
    assert_eq!(stub.count(), 0, "it concerns nobody here");
    hear("Create", 2, "/answer", Some(&parent)).await;
    assert_eq!(scene.post(&stub.url("/answer")).await.unwrap().content, "true");
    hear("Create", 3, "/private", Some(&parent)).await;
    assert_eq!(scene.post(&stub.url("/private")).await, None, "it is not for everybody");
    hear("Create", 4, "/missing", Some(&parent)).await;
    assert_eq!(scene.post(&stub.url("/missing")).await, None);
    is_edited.store(true, Ordering::SeqCst);
    hear("Update", 5, "/answer", Some(&parent)).await;
    assert_eq!(scene.post(&stub.url("/answer")).await.unwrap().content, "edited");
}

/// S-54: who says the same over and over makes us ask once.
#[tokio::test]
async fn what_is_said_again_and_again_is_asked_for_once() {
    let scene = Scene::new().await;
    let (parent, _) = scene.posted(&scene.bob, "a question").await;
    let stub = kims(parent.clone(), Arc::default()).await;
    for number in 0..10 {
        let activity = said(&stub, "Create", number, "/missing", Some(&parent));
        assert_eq!(scene.send_by(&scene.eve_key, &activity).await.0, 202);
        scene.two.run_errands().await;
        scene.time.pass(HOUR);
    }
    assert_eq!(stub.count(), 1);
}

/// S-54: what names somebody here is fetched; what names more than an activity may is refused before anybody is looked for.
#[tokio::test]
async fn what_is_said_to_be_for_thousands_is_refused() {
    let scene = Scene::new().await;
    let stub = kims(scene.id("none"), Arc::default()).await;
    let mut activity = said(&stub, "Create", 1, "/answer", None);
    let nobody = |number: u32| json!(scene.two.url(&format!("/users/{number}")));
    let mut named: Vec<Value> = (1..=1_000).map(nobody).collect();
    named.push(json!(scene.bob.actor));
    activity["object"]["to"] = json!(named);
    assert_eq!(scene.send_by(&scene.eve_key, &activity).await, (400, "activity".to_owned()));
    activity["object"]["to"] = json!(named[900..]);
    assert_eq!(scene.send_by(&scene.eve_key, &activity).await.0, 202);
    scene.two.run_errands().await;
    assert_eq!(scene.post(&stub.url("/answer")).await.map(|post| post.content), Some("true".to_owned()));
}
