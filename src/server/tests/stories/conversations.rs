//! The first messages: within one server, and across two, hosted by either side.

use alcove_client::{Command, Event};

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn two_people_on_one_server_talk() {
    let world = World::new(&["one"]).await;
    let [mut ada, mut bob] = world.people(["ada@one", "bob@one"]).await;
    let chat = ada.start(&[&bob]).await;
    ada.say(&chat, "hello Bob").await;
    world.settle(&mut [&mut ada, &mut bob]).await;
    bob.say(&chat, "hello Ada").await;
    world.settle(&mut [&mut ada, &mut bob]).await;
    for person in [&ada, &bob] {
        assert_eq!(person.transcript(&chat), ["ada: hello Bob", "bob: hello Ada"], "{}", person.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_people_on_two_servers_talk_whoever_hosts() {
    let world = World::new(&["one", "two"]).await;
    let [mut ada, mut bob, mut cy] = world.people(["ada@one", "bob@two", "cy@two"]).await;
    let chat = ada.start(&[&bob]).await;
    ada.say(&chat, "is Cy there?").await;
    world.settle(&mut [&mut ada, &mut bob, &mut cy]).await;
    let cy_actor = cy.session.actor().clone();
    // Bob's server does not order this conversation: his commit goes to the other one.
    bob.tell(Command::Accept { conversation: chat.clone() }).await;
    bob.tell(Command::Add { conversation: chat.clone(), actor: cy_actor }).await;
    world.settle(&mut [&mut ada, &mut bob, &mut cy]).await;
    cy.say(&chat, "I am now").await;
    world.settle(&mut [&mut ada, &mut bob, &mut cy]).await;
    assert_eq!(ada.transcript(&chat), ["ada: is Cy there?", "cy: I am now"]);
    assert_eq!(bob.transcript(&chat), ["ada: is Cy there?", "cy: I am now"]);
    assert_eq!(cy.transcript(&chat), ["cy: I am now"], "nothing from before");
}

/// Promise P11: who was removed reads nothing of what is said after.
#[tokio::test(flavor = "multi_thread")]
async fn who_was_removed_reads_nothing_after() {
    let world = World::new(&["one", "two"]).await;
    let [mut ada, mut bob, mut cy] = world.people(["ada@one", "bob@two", "cy@two"]).await;
    let chat = ada.start(&[&bob, &cy]).await;
    ada.say(&chat, "all three").await;
    world.settle(&mut [&mut ada, &mut bob, &mut cy]).await;
    for person in [&mut bob, &mut cy] {
        person.tell(Command::Accept { conversation: chat.clone() }).await;
    }
    world.settle(&mut [&mut ada, &mut bob, &mut cy]).await;
    bob.tell(Command::Remove { conversation: chat.clone(), actor: cy.session.actor().clone() }).await;
    world.settle(&mut [&mut ada, &mut bob, &mut cy]).await;
    for number in 0..50 {
        ada.say(&chat, &format!("without Cy {number}")).await;
    }
    world.settle(&mut [&mut ada, &mut bob, &mut cy]).await;
    assert_eq!(bob.transcript(&chat).len(), 51);
    assert_eq!(cy.transcript(&chat), ["ada: all three"]);
    assert!(cy.shown.iter().any(|event| matches!(event, Event::Ended { .. })), "Cy is told");
}
