//! People who are added at the same time by different members, on the server that orders the conversation and on one that
//! does not: one commit wins each epoch, and nobody is forgotten.

use alcove_protocol::GroupId;

use crate::{
    person::{Person, agreed},
    world::World,
};

struct Story {
    world: World,
    ada: Person,
    bob: Person,
    cy: Person,
    dan: Person,
    chat: GroupId,
}

impl Story {
    /// Ada and Bob in a conversation that one of them started, Cy and Dan outside.
    async fn begin(starter: usize) -> Self {
        let world = World::new(&["one", "two"]).await;
        let [mut ada, mut bob, cy, dan] = world.people(["ada@one", "bob@two", "cy@one", "dan@two"]).await;
        let chat = world.gather(starter, &mut [&mut ada, &mut bob]).await;
        Self { world, ada, bob, cy, dan, chat }
    }

    /// Both are in, by one commit each, and everybody reads everybody.
    async fn end(mut self, before: u64) {
        let Self { world, ada, bob, cy, dan, chat } = &mut self;
        world.settle(&mut [ada, bob, cy, dan]).await;
        assert_eq!(agreed(&[ada, bob], chat), before + 2);
        cy.accept(chat).await;
        dan.accept(chat).await;
        world.settle(&mut [ada, bob, cy, dan]).await;
        agreed(&[ada, bob, cy, dan], chat);
        assert_eq!(ada.view(chat).people.len(), 4);
        for number in 0..4 {
            let person = [&mut *ada, &mut *bob, &mut *cy, &mut *dan].into_iter().nth(number).unwrap();
            let text = format!("{} is here", person.name);
            person.say(chat, &text).await;
            world.settle(&mut [ada, bob, cy, dan]).await;
        }
        for person in [ada, bob, cy, dan] {
            let expected = [
                "ada: ada@one is here",
                "bob: bob@two is here",
                "cy: cy@one is here",
                "dan: dan@two is here",
            ];
            assert_eq!(person.transcript(chat), expected, "{}", person.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_later_one_on_another_server_is_redone() {
    let mut story = Story::begin(0).await;
    let before = agreed(&[&story.ada, &story.bob], &story.chat);
    story.ada.add(&story.chat, story.cy.actor()).await;
    // Bob has not heard of it: his commit names an epoch that is over.
    story.bob.add(&story.chat, story.dan.actor()).await;
    story.end(before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_later_one_on_the_ordering_server_is_redone() {
    let mut story = Story::begin(1).await;
    let before = agreed(&[&story.ada, &story.bob], &story.chat);
    story.ada.add(&story.chat, story.cy.actor()).await;
    story.bob.add(&story.chat, story.dan.actor()).await;
    story.end(before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_wins_a_real_race_both_are_in() {
    for starter in [0, 1] {
        let mut story = Story::begin(starter).await;
        let before = agreed(&[&story.ada, &story.bob], &story.chat);
        let (cy, dan) = (story.cy.actor(), story.dan.actor());
        tokio::join!(story.ada.add(&story.chat, cy), story.bob.add(&story.chat, dan));
        story.end(before).await;
    }
}

/// Both want the same person: the one who loses finds the wish already true.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_added_twice_at_once_is_in_once() {
    let Story { world, mut ada, mut bob, mut cy, chat, .. } = Story::begin(0).await;
    let before = agreed(&[&ada, &bob], &chat);
    bob.add(&chat, cy.actor()).await;
    ada.add(&chat, cy.actor()).await;
    world.settle(&mut [&mut ada, &mut bob, &mut cy]).await;
    assert_eq!(agreed(&[&ada, &bob, &cy], &chat), before + 1);
    assert_eq!(ada.view(&chat).leaves.len(), 3);
}
