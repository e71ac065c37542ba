//! What people do in the open.

use serde_json::json;

use super::*;
use crate::{actions::testing::Place, db::items::Selection};

async fn post(place: &Place, account: i64, document: Value) -> Result<Sent> {
    place.write(move |transaction, site, moment| publish(transaction, site, moment, account, document)).await
}

fn note(to: &[&str]) -> Value {
    json!({"type": "Create", "object": {"type": "Note", "content": "hello", "to": to}})
}

#[tokio::test]
async fn a_note_reaches_whom_it_names_and_is_taken_back() {
    let place = Place::new().await;
    let (ana, bob) = (place.account("ana").await, place.account("bob").await);
    let actor = place.site.actor(bob);
    let sent = post(&place, ana, note(&[actor.as_str()])).await.unwrap();
    assert_eq!(sent.document["to"], json!([actor]));
    assert_eq!(place.arrived(bob, Selection::Plain).await, std::slice::from_ref(&sent.document));
    let object = sent.document["object"]["id"].clone();
    let foreign = post(&place, bob, json!({"type": "Delete", "object": object})).await;
    assert!(matches!(foreign, Err(Error::NotFound)), "S-04: only the author");
    post(&place, ana, json!({"type": "Delete", "object": object})).await.unwrap();
    let left = place.arrived(bob, Selection::Plain).await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["type"], "Delete");
}

/// S-29: what was sent to certain people stands in no outbox, and hidden recipients on no document (trap T11).
#[tokio::test]
async fn only_public_posts_are_shown_in_the_outbox() {
    let place = Place::new().await;
    let (ana, bob) = (place.account("ana").await, place.account("bob").await);
    let actor = place.site.actor(bob);
    post(&place, ana, note(&[actor.as_str()])).await.unwrap();
    let mut hidden = note(&[context::PUBLIC]);
    hidden["bto"] = json!(actor);
    let public = post(&place, ana, hidden).await.unwrap();
    assert!(!public.document.to_string().contains(actor.as_str()));
    assert_eq!(place.arrived(bob, Selection::Plain).await.len(), 2);
    let shown = place.db.read(move |transaction| public_posts(transaction, ana, i64::MAX)).await.unwrap();
    assert_eq!(shown.into_iter().map(|(_, post)| post).collect::<Vec<_>>(), [public.document]);
}

/// Whoever walks through an outbox is shown page after page, each as large as what it shows.
#[tokio::test]
async fn an_outbox_is_walked_in_pages_of_what_is_public() {
    let place = Place::new().await;
    let (ana, bob) = (place.account("ana").await, place.account("bob").await);
    let actor = place.site.actor(bob);
    let mut public = Vec::new();
    for _ in 0..23 {
        post(&place, ana, note(&[actor.as_str()])).await.unwrap();
        public.push(post(&place, ana, note(&[context::PUBLIC])).await.unwrap());
    }
    let deleted = public.remove(5);
    let object = deleted.document["object"]["id"].clone();
    public.push(post(&place, ana, json!({"type": "Delete", "object": object})).await.unwrap());
    let (mut before, mut pages, mut shown) = (i64::MAX, Vec::new(), Vec::new());
    loop {
        let page = place.db.read(move |transaction| public_posts(transaction, ana, before)).await.unwrap();
        let Some((last, _)) = page.last() else { break };
        before = *last;
        pages.push(page.len());
        shown.extend(page.into_iter().map(|(_, post)| post));
    }
    assert_eq!(pages, [20, 3]);
    assert_eq!(shown, public.into_iter().rev().map(|sent| sent.document).collect::<Vec<_>>());
    let large = json!({"type": "Create", "object":
        {"type": "Note", "content": "x".repeat(200 << 10), "to": [context::PUBLIC]}});
    for _ in 0..8 {
        post(&place, ana, large.clone()).await.unwrap();
    }
    let page = place.db.read(move |transaction| public_posts(transaction, ana, i64::MAX)).await.unwrap();
    assert_eq!(page.len(), 5, "a page holds about a megabyte");
}

#[tokio::test]
async fn follows_are_asked_for_and_taken_back() {
    let place = Place::new().await;
    let (ana, far) = (place.account("ana").await, ActorId::parse("https://far.example/users/1").unwrap());
    let follow = post(&place, ana, json!({"type": "Follow", "object": far})).await.unwrap();
    let actor = place.site.actor(ana);
    let state = |actor: ActorId, far: ActorId| {
        place.db.read(move |transaction| follows::state(transaction, &actor, &far))
    };
    assert_eq!(state(actor.clone(), far.clone()).await.unwrap(), Some(FollowState::Pending), "S-20");
    post(&place, ana, json!({"type": "Undo", "object": follow.id})).await.unwrap();
    assert_eq!(state(actor, far).await.unwrap(), None);
    let again = post(&place, ana, json!({"type": "Undo", "object": follow.id})).await;
    assert!(again.is_err(), "there is nothing left to undo");
}

#[tokio::test]
async fn what_we_do_not_know_is_refused_by_name() {
    let place = Place::new().await;
    let ana = place.account("ana").await;
    let refused = post(&place, ana, json!({"type": "Move", "object": "https://a.example/"})).await;
    assert!(refused.unwrap_err().is_refusal("unsupported-activity"));
    let empty = post(&place, ana, json!({"type": "Create", "object": {"type": "Question"}})).await;
    assert!(empty.unwrap_err().is_refusal("activity"));
}
