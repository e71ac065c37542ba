//! Threads: what is missing above and below is fetched from where it belongs, within bounds; circles end.

use std::time::Duration;

use alcove_protocol::{ActorId, context, post::Visibility};
use alcove_server::actions::posts::threads;
use serde_json::{Value, json};

use super::{scene::Scene, stub::Stub};

/// Kim's server: `/n/3` answers `/n/2`, and so on up to `/n/0`; `/endless/7` answers `/endless/8`, and so on without end.
fn kims(base: &str, path: &str) -> Option<Value> {
    if path == "/kim" {
        return Some(json!({
            "@context": context::ACTIVITY_STREAMS, "id": format!("{base}/kim"), "type": "Person",
            "preferredUsername": "kim", "inbox": format!("{base}/kim/inbox"),
        }));
    }
    if path == "/n/0/replies" {
        return Some(json!({
            "@context": context::ACTIVITY_STREAMS, "id": format!("{base}{path}"), "type": "Collection",
            "items": [format!("{base}/n/9"), "https://elsewhere.example/n/1", 7],
        }));
    }
    let (kind, number) = path.strip_prefix('/')?.split_once('/')?;
    let number: u32 = number.parse().ok()?;
    let parent = match (kind, number) {
        ("n", 0) => Value::Null,
        ("n", 9) => json!(format!("{base}/n/0")),
        ("n", number) => json!(format!("{base}/n/{}", number - 1)),
        ("endless", number) => json!(format!("{base}/endless/{}", number + 1)),
        _ => return None,
    };
    Some(json!({
        "@context": context::ACTIVITY_STREAMS, "id": format!("{base}{path}"), "type": "Note",
        "attributedTo": format!("{base}/kim"), "content": path, "inReplyTo": parent, "to": [context::PUBLIC],
        "replies": format!("{base}{path}/replies"),
    }))
}

impl Scene {
    /// The texts around a post, as somebody here sees them.
    async fn around(&self, uri: &str, reader: &ActorId) -> (Vec<String>, Vec<String>) {
        let (row, reader) = (self.post(uri).await.unwrap(), reader.clone());
        let thread =
            self.two.read(move |transaction| threads::around(transaction, Some(&reader), &row)).await;
        let texts =
            |rows: Vec<alcove_server::db::posts::PostRow>| rows.into_iter().map(|row| row.content).collect();
        (texts(thread.ancestors), texts(thread.descendants))
    }

    async fn answer(&self, name: &str, to: &str) {
        let mut answer = self.create(name, name, Visibility::Public, &[&self.bob.actor]);
        answer["object"]["inReplyTo"] = json!(to);
        assert_eq!(self.send(&answer).await.0, 202);
    }
}

#[tokio::test]
async fn what_is_missing_of_a_thread_is_fetched() {
    let scene = Scene::new().await;
    let stub = Stub::serving(kims, Duration::ZERO).await;
    scene.answer("x", &stub.url("/n/3")).await;
    scene.two.run_errands().await;
    let (above, below) = scene.around(&scene.id("x"), &scene.bob.actor).await;
    assert_eq!(above, ["/n/0", "/n/1", "/n/2", "/n/3"]);
    assert!(below.is_empty());
    let (site, moment) = (scene.two.app().site.clone(), scene.two.app().moment());
    let top = scene.post(&stub.url("/n/0")).await.unwrap();
    scene.two.write(move |transaction| threads::opened(transaction, &site, &moment, &top)).await;
    scene.two.run_errands().await;
    let (_, below) = scene.around(&stub.url("/n/0"), &scene.bob.actor).await;
    assert_eq!(below, ["/n/1", "/n/9", "/n/2", "/n/3", "x"], "level by level");
    let asked = stub.count();
    scene.two.run_errands().await;
    assert_eq!(stub.count(), asked, "nothing is asked for twice");
}

/// S-54: a thread without a beginning is followed only so far, and a dead end is not tried again.
#[tokio::test]
async fn endless_threads_end() {
    let scene = Scene::new().await;
    let stub = Stub::serving(kims, Duration::ZERO).await;
    scene.answer("x", &stub.url("/endless/0")).await;
    scene.two.run_errands().await;
    assert!(scene.post(&stub.url("/endless/39")).await.is_some());
    assert_eq!(scene.post(&stub.url("/endless/41")).await, None);
    scene.answer("y", &stub.url("/nothing")).await;
    scene.two.run_errands().await;
    let asked = stub.count();
    scene.answer("z", &stub.url("/nothing")).await;
    scene.two.run_errands().await;
    assert_eq!(stub.count(), asked, "that there is nothing is remembered");
}

/// Posts that answer each other in a circle are shown once each.
#[tokio::test]
async fn circles_end() {
    let scene = Scene::new().await;
    scene.answer("x", &scene.id("y")).await;
    scene.answer("y", &scene.id("x")).await;
    scene.answer("self", &scene.id("self")).await;
    let (above, below) = scene.around(&scene.id("x"), &scene.bob.actor).await;
    assert_eq!((above, below), (vec!["y".to_owned()], vec!["y".to_owned()]));
    let (above, below) = scene.around(&scene.id("self"), &scene.bob.actor).await;
    assert!(above.is_empty() && below.is_empty());
}
