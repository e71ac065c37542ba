//! Following across two servers.

use alcove_protocol::{
    ActorId,
    activity::{follow::Follow, reject},
};
use alcove_server::{
    actions::outbox::Sent,
    db::follows::{self, FollowState, Side},
    error::Error,
    federation::lookup,
};
use serde_json::json;

use super::{
    signing::Key,
    world::{Person, Place, settle, two},
};

async fn state(place: &Place, follower: &ActorId, followed: &ActorId) -> Option<FollowState> {
    let (follower, followed) = (follower.clone(), followed.clone());
    place.read(move |transaction| follows::state(transaction, &follower, &followed)).await
}

async fn ask(place: &Place, person: &Person, followed: &ActorId) -> Sent {
    place.publish(person, json!({"type": "Follow", "object": followed})).await
}

/// S-20: a follow is pending until the other side has accepted it.
#[tokio::test]
async fn a_follow_is_asked_for_accepted_and_taken_back() {
    let (one, two, _) = two().await;
    let (ada, bob) = (one.person("ada").await, two.person("bob").await);
    let follow = ask(&one, &ada, &bob.actor).await;
    assert!(state(&one, &ada.actor, &bob.actor).await.is_some());
    settle(&one, &two).await;
    for place in [&one, &two] {
        assert_eq!(state(place, &ada.actor, &bob.actor).await, Some(FollowState::Accepted));
    }
    let actor = bob.actor.clone();
    assert_eq!(two.read(move |transaction| follows::count(transaction, &actor, Side::Followers)).await, 1);
    one.publish(&ada, json!({"type": "Undo", "object": follow.id})).await;
    settle(&one, &two).await;
    for place in [&one, &two] {
        assert_eq!(state(place, &ada.actor, &bob.actor).await, None);
    }
}

#[tokio::test]
async fn a_reject_ends_a_follow_and_only_that_of_whoever_was_asked() {
    let (one, two, time) = two().await;
    let (ada, bob, eve) = (one.person("ada").await, two.person("bob").await, two.person("eve").await);
    ask(&one, &ada, &bob.actor).await;
    settle(&one, &two).await;
    let follow = |followed: &Person| Follow {
        id: one.url("/a/unknown").parse().unwrap(),
        actor: ada.actor.clone(),
        object: followed.actor.clone(),
    };
    let inbox = one.url(&format!("/users/{}/inbox", ada.id));
    let by_eve = reject::build(&two.url("/a/r1").parse().unwrap(), &follow(&eve));
    let sent = Key::of(&two, &eve).await.post(&inbox, &by_eve, time.now()).send().await;
    assert_eq!(sent.0, 202);
    assert_eq!(state(&one, &ada.actor, &bob.actor).await, Some(FollowState::Accepted), "S-04");
    let by_bob = reject::build(&two.url("/a/r2").parse().unwrap(), &follow(&bob));
    let sent = Key::of(&two, &bob).await.post(&inbox, &by_bob, time.now()).send().await;
    assert_eq!(sent.0, 202);
    assert_eq!(state(&one, &ada.actor, &bob.actor).await, None);
}

/// S-64: somebody elsewhere is shown the page of their own server on which they can follow, and no other address.
#[tokio::test]
async fn a_server_says_where_its_people_follow_others() {
    let (one, two, _) = two().await;
    let (ada, _) = (one.person("ada").await, two.person("bob").await);
    let handle = |name: &str| alcove_protocol::Handle { name: name.into(), domain: two.host() };
    let way = lookup::subscribe_address(one.app(), &handle("bob"), &ada.actor).await.unwrap();
    let uri: String = url::form_urlencoded::byte_serialize(ada.actor.as_str().as_bytes()).collect();
    assert_eq!(way, two.url(&format!("/authorize_interaction?uri={uri}")));
    let nobody = lookup::subscribe_address(one.app(), &handle("nobody"), &ada.actor).await;
    assert!(matches!(nobody, Err(Error::NotFound)), "{nobody:?}");
}
