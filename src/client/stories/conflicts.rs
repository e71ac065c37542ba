//! Two who change the same conversation at the same time, and messages that meet the change (ENCRYPTION.md 1.5).

use alcove_protocol::time::SECOND;

use crate::{Command, Outcome, testing::World};

/// Promise P14: one commit wins the epoch, the other's intent is done in the next.
#[test]
fn two_add_people_in_the_same_epoch() {
    let mut world = World::with(1, &["ana@one", "bob@two", "cy@three", "dee@two"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("cy@three") });
    world.command(1, Command::Add { conversation: group.clone(), actor: World::actor("dee@two") });
    // Both fetch keys and stage before either hears of the other.
    for host in [0, 1] {
        while world.hosts[host].calls.front().is_some_and(|request| !is_commit(request)) {
            world.hosts[host].make_call(&mut world.service, world.now);
        }
        assert!(world.hosts[host].calls.iter().any(is_commit));
    }
    world.settle();
    for _ in 0..3 {
        world.pass(SECOND);
    }
    assert_eq!(world.view(0, &group).people.len(), 4);
    world.accept(2, &group);
    world.accept(3, &group);
    world.assert_agreed(&[0, 1, 2, 3], &group);
}

fn is_commit(request: &crate::Request) -> bool {
    matches!(request.call, crate::Call::PostCommit(_))
}

/// Trap T30: the answer to a commit that had won is lost; clearing it would leave the device stuck for good.
#[test]
fn a_lost_answer_is_asked_for_again_with_the_same_bytes() {
    let mut world = World::with(2, &["ana@one", "bob@two", "cy@three"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("cy@three") });
    while world.hosts[0].calls.front().is_some_and(|request| !is_commit(request)) {
        world.hosts[0].make_call(&mut world.service, world.now);
    }
    let request = world.hosts[0].calls.pop_front().unwrap();
    let taken = world.hosts[0].ask(&request, &mut world.service, world.now);
    assert!(matches!(taken, Outcome::Accepted(_)));
    world.hosts[0].answer(&request, Outcome::Unknown, world.now);
    world.hosts[0].restart();
    assert_eq!(world.hosts[0].calls.iter().filter(|call| is_commit(call)).collect::<Vec<_>>(), [&request]);
    world.settle();
    assert_eq!(world.view(0, &group).people.len(), 3);
    world.assert_agreed(&[0, 1, 2], &group);
}

/// A message of an epoch that has ended meanwhile is refused and encrypted again, under the same inner id.
#[test]
fn a_message_that_met_a_commit_is_shown_once() {
    let mut world = World::with(3, &["ana@one", "bob@two", "cy@three"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    world.send(1, &group, "crossing");
    world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("cy@three") });
    while world.hosts[0].make_call(&mut world.service, world.now) {}
    world.settle();
    for host in 0..3 {
        assert_eq!(world.hosts[host].texts(&group), ["crossing"]);
    }
    world.assert_agreed(&[0, 1, 2], &group);
}

/// Trap T31: what arrives too early is held and read later.
#[test]
fn messages_before_their_commit_and_their_welcome_are_held() {
    let mut world = World::with(4, &["ana@one", "bob@two", "cy@three"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("cy@three") });
    while world.hosts[0].make_call(&mut world.service, world.now) {}
    world.send(0, &group, "early");
    while world.hosts[0].make_call(&mut world.service, world.now) {}
    world.service.deliveries.reverse();
    world.settle();
    for host in 0..3 {
        assert_eq!(world.hosts[host].texts(&group), ["early"]);
    }
    world.assert_agreed(&[0, 1, 2], &group);
    let held = |host: usize| world.hosts[host].disk.keys().filter(|key| key.starts_with("held/")).count();
    assert_eq!((held(0), held(1), held(2)), (0, 0, 0));
}

/// ENCRYPTION.md 1.5 point 4: without the sequencer's word a commit is held, and the conversation is asked.
#[test]
fn a_commit_without_the_word_is_asked_for() {
    let mut world = World::with(5, &["ana@one", "bob@two", "cy@three"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("cy@three") });
    while world.hosts[0].make_call(&mut world.service, world.now) {}
    world.service.deliveries.retain(|delivery| delivery.activity["type"] != "Add");
    world.service.deliver_all();
    while world.hosts[1].receive(&world.service, world.now) {}
    assert_eq!(world.view(1, &group).epoch, 1, "held");
    assert!(
        world.hosts[1]
            .calls
            .iter()
            .any(|request| matches!(request.call, crate::Call::FetchPastCommits { .. }))
    );
    world.settle();
    world.assert_agreed(&[0, 1, 2], &group);
}

/// Only the sequencer's own actor gives its word: another account of that server cannot make members merge what lost.
#[test]
fn a_word_by_somebody_else_of_that_server_does_not_count() {
    let mut world = World::with(6, &["ana@one", "bob@one", "cy@three", "dee@two"]);
    let group = world.start(0, &["bob@one", "cy@three"]);
    world.accept(1, &group);
    world.accept(2, &group);
    world.command(1, Command::Add { conversation: group.clone(), actor: World::actor("dee@two") });
    while world.hosts[1].calls.front().is_some_and(|request| !is_commit(request)) {
        world.hosts[1].make_call(&mut world.service, world.now);
    }
    let Some(crate::Call::PostCommit(staged)) = world.hosts[1].calls.pop_front().map(|request| request.call)
    else {
        panic!("expected a staged commit");
    };
    let bob = World::actor("bob@one");
    let past = world.service.perform(&bob, None, &crate::Call::PostMessage(staged.commit.clone()), world.now);
    let Outcome::Accepted(crate::Answer::Message(object)) = past else { panic!("expected it to be taken") };
    let forged = alcove_protocol::mls::SequencerAdd {
        id: object.clone(),
        actor: bob,
        object,
        target: staged.commit.conversation.clone(),
        group: group.clone(),
        epoch: 1,
        digest: crate::record::digest(&staged.commit.content).to_vec(),
        incarnation: 1,
    };
    let activity = forged.to_value(&staged.commit.to);
    world.service.deliveries.push(crate::testing::Delivery { to: World::actor("cy@three"), activity });
    world.settle();
    assert_eq!(world.view(2, &group).epoch, 1);
    world.assert_agreed(&[0, 2], &group);
}

/// Somebody is removed again before the commit that was to add them has won: it loses, and they are not added after all.
#[test]
fn a_removal_takes_back_an_addition_that_has_not_happened() {
    let mut world = World::with(6, &["ana@one", "bob@two", "cy@three", "dee@two"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("cy@three") });
    while world.hosts[0].calls.front().is_some_and(|request| !is_commit(request)) {
        world.hosts[0].make_call(&mut world.service, world.now);
    }
    world.command(1, Command::Add { conversation: group.clone(), actor: World::actor("dee@two") });
    while world.hosts[1].make_call(&mut world.service, world.now) {}
    world.command(0, Command::Remove { conversation: group.clone(), actor: World::actor("cy@three") });
    for _ in 0..5 {
        world.pass(SECOND);
    }
    assert_eq!(world.view(0, &group).epoch, 2, "only Dee was added");
    assert!(world.groups(2).is_empty());
    world.assert_agreed(&[0, 1, 3], &group);
}

/// What a device has dropped is not to be sent any more, although a host may still have it in its queue.
#[test]
fn a_call_of_a_conversation_that_was_left_is_not_awaited() {
    let mut world = World::with(7, &["ana@one"]);
    let people = vec![World::actor("bob@two")];
    world.command(0, Command::StartConversation { people, name: None });
    let call = world.hosts[0].calls.back().unwrap().id;
    assert_eq!(world.hosts[0].device.awaits(call), Ok(true));
    let group = world.groups(0)[0].clone();
    world.command(0, Command::Leave { conversation: group });
    assert_eq!(world.hosts[0].device.awaits(call), Ok(false));
}
