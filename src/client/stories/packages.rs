//! Key packages: published, rotated, used by many, deleted (promise P16, ENCRYPTION.md 1.3).

use std::collections::BTreeSet;

use alcove_protocol::{
    Problem,
    time::{DAY, HOUR, MINUTE},
};

use crate::{Command, Event, Outcome, testing::World};

fn published(world: &World, name: &str) -> String {
    world.service.key_packages[&World::actor(name)].values().next().unwrap()["content"].to_string()
}

fn private_keys(world: &World, host: usize) -> usize {
    world.hosts[host].disk.keys().filter(|key| key.starts_with("mls-key-package/")).count()
}

/// Promise P16: replaced every seven days, superseded keys gone after fourteen.
#[test]
fn packages_rotate_and_old_keys_go() {
    let mut world = World::with(1, &["ana@one"]);
    let first = published(&world, "ana@one");
    for _ in 0..7 {
        world.pass(DAY);
    }
    assert_ne!(published(&world, "ana@one"), first);
    assert_eq!(private_keys(&world, 0), 2, "the old one is kept: peers use stale copies");
    for _ in 0..11 {
        world.pass(DAY);
    }
    assert!(private_keys(&world, 0) <= 3);
    let kept: BTreeSet<String> =
        world.hosts[0].disk.keys().filter(|key| key.starts_with("mls-key-package/")).cloned().collect();
    for _ in 0..15 {
        world.pass(DAY);
    }
    let now: BTreeSet<String> =
        world.hosts[0].disk.keys().filter(|key| key.starts_with("mls-key-package/")).cloned().collect();
    assert!(kept.intersection(&now).count() <= 1, "all but the newest of then are gone");
}

/// Promise P16 and trap T14: one package serves everybody who has fetched it.
#[test]
fn many_use_one_package_and_it_is_replaced_within_a_day() {
    let names: Vec<String> = (0..100).map(|number| format!("p{number}@two")).collect();
    let mut people = vec!["ana@one"];
    people.extend(names.iter().map(String::as_str));
    let mut world = World::with(2, &people);
    let first = published(&world, "ana@one");
    let groups: Vec<_> = (1..=100).map(|host| world.start(host, &["ana@one"])).collect();
    assert_eq!(world.groups(0).len(), 100, "all joins work");
    for (host, group) in groups.iter().enumerate() {
        world.assert_agreed(&[0, host + 1], group);
    }
    world.accept(0, &groups[0]);
    assert_eq!(published(&world, "ana@one"), first, "at a random time, not at once");
    for _ in 0..25 {
        world.pass(HOUR);
    }
    assert_ne!(published(&world, "ana@one"), first);
}

/// Trap T8c: another client of the account has deleted our package.
#[test]
fn a_package_that_vanished_is_published_again() {
    let mut world = World::with(3, &["ana@one", "bob@two"]);
    world.service.key_packages.remove(&World::actor("ana@one"));
    world.start(0, &["bob@two"]);
    assert!(world.service.key_packages.contains_key(&World::actor("ana@one")));
}

/// Promise P16: peers can find the old package until the server has taken the new one, so its key is kept 14 days from then.
#[test]
fn a_key_is_kept_until_its_successor_has_been_published_for_a_while() {
    let mut world = World::with(4, &["ana@one"]);
    let key = world.hosts[0].disk.keys().find(|key| key.starts_with("mls-key-package/")).unwrap().clone();
    for _ in 0..23 {
        // The server cannot be reached.
        world.now = world.now.plus(DAY);
        let now = world.now;
        world.hosts[0].tick(now);
        world.hosts[0].restart();
    }
    let publications = |request: &&crate::Request| matches!(request.call, crate::Call::PublishKeyPackage(_));
    assert_eq!(
        world.hosts[0].device.resend().unwrap().iter().filter(publications).count(),
        1,
        "only the newest"
    );
    assert!(world.hosts[0].disk.contains_key(&key));
    world.settle();
    for _ in 0..13 {
        world.pass(DAY);
    }
    assert!(world.hosts[0].disk.contains_key(&key));
    for _ in 0..3 {
        world.pass(DAY);
    }
    assert!(!world.hosts[0].disk.contains_key(&key));
}

/// A server that refuses a package is asked again in an hour; meanwhile the one before stays the current one.
#[test]
fn a_refused_package_is_offered_again_in_an_hour() {
    let mut world = World::with(5, &["ana@one"]);
    let first = published(&world, "ana@one");
    world.command(0, Command::RotateKeyPackage);
    let request = world.hosts[0].calls.pop_front().unwrap();
    let refused = Outcome::Refused(Problem::new("unwell", "The server is not well.", 400));
    let now = world.now;
    world.hosts[0].answer(&request, refused, now);
    assert!(world.hosts[0].shown.iter().any(|event| matches!(event, Event::Refused { .. })));
    assert_eq!(private_keys(&world, 0), 1, "nobody has seen the refused one");
    world.pass(59 * MINUTE);
    assert_eq!(published(&world, "ana@one"), first);
    world.pass(MINUTE);
    assert_ne!(published(&world, "ana@one"), first);
    assert_eq!(private_keys(&world, 0), 2);
}

/// Promise P16: the first attempt was taken and its answer lost. A refusal of the second says nothing about the first, so
/// whoever finds the package can still use it.
#[test]
fn a_package_that_may_be_published_keeps_its_key() {
    let mut world = World::with(7, &["ana@one", "bob@two"]);
    world.command(0, Command::RotateKeyPackage);
    let request = world.hosts[0].calls.pop_front().unwrap();
    let taken = world.hosts[0].ask(&request, &mut world.service, world.now);
    assert!(matches!(taken, Outcome::Accepted(_)));
    let refused = Outcome::Refused(Problem::new("unwell", "The server is not well.", 400));
    let now = world.now;
    for outcome in [Outcome::Unknown, refused] {
        world.hosts[0].answer(&request, outcome, now);
    }
    assert_eq!(private_keys(&world, 0), 2);
    let group = world.start(1, &["ana@one"]);
    world.assert_agreed(&[0, 1], &group);
    let shown = published(&world, "ana@one");
    world.pass(HOUR);
    assert_ne!(published(&world, "ana@one"), shown, "another one is offered");
}

/// Trap T8c: nobody starts a conversation, and the device looks by itself.
#[test]
fn a_vanished_package_is_noticed_within_a_day() {
    let mut world = World::with(6, &["ana@one"]);
    world.service.key_packages.clear();
    for _ in 0..25 {
        world.pass(HOUR);
    }
    assert!(world.service.key_packages.contains_key(&World::actor("ana@one")));
}
