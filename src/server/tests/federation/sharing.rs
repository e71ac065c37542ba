//! What others do with posts: boosts, likes, votes, and what is taken back.

use std::time::Duration;

use alcove_protocol::{context, post::Visibility};
use alcove_server::db::{boosts, likes, polls};
use serde_json::{Value, json};

use super::{
    scene::{Scene, at},
    stub::Stub,
};

impl Scene {
    async fn counts(&self, post: i64) -> (i64, i64) {
        self.two
            .read(move |transaction| {
                Ok((boosts::count(transaction, post)?, likes::count(transaction, post)?))
            })
            .await
    }
}

/// S-04: likes and boosts are their actors' own; each counts once, and nobody takes back those of others.
#[tokio::test]
async fn likes_and_boosts_are_counted_told_and_taken_back() {
    let scene = Scene::new().await;
    let (uri, post) = scene.posted(&scene.bob, "good news").await;
    let like = scene.activity("Like", "like", &scene.ada, &json!(uri));
    let boost = scene.activity("Announce", "boost", &scene.ada, &json!(uri));
    for activity in [&like, &boost, &like] {
        assert_eq!(scene.send(activity).await.0, 202);
    }
    assert_eq!(scene.counts(post).await, (1, 1));
    assert_eq!(scene.told(&scene.bob).await, ["like", "boost"]);
    let forged = json!({"id": like["id"], "type": "Like", "actor": scene.eve.actor, "object": uri});
    let undo = scene.activity("Undo", "undo-1", &scene.eve, &forged);
    assert_eq!(scene.send_by(&scene.eve_key, &undo).await.0, 202);
    let undo = scene.activity("Undo", "undo-2", &scene.eve, &boost["id"]);
    assert_eq!(scene.send_by(&scene.eve_key, &undo).await.0, 202);
    assert_eq!(scene.counts(post).await, (1, 1), "eve has taken nothing back");
    let undo = scene.activity("Undo", "undo-3", &scene.ada, &like);
    assert_eq!(scene.send(&undo).await.0, 202);
    let undo = scene.activity("Undo", "undo-4", &scene.ada, &boost["id"]);
    assert_eq!(scene.send(&undo).await.0, 202);
    assert_eq!(scene.counts(post).await, (0, 0));
    assert!(scene.told(&scene.bob).await.is_empty());
}

/// S-11: what was taken back before it came, because it was overtaken on the way, does not count when it comes.
#[tokio::test]
async fn likes_and_boosts_that_were_taken_back_before_they_came_do_not_count() {
    let scene = Scene::new().await;
    let (uri, post) = scene.posted(&scene.bob, "good news").await;
    for (kind, name, before) in [("Like", "l", (0, 0)), ("Announce", "b", (0, 1))] {
        let activity = scene.activity(kind, name, &scene.ada, &json!(uri));
        let undo = scene.activity("Undo", &format!("u-{name}"), &scene.ada, &activity);
        assert_eq!(scene.send(&undo).await.0, 202);
        assert_eq!(scene.send(&activity).await.0, 202);
        let another = scene.activity(kind, &format!("{name}-2"), &scene.ada, &json!(uri));
        assert_eq!(scene.counts(post).await, before, "{kind}");
        assert_eq!(scene.send(&another).await.0, 202);
    }
    assert_eq!(scene.counts(post).await, (1, 1), "done anew it counts");
}

/// PeerTube gives a like the same id each time.
#[tokio::test]
async fn what_was_here_and_was_taken_back_counts_when_it_comes_again() {
    let scene = Scene::new().await;
    let (uri, post) = scene.posted(&scene.bob, "good news").await;
    for (kind, name, after) in [("Like", "l", (0, 1)), ("Announce", "b", (1, 1))] {
        let activity = scene.activity(kind, name, &scene.ada, &json!(uri));
        let undo = scene.activity("Undo", &format!("u-{name}"), &scene.ada, &activity);
        for sent in [&activity, &undo, &activity] {
            assert_eq!(scene.send(sent).await.0, 202);
        }
        assert_eq!(scene.counts(post).await, after, "{kind}");
    }
}

/// S-29: what is not for everybody is not liked or passed on by strangers.
#[tokio::test]
async fn what_one_may_not_see_one_does_nothing_with() {
    let scene = Scene::new().await;
    let followers = format!("{}/followers", scene.bob.actor);
    let note = json!({"type": "Note", "content": "for friends", "to": [followers]});
    let sent = scene.two.publish(&scene.bob, json!({"type": "Create", "object": note})).await;
    let uri = sent.document["object"]["id"].clone();
    let post = scene.post(uri.as_str().unwrap()).await.unwrap().id;
    for kind in ["Like", "Announce"] {
        assert_eq!(scene.send(&scene.activity(kind, kind, &scene.ada, &uri)).await.0, 202);
    }
    assert_eq!(scene.counts(post).await, (0, 0));
    assert!(scene.told(&scene.bob).await.is_empty());
}

/// A post by somebody at the stub.
fn at_stub(base: &str, path: &str) -> Option<Value> {
    match path {
        "/kim" => Some(json!({
            "@context": context::ACTIVITY_STREAMS, "id": format!("{base}/kim"), "type": "Person",
            "preferredUsername": "kim", "inbox": format!("{base}/kim/inbox"),
        })),
        "/note" | "/o/note" => Some(json!({
            "@context": context::ACTIVITY_STREAMS, "id": format!("{base}/note"), "type": "Note",
            "attributedTo": format!("{base}/kim"), "content": "from far away", "to": [context::PUBLIC],
        })),
        "/forged" => Some(json!({
            "@context": context::ACTIVITY_STREAMS, "id": format!("{base}/forged"), "type": "Note",
            "attributedTo": "https://elsewhere.example/kim", "content": "forged", "to": [context::PUBLIC],
        })),
        _ => None,
    }
}

/// S-18: what is shared is fetched from where it belongs, whatever is embedded.
#[tokio::test]
async fn a_boost_of_an_unknown_post_fetches_it() {
    let scene = Scene::new().await;
    let stub = Stub::serving(at_stub, Duration::ZERO).await;
    let embedded = json!({
        "id": stub.url("/note"), "type": "Note", "attributedTo": stub.url("/kim"), "content": "a lie",
        "to": [context::PUBLIC],
    });
    let stranger = scene.activity("Announce", "b0", &scene.ada, &embedded);
    assert_eq!(scene.send(&stranger).await.0, 202);
    scene.two.run_errands().await;
    assert_eq!(scene.post(&stub.url("/note")).await, None, "nobody here follows ada");
    scene.follow(&scene.bob.actor, &scene.ada.actor).await;
    let boost = scene.activity("Announce", "b1", &scene.ada, &embedded);
    assert_eq!(scene.send(&boost).await.0, 202);
    scene.two.run_errands().await;
    assert_eq!(scene.shown(&scene.bob).await, [at("home", "from far away")]);
    // Lemmy's communities announce the activity that created it.
    let inner = json!({"id": stub.url("/create"), "type": "Create", "actor": stub.url("/kim"), "object": stub.url("/note")});
    let community = scene.activity("Announce", "b2", &scene.eve, &inner);
    scene.follow(&scene.cleo.actor, &scene.eve.actor).await;
    assert_eq!(scene.send_by(&scene.eve_key, &community).await.0, 202);
    assert_eq!(scene.shown(&scene.cleo).await, [at("home", "from far away")]);
    // S-02, S-19: an author of another origin, and a post that is said to be ours.
    for (name, object) in [("b3", stub.url("/forged")), ("b4", scene.two.url("/o/none"))] {
        assert_eq!(scene.send(&scene.activity("Announce", name, &scene.ada, &json!(object))).await.0, 202);
        scene.two.run_errands().await;
        assert_eq!(scene.post(&object).await, None, "{object}");
    }
    assert_eq!(scene.shown(&scene.bob).await.len(), 1);
}

/// A boost brings a post onto a timeline once, and takes it along when it is taken back.
#[tokio::test]
async fn a_boost_stands_where_the_post_does_not_yet() {
    let scene = Scene::new().await;
    let (uri, _) = scene.posted(&scene.cleo, "hear").await;
    scene.follow(&scene.bob.actor, &scene.ada.actor).await;
    let boost = scene.activity("Announce", "b1", &scene.ada, &json!(uri));
    assert_eq!(scene.send(&boost).await.0, 202);
    assert_eq!(scene.shown(&scene.bob).await, [at("home", "hear")]);
    let undo = scene.activity("Undo", "u1", &scene.ada, &boost);
    assert_eq!(scene.send(&undo).await.0, 202);
    assert!(scene.shown(&scene.bob).await.is_empty());
}

/// Each voter counts once, one option where one is asked for, and nobody after the end; an array is a ballot.
#[tokio::test]
async fn votes_count_once() {
    let scene = Scene::new().await;
    let question = json!({
        "type": "Question", "content": "tea?", "to": [context::PUBLIC],
        "oneOf": [{"type": "Note", "name": "yes"}, {"type": "Note", "name": "no"}],
        "endTime": scene.time.now().plus(3_600_000),
    });
    let sent = scene.two.publish(&scene.bob, json!({"type": "Create", "object": question})).await;
    let uri = sent.document["object"]["id"].as_str().unwrap().to_owned();
    let post = scene.post(&uri).await.unwrap().id;
    let tally = async || scene.two.read(move |transaction| polls::tally(transaction, post)).await;
    let vote = |name: &str, option: &str| {
        json!({
            "id": scene.one.url(&format!("/v/{name}")), "type": "Note", "attributedTo": scene.ada.actor,
            "name": option, "inReplyTo": uri, "to": [scene.bob.actor],
        })
    };
    let ballot = json!([vote("1", "yes"), vote("2", "no"), vote("3", "perhaps")]);
    assert_eq!(scene.send(&scene.activity("Create", "c1", &scene.ada, &ballot)).await.0, 202);
    assert_eq!(tally().await, [(0, 1)].into());
    assert_eq!(scene.send(&scene.activity("Create", "c2", &scene.ada, &vote("4", "no"))).await.0, 202);
    assert_eq!(tally().await, [(0, 1)].into(), "ada has voted");
    let mut eves = vote("5", "no");
    eves["attributedTo"] = json!(scene.eve.actor);
    scene.time.pass(3_600_001);
    let late = scene.activity("Create", "c3", &scene.eve, &eves);
    assert_eq!(scene.send_by(&scene.eve_key, &late).await.0, 202);
    assert_eq!(tally().await, [(0, 1)].into(), "it is over");
    assert!(scene.shown(&scene.bob).await.iter().all(|(_, text)| text.contains("tea")), "votes are no posts");
}

/// The count that an author's server tells is taken over; votes for others' questions are not ours to count.
#[tokio::test]
async fn questions_of_others_have_the_count_of_their_server() {
    let scene = Scene::new().await;
    let mut create = scene.create("q", "tea?", Visibility::Public, &[&scene.bob.actor]);
    create["object"]["type"] = json!("Question");
    create["object"]["oneOf"] = json!([{"type": "Note", "name": "yes"}, {"type": "Note", "name": "no"}]);
    assert_eq!(scene.send(&create).await.0, 202);
    let mut object = create["object"].clone();
    object["oneOf"][1]["replies"] = json!({"type": "Collection", "totalItems": 7});
    object["votersCount"] = json!(7);
    assert_eq!(scene.send(&scene.activity("Update", "u", &scene.ada, &object)).await.0, 202);
    let post = scene.post(&scene.id("q")).await.unwrap();
    assert_eq!(post.edited_at, None, "a count is no edit");
    let poll = scene.two.read(move |transaction| polls::find(transaction, post.id)).await.unwrap();
    assert_eq!((poll.voters, poll.options.contains("\"votes\":7")), (Some(7), true));
}
