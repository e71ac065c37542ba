//! What a sender can see of a message on its way to a server that does not answer.

use alcove_protocol::{
    GroupId,
    api::{Delivery, DeliveryState},
    time::DAY,
};

use crate::{
    person::Person,
    world::{TRIED_AGAIN, World},
};

/// What became of the last message, for its one recipient.
async fn delivery(sender: &mut Person, chat: &GroupId) -> Delivery {
    let message = sender.messages(chat).pop().unwrap();
    let [delivery] = sender.session.deliveries(&message).await.unwrap().try_into().unwrap();
    delivery
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_to_a_server_that_is_down_is_queued_until_it_is_back() {
    let mut world = World::new(&["one", "two"]).await;
    let [mut ada, mut bob] = world.people(["ada@one", "bob@two"]).await;
    let chat = world.gather(0, &mut [&mut ada, &mut bob]).await;
    world.stop("two").await;
    ada.say(&chat, "are you there?").await;
    world.settle(&mut [&mut ada]).await;
    let waiting = delivery(&mut ada, &chat).await;
    assert_eq!((waiting.state, &waiting.recipient), (DeliveryState::Queued, &bob.actor()));
    assert!(waiting.attempts > 0 && waiting.next_attempt_at.is_some());
    let reason = waiting.reason.unwrap();
    assert!(reason.contains("127.0.0.1"), "it names the server: {reason}");
    world.start("two").await;
    world.pass(TRIED_AGAIN);
    world.settle(&mut [&mut ada, &mut bob]).await;
    let arrived = delivery(&mut ada, &chat).await;
    assert_eq!(
        (arrived.state, arrived.reason, arrived.next_attempt_at),
        (DeliveryState::Delivered, None, None)
    );
    assert_eq!(bob.transcript(&chat), ["ada: are you there?"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_fourteen_days_it_has_failed_and_says_why() {
    let mut world = World::new(&["one", "two"]).await;
    let [mut ada, mut bob] = world.people(["ada@one", "bob@two"]).await;
    let chat = world.gather(0, &mut [&mut ada, &mut bob]).await;
    world.stop("two").await;
    ada.say(&chat, "are you there?").await;
    for _ in 0..13 {
        world.pass(DAY);
        world.settle(&mut [&mut ada]).await;
    }
    assert_eq!(delivery(&mut ada, &chat).await.state, DeliveryState::Queued);
    world.pass(DAY);
    world.settle(&mut [&mut ada]).await;
    let failed = delivery(&mut ada, &chat).await;
    assert_eq!((failed.state, failed.next_attempt_at), (DeliveryState::Failed, None));
    let reason = failed.reason.unwrap();
    assert!(reason.contains("127.0.0.1") && reason.contains("14 days"), "{reason}");
    // The conversation goes on.
    world.start("two").await;
    ada.say(&chat, "and now?").await;
    world.pass(TRIED_AGAIN);
    world.settle(&mut [&mut ada, &mut bob]).await;
    assert_eq!(delivery(&mut ada, &chat).await.state, DeliveryState::Delivered);
    assert_eq!(bob.transcript(&chat), ["ada: and now?"]);
}
