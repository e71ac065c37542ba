//! People come and go.

use alcove_protocol::time::{DAY, HOUR, SECOND};

use crate::{Command, Content, Error, Event, Standing, testing::World};

#[test]
fn three_people_talk_and_one_is_added_later() {
    let mut world = World::with(1, &["ana@one", "bob@two", "cy@three", "dee@two"]);
    let group = world.start(0, &["bob@two", "cy@three"]);
    world.accept(1, &group);
    world.accept(2, &group);
    world.command(1, Command::Rename { conversation: group.clone(), name: "Harbour".into() });
    world.settle();
    world.command(2, Command::Add { conversation: group.clone(), actor: World::actor("dee@two") });
    world.settle();
    world.accept(3, &group);
    world.send(3, &group, "here I am");
    world.settle();
    for host in 0..4 {
        assert_eq!(world.hosts[host].texts(&group), ["here I am"]);
        assert_eq!(world.view(host, &group).people.len(), 4);
        assert_eq!(world.view(host, &group).name.as_deref(), Some("Harbour"));
    }
    world.assert_agreed(&[0, 1, 2, 3], &group);
}

/// Promise P11: what is sent after a removal is nothing to the one who was removed, and what the removed one still
/// writes into an old epoch is shown to nobody.
#[test]
fn a_removed_member_reads_and_writes_nothing_more() {
    let mut world = World::with(2, &["ana@one", "bob@two", "cy@three"]);
    let group = world.start(0, &["bob@two", "cy@three"]);
    world.accept(1, &group);
    world.accept(2, &group);
    world.send(2, &group, "before");
    world.settle();
    world.command(0, Command::Remove { conversation: group.clone(), actor: World::actor("cy@three") });
    while world.hosts[0].make_call(&mut world.service, world.now) {}
    // Cy has not heard of it and writes into the old epoch; their server does not know better.
    world.service.conversations.values_mut().for_each(|conversation| conversation.epoch -= 1);
    world.send(2, &group, "from outside");
    while world.hosts[2].make_call(&mut world.service, world.now) {}
    world.service.conversations.values_mut().for_each(|conversation| conversation.epoch += 1);
    world.settle();
    for _ in 0..50 {
        world.send(0, &group, "among us");
    }
    world.settle();
    assert_eq!(world.hosts[2].texts(&group), ["before"]);
    assert_eq!(world.view(2, &group).standing, Standing::Over);
    assert_eq!(world.hosts[1].texts(&group).len(), 51);
    assert_eq!(world.hosts[0].texts(&group).len(), 51, "not even one that was written into an old epoch");
    let refused = world.hosts[2]
        .command(Command::Send { conversation: group.clone(), content: Content::text("hello?") }, world.now);
    assert_eq!(refused, Err(Error::ConversationOver));
    let keys: Vec<&String> = world.hosts[2].disk.keys().filter(|key| key.starts_with("mls/")).collect();
    assert!(keys.is_empty(), "no key of the group is left: {keys:?}");
}

/// Trap T24: leaving works without SelfRemove; somebody else completes it by value (trap T19).
#[test]
fn somebody_leaves() {
    let mut world = World::with(3, &["ana@one", "bob@two", "cy@three"]);
    let group = world.start(0, &["bob@two", "cy@three"]);
    world.accept(1, &group);
    world.accept(2, &group);
    world.command(2, Command::Leave { conversation: group.clone() });
    world.settle();
    for _ in 0..10 {
        world.pass(SECOND);
    }
    assert_eq!(world.view(2, &group).standing, Standing::Over);
    assert!(world.hosts[2].shown.contains(&Event::Ended { conversation: group.clone(), by: None }));
    assert!(world.hosts[0].shown.iter().any(|event| matches!(event, Event::Leaving { .. })));
    assert_eq!(world.view(0, &group).people.len(), 2);
    world.assert_agreed(&[0, 1], &group);
    world.send(0, &group, "still here");
    world.settle();
    assert_eq!(world.hosts[1].texts(&group), ["still here"]);
}

/// S-25: who writes without being known asks; a request sends nothing at all until it is accepted, and nothing if it is declined
/// (promise P16).
#[test]
fn a_request_is_silent() {
    let mut world = World::with(4, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    assert_eq!(world.view(1, &group).standing, Standing::Request);
    for _ in 0..48 {
        world.pass(HOUR);
    }
    let only_acknowledged =
        world.hosts[1].shown.iter().all(|event| !matches!(event, Event::Sending { .. } | Event::Sent { .. }));
    assert!(only_acknowledged);
    assert_eq!(world.view(0, &group).epoch, 1, "no update either");
    world.command(1, Command::Decline { conversation: group.clone() });
    world.send(0, &group, "are you there?");
    world.settle();
    assert_eq!(world.view(1, &group).standing, Standing::Over);
    assert!(world.hosts[1].texts(&group).is_empty());
}

/// Without an update of its own, the kept key of a device's package could read the epoch in which it joined.
#[test]
fn a_device_that_has_joined_renews_its_leaf_within_a_day() {
    let mut world = World::with(5, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    for _ in 0..25 {
        world.pass(HOUR);
    }
    assert_eq!(world.view(0, &group).epoch, 2);
    world.assert_agreed(&[0, 1], &group);
    for _ in 0..60 {
        world.pass(DAY);
    }
    assert!(world.view(0, &group).epoch >= 4, "every leaf is renewed by day 60");
    world.assert_agreed(&[0, 1], &group);
}

#[test]
fn somebody_without_keys_is_named_in_a_sentence() {
    let mut world = World::with(6, &["ana@one"]);
    let people = vec![World::actor("zoe@four")];
    world.command(0, Command::StartConversation { people, name: None });
    world.settle();
    let sentence = world.hosts[0].shown.iter().find_map(|event| match event {
        Event::CannotEncrypt { reason, .. } => Some(reason.clone()),
        _ => None,
    });
    assert!(sentence.unwrap().contains("cannot be written to encrypted"));
}

/// A conversation that cannot go on stops neither the device nor its other conversations.
#[test]
fn a_broken_conversation_does_not_hold_up_the_others() {
    let mut world = World::with(7, &["ana@one", "bob@two"]);
    let (broken, sound) = (world.start(0, &["bob@two"]), world.start(0, &["bob@two"]));
    world.accept(1, &broken);
    world.accept(1, &sound);
    let prefix = crate::mls::group_prefix(&crate::mls::group_id(&broken)).unwrap();
    world.hosts[1].disk.retain(|key, _| !key.starts_with(&prefix));
    world.hosts[1].restart();
    for _ in 0..25 {
        world.pass(HOUR);
    }
    assert_eq!(world.view(0, &sound).epoch, 2, "renewed as always");
    let told = |event: &&Event| matches!(event, Event::Stuck { conversation } if *conversation == broken);
    assert_eq!(world.hosts[1].shown.iter().filter(told).count(), 1, "the person hears of it, once");
    world.send(0, &sound, "still here");
    world.settle();
    assert_eq!(world.hosts[1].texts(&sound), ["still here"]);
}
