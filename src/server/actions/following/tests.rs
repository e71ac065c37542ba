//! Following, as people here ask and answer.

use super::*;
use crate::{
    actions::testing::Place,
    db::{
        follows::Side,
        notifications::{self, Kind},
        profiles::ProfileRow,
    },
};

async fn locked(place: &Place, name: &str) -> i64 {
    let account = place.account(name).await;
    let row = ProfileRow {
        follow_approval: Approval::Manual.as_str().into(),
        ..ProfileRow::empty(account, place.now)
    };
    place.write(move |transaction, _, _| profiles::put(transaction, &row)).await.unwrap();
    account
}

async fn told(place: &Place, account: i64) -> Vec<String> {
    let rows = place
        .db
        .read(move |transaction| notifications::before(transaction, account, &Kind::ALL, i64::MAX, 10))
        .await
        .unwrap();
    rows.into_iter().map(|row| row.kind).collect()
}

async fn state(place: &Place, follower: &ActorId, followed: &ActorId) -> Option<FollowState> {
    let (follower, followed) = (follower.clone(), followed.clone());
    place.db.read(move |transaction| follows::state(transaction, &follower, &followed)).await.unwrap()
}

/// S-20: who approves followers is asked, and the follow counts from the answer on.
#[tokio::test]
async fn a_locked_account_is_asked_and_answers() {
    let place = Place::new().await;
    let (ana, bob) = (place.account("ana").await, locked(&place, "bob").await);
    let (one, other) = (place.site.actor(ana), place.site.actor(bob));
    let to = other.clone();
    place.act(ana, move |transaction, desk| ask(transaction, desk, &to)).await.unwrap();
    assert_eq!(state(&place, &one, &other).await, Some(FollowState::Pending));
    assert_eq!(told(&place, bob).await, ["follow_request"]);
    let who = one.clone();
    place.act(bob, move |transaction, desk| grant(transaction, desk, &who)).await.unwrap();
    assert_eq!(state(&place, &one, &other).await, Some(FollowState::Accepted));
    assert_eq!(told(&place, bob).await, ["follow"], "the request is no news any more");
    let who = one.clone();
    place.act(bob, move |transaction, desk| decline(transaction, desk, &who)).await.unwrap();
    assert_eq!(state(&place, &one, &other).await, None, "a follower is removed in the same way");
}

#[tokio::test]
async fn everybody_else_lets_others_follow_at_once_and_hears_of_it() {
    let place = Place::new().await;
    let (ana, bob) = (place.account("ana").await, place.account("bob").await);
    let (one, other) = (place.site.actor(ana), place.site.actor(bob));
    let to = other.clone();
    place.act(ana, move |transaction, desk| ask(transaction, desk, &to)).await.unwrap();
    assert_eq!(state(&place, &one, &other).await, Some(FollowState::Accepted));
    assert_eq!(told(&place, bob).await, ["follow"]);
    let to = other.clone();
    place.act(ana, move |transaction, desk| end(transaction, desk, &to)).await.unwrap();
    assert!(told(&place, bob).await.is_empty());
    let own = one.clone();
    let own = place.act(ana, move |transaction, desk| ask(transaction, desk, &own)).await;
    assert!(own.unwrap_err().is_refusal("follow-yourself"));
    let nobody = place.site.actor(1);
    let nobody = place.act(ana, move |transaction, desk| ask(transaction, desk, &nobody)).await;
    assert!(matches!(nobody, Err(Error::NotFound)));
}

#[tokio::test]
async fn others_are_asked_and_answered_by_activities() {
    let place = Place::new().await;
    let (ana, far) = (locked(&place, "ana").await, place.met("https://far.example/users/1").await);
    let actor = place.site.actor(ana);
    let to = far.clone();
    place.act(ana, move |transaction, desk| ask(transaction, desk, &to)).await.unwrap();
    let to = far.clone();
    place.act(ana, move |transaction, desk| end(transaction, desk, &to)).await.unwrap();
    place.follow(&far, &actor).await;
    let who = far.clone();
    place.act(ana, move |transaction, desk| grant(transaction, desk, &who)).await.unwrap();
    let who = far.clone();
    place.act(ana, move |transaction, desk| decline(transaction, desk, &who)).await.unwrap();
    let kinds: Vec<String> = place
        .kinds_sent()
        .await
        .into_iter()
        .map(|(to, kind)| {
            assert_eq!(to, far.as_str());
            kind
        })
        .collect();
    assert_eq!(kinds, ["Follow", "Undo", "Accept", "Reject"], "in the order in which it was done");
    let again = place.act(ana, move |transaction, desk| grant(transaction, desk, &far)).await;
    assert!(matches!(again, Err(Error::NotFound)), "nobody asks any more");
    let left = place.db.read(move |transaction| follows::count(transaction, &actor, Side::Followers)).await;
    assert_eq!(left.unwrap(), 0);
}
