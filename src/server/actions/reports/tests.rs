//! Reports, taken in here and passed on.

use alcove_protocol::{Timestamp, post::PostKind};

use super::*;
use crate::{
    actions::testing::Place,
    db::{accounts as table, posts::PostRow},
};

/// A post of somebody elsewhere, as if it had arrived.
async fn post(place: &Place, author: &ActorId, uri: &str) -> ObjectId {
    let (author, uri, id, now) = (author.clone(), uri.to_owned(), place.moment().id(), place.now);
    let object = ObjectId::parse(&uri).unwrap();
    place
        .write(move |transaction, _, _| {
            let actor_id = actors::by_uri(transaction, &author)?.unwrap().id;
            let Timestamp(at) = now;
            let row = PostRow {
                id,
                uri,
                actor_id,
                kind: PostKind::Note.name().into(),
                visibility: "public".into(),
                in_reply_to: None,
                context: None,
                conversation_id: None,
                summary: None,
                content: "<p>rude</p>".into(),
                source: None,
                details: None,
                published_at: at,
                edited_at: None,
                created_at: at,
                touched_at: None,
            };
            posts::insert(transaction, &row).map(drop)
        })
        .await
        .unwrap();
    object
}

fn about(target: &ActorId, posts: Vec<ObjectId>, readers: Readers) -> Report {
    Report { target: target.clone(), posts, comment: "Please look at this.".into(), readers }
}

#[tokio::test]
async fn a_report_is_passed_on_by_the_server_and_only_if_that_is_wanted() {
    let place = Place::new().await;
    let (ana, far) = (place.account("ana").await, place.met("https://far.example/users/1").await);
    let rude = post(&place, &far, "https://far.example/o/1").await;
    let here = about(&far, vec![rude.clone()], Readers::Here);
    place.act(ana, move |transaction, desk| report(transaction, desk, &here)).await.unwrap();
    assert!(place.sent().await.is_empty());
    let there = about(&far, vec![rude.clone()], Readers::AndThere);
    let row = place.act(ana, move |transaction, desk| report(transaction, desk, &there)).await.unwrap().id;
    let sent = place.sent().await;
    assert_eq!(sent.len(), 1);
    assert_eq!(
        sent[0].1["actor"],
        serde_json::json!(place.site.instance_actor()),
        "nobody learns who it was"
    );
    assert!(!sent[0].1.to_string().contains(place.site.actor(ana).as_str()));
    assert_eq!(sent[0].1["object"], serde_json::json!([far, rude]));
    let foreign =
        post(&place, &place.met("https://other.example/users/1").await, "https://other.example/o/1").await;
    let wrong = about(&far, vec![foreign], Readers::Here);
    let wrong = place.act(ana, move |transaction, desk| report(transaction, desk, &wrong)).await;
    assert!(wrong.unwrap_err().is_refusal("report"));
    let closed = place.act(ana, move |transaction, desk| close(transaction, desk, row)).await;
    assert!(matches!(closed, Err(Error::Forbidden(_))));
    place
        .write(move |transaction, _, _| table::set_role(transaction, ana, table::Role::Admin))
        .await
        .unwrap();
    place.act(ana, move |transaction, desk| close(transaction, desk, row)).await.unwrap();
    let left = place.db.read(move |transaction| open(transaction, ana, i64::MAX, 10)).await.unwrap();
    assert_eq!(left.len(), 1);
    let again = place.act(ana, move |transaction, desk| close(transaction, desk, row)).await;
    assert!(matches!(again, Err(Error::NotFound)));
}
