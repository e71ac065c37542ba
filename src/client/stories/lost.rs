//! Devices that have lost their place in a group and are let in again (ENCRYPTION.md 1.6 step 3), and Welcomes for groups in
//! which a device already is (trap T34).

use alcove_protocol::{
    GroupId,
    time::{HOUR, SECOND},
};

use super::{
    approval::approve,
    mixed::Foreign,
    recovery::{cannot_go_on, three},
};
use crate::{
    Command, Error, Event, Obstacle,
    conversation::{CONVERSATIONS, Conversation, key},
    record::decode,
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

/// A device sleeps while somebody else changes the members, and the server keeps no commits.
fn miss_commits(world: &mut World, group: &GroupId, sleeper: usize, busy: &str) {
    sleep_through(world, group, sleeper, (busy, 1));
    world.service.conversations.values_mut().for_each(|known| known.commits.clear());
}

/// A device sleeps while somebody adds and removes somebody else so many times; what was on its way to its account is lost.
fn sleep_through(world: &mut World, group: &GroupId, sleeper: usize, (busy, times): (&str, usize)) {
    let sleeping = world.hosts.remove(sleeper);
    let account = sleeping.device.actor().clone();
    let busy = world.hosts.iter().position(|host| *host.device.actor() == World::actor(busy)).unwrap();
    let (conversation, actor) = (group.clone(), World::actor("cy@three"));
    for _ in 0..times {
        world.command(busy, Command::Add { conversation: conversation.clone(), actor: actor.clone() });
        world.settle();
        world.command(busy, Command::Remove { conversation: conversation.clone(), actor: actor.clone() });
        world.settle();
    }
    for _ in 0..5 {
        world.pass(SECOND);
    }
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

/// A sequencer hands over at most fifty commits at once: that the last one is not on the first page loses nobody.
#[test]
fn a_device_that_was_off_for_long_catches_up_page_by_page() {
    let (mut world, group, new) = with_two_devices(15);
    sleep_through(&mut world, &group, new, ("bob@two", 26));
    assert!(world.view(0, &group).epoch > world.view(new, &group).epoch + 50);
    world.send(1, &group, "a new page");
    for _ in 0..10 {
        world.pass(SECOND);
    }
    assert!(cannot_go_on(&world, new, &group).is_empty());
    world.assert_agreed(&[0, 1, new], &group);
}

/// What one conversation's tick writes into another stays, whichever is looked at first.
#[test]
fn a_repeated_cry_for_help_is_not_forgotten() {
    for seed in 20..24 {
        let (mut world, group, new) = with_two_devices(seed);
        miss_commits(&mut world, &group, new, "bob@two");
        // Nobody of hers is awake to help.
        let alone = world.hosts.remove(new);
        world.hosts[0] = alone;
        world.send(1, &group, "where is Ana?");
        for _ in 0..5 {
            world.pass(SECOND);
        }
        assert_eq!(cannot_go_on(&world, 0, &group), [Obstacle::Lost]);
        let before = said_among_devices(&world, 0);
        world.pass(25 * HOUR);
        assert!(said_among_devices(&world, 0) > before, "seed {seed}");
    }
}

/// How much a device has said in the group of its person's devices.
fn said_among_devices(world: &World, host: usize) -> u64 {
    let listed: Vec<String> = world.groups(host).iter().map(key).collect();
    let mut records = world.hosts[host].disk.iter().filter(|(key, _)| key.starts_with(CONVERSATIONS));
    let (key, bytes) = records.find(|(key, _)| !listed.contains(key)).unwrap();
    decode::<Conversation>(key, bytes).unwrap().next_outgoing
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
    assert_eq!(cannot_go_on(&world, new, &group), [Obstacle::Unappliable { by: Some(by) }, Obstacle::Lost]);
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
