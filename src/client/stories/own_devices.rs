//! Devices of one person that are removed: by their keys, whatever a server lists, and wherever they are met (ENCRYPTION.md
//! 1.4, promise P11).

use alcove_protocol::{
    DeviceId,
    api::{Device, DeviceState},
    time::MINUTE,
};

use super::{approval::approve, trust::trust};
use crate::{Command, Content, Error, Event, LeafCheck, Removal, testing::World};

/// The signature key of somebody's first device.
fn key_of(world: &World, name: &str) -> Vec<u8> {
    world.service.devices[&World::actor(name)][0].signature_key.clone()
}

fn remove(world: &mut World, device: DeviceId, why: Removal) {
    world.command(0, Command::ListDevices);
    world.settle();
    world.command(0, Command::RemoveDevice { device, why });
    world.settle();
}

/// Another device of Ana's, approved by her first one.
fn another(world: &mut World) -> usize {
    let new = world.sign_in("ana@one");
    world.settle();
    approve(world, 0, new);
    new
}

/// A server lists Bob's key as one of Ana's devices: Bob stays.
#[test]
fn a_list_cannot_have_somebody_else_removed() {
    let mut world = World::with(1, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    let id: DeviceId = "https://one.example/devices/listed".parse().unwrap();
    let listed = Device {
        id: id.clone(),
        title: "old phone".into(),
        signature_key: key_of(&world, "bob@two"),
        state: DeviceState::Approved,
        created_at: world.now,
        last_seen_at: None,
        client_name: None,
    };
    world.service.devices.get_mut(&World::actor("ana@one")).unwrap().push(listed);
    remove(&mut world, id, Removal::Retired);
    assert_eq!(world.view(0, &group).leaves.len(), 2);
    assert!(!world.view(0, &group).waiting);
    assert_eq!(world.service.devices[&World::actor("ana@one")].len(), 1, "it is gone from the list");
}

/// A key that was approved here is known better than by the list.
#[test]
fn a_list_cannot_exchange_the_key_of_a_known_device() {
    let mut world = World::with(2, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    let new = another(&mut world);
    let bob = key_of(&world, "bob@two");
    world.service.devices.get_mut(&World::actor("ana@one")).unwrap()[1].signature_key = bob.clone();
    let device = world.hosts[new].device.id().unwrap().clone();
    remove(&mut world, device, Removal::Retired);
    let view = world.view(1, &group);
    assert_eq!((view.people.len(), view.leaves.len()), (2, 2));
    let listed = |event: &Event| matches!(event, Event::Devices(devices) if devices.iter().any(|device| device.signature_key == bob));
    assert!(!world.hosts[0].shown.iter().any(listed));
}

/// A server that lists this very device under another name.
#[test]
fn a_device_does_not_remove_itself_under_another_name() {
    let mut world = World::with(3, &["ana@one"]);
    let id: DeviceId = "https://one.example/devices/listed".parse().unwrap();
    let devices = world.service.devices.get_mut(&World::actor("ana@one")).unwrap();
    devices.push(Device { id: id.clone(), ..devices[0].clone() });
    world.command(0, Command::ListDevices);
    world.settle();
    let refused =
        world.hosts[0].command(Command::RemoveDevice { device: id, why: Removal::Retired }, world.now);
    assert!(matches!(refused, Err(Error::Limit(_))));
}

/// Somebody is shown an old list, and adds the device that was removed: it is removed there as well.
#[test]
fn a_removed_device_is_removed_wherever_it_is_met() {
    let mut world = World::with(4, &["ana@one", "bob@two"]);
    let first = world.start(0, &["bob@two"]);
    world.accept(1, &first);
    let new = another(&mut world);
    let old = world.service.key_packages[&World::actor("ana@one")].clone();
    let device = world.hosts[new].device.id().unwrap().clone();
    remove(&mut world, device, Removal::Retired);
    world.service.key_packages.insert(World::actor("ana@one"), old);
    let second = world.start(1, &["ana@one"]);
    let view = world.view(1, &second);
    assert_eq!((view.people.len(), view.leaves.len()), (2, 2));
    world.send(1, &second, "only for the other");
    world.settle();
    assert_eq!(world.hosts[0].texts(&second), ["only for the other"]);
    assert!(world.hosts[new].texts(&second).is_empty());
    let third = world.start(0, &["bob@two"]);
    assert_eq!(world.view(0, &third).leaves.len(), 2, "nor does the device that removed it add it again");
}

/// Promise P8: a device that may be in somebody else's hands takes the identity key with it. Ana's other devices get a new
/// one, it does not, and Bob is shown the change before he writes again.
#[test]
fn removing_a_lost_device_replaces_the_identity_key() {
    let mut world = World::with(5, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    let (kept, lost) = (another(&mut world), another(&mut world));
    world.assert_agreed(&[0, 1, kept, lost], &group);
    let before = world.hosts[0].device.identity();
    let device = world.hosts[lost].device.id().unwrap().clone();
    remove(&mut world, device, Removal::Lost);
    for _ in 0..5 {
        world.pass(MINUTE);
    }
    let identity = |host: usize| world.hosts[host].device.identity();
    assert!(identity(0) != before && identity(kept) == identity(0));
    assert_eq!(identity(lost), before, "what it holds is worth nothing any more");
    for host in [0, kept] {
        assert!(world.hosts[host].shown.contains(&Event::IdentityReplaced));
        assert!(world.view(host, &group).leaves.iter().all(|leaf| leaf.check == LeafCheck::Verified));
    }
    assert!(world.hosts[1].shown.iter().any(|event| matches!(event, Event::IdentityChanged { .. })));
    let hello = Command::Send { conversation: group.clone(), content: Content::text("is it you?") };
    assert!(matches!(world.hosts[1].command(hello.clone(), world.now), Err(Error::Unverified(_))));
    trust(&mut world, 1, "ana@one");
    world.command(1, hello);
    world.settle();
    world.assert_agreed(&[0, 1, kept], &group);
    for host in [0, kept] {
        assert_eq!(world.hosts[host].texts(&group), ["is it you?"]);
    }
    assert!(world.hosts[lost].texts(&group).is_empty());
    // The other device holds the new key as well: it can approve one more.
    let more = world.sign_in("ana@one");
    world.settle();
    approve(&mut world, kept, more);
    assert_eq!(world.hosts[more].device.identity(), world.hosts[0].device.identity());
    assert!(world.view(1, &group).unverified.is_empty());
}

/// Nobody else has the key, so nobody has to get it first.
#[test]
fn the_only_device_left_replaces_the_identity_key_at_once() {
    let mut world = World::with(6, &["ana@one"]);
    let lost = another(&mut world);
    let before = world.hosts[0].device.identity();
    let device = world.hosts[lost].device.id().unwrap().clone();
    remove(&mut world, device, Removal::Lost);
    assert_ne!(world.hosts[0].device.identity(), before);
    assert_eq!(world.hosts[lost].device.identity(), before);
}
