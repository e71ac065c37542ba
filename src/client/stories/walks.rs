//! Random walks in the world in memory: five devices write, add, remove and rename while deliveries are reordered and
//! repeated, answers are lost and processes die. The full simulator with three servers stands in `tests`.

use std::collections::BTreeSet;

use alcove_protocol::{GroupId, time::SECOND};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};

use crate::{
    Command, DeviceStanding, Outcome, Standing,
    testing::{Kill, Point, Ratchets, World},
};

const PEOPLE: [&str; 5] = ["ana@one", "bob@two", "cy@three", "dee@two", "eli@one"];

fn active(world: &World, group: &GroupId) -> Vec<usize> {
    let is_active = |host: &usize| {
        let view = world.hosts[*host].device.conversation(group);
        view.is_ok_and(|view| view.standing == Standing::Active)
    };
    (0..PEOPLE.len()).filter(is_active).collect()
}

fn accept_requests(world: &mut World, group: &GroupId) {
    for host in 0..PEOPLE.len() {
        let view = world.hosts[host].device.conversation(group);
        if view.is_ok_and(|view| view.standing == Standing::Request) {
            world.command(host, Command::Accept { conversation: group.clone() });
        }
    }
}

/// One thing happens.
fn act(world: &mut World, rng: &mut StdRng, group: &GroupId, number: usize) {
    let members = active(world, group);
    let Some(&host) = members.choose(rng) else { return };
    let conversation = group.clone();
    let actor = World::actor(PEOPLE[rng.gen_range(1..PEOPLE.len())]);
    match rng.gen_range(0..12) {
        0..=3 => world.send(host, group, &format!("text {number}")),
        4 => world.command(host, Command::Add { conversation, actor }),
        5 if members.len() > 2 => world.command(host, Command::Remove { conversation, actor }),
        6 => world.command(host, Command::Rename { conversation, name: format!("name {number}") }),
        7 => {
            let point = [Point::BeforeSave, Point::AfterSave, Point::AfterSend][rng.gen_range(0..3)];
            world.hosts[host].kill = Some(Kill { countdown: rng.gen_range(0..3), point });
        }
        8 => {
            world.now = world.now.plus(SECOND);
            let now = world.now;
            world.hosts[host].tick(now);
        }
        _ => {}
    }
}

/// A call is taken and its answer does not come back: it is made again later.
fn lose_an_answer(world: &mut World, host: usize) {
    let Some(request) = world.hosts[host].calls.pop_front() else { return };
    let now = world.now;
    drop(world.hosts[host].ask(&request, &mut world.service, now));
    world.hosts[host].answer(&request, Outcome::Unknown, now);
    if world.hosts[host].device.awaits(request.id).unwrap() {
        world.hosts[host].calls.push_back(request);
    }
}

/// The network does something: calls, reordered and repeated deliveries, arrivals.
fn shake(world: &mut World, rng: &mut StdRng) {
    for _ in 0..rng.gen_range(0..6) {
        let host = rng.gen_range(0..PEOPLE.len());
        let now = world.now;
        match rng.gen_range(0..4) {
            0 | 1 if rng.gen_bool(0.15) => lose_an_answer(world, host),
            0 | 1 => drop(world.hosts[host].make_call(&mut world.service, now)),
            2 if !world.service.deliveries.is_empty() => {
                let index = rng.gen_range(0..world.service.deliveries.len());
                if rng.gen_bool(0.2) {
                    let again = world.service.deliveries[index].clone();
                    world.service.deliveries.push(again);
                }
                world.service.deliver(index);
            }
            _ => drop(world.hosts[host].receive(&world.service, now)),
        }
    }
}

fn walk(seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut world = World::with(seed, &PEOPLE);
    let group = world.start(0, &["bob@two", "cy@three"]);
    accept_requests(&mut world, &group);
    world.settle();
    let mut ratchets = Ratchets::default();
    for number in 0..60 {
        act(&mut world, &mut rng, &group, number);
        shake(&mut world, &mut rng);
        world.hosts.iter().for_each(|host| ratchets.learn(host));
        if number % 10 == 0 {
            accept_requests(&mut world, &group);
        }
    }
    for _ in 0..8 {
        world.pass(SECOND);
        accept_requests(&mut world, &group);
    }
    world.hosts.iter().for_each(|host| ratchets.learn(host));
    assert!(ratchets.assert_used_once(&world.service) > 10, "seed {seed}");
    let members = active(&world, &group);
    world.assert_agreed(&members, &group);
    for host in 0..PEOPLE.len() {
        assert_eq!(world.hosts[host].device.standing(), DeviceStanding::Approved, "seed {seed}");
        let texts = world.hosts[host].texts(&group);
        let once: BTreeSet<&String> = texts.iter().collect();
        assert_eq!(once.len(), texts.len(), "seed {seed}: shown once");
    }
}

/// Promises P14, P15 and P17 in small: everybody who is still in the conversation ends in the same epoch, nothing is shown
/// twice, no device believes that it was copied, no (leaf, epoch, generation) is used twice.
#[test]
fn walks_end_in_agreement() {
    (0..30).for_each(walk);
}
