//! What a step costs does not depend on how much was said before.

use crate::{Call, testing::World};

/// The bytes and records that the next message makes a device save.
fn cost_of_a_message(world: &mut World, group: &alcove_protocol::GroupId) -> (usize, usize) {
    world.send(0, group, "a message of the usual length");
    while world.hosts[0].make_call(&mut world.service, world.now) {}
    world.service.deliver_all();
    let after = world.hosts[1].device.cursor().unwrap().position;
    let items = world.service.items(&World::actor("bob@two"), after);
    let host = &mut world.hosts[1];
    let step = host.device.receive(&items, world.now, &mut host.rng).unwrap();
    let bytes = step.save.put.iter().map(|(_, bytes)| bytes.len()).sum();
    let records = step.save.put.len();
    host.run(step);
    world.settle();
    (records, bytes)
}

/// "A step as cheap at 100,000 messages as at 10": what is written grows with nothing but the message.
#[test]
fn a_step_writes_as_much_after_many_messages_as_after_few() {
    let mut world = World::with(1, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    for _ in 0..300 {
        world.send(0, &group, "x");
    }
    world.settle();
    let early = cost_of_a_message(&mut world, &group);
    for _ in 0..1_200 {
        world.send(0, &group, "x");
    }
    world.settle();
    let late = cost_of_a_message(&mut world, &group);
    assert_eq!(early.0, late.0);
    assert!(late.1 <= early.1 + 200, "{early:?} became {late:?}");
}

/// While the server does not answer, pages may be taken one after the other: only the newest is acknowledged.
#[test]
fn one_acknowledgement_is_under_way() {
    let mut world = World::with(2, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    for _ in 0..5 {
        world.send(0, &group, "x");
        while world.hosts[0].make_call(&mut world.service, world.now) {}
        world.service.deliver_all();
        world.hosts[1].receive(&world.service, world.now);
        world.hosts[1].restart();
    }
    let cursor = world.hosts[1].device.cursor().unwrap();
    let calls = world.hosts[1].device.resend().unwrap();
    let acknowledged = calls.into_iter().filter(|request| matches!(request.call, Call::Acknowledge(_)));
    assert_eq!(acknowledged.map(|request| request.call).collect::<Vec<_>>(), [Call::Acknowledge(cursor)]);
}
