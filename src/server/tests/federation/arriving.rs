//! Posts arrive, change and go: what is kept, where it stands, and who is told.

use alcove_protocol::{post::Visibility, time::DAY};
use alcove_server::db::{revisions, tombstones};
use serde_json::json;

use super::scene::{Scene, at};

#[tokio::test]
async fn a_post_is_kept_where_it_concerns_somebody_here() {
    let scene = Scene::new().await;
    let strange = scene.create("strange", "for nobody here", Visibility::Public, &[]);
    assert_eq!(scene.send(&strange).await.0, 202);
    assert_eq!(scene.post(&scene.id("strange")).await, None);
    let named = scene.create("named", "hello bob", Visibility::Public, &[&scene.bob.actor]);
    assert_eq!(scene.send(&named).await.0, 202);
    assert_eq!(scene.shown(&scene.bob).await, [at("mention", "hello bob")]);
    assert_eq!(scene.told(&scene.bob).await, ["mention"]);
    scene.follow(&scene.bob.actor, &scene.ada.actor).await;
    let followed = scene.create("followed", "to all", Visibility::Followers, &[]);
    assert_eq!(scene.send(&followed).await.0, 202);
    assert_eq!(scene.shown(&scene.bob).await, [at("mention", "hello bob"), at("home", "to all")]);
    assert_eq!(scene.told(&scene.bob).await, ["mention"], "a post to followers is no news");
    assert!(scene.shown(&scene.cleo).await.is_empty());
}

/// An answer stands on the home timelines of those who follow both, and of nobody else.
#[tokio::test]
async fn answers_to_strangers_stand_on_no_home_timeline() {
    let scene = Scene::new().await;
    scene.follow(&scene.bob.actor, &scene.ada.actor).await;
    let (cleos, _) = scene.posted(&scene.cleo, "a question").await;
    let mut answer = scene.create("answer", "an answer", Visibility::Public, &[&scene.cleo.actor]);
    answer["object"]["inReplyTo"] = json!(cleos);
    assert_eq!(scene.send(&answer).await.0, 202);
    assert!(scene.shown(&scene.bob).await.is_empty(), "bob does not follow cleo");
    assert_eq!(scene.told(&scene.cleo).await, ["mention"]);
    let mut second = scene.create("second", "another", Visibility::Public, &[]);
    second["object"]["inReplyTo"] = json!(cleos);
    scene.follow(&scene.bob.actor, &scene.cleo.actor).await;
    assert_eq!(scene.send(&second).await.0, 202);
    assert_eq!(scene.shown(&scene.bob).await, [at("home", "another")]);
    assert!(scene.post(&scene.id("second")).await.unwrap().touched_at.is_some(), "it answers somebody here");
}

/// Edits keep what was said before; the time of publication never moves; older versions change nothing.
#[tokio::test]
async fn an_edit_keeps_its_history() {
    let scene = Scene::new().await;
    let create = scene.create("x", "first", Visibility::Public, &[&scene.bob.actor]);
    assert_eq!(scene.send(&create).await.0, 202);
    let before = scene.post(&scene.id("x")).await.unwrap();
    let mut object = create["object"].clone();
    (object["content"], object["updated"]) = (json!("second"), json!("2026-11-20T00:00:00Z"));
    object["published"] = json!("2020-01-01T00:00:00Z");
    let update = scene.activity("Update", "u1", &scene.ada, &object);
    assert_eq!(scene.send(&update).await.0, 202);
    let after = scene.post(&scene.id("x")).await.unwrap();
    assert_eq!((after.content.as_str(), after.published_at), ("second", before.published_at));
    let history = scene.two.read(move |transaction| revisions::of(transaction, after.id)).await;
    assert_eq!(history.len(), 1);
    assert_eq!(history[0].content, "first");
    (object["content"], object["updated"]) = (json!("older"), json!("2026-11-19T00:00:00Z"));
    let older = scene.activity("Update", "u2", &scene.ada, &object);
    assert_eq!(scene.send(&older).await.0, 202);
    assert_eq!(scene.post(&scene.id("x")).await.unwrap().content, "second");
    // S-04: a neighbour changes nothing.
    object["attributedTo"] = json!(scene.eve.actor);
    let forged = scene.activity("Update", "u3", &scene.eve, &object);
    assert_eq!(scene.send_by(&scene.eve_key, &forged).await, (403, "not-the-author".into()));
    assert_eq!(scene.post(&scene.id("x")).await.unwrap().content, "second");
}

/// A change that overtakes its post on the way brings it; one of an old post that was never here concerns nobody.
#[tokio::test]
async fn an_edit_that_comes_first_is_not_lost() {
    let scene = Scene::new().await;
    scene.follow(&scene.bob.actor, &scene.ada.actor).await;
    let now = scene.time.now();
    let post = |name: &str, published: i64, named: &[&alcove_protocol::ActorId]| {
        let mut create = scene.create(name, "first", Visibility::Public, named);
        create["object"]["published"] = json!(now.plus(published));
        let mut object = create["object"].clone();
        (object["content"], object["updated"]) = (json!("second"), json!(now));
        let mut update = scene.activity("Update", &format!("u-{name}"), &scene.ada, &object);
        update["to"] = create["to"].clone();
        (create, update)
    };
    let (create, update) = post("new", -1_000, &[]);
    assert_eq!(scene.send(&update).await.0, 202);
    assert_eq!(scene.send(&create).await.0, 202);
    assert_eq!(scene.shown(&scene.bob).await, [at("home", "second")]);
    let (_, update) = post("old", -2 * DAY, &[]);
    assert_eq!(scene.send(&update).await.0, 202);
    assert_eq!(scene.post(&scene.id("old")).await, None);
    let (_, update) = post("named", -2 * DAY, &[&scene.cleo.actor]);
    assert_eq!(scene.send(&update).await.0, 202);
    assert_eq!(scene.told(&scene.cleo).await, ["mention"], "it names her now");
}

/// S-04: what was deleted does not return, also when its `Delete` comes first; a neighbour prevents nothing.
#[tokio::test]
async fn a_delete_that_comes_first_is_remembered() {
    let scene = Scene::new().await;
    let create = scene.create("x", "too late", Visibility::Public, &[&scene.bob.actor]);
    let tombstone = json!({"id": scene.id("x"), "type": "Tombstone"});
    let by_eve = scene.activity("Delete", "d0", &scene.eve, &tombstone);
    assert_eq!(scene.send_by(&scene.eve_key, &by_eve).await.0, 202);
    let other = scene.create("y", "not hers", Visibility::Public, &[&scene.bob.actor]);
    let delete = scene.activity("Delete", "d1", &scene.ada, &json!(scene.id("y")));
    assert_eq!(scene.send(&delete).await.0, 202);
    assert_eq!(scene.send(&other).await.0, 202);
    assert_eq!(scene.post(&scene.id("y")).await, None, "its author had deleted it");
    assert_eq!(scene.send(&create).await.0, 202);
    assert!(scene.post(&scene.id("x")).await.is_some(), "eve cannot delete what is not hers");
    let delete = scene.activity("Delete", "d2", &scene.ada, &tombstone);
    assert_eq!(scene.send(&delete).await.0, 202);
    assert_eq!(scene.send(&create).await.0, 202);
    assert_eq!(scene.post(&scene.id("x")).await, None);
    assert!(scene.shown(&scene.bob).await.is_empty() && scene.told(&scene.bob).await.is_empty());
    let uri = scene.id("x");
    let by = scene.two.read(move |transaction| tombstones::find(transaction, &uri)).await.unwrap().0;
    assert_eq!(by, scene.ada.actor.as_str());
}

/// S-43: what is stored is harmless already.
#[tokio::test]
async fn html_is_made_harmless_before_it_is_stored() {
    let scene = Scene::new().await;
    let text = "<p onclick=\"x()\">hi<script>alert(1)</script></p>";
    let create = scene.create("x", text, Visibility::Public, &[&scene.bob.actor]);
    assert_eq!(scene.send(&create).await.0, 202);
    let stored = scene.post(&scene.id("x")).await.unwrap().content;
    assert!(stored.contains("hi") && !stored.contains("script") && !stored.contains("onclick"), "{stored}");
}

/// S-51, S-54: thousands of mentions and tags are bounded, and a post that answers itself ends nothing.
#[tokio::test]
async fn what_is_too_much_is_cut_or_refused() {
    let scene = Scene::new().await;
    let mut create = scene.create("x", "many", Visibility::Public, &[&scene.bob.actor]);
    let mut tags: Vec<_> = create["object"]["tag"].as_array().unwrap().clone();
    tags.extend((0..900).map(|n| json!({"type": "Mention", "href": format!("https://e.example/{n}")})));
    tags.extend((0..900).map(|n| json!({"type": "Hashtag", "name": format!("#t{n}")})));
    create["object"]["tag"] = json!(tags);
    create["object"]["inReplyTo"] = json!(scene.id("x"));
    assert_eq!(scene.send(&create).await.0, 202);
    let row = scene.post(&scene.id("x")).await.unwrap();
    assert!(row.details.unwrap().len() < 16_384);
    scene.two.run_errands().await;
    let mut crowd = scene.create("y", "crowd", Visibility::Public, &[&scene.bob.actor]);
    crowd["cc"] = (0..1_001).map(|n| json!(format!("https://e.example/{n}"))).collect();
    assert_eq!(scene.send(&crowd).await, (400, "activity".into()));
    assert_eq!(scene.post(&scene.id("y")).await, None);
}
