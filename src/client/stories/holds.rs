//! What is too early is held within bounds (ENCRYPTION.md 1.5 point 9): each sender's own, so that nobody's rubbish costs
//! anybody else's message.

use alcove_protocol::{GroupId, base64, time::DAY};
use serde_json::Value;

use super::{
    mixed::{Foreign, address},
    recovery::is_commit,
};
use crate::{
    Command,
    testing::{Delivery, World},
};

/// A copy of a genuine message that claims to be of another epoch, by somebody, different for every number.
pub(super) fn of_epoch(genuine: &Value, epoch: u64, number: u16, by: &str) -> Value {
    with_content(genuine, by, |content| {
        // Version and wire format, then the group id behind its length, then the epoch.
        let at = 5 + usize::from(content[4]);
        content[at..at + 8].copy_from_slice(&epoch.to_be_bytes());
        let last = content.len() - 2;
        content[last..].copy_from_slice(&number.to_be_bytes());
    })
}

fn with_content(genuine: &Value, by: &str, change: impl FnOnce(&mut Vec<u8>)) -> Value {
    let mut activity = genuine.clone();
    let mut content = base64::decode(activity["object"]["content"].as_str().unwrap(), 1 << 20).unwrap();
    change(&mut content);
    activity["object"]["content"] = base64::encode(&content).into();
    let actor = World::actor(by);
    activity["id"] = format!("{}/a/early", actor.origin().as_str()).into();
    activity["actor"] = actor.as_str().into();
    activity["object"]["attributedTo"] = actor.as_str().into();
    activity
}

/// Ana, Bob and Cy, and a message of Bob's as it comes to Ana.
fn scene() -> (World, GroupId, Value) {
    let mut world = World::with(1, &["ana@one", "bob@two", "cy@three", "dee@two"]);
    let group = world.start(0, &["bob@two", "cy@three"]);
    world.accept(1, &group);
    world.accept(2, &group);
    world.send(1, &group, "genuine");
    while world.hosts[1].make_call(&mut world.service, world.now) {}
    let ana = World::actor("ana@one");
    let genuine = world.service.deliveries.iter().find(|delivery| delivery.to == ana).unwrap();
    let genuine = genuine.activity.clone();
    world.settle();
    (world, group, genuine)
}

fn deliver(world: &mut World, activity: Value) {
    world.service.deliveries.push(Delivery { to: World::actor("ana@one"), activity });
}

fn held(world: &World) -> usize {
    world.hosts[0].disk.keys().filter(|key| key.starts_with("held/")).count()
}

/// A hundred of each sender, member or not; what is full for one is not full for the next, and all goes after fifteen days.
#[test]
fn a_hundred_of_each_sender_are_held_for_fifteen_days() {
    let (mut world, _, genuine) = scene();
    for (by, sent, expected) in [("bob@two", 150, 100), ("mal@evil", 150, 200), ("cy@three", 10, 210)] {
        for number in 0..sent {
            deliver(&mut world, of_epoch(&genuine, 9, number, by));
        }
        world.settle();
        assert_eq!(held(&world), expected, "{by}");
    }
    for _ in 0..14 {
        world.pass(DAY);
    }
    assert_eq!(held(&world), 210);
    world.pass(2 * DAY);
    assert_eq!(held(&world), 0);
}

/// Many names on one server get no more room than the server does; other servers keep theirs.
#[test]
fn strangers_of_one_server_share_its_room() {
    let (mut world, _, genuine) = scene();
    for name in 0..5 {
        for number in 0..100 {
            deliver(&mut world, of_epoch(&genuine, 9, number, &format!("mal{name}@evil")));
        }
    }
    world.settle();
    assert_eq!(held(&world), 300);
    deliver(&mut world, of_epoch(&genuine, 9, 1, "dee@two"));
    deliver(&mut world, of_epoch(&genuine, 9, 1, "bob@two"));
    world.settle();
    assert_eq!(held(&world), 302);
}

/// A megabyte of each sender, however few messages it is in.
#[test]
fn bytes_are_bounded_as_well() {
    let (mut world, _, genuine) = scene();
    let large = |by: &str, number: u16| {
        let mut large = of_epoch(&genuine, 9, number, by);
        large = with_content(&large, by, |content| {
            // The ciphertext is the last part: its length takes four bytes from sixteen thousand on.
            let group = usize::from(content[4]);
            let sender_data = 5 + group + 8 + 1 + 1;
            let ciphertext = sender_data + 1 + usize::from(content[sender_data]);
            let body = vec![number.to_be_bytes()[1]; 300_000];
            content.truncate(ciphertext);
            content.extend((0x8000_0000_u32 | 300_000).to_be_bytes());
            content.extend(body);
        });
        large
    };
    for number in 0..6 {
        let activity = large("bob@two", number);
        deliver(&mut world, activity);
    }
    world.settle();
    assert_eq!(held(&world), 3);
    let activity = large("cy@three", 1);
    deliver(&mut world, activity);
    world.settle();
    assert_eq!(held(&world), 4);
}

/// The same bytes again, by the same sender, take no more room.
#[test]
fn a_repeat_is_held_once() {
    let (mut world, group, genuine) = scene();
    for _ in 0..5 {
        deliver(&mut world, of_epoch(&genuine, 9, 1, "bob@two"));
    }
    world.settle();
    assert_eq!(held(&world), 1);
    assert_eq!(world.hosts[0].texts(&group), ["genuine"]);
}

/// Only a member ends an epoch: a commit of the present one in anybody else's name is not held, one in a member's name is until
/// the sequencer has spoken.
#[test]
fn a_commit_of_now_is_held_for_members_only() {
    let (mut world, group, _) = scene();
    world.command(1, Command::Add { conversation: group.clone(), actor: World::actor("dee@two") });
    while world.hosts[1].calls.front().is_some_and(|request| !is_commit(request)) {
        world.hosts[1].make_call(&mut world.service, world.now);
    }
    let request = world.hosts[1].calls.pop_front().unwrap();
    let crate::Call::PostCommit(new) = &request.call else { panic!("expected a commit") };
    let ids = alcove_protocol::mls::OutgoingIds {
        activity: "https://two.example/a/early".parse().unwrap(),
        object: "https://two.example/o/early".into(),
    };
    let commit = new.commit.to_create(&World::actor("bob@two"), &ids, world.now);
    for (by, expected) in [("mal@evil", 0), ("dee@two", 0), ("bob@two", 1)] {
        let copy = with_content(&commit, by, |_| {});
        deliver(&mut world, copy);
        world.settle();
        assert_eq!(held(&world), expected, "{by}");
    }
}

/// Every proposal takes room until the epoch ends, and anybody in the group can make any number of them.
#[test]
fn proposals_of_one_leaf_are_bounded() {
    let mut world = World::with(2, &["ana@one"]);
    let mut fay = Foreign::publish(&mut world, "fay@emissary");
    let group = world.start(0, &["fay@emissary"]);
    fay.receive(&world);
    let conversation = address(&world, &group);
    let aside = |world: &World| world.hosts[0].disk.keys().filter(|key| key.starts_with("aside/")).count();
    for expected in (1..=16).chain([16; 4]) {
        fay.propose(&mut world, "ana@one", &conversation);
        world.settle();
        assert_eq!(aside(&world), expected);
    }
}
