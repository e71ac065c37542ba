//! Signing in again with a device that is there already: after a change of password, for one.

use alcove_protocol::{
    Problem,
    api::{DeviceState, proof_statement},
};
use ed25519_dalek::{Signature, VerifyingKey};

use crate::{Answer, Call, Command, DeviceStanding, Event, Outcome, testing::World};

const TOKEN: [u8; 32] = [7; 32];

fn enrol() -> Command {
    Command::Enrol { title: "desk".to_owned(), token: TOKEN }
}

/// The newest registration shows that the device holds its key, for this token.
#[test]
fn a_registration_is_signed_for_the_token_that_makes_it() {
    let mut world = World::with(1, &["ana@one"]);
    world.command(0, enrol());
    let Call::RegisterDevice(new) = &world.hosts[0].calls[0].call else { panic!("a registration") };
    let key = VerifyingKey::from_bytes(new.signature_key[..].try_into().unwrap()).unwrap();
    let proof = Signature::from_slice(&new.proof).unwrap();
    let statement = |token| proof_statement(&World::actor("ana@one"), &new.signature_key, token);
    assert!(key.verify_strict(&statement(&TOKEN), &proof).is_ok());
    assert!(key.verify_strict(&statement(&[8; 32]), &proof).is_err());
}

#[test]
fn an_approved_device_stays_who_it_is_and_registers_before_it_says_anything_else() {
    let mut world = World::with(2, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    let (id, identity) = (world.hosts[0].device.id().cloned(), world.hosts[0].device.identity());
    world.send(0, &group, "said while signed out");
    world.command(0, enrol());
    world.command(0, enrol());
    let resent = world.hosts[0].device.resend().unwrap();
    let registrations =
        resent.iter().map(|request| matches!(request.call, Call::RegisterDevice(_))).collect::<Vec<_>>();
    assert!(registrations[0] && registrations[1..].iter().all(|registers| !registers), "{registrations:?}");
    world.hosts[0].restart();
    world.settle();
    let host = &world.hosts[0];
    assert_eq!((host.device.standing(), host.device.identity()), (DeviceStanding::Approved, identity));
    assert_eq!(host.device.id(), id.as_ref());
    assert_eq!(world.hosts[1].texts(&group), ["said while signed out"]);
}

/// What was never approved has nothing to lose, and its key may have been removed for good.
#[test]
fn a_device_that_was_never_approved_begins_anew_with_another_key() {
    let mut world = World::with(3, &["ana@one"]);
    let new = world.sign_in("ana@one");
    world.settle();
    let devices = |world: &World| world.service.devices[&World::actor("ana@one")].clone();
    let former = devices(&world);
    assert_eq!(world.hosts[new].device.standing(), DeviceStanding::Waiting);
    world.service.devices.get_mut(&World::actor("ana@one")).unwrap().clear();
    world.command(new, enrol());
    world.settle();
    assert_eq!(world.hosts[new].device.standing(), DeviceStanding::Approved, "it is the first now");
    let found = devices(&world);
    assert!(found.len() == 1 && former.iter().all(|device| device.signature_key != found[0].signature_key));
}

#[test]
fn a_device_that_was_removed_meanwhile_stops() {
    let mut world = World::with(4, &["ana@one"]);
    world.command(0, enrol());
    let request = world.hosts[0].calls.pop_front().unwrap();
    let refusal = Outcome::Refused(Problem::new("key-in-use", "No.", 409));
    world.hosts[0].answer(&request, refusal, world.now);
    assert_eq!(world.hosts[0].device.standing(), DeviceStanding::Removed);
    assert!(matches!(world.hosts[0].shown.last(), Some(Event::DeviceMustStop { .. })));
    assert!(world.hosts[0].command(enrol(), world.now).is_err());
}

/// A server that was restored from a backup, or is not honest, takes an approved device for one that waits. The device keeps
/// its keys, also when it signs in once more, and its person hears of it (promise P8).
#[test]
fn an_approved_device_is_not_unmade_by_the_server() {
    let mut world = World::with(5, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    let identity = world.hosts[0].device.identity();
    let mut keys = Vec::new();
    for _ in 0..2 {
        world.command(0, enrol());
        let request = world.hosts[0].calls.pop_front().unwrap();
        let Call::RegisterDevice(new) = &request.call else { panic!("a registration") };
        keys.push(new.signature_key.clone());
        let mut device = world.service.devices[&World::actor("ana@one")][0].clone();
        device.state = DeviceState::Pending;
        world.hosts[0].answer(&request, Outcome::Accepted(Answer::Device(device)), world.now);
        let device = &world.hosts[0].device;
        assert_eq!((device.standing(), device.identity()), (DeviceStanding::Approved, identity));
        assert!(matches!(world.hosts[0].shown.last(), Some(Event::Refused { .. })));
    }
    assert_eq!(keys[0], keys[1]);
    world.send(0, &group, "still me");
    world.settle();
    assert_eq!(world.hosts[1].texts(&group), ["still me"]);
}
