//! The process dies at every save point and at every call, once each (promise P15).

use crate::{
    Command, Event, Standing,
    testing::{Kill, Point, Ratchets, World},
};

/// A story with every kind of step; the device under test is the first.
fn story(kill: Option<Kill>, host: usize) -> (World, bool) {
    let mut world = World::with(7, &["ana@one", "bob@two", "cy@three"]);
    world.hosts[host].kill = kill;
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    world.send(0, &group, "one");
    world.settle();
    world.send(1, &group, "two");
    world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("cy@three") });
    world.settle();
    world.pass(5_000);
    world.send(0, &group, "three");
    world.send(1, &group, "four");
    world.settle();
    world.command(1, Command::Remove { conversation: group.clone(), actor: World::actor("cy@three") });
    world.settle();
    world.pass(5_000);
    world.send(0, &group, "five");
    world.settle();
    let died = kill.is_some() && world.hosts[host].kill.is_none();
    check(&world, &group);
    (world, died)
}

/// Nothing acknowledged is lost, nothing is shown twice, no key is used twice.
fn check(world: &World, group: &alcove_protocol::GroupId) {
    world.assert_agreed(&[0, 1], group);
    let mut ratchets = Ratchets::default();
    ratchets.learn(&world.hosts[0]);
    ratchets.learn(&world.hosts[1]);
    assert!(ratchets.assert_used_once(&world.service) >= 8, "five texts and three commits at least");
    for host in [0, 1] {
        let mut texts = world.hosts[host].texts(group);
        texts.sort();
        assert_eq!(texts, ["five", "four", "one", "three", "two"]);
        assert!(world.hosts[host].device.resend().unwrap().is_empty());
    }
}

/// Promise P15, and P17 for keys: no (leaf, epoch, generation) is used twice. Every point is reached: the loop ends only when
/// a countdown was too long for the story.
#[test]
fn a_death_at_any_point_changes_nothing() {
    let mut reached = 0;
    for host in [0, 1] {
        for point in [Point::BeforeSave, Point::AfterSave, Point::AfterSend] {
            for countdown in 0.. {
                let (_, died) = story(Some(Kill { countdown, point }), host);
                if !died {
                    assert!(countdown > 5, "{point:?} was hardly ever reached");
                    break;
                }
                reached += 1;
            }
        }
    }
    assert!(reached > 60, "{reached} deaths");
}

#[test]
fn the_story_without_a_death() {
    let (world, _) = story(None, 0);
    let texts = world.hosts[2].texts(&world.groups(2)[0]);
    assert!(
        texts.contains(&"three".into()) && !texts.contains(&"one".into()) && !texts.contains(&"five".into())
    );
}

/// Promise P15 for the step that takes a Welcome: it is taken once, by a package that stays, and everything works.
#[test]
fn a_death_while_a_welcome_is_taken_costs_nothing() {
    for (point, heard) in [(Point::BeforeSave, 1), (Point::AfterSave, 0)] {
        let mut world = World::with(8, &["ana@one", "bob@two"]);
        let people = vec![World::actor("bob@two")];
        world.command(0, Command::StartConversation { people, name: None });
        while world.hosts[0].make_call(&mut world.service, world.now) {}
        world.service.deliver_all();
        world.hosts[1].kill = Some(Kill { countdown: 0, point });
        world.hosts[1].receive(&world.service, world.now);
        assert!(world.hosts[1].kill.is_none(), "it died there");
        let saved = world.hosts[1].device.conversations().unwrap().len();
        assert_eq!(saved, usize::from(point == Point::AfterSave));
        world.settle();
        let group = world.groups(1)[0].clone();
        assert_eq!(world.view(1, &group).standing, Standing::Request);
        let joined = world.hosts[1].shown.iter().filter(|event| matches!(event, Event::Joined { .. }));
        assert_eq!(joined.count(), heard, "what was saved and not shown stands in the view");
        world.accept(1, &group);
        world.send(1, &group, "here");
        world.send(0, &group, "there");
        world.settle();
        world.assert_agreed(&[0, 1], &group);
        assert_eq!(world.hosts[0].texts(&group), world.hosts[1].texts(&group));
        let mut ratchets = Ratchets::default();
        world.hosts.iter().for_each(|host| ratchets.learn(host));
        ratchets.assert_used_once(&world.service);
    }
}

/// What the tests above rely on: the same key under two messages is seen.
#[test]
#[should_panic(expected = "used twice")]
fn a_second_use_of_a_key_is_seen() {
    let mut world = World::with(9, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    let before = world.hosts[0].disk.clone();
    for text in ["one", "another"] {
        world.hosts[0].disk = before.clone();
        world.hosts[0].restart();
        world.send(0, &group, text);
        while world.hosts[0].make_call(&mut world.service, world.now) {}
    }
    let mut ratchets = Ratchets::default();
    ratchets.learn(&world.hosts[0]);
    ratchets.assert_used_once(&world.service);
}
