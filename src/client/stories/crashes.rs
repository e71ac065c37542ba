//! The process dies at every save point and at every call, once each (promise P15).

use crate::{
    Command,
    testing::{Kill, Point, World},
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

/// Nothing acknowledged is lost, nothing is shown twice, no key is used twice: a second use would not decrypt.
fn check(world: &World, group: &alcove_protocol::GroupId) {
    world.assert_agreed(&[0, 1], group);
    for host in [0, 1] {
        let mut texts = world.hosts[host].texts(group);
        texts.sort();
        assert_eq!(texts, ["five", "four", "one", "three", "two"]);
        assert!(world.hosts[host].device.resend().unwrap().is_empty());
    }
}

/// Promise P15. Every point is reached: the loop ends only when a countdown was too long for the story.
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
