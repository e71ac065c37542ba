//! A second device of one person (ENCRYPTION.md 1.4).

use alcove_protocol::time::SECOND;

use crate::{Command, DeviceStanding, Event, PairingEnd, Removal, testing::World};

pub(super) fn name_of(world: &World, host: usize) -> String {
    let waiting = world.hosts[host].shown.iter().rev().find_map(|event| match event {
        Event::PairingWaiting { name, .. } => Some(name.clone()),
        _ => None,
    });
    waiting.unwrap()
}

pub(super) fn digits_of(world: &World, host: usize) -> String {
    let digits = world.hosts[host].shown.iter().rev().find_map(|event| match event {
        Event::PairingDigits { digits } => Some(digits.clone()),
        _ => None,
    });
    digits.unwrap()
}

/// The approval up to the point where the digits are to be typed.
fn show_digits(world: &mut World, old: usize) -> String {
    world.command(old, Command::LookForPairings);
    world.settle();
    let name = name_of(world, old);
    world.command(old, Command::ApprovePairing { name: name.clone() });
    world.settle();
    for _ in 0..6 {
        world.pass(SECOND);
    }
    name
}

/// The whole approval: digits typed into the old device, yes said on the new one.
pub(super) fn approve(world: &mut World, old: usize, new: usize) {
    let name = show_digits(world, old);
    let digits = digits_of(world, new);
    world.command(old, Command::ConfirmPairing { name: name.clone(), digits });
    world.settle();
    pass_seconds(world, 3);
    world.command(new, Command::AcceptPairing { name });
    world.settle();
    pass_seconds(world, 15);
}

pub(super) fn pass_seconds(world: &mut World, seconds: usize) {
    for _ in 0..seconds {
        world.pass(SECOND);
    }
}

/// Whoever looks again is told again, until they have said something: the first word may be gone from their screen.
#[test]
fn a_device_that_waits_is_named_each_time() {
    let mut world = World::with(1, &["ana@one"]);
    world.sign_in("ana@one");
    world.settle();
    let told = |world: &World| {
        let is_told = |event: &&Event| matches!(event, Event::PairingWaiting { .. });
        world.hosts[0].shown.iter().filter(is_told).count()
    };
    for times in 1..=3 {
        world.command(0, Command::LookForPairings);
        world.settle();
        assert_eq!(told(&world), times);
    }
    let name = name_of(&world, 0);
    world.command(0, Command::ApprovePairing { name });
    world.command(0, Command::LookForPairings);
    world.settle();
    assert_eq!(told(&world), 3);
}

/// What another device has decided, or nobody in time, is over on every device; nobody is left with its question.
#[test]
fn an_approval_that_was_decided_elsewhere_is_over() {
    let mut world = World::with(2, &["ana@one"]);
    let second = world.sign_in("ana@one");
    world.settle();
    approve(&mut world, 0, second);
    let (third, ends) = (world.sign_in("ana@one"), |world: &World, host: usize| {
        let end = |event: &Event| match event {
            Event::PairingEnded { end, .. } => Some(*end),
            _ => None,
        };
        world.hosts[host].shown.iter().filter_map(end).collect::<Vec<_>>()
    });
    world.settle();
    let before = ends(&world, second);
    world.command(second, Command::LookForPairings);
    world.settle();
    let name = show_digits(&mut world, 0);
    assert_eq!(name_of(&world, second), name, "both have heard of it");
    // Its digits are wanted again by whoever looks again.
    let wanted = |world: &World| {
        let is_wanted = |event: &&Event| matches!(event, Event::PairingDigitsWanted { .. });
        world.hosts[0].shown.iter().filter(is_wanted).count()
    };
    let asked = wanted(&world);
    world.command(0, Command::LookForPairings);
    world.settle();
    assert_eq!(wanted(&world), asked + 1);
    let digits = digits_of(&world, third);
    world.command(0, Command::ConfirmPairing { name, digits });
    world.settle();
    world.command(second, Command::LookForPairings);
    world.settle();
    let after = ends(&world, second);
    let [.., end] = after[before.len()..] else { panic!("it is told") };
    assert!(matches!(end, PairingEnd::Elsewhere | PairingEnd::Expired), "{end:?}");
}

#[test]
fn six_digits_bring_a_second_device_into_every_conversation() {
    let mut world = World::with(1, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    let new = world.sign_in("ana@one");
    world.settle();
    assert_eq!(world.hosts[new].device.standing(), DeviceStanding::Waiting);
    assert!(world.service.key_packages[&World::actor("ana@one")].len() == 1, "nobody yet: nothing published");
    approve(&mut world, 0, new);
    assert_eq!(world.hosts[new].device.standing(), DeviceStanding::Approved);
    assert_eq!(world.hosts[new].device.identity(), world.hosts[0].device.identity());
    world.assert_agreed(&[0, 1, new], &group);
    assert_eq!(world.view(1, &group).people.len(), 2, "people are shown, not devices");
    assert_eq!(world.view(1, &group).leaves.len(), 3);
    let ana = World::actor("ana@one");
    let seen =
        |event: &Event| matches!(event, Event::Membership { devices, .. } if *devices == [ana.clone()]);
    assert!(world.hosts[1].shown.iter().any(seen), "but a new device does not come unseen");
    assert!(world.view(1, &group).unverified.is_empty());
    world.send(new, &group, "from my other device");
    world.settle();
    assert_eq!(world.hosts[0].texts(&group), ["from my other device"]);
    assert_eq!(world.hosts[1].texts(&group), ["from my other device"]);
    // It holds the identity key now: it can approve a third.
    let third = world.sign_in("ana@one");
    world.settle();
    approve(&mut world, new, third);
    world.assert_agreed(&[0, 1, new, third], &group);
}

#[test]
fn three_wrong_attempts_refuse() {
    let mut world = World::with(2, &["ana@one"]);
    let new = world.sign_in("ana@one");
    world.settle();
    let name = show_digits(&mut world, 0);
    let right = digits_of(&world, new);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for _ in 0..3 {
        world.command(0, Command::ConfirmPairing { name: name.clone(), digits: wrong.into() });
    }
    world.settle();
    pass_seconds(&mut world, 5);
    let refused = Event::PairingEnded { name, end: PairingEnd::Refused };
    assert!(world.hosts[0].shown.contains(&refused) && world.hosts[new].shown.contains(&refused));
    assert_eq!(world.hosts[new].device.standing(), DeviceStanding::Waiting);
}

/// The approval is kept aside: whether the program was closed since, or the server knows of nothing any more.
#[test]
fn an_approval_waits_for_the_person_s_word() {
    let mut world = World::with(3, &["ana@one"]);
    let new = world.sign_in("ana@one");
    world.settle();
    let name = show_digits(&mut world, 0);
    let digits = digits_of(&world, new);
    world.command(0, Command::ConfirmPairing { name: name.clone(), digits });
    world.settle();
    assert!(
        world.hosts[0].shown.contains(&Event::PairingEnded { name: name.clone(), end: PairingEnd::Matched })
    );
    pass_seconds(&mut world, 5);
    let wanted = Event::PairingConfirmationWanted { name: name.clone() };
    assert!(world.hosts[new].shown.contains(&wanted));
    assert_eq!(world.hosts[new].device.standing(), DeviceStanding::Waiting);
    assert_eq!(world.hosts[new].device.identity(), None, "nothing is believed yet");
    world.hosts[new].restart();
    world.hosts[new].shown.clear();
    world.service.pairings.clear();
    world.command(new, Command::LookForPairings);
    world.settle();
    assert_eq!(world.hosts[new].shown, [wanted], "asked again");
    world.command(new, Command::AcceptPairing { name });
    world.settle();
    assert_eq!(world.hosts[new].device.standing(), DeviceStanding::Approved);
    assert_eq!(world.hosts[new].device.identity(), world.hosts[0].device.identity());
}

/// Before there is an approval to accept, a yes is worth nothing.
#[test]
fn a_word_without_an_approval_is_refused() {
    let mut world = World::with(7, &["ana@one"]);
    let new = world.sign_in("ana@one");
    world.settle();
    let name = show_digits(&mut world, 0);
    let refused = world.hosts[new].command(Command::AcceptPairing { name }, world.now);
    assert!(refused.is_err());
    assert_eq!(world.hosts[new].device.standing(), DeviceStanding::Waiting);
}

/// Promise P11 for devices.
#[test]
fn a_removed_device_reads_nothing_more() {
    let mut world = World::with(4, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    let new = world.sign_in("ana@one");
    world.settle();
    approve(&mut world, 0, new);
    let device = world.hosts[new].device.id().unwrap().clone();
    world.command(0, Command::ListDevices);
    world.settle();
    world.command(0, Command::RemoveDevice { device, why: Removal::Retired });
    world.settle();
    world.send(1, &group, "only for the others");
    world.settle();
    assert!(world.hosts[new].texts(&group).is_empty());
    assert_eq!(world.hosts[0].texts(&group), ["only for the others"]);
    assert_eq!(world.view(1, &group).leaves.len(), 2);
}

/// An approved device that never publishes a package holds up nobody, and is given up in the end.
#[test]
fn a_device_without_a_package_holds_up_nothing() {
    let mut world = World::with(5, &["ana@one", "bob@two"]);
    let silent = world.sign_in("ana@one");
    world.settle();
    let name = show_digits(&mut world, 0);
    let digits = digits_of(&world, silent);
    // It disappears for good before it hears that it was approved.
    world.hosts.truncate(silent);
    let people = vec![World::actor("bob@two")];
    world.command(0, Command::StartConversation { people, name: None });
    world.command(0, Command::ConfirmPairing { name, digits });
    world.settle();
    let group = world.groups(1)[0].clone();
    assert_eq!(world.view(0, &group).people.len(), 2);
    let records = |world: &World| {
        let record = world.hosts[0].disk.iter().filter(|(key, _)| key.starts_with("conversation/"));
        let read = record.map(|(key, bytes)| crate::record::decode(key, bytes).unwrap());
        read.collect::<Vec<crate::conversation::Conversation>>()
    };
    assert!(records(&world).iter().any(|known| !known.wishes.is_empty()));
    for _ in 0..15 {
        world.pass(alcove_protocol::time::DAY);
    }
    let waits = |known: &crate::conversation::Conversation| {
        known.wishes.iter().any(|wish| matches!(wish.intent, crate::conversation::Intent::AddDevice { .. }))
    };
    assert!(!records(&world).iter().any(waits));
}
