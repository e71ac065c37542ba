//! What the server that keeps the order of commits can do wrong: be gone, forget, and give two answers (promise P14). What
//! people wrote is read once by everybody, wherever they go on.

use alcove_protocol::{
    mls::SequencerAdd,
    time::{DAY, HOUR, SECOND},
};

use super::recovery::{cannot_go_on, is_commit, only, resume, three, whole_history};
use crate::{
    Command, Obstacle,
    testing::{Delivery, World},
};

/// ENCRYPTION.md 1.5 point 7: a sequencer that has been dead for 72 hours is replaced by a member's own.
#[test]
fn a_dead_server_is_replaced_after_three_days() {
    let (mut world, group) = three(7);
    world.command(1, Command::Add { conversation: group.clone(), actor: World::actor("dee@two") });
    world.settle_without("one");
    assert!(cannot_go_on(&world, 1, &group).is_empty(), "a pause is no death");
    world.now = world.now.plus(71 * HOUR);
    world.settle_without("one");
    assert!(cannot_go_on(&world, 1, &group).is_empty());
    world.now = world.now.plus(2 * HOUR);
    world.settle_without("one");
    assert_eq!(cannot_go_on(&world, 1, &group), [Obstacle::Silent]);
    world.command(1, Command::Continue { conversation: group.clone() });
    world.settle();
    let fresh = only(&world, 1);
    assert_eq!(only(&world, 2), fresh);
    assert!(world.view(1, &fresh).address.unwrap().as_str().starts_with("https://two."));
    assert_eq!(world.view(1, &fresh).people.len(), 4, "the change that waited is made");
    world.assert_agreed(&[0, 1, 2, 3], &fresh);
}

/// A sequencer that comes back in time is no obstacle.
#[test]
fn a_server_that_comes_back_is_not_replaced() {
    let (mut world, group) = three(8);
    world.command(1, Command::Add { conversation: group.clone(), actor: World::actor("dee@two") });
    world.settle_without("one");
    world.now = world.now.plus(4 * DAY);
    world.hosts[1].restart();
    world.settle();
    assert!(cannot_go_on(&world, 1, &group).is_empty());
    assert_eq!(world.view(0, &group).people.len(), 4);
}

/// A sequencer that was restored from an older backup knows less than its members: they go on elsewhere.
#[test]
fn a_restored_server_that_forgot_is_noticed() {
    let (mut world, group) = three(9);
    let backup = world.service.conversations.clone();
    world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("dee@two") });
    world.settle();
    world.accept(3, &group);
    world.service.conversations = backup;
    world.command(1, Command::Remove { conversation: group.clone(), actor: World::actor("dee@two") });
    for _ in 0..5 {
        world.pass(SECOND);
    }
    assert_eq!(cannot_go_on(&world, 1, &group), [Obstacle::Forgotten]);
    world.send(0, &group, "still to be read");
    world.settle();
    assert!(world.hosts[1].texts(&group).contains(&"still to be read".to_owned()));
    let fresh = resume(&mut world, 1, &group);
    assert_eq!(world.view(1, &fresh).people.len(), 3, "without the one who was to go");
    world.assert_agreed(&[0, 1, 2], &fresh);
}

/// Or it knows nothing of the conversation any more.
#[test]
fn a_server_that_lost_the_conversation_is_noticed() {
    let (mut world, group) = three(11);
    world.service.conversations.clear();
    world.command(1, Command::Add { conversation: group.clone(), actor: World::actor("dee@two") });
    world.settle();
    assert_eq!(cannot_go_on(&world, 1, &group), [Obstacle::Forgotten]);
    let fresh = resume(&mut world, 1, &group);
    world.assert_agreed(&[0, 1, 2], &fresh);
}

/// Two winners to two halves: whoever sees both words knows, and where it is begun anew everybody reads once what was said on
/// either side.
#[test]
fn a_forked_conversation_comes_together_again() {
    let (mut world, group) = three(10);
    let mut staged = Vec::new();
    for host in [0, 1] {
        let command = Command::Add { conversation: group.clone(), actor: World::actor("dee@two") };
        world.command(host, command);
        while world.hosts[host].calls.front().is_some_and(|request| !is_commit(request)) {
            world.hosts[host].make_call(&mut world.service, world.now);
        }
        let own = world.service.conversations.clone();
        assert!(world.hosts[host].make_call(&mut world.service, world.now));
        let word = world.service.deliveries.iter().find_map(|sent| SequencerAdd::parse(&sent.activity));
        staged.push((host, word.unwrap()));
        world.service.deliveries.clear();
        world.service.conversations = own;
    }
    for host in [0, 1] {
        world.send(host, &group, &format!("on side {host}"));
    }
    world.settle();
    assert_ne!(world.view(0, &group).epoch_authenticator, world.view(1, &group).epoch_authenticator);
    assert!(!world.hosts[0].texts(&group).contains(&"on side 1".to_owned()));
    let (_, other) = &staged[1];
    let activity = other.to_value(&[World::actor("ana@one")]);
    world.service.deliveries.push(Delivery { to: World::actor("ana@one"), activity });
    world.settle();
    assert_eq!(cannot_go_on(&world, 0, &group), [Obstacle::Forked]);
    let fresh = resume(&mut world, 0, &group);
    for host in [0, 1] {
        let mut texts = whole_history(&world, host, &fresh);
        texts.sort();
        assert_eq!(texts, ["from 0", "from 1", "from 2", "on side 0", "on side 1"], "host {host}");
    }
    world.assert_agreed(&[0, 1], &fresh);
}
