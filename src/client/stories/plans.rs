//! What goes into a commit, and with whose keys.

use std::collections::BTreeSet;

use alcove_protocol::time::SECOND;

use crate::{Call, Command, Request, testing::World};

/// Makes all calls of a device, a few seconds long, and hands back those that fit.
fn calls_of(world: &mut World, host: usize, fits: impl Fn(&Call) -> bool) -> Vec<Request> {
    let mut made = Vec::new();
    for _ in 0..5 {
        while let Some(request) = world.hosts[host].calls.front().cloned() {
            made.extend(fits(&request.call).then_some(request));
            world.hosts[host].make_call(&mut world.service, world.now);
        }
        world.pass(SECOND);
    }
    made
}

/// Traps T19 and T20: a removal and an addition that are wanted at once make two commits, of one kind each, the removal
/// first.
#[test]
fn a_commit_has_one_kind_of_proposal() {
    let mut world = World::with(1, &["ana@one", "bob@two", "cy@three", "dee@two"]);
    let group = world.start(0, &["bob@two", "cy@three"]);
    world.accept(1, &group);
    let conversation = || group.clone();
    world.command(0, Command::Add { conversation: conversation(), actor: World::actor("dee@two") });
    world.command(0, Command::Remove { conversation: conversation(), actor: World::actor("cy@three") });
    let commits = calls_of(&mut world, 0, |call| matches!(call, Call::PostCommit(_)));
    let [removal, addition] = &commits[..] else { panic!("expected two commits: {}", commits.len()) };
    let named = |request: &Request| match &request.call {
        Call::PostCommit(new) => (new.welcomes.len(), new.members.iter().cloned().collect::<BTreeSet<_>>()),
        _ => panic!("expected a commit"),
    };
    let actors = |names: &[&str]| names.iter().map(|name| World::actor(name)).collect::<BTreeSet<_>>();
    assert_eq!(named(removal), (0, actors(&["ana@one", "bob@two"])));
    assert_eq!(named(addition), (1, actors(&["ana@one", "bob@two", "dee@two"])));
    world.accept(3, &group);
    world.assert_agreed(&[0, 1, 3], &group);
}

/// Trap T15: key packages are asked for at every use, and the present one is used, however lately the last one was seen.
#[test]
fn packages_are_fetched_at_every_use() {
    let mut world = World::with(2, &["ana@one", "bob@two"]);
    world.start(0, &["bob@two"]);
    let old = world.service.key_packages[&World::actor("bob@two")].clone();
    world.command(1, Command::RotateKeyPackage);
    world.settle();
    assert_ne!(world.service.key_packages[&World::actor("bob@two")], old);
    let people = vec![World::actor("bob@two")];
    world.command(0, Command::StartConversation { people, name: None });
    let bob = Call::FetchKeyPackages(World::actor("bob@two"));
    assert_eq!(calls_of(&mut world, 0, |call| *call == bob).len(), 1);
    assert_eq!(world.groups(1).len(), 2);
}
