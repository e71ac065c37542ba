//! What everybody reads of people here and of their posts.

use alcove_protocol::post::Visibility;

use super::*;
use crate::actions::{
    testing::Place,
    writing::{self, Draft, Written},
};

async fn written(place: &Place, account: i64, draft: Draft) -> Written {
    place.act(account, move |transaction, desk| writing::publish(transaction, desk, &draft)).await.unwrap()
}

async fn read(
    place: &Place,
    work: impl FnOnce(&mut Transaction<'_>, &Site) -> Result<Value> + Send + 'static,
) -> Result<Value> {
    let site = place.site.clone();
    place.db.read(move |transaction| work(transaction, &site)).await
}

async fn of(place: &Place, post: &ObjectId, which: OfPost) -> Result<Value> {
    let post = post.clone();
    read(place, move |transaction, site| of_post(transaction, site, &post, which, None)).await
}

/// S-29, and honest totals: what a collection says that it holds is what it shows.
#[tokio::test]
async fn an_outbox_is_walked_in_pages_of_what_is_for_everybody() {
    let place = Place::new().await;
    let (ana, bob) = (place.account("ana").await, place.account("bob").await);
    let mut expected = Vec::new();
    for number in 0..22 {
        let letter =
            Draft { recipients: vec![place.site.actor(bob)], ..Draft::of_text("x", Visibility::Direct) };
        written(&place, ana, letter).await;
        let visibility = if number % 2 == 0 { Visibility::Public } else { Visibility::Unlisted };
        let post = written(&place, ana, Draft::of_text("x", visibility)).await;
        expected.push(post.sent.id.to_string());
    }
    let foreign = written(&place, bob, Draft::of_text("x", Visibility::Public)).await;
    let boost =
        place.act(ana, move |transaction, desk| sharing::boost(transaction, desk, foreign.post)).await;
    expected.push(boost.unwrap().id.to_string());
    let outbox = read(&place, move |transaction, site| outbox(transaction, site, ana)).await.unwrap();
    assert_eq!(outbox["totalItems"], 23);
    let (mut next, mut pages, mut shown) = (outbox["first"].clone(), Vec::new(), Vec::new());
    while let Some(address) = next.as_str() {
        let before: i64 = address.rsplit('=').next().unwrap().parse().unwrap();
        let page =
            read(&place, move |transaction, site| outbox_page(transaction, site, ana, before)).await.unwrap();
        let ids: Vec<String> = page["orderedItems"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .collect();
        pages.push(ids.len());
        shown.extend(ids);
        next = page["next"].clone();
    }
    expected.reverse();
    assert_eq!((pages, shown), (vec![20, 3, 0], expected));
}

#[tokio::test]
async fn a_thread_is_collected_as_far_as_everybody_may_see_it() {
    let place = Place::new().await;
    let (ana, bob) = (place.account("ana").await, place.account("bob").await);
    let post = written(&place, ana, Draft::of_text("first", Visibility::Public)).await;
    let id = ObjectId::parse(post.sent.document["object"]["id"].as_str().unwrap()).unwrap();
    let answer = |visibility| Draft { in_reply_to: Some(post.post), ..Draft::of_text("answer", visibility) };
    let public = written(&place, bob, answer(Visibility::Public)).await;
    written(&place, bob, answer(Visibility::Followers)).await;
    let deeper = Draft { in_reply_to: Some(public.post), ..Draft::of_text("deeper", Visibility::Unlisted) };
    let deeper = written(&place, ana, deeper).await;
    place.act(bob, move |transaction, desk| sharing::like(transaction, desk, post.post)).await.unwrap();
    let object = |written: &Written| written.sent.document["object"]["id"].clone();
    let replies = of(&place, &id, OfPost::Replies).await.unwrap();
    assert_eq!(replies["totalItems"], 1);
    assert_eq!(replies["first"]["orderedItems"], json!([object(&public)]));
    let thread = of(&place, &id, OfPost::Context).await.unwrap();
    assert_eq!(thread["totalItems"], 3);
    assert_eq!(thread["first"]["orderedItems"], json!([id, object(&public), object(&deeper)]));
    assert_eq!(of(&place, &id, OfPost::Likes).await.unwrap()["totalItems"], 1);
    assert_eq!(of(&place, &id, OfPost::Shares).await.unwrap()["totalItems"], 0);
}

/// S-23: of a post that not everybody may see there is nothing, as of one that never was.
#[tokio::test]
async fn narrow_posts_have_no_collections() {
    let place = Place::new().await;
    let ana = place.account("ana").await;
    let narrow = written(&place, ana, Draft::of_text("x", Visibility::Followers)).await;
    let id = ObjectId::parse(narrow.sent.document["object"]["id"].as_str().unwrap()).unwrap();
    for which in [OfPost::Replies, OfPost::Context, OfPost::Likes, OfPost::Shares] {
        assert!(matches!(of(&place, &id, which).await, Err(Error::NotFound)));
    }
    let nothing = ObjectId::parse(&place.site.object("nothing")).unwrap();
    assert!(matches!(of(&place, &nothing, OfPost::Replies).await, Err(Error::NotFound)));
}
