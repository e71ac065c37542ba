//! What people do in the open across two servers: posts, boosts, follows that are asked for, and a server that is away for
//! days meanwhile.

use alcove_protocol::{
    ActorId,
    api::DeliveryState,
    context,
    post::Visibility,
    time::{DAY, HOUR},
};
use alcove_server::{
    actions::{
        desk::Desk,
        following,
        writing::{self, Draft, Written},
    },
    db::{
        follows::{self, FollowState},
        profiles::{self, Approval, ProfileRow},
    },
};
use serde_json::json;

use super::world::{Person, Place, settle, two};

/// Somebody writes something.
async fn write(place: &Place, author: &Person, draft: Draft) -> Written {
    let (site, moment, account) = (place.app().site.clone(), place.app().moment(), author.id);
    place
        .write(move |transaction| writing::publish(transaction, &Desk::new(&site, &moment, account), &draft))
        .await
}

async fn follow(one: &Place, two: &Place, follower: &Person, followed: &Person) {
    two.publish(follower, json!({"type": "Follow", "object": followed.actor})).await;
    settle(one, two).await;
}

/// P3: what is for everybody is tried for three days and letters for fourteen, and these come in the order in which they were
/// written. Posts do not wait for each other.
#[tokio::test]
async fn a_server_that_was_away_for_days_gets_what_it_missed() {
    let (one, mut two, time) = two().await;
    let (ada, bob) = (one.person("ada").await, two.person("bob").await);
    follow(&one, &two, &bob, &ada).await;
    two.stop().await;
    let (mut posts, mut letters) = (Vec::new(), Vec::new());
    for day in 0..2 {
        posts.push(write(&one, &ada, Draft::of_text(&format!("post {day}"), Visibility::Public)).await);
        let letter = Draft {
            recipients: vec![bob.actor.clone()],
            ..Draft::of_text(&format!("letter {day}"), Visibility::Direct)
        };
        letters.push(write(&one, &ada, letter).await);
        one.drain().await;
        time.pass(DAY);
        one.drain().await;
    }
    two.start().await;
    time.pass(8 * HOUR);
    settle(&one, &two).await;
    for written in posts.iter().chain(&letters) {
        let deliveries = one.deliveries(&written.sent.id).await;
        assert_eq!(deliveries.len(), 1, "{deliveries:?}");
        assert_eq!(deliveries[0].state, DeliveryState::Delivered, "{deliveries:?}");
    }
    let arrived = two.arrived(&bob).await;
    for kind in ["post", "letter"] {
        let mut told: Vec<&String> = arrived.iter().filter(|text| text.contains(kind)).collect();
        if kind == "post" {
            told.sort();
        }
        assert_eq!(told, [&format!("<p>{kind} 0</p>"), &format!("<p>{kind} 1</p>")]);
    }
}

#[tokio::test]
async fn a_post_is_given_up_before_a_letter() {
    let (one, mut two, time) = two().await;
    let (ada, bob) = (one.person("ada").await, two.person("bob").await);
    follow(&one, &two, &bob, &ada).await;
    two.stop().await;
    let post = write(&one, &ada, Draft::of_text("post", Visibility::Public)).await;
    let recipients = vec![bob.actor.clone()];
    let letter =
        write(&one, &ada, Draft { recipients, ..Draft::of_text("letter", Visibility::Direct) }).await;
    for _ in 0..5 {
        one.drain().await;
        time.pass(DAY);
    }
    one.drain().await;
    let state = async |written: &Written| one.deliveries(&written.sent.id).await.remove(0);
    let given_up = state(&post).await;
    assert_eq!(given_up.state, DeliveryState::Failed);
    assert!(given_up.reason.unwrap().ends_with("It was tried for 3 days."));
    let waiting = state(&letter).await;
    assert_eq!((waiting.state, &waiting.recipient), (DeliveryState::Queued, &bob.actor));
}

/// S-20: somebody who approves followers is asked over there, and what is for followers comes after the answer only.
#[tokio::test]
async fn a_locked_account_answers_across_servers() {
    let (one, two, _) = two().await;
    let (ada, bob) = (one.person("ada").await, two.person("bob").await);
    two.publish(&bob, json!({"type": "Follow", "object": ada.actor})).await;
    let (account, now) = (ada.id, one.app().clock.now());
    one.write(move |transaction| {
        let follow_approval = Approval::Manual.as_str().to_owned();
        profiles::put(transaction, &ProfileRow { follow_approval, ..ProfileRow::empty(account, now) })
    })
    .await;
    settle(&one, &two).await;
    let state = async |place: &Place| {
        let (bob, ada): (ActorId, ActorId) = (bob.actor.clone(), ada.actor.clone());
        place.read(move |transaction| follows::state(transaction, &bob, &ada)).await
    };
    let (site, moment, who) = (one.app().site.clone(), one.app().moment(), bob.actor.clone());
    one.write(move |transaction| {
        let desk = Desk::new(&site, &moment, account);
        match follows::state(transaction, &who, &desk.actor)? {
            Some(FollowState::Pending) => following::grant(transaction, &desk, &who).map(drop),
            _ => Ok(()),
        }
    })
    .await;
    settle(&one, &two).await;
    assert_eq!(state(&one).await, Some(FollowState::Accepted));
    assert_eq!(state(&two).await, Some(FollowState::Accepted));
    let note = json!({"type": "Note", "content": "for you", "to": [format!("{}/followers", ada.actor)]});
    let sent = one.publish(&ada, json!({"type": "Create", "object": note})).await;
    assert!(!sent.document.to_string().contains(context::PUBLIC));
    settle(&one, &two).await;
    assert_eq!(one.deliveries(&sent.id).await[0].state, DeliveryState::Delivered);
}
