//! Mixed groups in which two commits end one epoch (ENCRYPTION.md 1.5 point 8, 1.6 step 2): who yields, what is taken back, and
//! what is left when it is too late for that.

use alcove_protocol::{
    GroupId,
    time::{MINUTE, SECOND},
};

use super::{
    mixed::{Foreign, address, pass_seconds},
    recovery::{agree, cannot_go_on, only},
};
use crate::{
    Command, Event, Obstacle,
    testing::{Delivery, World},
};

/// What is on its way is kept back.
fn keep_back(world: &mut World) -> Vec<Delivery> {
    std::mem::take(&mut world.service.deliveries)
}

/// A conversation of Ana with Fay and with others, whose hosts follow hers, in which Fay has committed: the commit is on its
/// way and kept back.
fn rivalry(world: &mut World, fay: &mut Foreign, people: &[&str]) -> (GroupId, Vec<Delivery>) {
    let group = world.start(0, people);
    for host in 1..people.len() {
        world.accept(host, &group);
    }
    fay.receive(world);
    let conversation = address(world, &group);
    pass_seconds(world, 3);
    fay.commit(world, "ana@one", &conversation);
    (group, keep_back(world))
}

fn copies(world: &World, host: usize) -> usize {
    world.hosts[host].disk.keys().filter(|key| key.starts_with("rollback")).count()
}

/// Trap T30, merged already: the foreign commit comes after our ten seconds, and wins; what was written in between is sent
/// again and shown once, and what was wanted is done again.
#[test]
fn a_foreign_commit_that_comes_late_takes_ours_back() {
    let mut world = World::with(1, &["ana@one", "bob@two"]);
    let mut fay = Foreign::publish(&mut world, "fay@emissary");
    let (group, late) = rivalry(&mut world, &mut fay, &["fay@emissary"]);
    world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("bob@two") });
    world.settle();
    assert_eq!(copies(&world, 0), 0, "nothing is copied when it is staged");
    pass_seconds(&mut world, 11);
    assert_eq!(world.view(0, &group).epoch, 2, "merged");
    assert!(copies(&world, 0) > 5);
    world.send(0, &group, "in between");
    world.settle();
    fay.receive(&world);
    assert!(fay.read.is_empty());
    world.service.deliveries.extend(late);
    world.settle();
    assert_eq!(world.view(0, &group).epoch_authenticator, fay.authenticator());
    assert_eq!(copies(&world, 0), 0);
    pass_seconds(&mut world, 30);
    fay.receive(&world);
    assert_eq!(fay.read, ["in between"]);
    assert_eq!(world.view(0, &group).people.len(), 3, "Bob was added again");
    assert_eq!(world.view(0, &group).epoch_authenticator, fay.authenticator());
    world.command(1, Command::Rejoin { conversation: group.clone() });
    world.settle();
    world.assert_agreed(&[0, 1], &group);
    assert_eq!(world.hosts[0].texts(&group), ["in between"]);
}

/// Two devices of ours beside foreign software: whichever of the two commits reached each of them first, in time or late, all
/// of them end where the foreign one is, and what was written in between is sent again.
#[test]
fn all_devices_of_ours_turn_back_together() {
    for wait in [3, 12] {
        let mut world = World::with(6, &["ana@one", "bob@two", "cy@three"]);
        let mut fay = Foreign::publish(&mut world, "fay@emissary");
        let (group, foreign) = rivalry(&mut world, &mut fay, &["fay@emissary", "bob@two"]);
        world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("cy@three") });
        world.settle();
        pass_seconds(&mut world, wait);
        assert_eq!(world.view(1, &group).epoch, 2, "Bob has followed Ana");
        world.send(1, &group, "in between");
        world.settle();
        for name in ["ana@one", "bob@two"] {
            let to = |delivery: &Delivery| Delivery { to: World::actor(name), ..delivery.clone() };
            world.service.deliveries.extend(foreign.iter().map(to));
        }
        world.settle();
        fay.receive(&world);
        for host in [0, 1] {
            assert_eq!(world.view(host, &group).epoch_authenticator, fay.authenticator(), "wait {wait}");
        }
        pass_seconds(&mut world, 30);
        fay.receive(&world);
        assert_eq!(fay.read, ["in between"]);
        assert_eq!(world.view(0, &group).people.len(), 4, "Cy was added again");
        world.assert_agreed(&[0, 1], &group);
        for host in [0, 1] {
            assert_eq!(world.view(host, &group).epoch_authenticator, fay.authenticator());
            assert_eq!(world.hosts[host].texts(&group), ["in between"], "wait {wait}, host {host}");
        }
    }
}

/// Once other software is seen in the new epoch nothing is taken back: whoever did not follow is apart, the person is told, and
/// the conversation can be begun anew with everybody (trap T33).
#[test]
fn who_comes_too_late_is_taken_along_into_a_new_group() {
    let mut world = World::with(2, &["ana@one", "bob@two", "cy@three"]);
    let mut fay = Foreign::publish(&mut world, "fay@emissary");
    let mut gus = Foreign::publish(&mut world, "gus@bonfire");
    let group = world.start(0, &["fay@emissary", "gus@bonfire", "bob@two"]);
    world.accept(1, &group);
    fay.receive(&world);
    gus.receive(&world);
    let conversation = address(&world, &group);
    pass_seconds(&mut world, 3);
    fay.commit(&mut world, "ana@one", &conversation);
    let late = keep_back(&mut world);
    world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("cy@three") });
    world.settle();
    pass_seconds(&mut world, 11);
    world.send(1, &group, "Bob's device turns back if ours does");
    world.settle();
    assert!(copies(&world, 0) > 5);
    gus.receive(&world);
    gus.say(&mut world, "I follow Ana", "ana@one", &conversation);
    world.settle();
    assert_eq!(world.hosts[0].texts(&group).last().map(String::as_str), Some("I follow Ana"));
    assert_eq!(copies(&world, 0), 0, "other software was seen in the new epoch");
    let before = world.view(0, &group).epoch_authenticator;
    world.service.deliveries.extend(late);
    world.settle();
    assert_eq!(world.view(0, &group).epoch_authenticator, before);
    let who = World::actor("fay@emissary");
    assert_eq!(cannot_go_on(&world, 0, &group), [Obstacle::Apart { who }]);
    fay.publish_again(&mut world);
    gus.publish_again(&mut world);
    world.command(0, Command::Continue { conversation: group.clone() });
    world.settle();
    pass_seconds(&mut world, 20);
    fay.receive(&world);
    let fresh = only(&world, 0);
    assert_eq!(world.view(0, &fresh).epoch_authenticator, fay.authenticator());
    assert_eq!(agree(&mut world, 1, &group), fresh);
    assert_eq!(only(&world, 1), fresh);
}

#[test]
fn the_copy_is_dropped_after_ten_minutes() {
    let mut world = World::with(3, &["ana@one", "bob@two"]);
    let fay = Foreign::publish(&mut world, "fay@emissary");
    let group = world.start(0, &["fay@emissary"]);
    drop(fay);
    pass_seconds(&mut world, 3);
    world.command(0, Command::Add { conversation: group, actor: World::actor("bob@two") });
    pass_seconds(&mut world, 12);
    assert!(copies(&world, 0) > 5);
    world.pass(9 * MINUTE);
    assert!(copies(&world, 0) > 5);
    world.pass(MINUTE);
    assert_eq!(copies(&world, 0), 0);
}

/// Whoever is removed does not win over their removal, neither in time nor late.
#[test]
fn a_commit_by_somebody_who_is_removed_never_wins() {
    for late in [false, true] {
        let mut world = World::with(4, &["ana@one", "bob@two"]);
        let mut fay = Foreign::publish(&mut world, "fay@emissary");
        let (group, held) = rivalry(&mut world, &mut fay, &["fay@emissary", "bob@two"]);
        let actor = World::actor("fay@emissary");
        world.command(0, Command::Remove { conversation: group.clone(), actor });
        world.settle();
        if late {
            pass_seconds(&mut world, 12);
        }
        world.service.deliveries.extend(held);
        world.settle();
        pass_seconds(&mut world, 12);
        assert_eq!(world.view(0, &group).people.len(), 2, "late: {late}");
        world.assert_agreed(&[0, 1], &group);
    }
}

/// A removal yields to a foreign commit once; done again, it is merged as soon as it is taken.
#[test]
fn a_redone_removal_does_not_yield_twice() {
    let mut world = World::with(5, &["ana@one"]);
    let mut fay = Foreign::publish(&mut world, "fay@emissary");
    let mut gus = Foreign::publish(&mut world, "gus@bonfire");
    let group = world.start(0, &["fay@emissary", "gus@bonfire"]);
    fay.receive(&world);
    gus.receive(&world);
    let conversation = address(&world, &group);
    pass_seconds(&mut world, 3);
    let actor = World::actor("fay@emissary");
    world.command(0, Command::Remove { conversation: group.clone(), actor });
    world.settle();
    gus.commit(&mut world, "ana@one", &conversation);
    world.settle();
    assert_eq!(world.view(0, &group).epoch_authenticator, gus.authenticator(), "it yields");
    world.now = world.now.plus(4 * SECOND);
    world.hosts[0].tick(world.now);
    world.settle();
    assert_eq!(world.view(0, &group).people.len(), 2, "and now it does not wait");
    let removed = |event: &&Event| matches!(event, Event::Membership { removed, .. } if !removed.is_empty());
    assert_eq!(world.hosts[0].shown.iter().filter(removed).count(), 1);
}
