//! Emoji of a place, as they go out.

use alcove_protocol::{actor::own::Reader, post::Visibility};
use serde_json::json;

use super::*;
use crate::{
    actions::{
        profiles::{self, edit},
        testing::Place,
        writing::{self, Body, Draft, edit as rewriting},
    },
    db::{
        accounts::{self, Role},
        media as table,
        profiles::{Approval, Discovery},
    },
    media::picture::Shape,
    text::Mentions,
};

/// An emoji of a place with somebody who runs it.
async fn with_emoji(place: &Place, shortcode: &'static str, state: State) -> (i64, i64) {
    let ada = place.account("ada").await;
    let row = place.picture(ada, Shape::Emoji, state);
    let file = row.id;
    place
        .act(ada, move |transaction, desk| {
            accounts::set_role(transaction, ada, Role::Admin)?;
            table::insert(transaction, &row)?;
            add(transaction, desk, shortcode, file)
        })
        .await
        .unwrap();
    (ada, file)
}

/// What others need to show it stands beside the text, in a post and in its edit.
#[tokio::test]
async fn posts_carry_the_emoji_that_they_use() {
    let place = Place::new().await;
    let (ada, _) = with_emoji(&place, "tent", State::Ready).await;
    place.follow(&place.met("https://far.example/users/1").await, &place.site.actor(ada)).await;
    let draft = Draft { warning: ":tent:".into(), ..Draft::of_text("12:30:45 :other:", Visibility::Public) };
    let post =
        place.act(ada, move |transaction, desk| writing::publish(transaction, desk, &draft)).await.unwrap();
    let tags = post.sent.document["object"]["tag"].clone();
    assert_eq!(tags.as_array().unwrap().len(), 1);
    assert_eq!((&tags[0]["type"], &tags[0]["name"]), (&json!("Emoji"), &json!(":tent:")));
    assert!(tags[0]["icon"]["url"].as_str().unwrap().starts_with("https://here.example/media/"));
    let change = rewriting::Change {
        body: Body::Typed("no more".into(), Mentions::new()),
        warning: String::new(),
        sensitive: false,
        language: None,
        media: Vec::new(),
    };
    let edited =
        place.act(ada, move |transaction, desk| rewriting::edit(transaction, desk, post.post, &change)).await;
    assert_eq!(edited.unwrap().sent.document["object"]["tag"], json!([]));
}

#[tokio::test]
async fn profiles_carry_them_as_well() {
    let place = Place::new().await;
    let (ada, _) = with_emoji(&place, "tent", State::Ready).await;
    place.give_keys(ada).await;
    let change = edit::Change {
        name: "Ada :tent:".into(),
        text: String::new(),
        mentions: Mentions::new(),
        fields: Vec::new(),
        without: Vec::new(),
        follow_approval: Approval::Automatic,
        discovery: Discovery::Open,
    };
    place.act(ada, move |transaction, desk| edit::edit(transaction, desk, &change)).await.unwrap();
    let site = place.site.clone();
    let document =
        place.db.read(move |transaction| profiles::document(transaction, &site, ada, Reader::Public)).await;
    assert_eq!(document.unwrap()["tag"][0]["name"], ":tent:");
}

/// What is not ready is told to nobody; what is an emoji is kept, and goes once it is none.
#[tokio::test]
async fn pictures_are_kept_as_long_as_they_are_emoji() {
    let place = Place::new().await;
    let (ada, file) = with_emoji(&place, "tent", State::Processing).await;
    let used_now = async || {
        let site = place.site.clone();
        place.db.read(move |transaction| used(transaction, &site, [":tent:"])).await.unwrap().len()
    };
    assert_eq!(used_now().await, 0);
    let prepared = table::Prepared {
        content_type: "image/png".into(),
        bytes: 1,
        width: Some(1),
        height: Some(1),
        blurhash: None,
    };
    place.write(move |transaction, _, _| table::is_ready(transaction, file, &prepared)).await.unwrap();
    assert_eq!(used_now().await, 1);
    let late = place.now.plus(alcove_protocol::time::DAY);
    let pruned = async || {
        place.write(move |transaction, _, _| table::prune(transaction, late, 10)).await.unwrap().len()
    };
    assert_eq!(pruned().await, 0);
    place.act(ada, |transaction, desk| remove(transaction, desk, "tent")).await.unwrap();
    assert_eq!(pruned().await, 1);
}
