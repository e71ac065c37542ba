//! Devices that have lost their place in a group and are let in again (ENCRYPTION.md 1.6 step 3), and Welcomes for groups in
//! which a device already is (trap T34).

use alcove_protocol::{GroupId, time::SECOND};

use super::{
    approval::approve,
    mixed::Foreign,
    recovery::{cannot_go_on, three},
};
use crate::{
    Command, Error, Event, Obstacle,
    testing::{Delivery, World},
};

/// Ana with two devices and Bob in a conversation; the number of Ana's second device.
fn with_two_devices(seed: u64) -> (World, GroupId, usize) {
    let mut world = World::with(seed, &["ana@one", "bob@two", "cy@three"]);
    let new = world.sign_in("ana@one");
    world.settle();
    approve(&mut world, 0, new);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    for _ in 0..5 {
        world.pass(SECOND);
    }
    assert_eq!(world.view(1, &group).leaves.len(), 3);
    (world, group, new)
}

/// A device sleeps while somebody else changes the members twice; what was on its way to its account is lost, and the server
/// keeps no commits.
fn miss_commits(world: &mut World, group: &GroupId, sleeper: usize, busy: &str) {
    let sleeping = world.hosts.remove(sleeper);
    let account = sleeping.device.actor().clone();
    let busy = world.hosts.iter().position(|host| *host.device.actor() == World::actor(busy)).unwrap();
    let (conversation, actor) = (group.clone(), World::actor("cy@three"));
    world.command(busy, Command::Add { conversation: conversation.clone(), actor: actor.clone() });
    world.settle();
    world.command(busy, Command::Remove { conversation, actor });
    for _ in 0..5 {
        world.pass(SECOND);
    }
    world.service.conversations.values_mut().for_each(|known| known.commits.clear());
    let known = sleeping.device.cursor().unwrap().position;
    let mailbox = world.service.mailboxes.get_mut(&account).unwrap();
    for item in mailbox.iter_mut().filter(|item| item.position > known) {
        item.activity = serde_json::Value::Null;
    }
    world.hosts.insert(sleeper, sleeping);
}

/// ENCRYPTION.md 1.6 step 3, trap T26: a device that missed commits which nobody has any more asks its person's other device,
/// which removes it and adds it again; it needs no question.
#[test]
fn a_lost_device_is_added_again_by_its_person_s_other_one() {
    let (mut world, group, new) = with_two_devices(11);
    miss_commits(&mut world, &group, new, "bob@two");
    world.send(1, &group, "where is Ana's other device?");
    for _ in 0..10 {
        world.pass(SECOND);
    }
    assert_eq!(cannot_go_on(&world, new, &group), [Obstacle::Lost]);
    assert_eq!(world.view(new, &group).obstacle, None);
    world.assert_agreed(&[0, 1, new], &group);
    world.send(new, &group, "here again");
    world.settle();
    assert_eq!(world.hosts[1].texts(&group).last().map(String::as_str), Some("here again"));
    let offered = |event: &Event| matches!(event, Event::RejoinOffered { .. });
    assert!(!world.hosts[new].shown.iter().any(offered), "nobody was asked");
}

/// A commit that others have applied is not garbage: this device is the one at a loss.
#[test]
fn a_device_that_alone_cannot_apply_a_commit_is_lost() {
    let (mut world, group, new) = with_two_devices(12);
    // The keys with which it opens others' commits are gone: as after a fault of its disk.
    world.hosts[new].disk.retain(|key, _| !key.contains("/epoch-keys/"));
    world.hosts[new].restart();
    world.command(1, Command::Add { conversation: group.clone(), actor: World::actor("cy@three") });
    world.settle();
    world.send(0, &group, "I can");
    for _ in 0..10 {
        world.pass(SECOND);
    }
    let by = World::actor("bob@two");
    assert_eq!(cannot_go_on(&world, new, &group), [Obstacle::Unappliable { by }, Obstacle::Lost]);
    world.assert_agreed(&[0, 1, new], &group);
}

/// Whoever has one device only asks somebody in the conversation: removed and added again there, the device is let in without
/// a question, because it knows that its own state is broken and who the other is.
#[test]
fn a_lost_device_without_a_second_one_is_let_in_by_a_member() {
    let (mut world, group, _) = with_two_devices(14);
    miss_commits(&mut world, &group, 1, "ana@one");
    world.send(0, &group, "Bob?");
    world.settle();
    assert_eq!(cannot_go_on(&world, 1, &group), [Obstacle::Lost]);
    let (conversation, actor) = (group.clone(), World::actor("bob@two"));
    world.command(0, Command::Remove { conversation: conversation.clone(), actor: actor.clone() });
    world.command(0, Command::Add { conversation, actor });
    for _ in 0..5 {
        world.pass(SECOND);
    }
    world.assert_agreed(&[0, 1], &group);
    world.send(1, &group, "back");
    world.settle();
    assert_eq!(world.hosts[0].texts(&group), ["Bob?", "back"]);
}

/// Trap T34: a Welcome for a known group counts only from somebody in it; anybody else's is not even shown.
#[test]
fn a_stranger_cannot_offer_to_join_anew() {
    let (mut world, group) = three(13);
    world.command(0, Command::Remove { conversation: group.clone(), actor: World::actor("cy@three") });
    world.settle();
    let mut mal = Foreign::publish(&mut world, "mal@four");
    let activity = mal.welcome(&mut world, &group, "bob@two");
    world.service.deliveries.push(Delivery { to: World::actor("bob@two"), activity });
    world.settle();
    assert!(!world.hosts[1].shown.iter().any(|event| matches!(event, Event::RejoinOffered { .. })));
    let refused = world.hosts[1].command(Command::Rejoin { conversation: group.clone() }, world.now);
    assert!(matches!(refused, Err(Error::Unknown(_))));
    world.send(0, &group, "as before");
    world.settle();
    assert_eq!(world.hosts[1].texts(&group).last().map(String::as_str), Some("as before"));
}
