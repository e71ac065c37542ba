//! A server that keeps the order of commits and lists something else, or says something else than it did (promise P14). It can
//! withhold and fork; it can neither stop a device nor have a message shown that its author did not send so.

use alcove_protocol::{GroupId, api::PastCommit, mls::SequencerAdd, time::HOUR};
use serde_json::Value;

use super::{
    holds::of_epoch,
    recovery::{cannot_go_on, is_commit},
};
use crate::{
    Call, Command, DeviceStanding, Obstacle, Request,
    testing::{Delivery, Host, Sequenced, World},
};

const BOB: &str = "bob@two";

/// Ana and Bob in a conversation that Ana's server keeps in order.
fn pair(seed: u64) -> (World, GroupId) {
    let mut world = World::with(seed, &["ana@one", BOB]);
    let group = world.start(0, &[BOB]);
    world.accept(1, &group);
    (world, group)
}

fn sequenced<'a>(world: &'a mut World, group: &GroupId) -> &'a mut Sequenced {
    world.service.conversations.values_mut().find(|known| known.group == *group).unwrap()
}

/// The present epoch ends with this activity, says the sequencer.
fn list(world: &mut World, group: &GroupId, activity: Value) {
    let content = activity["object"]["content"].as_str().unwrap();
    let digest = crate::record::digest(&alcove_protocol::base64::decode(content, 1 << 20).unwrap());
    let known = sequenced(world, group);
    let add = SequencerAdd {
        id: "https://one.example/a/word".parse().unwrap(),
        object: activity["id"].as_str().unwrap().parse().unwrap(),
        epoch: known.epoch,
        digest: digest.to_vec(),
        ..known.commits[0].add.clone()
    };
    known.commits.push(PastCommit { add, activity });
    known.epoch += 1;
}

fn intercept(world: &mut World) -> Value {
    let to_bob = |delivery: &&Delivery| {
        delivery.to == World::actor(BOB) && delivery.activity["object"]["type"] == "PrivateMessage"
    };
    let activity = world.service.deliveries.iter().find(to_bob).unwrap().activity.clone();
    world.service.deliveries.clear();
    activity
}

/// Bob takes what arrives, and makes no call yet.
fn arrive(world: &mut World, activity: Value) {
    world.service.deliveries.push(Delivery { to: World::actor(BOB), activity });
    world.service.deliver_all();
    while world.hosts[1].receive(&world.service, world.now) {}
}

fn asks(world: &World) -> usize {
    let is_ask = |request: &&Request| matches!(request.call, Call::FetchPastCommits { .. });
    world.hosts[1].calls.iter().filter(is_ask).count()
}

/// What Ana writes, on its way to Bob and taken off it.
fn written(world: &mut World, group: &GroupId, text: &str) -> Value {
    world.send(0, group, text);
    while world.hosts[0].make_call(&mut world.service, world.now) {}
    intercept(world)
}

/// Only our own server's mailbox says what this device has posted. A commit in the name of Bob's leaf, listed by Ana's server as
/// posted by Bob's device, does not make that device stop.
#[test]
fn a_list_that_names_this_device_does_not_stop_it() {
    let (mut world, group) = pair(1);
    let genuine = written(&mut world, &group, "genuine");
    let mut twin = Host::new(World::actor(BOB), "twin", 77, world.now);
    twin.disk = world.hosts[1].disk.clone();
    twin.restart();
    world.hosts.push(twin);
    world.command(2, Command::Remove { conversation: group.clone(), actor: World::actor("ana@one") });
    while world.hosts[2].calls.front().is_some_and(|request| !is_commit(request)) {
        world.hosts[2].make_call(&mut world.service, world.now);
    }
    let Some(Call::PostCommit(new)) =
        world.hosts.pop().unwrap().calls.pop_front().map(|request| request.call)
    else {
        panic!("expected a commit");
    };
    let device = world.hosts[1].device.id().unwrap().clone();
    let ids = alcove_protocol::mls::OutgoingIds {
        activity: "https://two.example/a/made-up".parse().unwrap(),
        object: "https://two.example/o/made-up".into(),
    };
    let mut activity = new.commit.to_create(&World::actor(BOB), &ids, world.now);
    activity["instrument"] = device.as_str().into();
    list(&mut world, &group, activity);
    arrive(&mut world, of_epoch(&genuine, 9, 1, "ana@one"));
    assert_eq!(asks(&world), 1);
    world.settle();
    assert_eq!(world.hosts[1].device.standing(), DeviceStanding::Approved);
    assert_eq!(cannot_go_on(&world, 1, &group), [Obstacle::Unappliable { by: None }]);
}

/// A message in the list of commits is not read: it would take the place of the one that arrived last.
#[test]
fn a_message_in_the_list_of_commits_replaces_no_other() {
    let (mut world, group) = pair(2);
    let listed = written(&mut world, &group, "listed");
    let sent = written(&mut world, &group, "sent");
    list(&mut world, &group, listed);
    arrive(&mut world, of_epoch(&sent, 9, 1, "ana@one"));
    arrive(&mut world, sent);
    assert_eq!((world.hosts[1].texts(&group), asks(&world)), (vec!["sent".to_owned()], 1));
    world.settle();
    assert_eq!(world.hosts[1].texts(&group), ["sent"]);
    assert_eq!(cannot_go_on(&world, 1, &group), [Obstacle::Unappliable { by: None }]);
}

/// Whoever is not in a conversation can make a device ask now and then, and does not make it wait longer when somebody who is
/// in it shows that it has missed something.
#[test]
fn strangers_do_not_use_up_the_patience_for_members() {
    let (mut world, group) = pair(3);
    let genuine = written(&mut world, &group, "genuine");
    arrive(&mut world, of_epoch(&genuine, 9, 1, "mal@evil"));
    for _ in 0..20 {
        world.pass(HOUR);
    }
    let now = world.now;
    world.hosts[1].tick(now);
    assert_eq!(asks(&world), 0, "asked this hour");
    arrive(&mut world, of_epoch(&genuine, 9, 2, "ana@one"));
    assert_eq!(asks(&world), 1, "asked at once");
}
