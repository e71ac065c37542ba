//! Servers that are killed: between a commit and its delivery, between a delivery and its processing, between the deed and
//! the answer. Half of the committers are on the server that does not host the conversation, which is always `one`.

use alcove_server::fail_point::FailPoint::{
    self, AnswerLost, CommitAcceptedBeforeDelivery, ReceivedBeforeProcessing,
};

use crate::{
    person::Person,
    world::{World, come_to_rest},
};

/// What somebody does while a server is about to die.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    /// Says something.
    Say,
    /// Adds Cy, who is on `two`.
    Add,
}

/// Who does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// On `one`.
    Ada,
    /// On `two`.
    Bob,
}

/// Which server dies where, and what of.
#[derive(Clone, Copy, Debug)]
pub struct Story {
    /// Where.
    pub point: FailPoint,
    victim: &'static str,
    who: Who,
    deed: Deed,
}

const fn story(point: FailPoint, victim: &'static str, who: Who, deed: Deed) -> Story {
    Story { point, victim, who, deed }
}

/// All of them.
pub const STORIES: [Story; 9] = [
    story(CommitAcceptedBeforeDelivery, "one", Who::Ada, Deed::Add),
    story(CommitAcceptedBeforeDelivery, "one", Who::Bob, Deed::Add),
    story(CommitAcceptedBeforeDelivery, "two", Who::Bob, Deed::Add),
    story(ReceivedBeforeProcessing, "two", Who::Ada, Deed::Say),
    story(ReceivedBeforeProcessing, "one", Who::Bob, Deed::Say),
    story(ReceivedBeforeProcessing, "two", Who::Ada, Deed::Add),
    story(AnswerLost, "one", Who::Ada, Deed::Say),
    story(AnswerLost, "one", Who::Ada, Deed::Add),
    story(AnswerLost, "two", Who::Bob, Deed::Add),
];

/// P15: the server that took a commit dies before anybody was told; nothing of it is lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_between_acceptance_and_delivery_delivers_once() {
    tell_all(CommitAcceptedBeforeDelivery).await;
}

/// P15: the server that a delivery has reached dies before it is stored; the sender repeats it.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_between_receipt_and_processing_is_sent_it_again() {
    tell_all(ReceivedBeforeProcessing).await;
}

/// P15, P14's lost 201: the device repeats the same bytes and gets the first answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_asked_for_again_and_nobody_sees_it_twice() {
    tell_all(AnswerLost).await;
}

async fn tell_all(point: FailPoint) {
    for story in STORIES.iter().filter(|story| story.point == point) {
        tell(story).await;
    }
}

async fn tell(story: &Story) {
    let mut world = World::new().await;
    let [mut ada, mut bob, mut cy] = world.people(["ada@one", "bob@two", "cy@two"]).await;
    let chat = ada.start(&[bob.handle.clone()]).await;
    come_to_rest(&mut [&mut ada, &mut bob], &chat, "before").await;
    world.arm(story.victim, story.point, &mut [&mut ada, &mut bob, &mut cy]).await;

    let (home, doer) = match story.who {
        Who::Ada => ("one", &mut ada),
        Who::Bob => ("two", &mut bob),
    };
    let actor = doer.actor();
    let sealed = world.place(home).sealed_by(actor.as_str()).await;
    match story.deed {
        Deed::Say => doer.say(&chat, "the deed").await,
        Deed::Add => doer.add(&chat, &cy.handle).await,
    }
    world.place(story.victim).killed(story.point).await;
    world.place(story.victim).start(None).await;

    let mut everybody: Vec<&mut Person> = vec![&mut ada, &mut bob];
    if story.deed == Deed::Add {
        everybody.push(&mut cy);
    }
    come_to_rest(&mut everybody, &chat, "after").await;
    let expected = match story.deed {
        Deed::Say => vec!["after of ada", "after of bob", "before of ada", "before of bob", "the deed"],
        Deed::Add => vec!["after of ada", "after of bob", "after of cy", "before of ada", "before of bob"],
    };
    for person in [&ada, &bob] {
        assert_eq!(person.texts(&chat), expected, "{} after {story:?}", person.name);
    }
    if story.deed == Deed::Say {
        let now = world.place(home).sealed_by(actor.as_str()).await;
        assert_eq!(now, sealed + 2, "the deed and the word after it, each encrypted once: {story:?}");
    }
}
