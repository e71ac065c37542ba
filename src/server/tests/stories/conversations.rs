//! Conversations of two and of three people: within one server, and across two, ordered by either of them.

use alcove_client::{Command, Event, Standing};

use crate::{
    person::{Person, agreed},
    world::World,
};

#[tokio::test(flavor = "multi_thread")]
async fn two_people_on_one_server_talk() {
    let world = World::new(&["one"]).await;
    let [mut ada, mut bob] = world.people(["ada@one", "bob@one"]).await;
    let chat = ada.start(&[bob.handle.clone()]).await;
    ada.say(&chat, "hello Bob").await;
    world.settle(&mut [&mut ada, &mut bob]).await;
    bob.say(&chat, "hello Ada").await;
    world.settle(&mut [&mut ada, &mut bob]).await;
    for person in [&ada, &bob] {
        assert_eq!(person.transcript(&chat), ["ada: hello Bob", "bob: hello Ada"], "{}", person.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_on_two_servers_talk() {
    let world = World::new(&["one", "two"]).await;
    let [mut ada, mut bob] = world.people(["ada@one", "bob@two"]).await;
    let chat = ada.start(&[bob.handle.clone()]).await;
    ada.say(&chat, "hello Bob").await;
    world.settle(&mut [&mut ada, &mut bob]).await;
    assert_eq!(bob.view(&chat).standing, Standing::Request, "Bob does not know Ada yet");
    bob.say(&chat, "hello Ada").await;
    world.settle(&mut [&mut ada, &mut bob]).await;
    assert_eq!(bob.view(&chat).standing, Standing::Active, "who answers has accepted");
    // What was said lasts longer than the program.
    let (ada, bob) = (ada.crash(), bob.crash());
    for person in [&ada, &bob] {
        assert_eq!(person.transcript(&chat), ["ada: hello Bob", "bob: hello Ada"], "{}", person.name);
    }
    agreed(&[&ada, &bob], &chat);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_added_later_reads_from_then_on() {
    let world = World::new(&["one", "two"]).await;
    let [mut ada, mut bob, mut cy] = world.people(["ada@one", "bob@two", "cy@two"]).await;
    let chat = ada.start(&[bob.handle.clone()]).await;
    ada.say(&chat, "is Cy there?").await;
    world.settle(&mut [&mut ada, &mut bob, &mut cy]).await;
    // Bob's server does not order this conversation: his commit goes to the other one.
    bob.accept(&chat).await;
    bob.add(&chat, cy.actor()).await;
    world.settle(&mut [&mut ada, &mut bob, &mut cy]).await;
    cy.say(&chat, "I am now").await;
    world.settle(&mut [&mut ada, &mut bob, &mut cy]).await;
    assert_eq!(ada.transcript(&chat), ["ada: is Cy there?", "cy: I am now"]);
    assert_eq!(bob.transcript(&chat), ["ada: is Cy there?", "cy: I am now"]);
    assert_eq!(cy.transcript(&chat), ["cy: I am now"], "nothing from before");
}

#[tokio::test(flavor = "multi_thread")]
async fn three_people_name_rename_and_leave_where_the_committer_is() {
    three_people_name_rename_and_leave(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_people_name_rename_and_leave_where_the_committer_is_not() {
    three_people_name_rename_and_leave(1).await;
}

async fn three_people_name_rename_and_leave(starter: usize) {
    let world = World::new(&["one", "two"]).await;
    let [mut ada, mut bob, mut cy] = world.people(["ada@one", "bob@two", "cy@two"]).await;
    let chat = world.gather(starter, &mut [&mut ada, &mut bob, &mut cy]).await;
    for (number, name) in ["Plans", "Better plans"].into_iter().enumerate() {
        let person = [&mut ada, &mut bob].into_iter().nth(number).unwrap();
        person.tell(Command::Rename { conversation: chat.clone(), name: name.to_owned() }).await;
        world.settle(&mut [&mut ada, &mut bob, &mut cy]).await;
        for person in [&ada, &bob, &cy] {
            assert_eq!(person.view(&chat).name.as_deref(), Some(name), "{}", person.name);
        }
    }
    cy.say(&chat, "I must go").await;
    cy.tell(Command::Leave { conversation: chat.clone() }).await;
    world.settle(&mut [&mut ada, &mut bob, &mut cy]).await;
    assert!(cy.has_ended(&chat));
    assert!(is_told_that(&ada, &cy) && is_told_that(&bob, &cy), "they see who leaves");
    ada.say(&chat, "then there were two").await;
    world.settle(&mut [&mut ada, &mut bob, &mut cy]).await;
    agreed(&[&ada, &bob], &chat);
    assert_eq!(ada.view(&chat).people.len(), 2);
    assert_eq!(bob.transcript(&chat), ["cy: I must go", "ada: then there were two"]);
    assert_eq!(ada.transcript(&chat), bob.transcript(&chat));
    assert_eq!(cy.transcript(&chat), ["cy: I must go"]);
}

fn is_told_that(person: &Person, leaves: &Person) -> bool {
    let leaves = leaves.actor();
    person.shown.iter().any(|event| matches!(event, Event::Leaving { actor, .. } if *actor == leaves))
}
