//! Posting, editing, deleting, asking and answering.

mod documents;
mod letters;
mod questions;

use alcove_protocol::Handle;
use serde_json::json;

use super::*;
use crate::{
    actions::testing::Place,
    db::{revisions, tombstones},
    text::Mentioned,
};

/// Publishes what somebody has written.
async fn publish_as(place: &Place, account: i64, draft: Draft) -> Result<Written> {
    place.act(account, move |transaction, desk| publish(transaction, desk, &draft)).await
}

/// The text and whom its handles mean.
fn naming(text: &str, named: &[(&str, &ActorId)]) -> Body {
    let mentioned = |(handle, actor): &(&str, &ActorId)| {
        let mentioned = Mentioned { actor: (*actor).clone(), page: actor.to_string() };
        (Handle::parse(handle).unwrap(), mentioned)
    };
    Body::Typed(text.into(), named.iter().map(mentioned).collect())
}

async fn row(place: &Place, post: i64) -> Option<PostRow> {
    place.db.read(move |transaction| posts::find(transaction, post)).await.unwrap()
}

/// One copy goes to each inbox that a server shares, and one to whoever is named.
#[tokio::test]
async fn a_public_post_goes_once_to_each_server_and_to_whom_it_names() {
    let place = Place::new().await;
    let ana = place.account("ana").await;
    let actor = place.site.actor(ana);
    for number in 1..=3 {
        place.follow(&place.met(&format!("https://far.example/users/{number}")).await, &actor).await;
    }
    let cleo = place.met("https://other.example/users/9").await;
    let body = naming("Hello @cleo@other.example! #Ducks", &[("cleo@other.example", &cleo)]);
    let written =
        publish_as(&place, ana, Draft { body, ..Draft::of_text("", Visibility::Public) }).await.unwrap();
    let sent = place.sent().await;
    let mut to: Vec<&str> = sent.iter().map(|(to, _)| to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["https://far.example/inbox", "https://other.example/inbox"]);
    let object = &sent[0].1["object"];
    assert_eq!(object["to"], json!([alcove_protocol::context::PUBLIC]));
    assert_eq!(object["cc"], json!([format!("{actor}/followers"), cleo]));
    assert_eq!(object["tag"][0]["href"], json!(cleo));
    assert_eq!(object["tag"][1]["name"], "#ducks");
    assert_eq!(object["id"].as_str().unwrap().replace("/o/", "/a/"), sent[0].1["id"]);
    assert_eq!(row(&place, written.post).await.unwrap().published_at, place.now.0);
}

/// `published` never changes, what was said before is kept, and whoever has the post is told (FEDERATION.md rule 8).
#[tokio::test]
async fn an_edit_keeps_history_and_the_time_of_publishing() {
    let mut place = Place::new().await;
    let (ana, bob) = (place.account("ana").await, place.account("bob").await);
    place.follow(&place.met("https://far.example/users/1").await, &place.site.actor(ana)).await;
    let written = publish_as(&place, ana, Draft::of_text("first", Visibility::Public)).await.unwrap();
    let created = place.sent().await.remove(0).1;
    place.now = place.now.plus(60_000);
    let change = edit::Change {
        body: naming("second", &[]),
        warning: "careful".into(),
        sensitive: false,
        language: Some("en".into()),
        media: Vec::new(),
    };
    let (post, stolen) = (written.post, change.clone());
    let foreign = place.act(bob, move |transaction, desk| edit::edit(transaction, desk, post, &stolen)).await;
    assert!(matches!(foreign, Err(Error::NotFound)));
    place.act(ana, move |transaction, desk| edit::edit(transaction, desk, post, &change)).await.unwrap();
    let update = place.sent().await.remove(0).1;
    assert_eq!(update["type"], "Update");
    assert_eq!(update["object"]["published"], created["object"]["published"]);
    assert_eq!(update["object"]["updated"], json!(place.now));
    assert_eq!(update["object"]["contentMap"], json!({"en": "<p>second</p>"}));
    assert_eq!(
        (&update["object"]["summary"], &update["object"]["sensitive"]),
        (&json!("careful"), &json!(true))
    );
    let before = place.db.read(move |transaction| revisions::of(transaction, post)).await.unwrap();
    assert_eq!(before.len(), 1);
    assert_eq!(before[0].content, "<p>first</p>");
}

/// The id of what everybody could see is told as deleted; of anything else it is not told that there ever was something.
#[tokio::test]
async fn a_deleted_post_leaves_a_tombstone_only_where_everybody_could_see_it() {
    let place = Place::new().await;
    let ana = place.account("ana").await;
    let far = place.met("https://far.example/users/1").await;
    place.follow(&far, &place.site.actor(ana)).await;
    for (visibility, is_told) in [(Visibility::Public, true), (Visibility::Followers, false)] {
        let written = publish_as(&place, ana, Draft::of_text("oops", visibility)).await.unwrap();
        let uri = row(&place, written.post).await.unwrap().uri;
        place.sent().await;
        place
            .act(ana, move |transaction, desk| remove::remove(transaction, desk, written.post))
            .await
            .unwrap();
        assert_eq!(row(&place, written.post).await, None);
        let sent = place.sent().await;
        assert_eq!(sent[0].1["object"]["type"], "Tombstone");
        assert_eq!(sent[0].1["object"]["id"], json!(uri));
        let left = place.db.read(move |transaction| tombstones::find(transaction, &uri)).await.unwrap();
        assert_eq!(left.is_some(), is_told);
    }
}

#[tokio::test]
async fn what_nobody_could_read_or_answer_is_refused_in_words() {
    let place = Place::new().await;
    let ana = place.account("ana").await;
    let plain = |text: &str| Draft::of_text(text, Visibility::Public);
    let poll = |options: &[&str], duration| NewPoll {
        options: options.iter().map(|title| (*title).to_owned()).collect(),
        choice: Choice::Single,
        duration,
    };
    let hour = alcove_protocol::time::HOUR;
    let asking = |poll: NewPoll| Draft { poll: Some(poll), ..Draft::of_text("?", Visibility::Public) };
    for draft in [
        plain("  \n "),
        plain(&"a".repeat(MAX_LENGTH + 1)),
        Draft { warning: "a\nb".into(), ..plain("x") },
        Draft { language: Some("de\"".into()), ..plain("x") },
        Draft::of_text("to nobody", Visibility::Direct),
        Draft { recipients: vec![place.site.actor(ana)], ..plain("x") },
        asking(poll(&["only one"], hour)),
        asking(poll(&["same", "same "], hour)),
        asking(poll(&["yes", ""], hour)),
        asking(poll(&["yes", "no"], 1)),
    ] {
        let refused = publish_as(&place, ana, draft.clone()).await;
        assert!(refused.unwrap_err().is_refusal("post"), "{draft:?}");
    }
    let nothing = Draft { in_reply_to: Some(1), ..plain("x") };
    assert!(matches!(publish_as(&place, ana, nothing).await, Err(Error::NotFound)));
}
