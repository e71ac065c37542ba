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
    testing::{Delivery, Host, World},
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

/// What was on its way to a device's account is lost, and its server keeps no commits.
fn miss_commits(world: &mut World, group: &GroupId, new: usize) -> Host {
    let sleeping = world.hosts.remove(new);
    world.command(1, Command::Add { conversation: group.clone(), actor: World::actor("cy@three") });
    world.settle();
    world.command(1, Command::Remove { conversation: group.clone(), actor: World::actor("cy@three") });
    for _ in 0..5 {
        world.pass(SECOND);
    }
    world.service.conversations.values_mut().for_each(|known| known.commits.clear());
    let mailbox = world.service.mailboxes.get_mut(&World::actor("ana@one")).unwrap();
    let known = sleeping.device.cursor().unwrap().position;
    for item in mailbox.iter_mut().filter(|item| item.position > known) {
        item.activity = serde_json::Value::Null;
    }
    sleeping
}

/// ENCRYPTION.md 1.6 step 3, trap T26: a device that missed commits which nobody has any more asks its person's other device,
/// which removes it and adds it again; it needs no question.
#[test]
fn a_lost_device_is_added_again_by_its_person_s_other_one() {
    let (mut world, group, new) = with_two_devices(11);
    let sleeping = miss_commits(&mut world, &group, new);
    world.hosts.push(sleeping);
    let new = world.hosts.len() - 1;
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
