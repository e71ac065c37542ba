//! Passing on, liking, showing first.

use super::*;
use crate::{
    actions::{
        testing::Place,
        writing::{Draft, publish},
    },
    db::notifications,
};

async fn written(place: &Place, account: i64, draft: Draft) -> i64 {
    place.act(account, move |transaction, desk| publish(transaction, desk, &draft)).await.unwrap().post
}

async fn told(place: &Place, account: i64) -> Vec<String> {
    let rows = place
        .db
        .read(move |transaction| notifications::before(transaction, account, &Kind::ALL, i64::MAX, 10))
        .await
        .unwrap();
    rows.into_iter().map(|row| row.kind).collect()
}

/// S-29: a direct message is passed on by nobody, what is for followers by its author alone.
#[tokio::test]
async fn only_what_everybody_may_see_is_passed_on() {
    let place = Place::new().await;
    let (ana, bob) = (place.account("ana").await, place.account("bob").await);
    place.follow(&place.site.actor(bob), &place.site.actor(ana)).await;
    place.follow(&place.met("https://far.example/users/1").await, &place.site.actor(bob)).await;
    let letter = Draft { recipients: vec![place.site.actor(bob)], ..Draft::of_text("x", Visibility::Direct) };
    let letter = written(&place, ana, letter).await;
    let narrow = written(&place, ana, Draft::of_text("x", Visibility::Followers)).await;
    let wide = written(&place, ana, Draft::of_text("x", Visibility::Unlisted)).await;
    place.sent().await;
    for post in [letter, narrow] {
        let refused = place.act(bob, move |transaction, desk| boost(transaction, desk, post)).await;
        assert!(refused.unwrap_err().is_refusal("boost"));
    }
    let own = place.act(ana, move |transaction, desk| boost(transaction, desk, letter)).await;
    assert!(own.unwrap_err().is_refusal("boost"));
    let own = place.act(ana, move |transaction, desk| boost(transaction, desk, narrow)).await.unwrap();
    assert!(!own.document.to_string().contains(context::PUBLIC));
    let first = place.act(bob, move |transaction, desk| boost(transaction, desk, wide)).await.unwrap();
    let second = place.act(bob, move |transaction, desk| boost(transaction, desk, wide)).await.unwrap();
    assert_eq!(first.id, second.id, "passed on once, however often it is said");
    assert_eq!(told(&place, ana).await, ["boost"]);
    let undone = place.act(bob, move |transaction, desk| take_boost_back(transaction, desk, wide)).await;
    assert_eq!(undone.unwrap().document["object"]["id"], serde_json::json!(first.id));
    assert!(told(&place, ana).await.is_empty());
    let kinds: Vec<String> = place
        .kinds_sent()
        .await
        .into_iter()
        .filter(|(to, _)| to == "https://far.example/inbox")
        .map(|(_, kind)| kind)
        .collect();
    assert_eq!(kinds, ["Announce", "Announce", "Undo"]);
}

/// What was told is forgotten an hour after it has gone out; told again, it is whole again, and the same.
#[tokio::test]
async fn what_is_passed_on_or_liked_again_later_is_told_whole() {
    let mut place = Place::new().await;
    let (ana, bob) = (place.account("ana").await, place.account("bob").await);
    place.follow(&place.met("https://far.example/users/1").await, &place.site.actor(bob)).await;
    let post = written(&place, ana, Draft::of_text("x", Visibility::Public)).await;
    place.sent().await;
    place.act(bob, move |transaction, desk| boost(transaction, desk, post)).await.unwrap();
    let first = place.sent().await;
    for pause in [alcove_protocol::time::HOUR * 2, alcove_protocol::time::DAY * 40] {
        place.now = place.now.plus(pause);
        place.forget().await;
        place.act(bob, move |transaction, desk| boost(transaction, desk, post)).await.unwrap();
        let again = place.sent().await;
        assert_eq!(again.len(), 1);
        assert_eq!(again[0].1["id"], first[0].1["id"]);
        assert_eq!(again[0].1["object"], first[0].1["object"]);
        assert_eq!(again[0].1["published"], first[0].1["published"]);
    }
    let back =
        place.act(bob, move |transaction, desk| take_boost_back(transaction, desk, post)).await.unwrap();
    assert_eq!(back.document["object"]["id"], first[0].1["id"]);
}

#[tokio::test]
async fn a_like_is_for_the_author_alone() {
    let place = Place::new().await;
    let (ana, bob) = (place.account("ana").await, place.account("bob").await);
    place.follow(&place.met("https://far.example/users/1").await, &place.site.actor(bob)).await;
    let post = written(&place, ana, Draft::of_text("x", Visibility::Public)).await;
    place.sent().await;
    let liked = place.act(bob, move |transaction, desk| like(transaction, desk, post)).await.unwrap();
    assert_eq!(liked.document["to"], serde_json::json!([place.site.actor(ana)]));
    assert_eq!(told(&place, ana).await, ["like"]);
    let undone =
        place.act(bob, move |transaction, desk| take_like_back(transaction, desk, post)).await.unwrap();
    assert_eq!(undone.document["object"]["type"], "Like");
    assert!(told(&place, ana).await.is_empty() && place.sent().await.is_empty());
    let hidden = written(&place, ana, Draft::of_text("x", Visibility::Followers)).await;
    let unseen = place.act(bob, move |transaction, desk| like(transaction, desk, hidden)).await;
    assert!(matches!(unseen, Err(Error::NotFound)), "S-23");
}

#[tokio::test]
async fn a_few_own_posts_are_shown_first() {
    let place = Place::new().await;
    let (ana, bob) = (place.account("ana").await, place.account("bob").await);
    let mut posts = Vec::new();
    for _ in 0..=MAX_FEATURED {
        posts.push(written(&place, ana, Draft::of_text("x", Visibility::Public)).await);
    }
    let narrow = written(&place, ana, Draft::of_text("x", Visibility::Followers)).await;
    let first = posts[0];
    let foreign = place.act(bob, move |transaction, desk| pin(transaction, desk, first)).await;
    assert!(matches!(foreign, Err(Error::NotFound)));
    let last = posts.pop().unwrap();
    for post in posts {
        place.act(ana, move |transaction, desk| pin(transaction, desk, post)).await.unwrap();
    }
    for post in [last, narrow] {
        let refused = place.act(ana, move |transaction, desk| pin(transaction, desk, post)).await;
        assert!(refused.unwrap_err().is_refusal("pin"));
    }
    place.act(ana, move |transaction, desk| unpin(transaction, desk, first)).await.unwrap();
    place.act(ana, move |transaction, desk| pin(transaction, desk, last)).await.unwrap();
}
