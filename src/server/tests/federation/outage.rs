//! A server that is down for days while people elsewhere go on posting: what they wrote, changed and took back is there
//! afterwards, in its order. The same for messages is told in `delivering.rs` and, with real devices, in `stories/outage.rs`.

use alcove_protocol::{
    context,
    time::{DAY, HOUR, MINUTE},
};
use alcove_server::db::{
    posts::{self, PostRow},
    timelines::{self, Place::Home},
    tombstones,
};
use serde_json::{Value, json};

use super::world::{Person, Place, settle, two};

/// Somebody writes for everybody; the id of the post.
async fn says(place: &Place, author: &Person, text: &str) -> String {
    let followers = format!("{}/followers", author.actor);
    let note = json!({"type": "Note", "content": text, "to": [context::PUBLIC], "cc": [followers]});
    let sent = place.publish(author, json!({"type": "Create", "object": note})).await;
    sent.document["object"]["id"].as_str().unwrap().to_owned()
}

/// The texts of what somebody is shown of others, in the order in which it was written.
async fn read(place: &Place, person: &Person) -> Vec<String> {
    let account = person.id;
    let shown = place.read(move |transaction| timelines::after(transaction, account, &[Home], 0, 100)).await;
    let mut posts: Vec<PostRow> = shown.into_iter().map(|shown| shown.post).collect();
    posts.sort_by_key(|post| post.published_at);
    posts.into_iter().map(|post| post.content).collect()
}

/// FEDERATION.md section 2: what is for everybody is tried for three days, and that it is gone for as long as any message.
#[tokio::test]
async fn posts_edits_and_deletes_of_the_days_away_are_there_afterwards() {
    let (one, mut two, time) = two().await;
    let (ada, bob) = (one.person("ada").await, two.person("bob").await);
    two.publish(&bob, json!({"type": "Follow", "object": ada.actor})).await;
    settle(&one, &two).await;
    let before = says(&one, &ada, "before").await;
    time.pass(MINUTE);
    let regretted = says(&one, &ada, "a mistake").await;
    settle(&one, &two).await;
    assert_eq!(read(&two, &bob).await, ["before", "a mistake"]);
    two.stop().await;
    let first = says(&one, &ada, "first").await;
    let does = async |activity: Value| {
        one.publish(&ada, activity).await;
        one.drain().await;
    };
    time.pass(DAY);
    does(json!({"type": "Update", "object": {"id": first, "type": "Note", "content": "first, mended"}}))
        .await;
    does(json!({"type": "Delete", "object": regretted})).await;
    let second = says(&one, &ada, "second").await;
    time.pass(DAY);
    does(json!({"type": "Delete", "object": second})).await;
    says(&one, &ada, "third").await;
    time.pass(12 * HOUR);
    one.drain().await;
    two.start().await;
    // The longest pause is six hours and a quarter of them.
    time.pass(8 * HOUR);
    settle(&one, &two).await;
    time.pass(MINUTE);
    settle(&one, &two).await;
    assert_eq!(read(&two, &bob).await, ["before", "first, mended", "third"]);
    let (gone, stays) = ([regretted, second], before);
    two.read(move |transaction| {
        for uri in gone {
            assert_eq!(posts::by_uri(transaction, &uri)?, None, "{uri}");
            assert!(tombstones::find(transaction, &uri)?.is_some(), "{uri}");
        }
        assert!(posts::by_uri(transaction, &stays)?.is_some());
        Ok(())
    })
    .await;
}
