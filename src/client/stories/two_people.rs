//! The vertical path: two people, one conversation.

use crate::{Event, testing::World};

#[test]
fn a_message_crosses_and_is_answered() {
    let mut world = World::with(1, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    world.send(0, &group, "hello <Bob> & all");
    world.settle();
    assert_eq!(world.hosts[1].texts(&group), ["hello <Bob> & all"]);
    assert!(world.hosts[1].shown.iter().any(|event| matches!(event, Event::Joined { .. })));
    world.send(1, &group, "hello Ana");
    world.settle();
    assert_eq!(world.hosts[0].texts(&group), ["hello <Bob> & all", "hello Ana"]);
    world.assert_agreed(&[0, 1], &group);
    assert!(world.hosts.iter().all(|host| host.device.resend().unwrap().is_empty()));
}
