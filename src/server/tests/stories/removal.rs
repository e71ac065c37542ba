//! Removed means removed (promise P11): whoever was removed reads nothing more, and writes nothing that is shown.

use alcove_client::Standing;

use crate::{
    person::agreed,
    world::{TRIED_AGAIN, World},
};

#[tokio::test(flavor = "multi_thread")]
async fn who_was_removed_reads_nothing_after_where_the_committer_is() {
    who_was_removed_reads_nothing_after(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_removed_reads_nothing_after_where_the_removed_one_is() {
    who_was_removed_reads_nothing_after(1).await;
}

/// Promise P11: 50 messages after a removal from another server.
async fn who_was_removed_reads_nothing_after(starter: usize) {
    let world = World::new(&["one", "two"]).await;
    let [mut ada, mut bob, mut cy] = world.people(["ada@one", "bob@two", "cy@two"]).await;
    let chat = world.gather(starter, &mut [&mut ada, &mut bob, &mut cy]).await;
    bob.say(&chat, "all three").await;
    world.settle(&mut [&mut ada, &mut bob, &mut cy]).await;
    ada.remove(&chat, cy.actor()).await;
    world.settle(&mut [&mut ada, &mut bob, &mut cy]).await;
    for number in 0..25 {
        ada.say(&chat, &format!("without Cy {number}")).await;
        bob.say(&chat, &format!("without her {number}")).await;
    }
    world.settle(&mut [&mut ada, &mut bob, &mut cy]).await;
    agreed(&[&ada, &bob], &chat);
    assert_eq!((ada.transcript(&chat).len(), bob.transcript(&chat).len()), (51, 51));
    assert_eq!(cy.transcript(&chat), ["bob: all three"]);
    assert!(cy.has_ended(&chat), "Cy is told");
    assert_eq!(cy.view(&chat).standing, Standing::Over);
    assert!(cy.session.send(&chat, "let me in").await.is_err());
}

/// Promise P11: Cy writes into the epoch before her removal, on a server that has not heard of it. Those who have processed
/// the removal when it arrives do not show it; for those who read it before, it was written by a member.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_message_of_somebody_removed_is_not_shown() {
    let mut world = World::new(&["one", "two", "three"]).await;
    let [mut ada, mut cy, mut dan] = world.people(["ada@one", "cy@two", "dan@three"]).await;
    let chat = world.gather(2, &mut [&mut ada, &mut cy, &mut dan]).await;
    world.stop("one").await;
    cy.say(&chat, "not too late").await;
    world.settle(&mut [&mut cy, &mut dan]).await;
    world.stop("two").await;
    dan.remove(&chat, cy.actor()).await;
    world.start("one").await;
    world.pass(TRIED_AGAIN);
    world.settle(&mut [&mut ada, &mut dan]).await;
    assert_eq!(ada.view(&chat).people.len(), 2, "Ada has processed the removal");
    world.start("two").await;
    world.pass(TRIED_AGAIN);
    world.settle(&mut [&mut ada, &mut cy, &mut dan]).await;
    assert_eq!(dan.transcript(&chat), ["cy: not too late"]);
    assert!(ada.transcript(&chat).is_empty(), "it came after the removal");
    assert!(cy.has_ended(&chat));
    dan.say(&chat, "only us").await;
    world.settle(&mut [&mut ada, &mut cy, &mut dan]).await;
    agreed(&[&ada, &dan], &chat);
    assert_eq!(ada.transcript(&chat), ["dan: only us"]);
    assert_eq!(cy.transcript(&chat), ["cy: not too late"]);
}
