//! Commits of people on two servers in one conversation (ENCRYPTION.md 1.5): the sequencer's answers are the same wherever
//! its members are.

use alcove_protocol::{
    ActivityId, ActorId,
    api::{CommitAccepted, PastCommits, path},
    mls::{OutgoingIds, SequencerAdd},
};
use serde_json::{Value, json};

use super::{
    people::{Desk, commit},
    signing::Key,
    world::{Place, Time, settle, two},
};

/// What arrived, by type: of the object where it is embedded.
async fn kinds(desk: &Desk) -> Vec<String> {
    let kind = |activity: &Value| {
        activity["object"]["type"].as_str().or(activity["type"].as_str()).unwrap_or_default().to_owned()
    };
    desk.items().await.iter().map(kind).collect()
}

/// Ana began the conversation on `one` and let Bob in, who lives on `two`.
struct Scene {
    one: Place,
    two: Place,
    time: Time,
    ana: Desk,
    bob: Desk,
    conversation: alcove_protocol::ConversationId,
}

impl Scene {
    async fn begin() -> Self {
        let (one, two, time) = two().await;
        let (ana, bob) = (Desk::new(&one, "ana").await, Desk::new(&two, "bob").await);
        let conversation = ana.begin().await;
        let new = commit(&conversation, 0, "c0", &[bob.actor()], &[ana.actor(), bob.actor()]);
        let accepted: CommitAccepted = ana.post(path::COMMITS, &new).await.read(201);
        assert_eq!(accepted.add.epoch, 0);
        settle(&one, &two).await;
        Self { one, two, time, ana, bob, conversation }
    }

    fn both(&self) -> [&ActorId; 2] {
        [self.ana.actor(), self.bob.actor()]
    }
}

/// P14: decided on another server, completed on one's own, the same answer for the same bytes.
#[tokio::test]
async fn a_commit_is_decided_by_the_server_of_the_conversation() {
    let scene = Scene::begin().await;
    assert_eq!(kinds(&scene.bob).await, ["Add", "PrivateMessage", "Welcome"], "in this order (trap T12)");
    let new = commit(&scene.conversation, 1, "b1", &[], &scene.both());
    let first: CommitAccepted = scene.bob.post(path::COMMITS, &new).await.read(201);
    assert!(first.activity.same_origin(scene.bob.actor()) && first.add.actor.same_origin(scene.ana.actor()));
    let again: CommitAccepted = scene.bob.post(path::COMMITS, &new).await.read(201);
    assert_eq!(again, first, "a lost 201");
    settle(&scene.one, &scene.two).await;
    assert_eq!(kinds(&scene.ana).await, ["Add", "PrivateMessage", "Add", "PrivateMessage"]);
    assert_eq!(kinds(&scene.bob).await.len(), 5, "its own commit and the word about it, once each");
}

#[tokio::test]
async fn a_commit_that_comes_second_is_shown_the_winner_wherever_it_comes_from() {
    let scene = Scene::begin().await;
    let winner = commit(&scene.conversation, 1, "a1", &[], &scene.both());
    let accepted: CommitAccepted = scene.ana.post(path::COMMITS, &winner).await.read(201);
    let late = commit(&scene.conversation, 1, "b1", &[], &scene.both());
    for desk in [&scene.ana, &scene.bob] {
        let refused = desk.post(path::COMMITS, &late).await;
        assert_eq!((refused.status, refused.problem()), (409, "wrong-epoch"));
        assert_eq!(refused.body["currentEpoch"], 2);
        assert_eq!(refused.body["winner"]["id"], accepted.activity.as_str());
        assert_eq!(SequencerAdd::parse(&refused.body["add"]), Some(accepted.add.clone()));
    }
    settle(&scene.one, &scene.two).await;
    assert_eq!(kinds(&scene.bob).await.len(), 5, "what lost went nowhere");
}

/// ENCRYPTION.md 1.8: read by token here, by signature from elsewhere, by nobody else.
#[tokio::test]
async fn the_past_of_a_conversation_is_there_for_its_people_only() {
    let scene = Scene::begin().await;
    let past = |from: u64| format!("{}?conversation={}&after={from}", path::PAST_COMMITS, scene.conversation);
    let here: PastCommits = scene.ana.get(&past(0)).await.read(200);
    let elsewhere: PastCommits = scene.bob.get(&past(0)).await.read(200);
    assert_eq!(here, elsewhere);
    assert_eq!((here.epoch, here.commits.len()), (1, 1));
    assert!(scene.bob.get(&past(1)).await.read::<PastCommits>(200).commits.is_empty());
    let (eve, mallory) = (Desk::new(&scene.one, "eve").await, Desk::new(&scene.two, "mallory").await);
    for stranger in [&eve, &mallory] {
        assert_eq!(stranger.get(&past(0)).await.status, 404);
        let new = commit(&scene.conversation, 1, "e", &[], &[stranger.actor()]);
        assert_eq!(stranger.post(path::COMMITS, &new).await.status, 404);
    }
    assert_eq!(reqwest::get(scene.conversation.as_str()).await.unwrap().status(), 404);
    assert_eq!(eve.get(scene.conversation.as_str()).await.status, 404);
    let document = scene.ana.get(scene.conversation.as_str()).await.body;
    assert_eq!(document["orderedItems"][0]["object"]["type"], "Create");
    assert_eq!(document["epoch"], 1);
}

/// S-04, S-11: only the author posts a commit, and a request only once.
#[tokio::test]
async fn what_others_sign_is_not_taken() {
    let scene = Scene::begin().await;
    let mallory = Desk::new(&scene.two, "mallory").await;
    let new = commit(&scene.conversation, 1, "b1", &[], &scene.both());
    let ids = OutgoingIds {
        activity: scene.two.url("/a/b1").parse::<ActivityId>().unwrap(),
        object: scene.two.url("/o/b1"),
    };
    let mut body = new.commit.to_create(scene.bob.actor(), &ids, scene.time.now());
    let address = scene.conversation.as_str();
    let bob = Key::of(&scene.two, &scene.bob.person).await;
    assert_eq!(bob.post(address, &body, scene.time.now()).send().await, (422, "members".into()));
    body["members"] = json!(new.members);
    let other = Key::of(&scene.two, &mallory.person).await;
    assert_eq!(other.post(address, &body, scene.time.now()).send().await, (403, "signer-not-actor".into()));
    let garbage = json!({"type": "Create", "id": body["id"], "actor": body["actor"], "members": new.members,
        "object": {"type": "PrivateMessage", "mediaType": "message/mls", "content": "Z2FyYmFnZQ=="}});
    assert_eq!(bob.post(address, &garbage, scene.time.now()).send().await, (422, "not-a-commit".into()));
    let proper = bob.post(address, &body, scene.time.now());
    assert_eq!(proper.send().await.0, 201);
    assert_eq!(proper.send().await, (401, "signature-replayed".into()));
}

/// P14: a commit for a future epoch, and one by somebody who was removed, decide nothing and go nowhere.
#[tokio::test]
async fn commits_of_the_future_and_of_the_past_are_refused() {
    let scene = Scene::begin().await;
    let future = commit(&scene.conversation, 7, "f", &[], &scene.both());
    for desk in [&scene.ana, &scene.bob] {
        let refused = desk.post(path::COMMITS, &future).await;
        assert_eq!((refused.status, refused.problem()), (409, "wrong-epoch"));
        assert_eq!((&refused.body["currentEpoch"], refused.body.get("winner")), (&json!(1), None));
    }
    let removal = commit(&scene.conversation, 1, "out", &[], &[scene.ana.actor()]);
    scene.ana.post(path::COMMITS, &removal).await.read::<CommitAccepted>(201);
    let removed = commit(&scene.conversation, 2, "b2", &[], &scene.both());
    assert_eq!(scene.bob.post(path::COMMITS, &removed).await.status, 403);
    settle(&scene.one, &scene.two).await;
    assert_eq!(kinds(&scene.bob).await, ["Add", "PrivateMessage", "Welcome", "Add"], "only who removed him");
    let past = format!("{}?conversation={}&after=0", path::PAST_COMMITS, scene.conversation);
    assert_eq!(scene.ana.get(&past).await.read::<PastCommits>(200).epoch, 2);
}

/// No answer is no decision: the device keeps its commit, and the same bytes win once the server is back (P15).
#[tokio::test]
async fn a_sequencer_that_is_down_decides_nothing() {
    let mut scene = Scene::begin().await;
    scene.one.stop().await;
    let new = commit(&scene.conversation, 1, "b1", &[], &scene.both());
    let unknown = scene.bob.post(path::COMMITS, &new).await;
    assert_eq!((unknown.status, unknown.problem()), (503, "busy"));
    assert_eq!(kinds(&scene.bob).await.len(), 3, "nothing went out");
    scene.one.start().await;
    scene.bob.post(path::COMMITS, &new).await.read::<CommitAccepted>(201);
    settle(&scene.one, &scene.two).await;
    assert_eq!(kinds(&scene.ana).await.len(), 4);
}
