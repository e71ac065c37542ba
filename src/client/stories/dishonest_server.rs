//! A server that lies about who somebody is (promises P6 and P8): it injects key packages, swaps and replays lists, and has
//! leaves put into groups. Nothing is encrypted to them before the person has seen it, and no pin comes from a leaf.

use alcove_protocol::time::DAY;
use serde_json::{Value, json};

use super::trust::{impersonate, trust};
use crate::{
    Call, Command, Content, Error, Event, LeafCheck,
    testing::{Host, Service, World},
};

/// The key packages of a device in somebody's name that is not theirs.
fn forged(world: &World, name: &str, seed: u64) -> Vec<Value> {
    let mut elsewhere = Service::default();
    let mut host = Host::new(World::actor(name), "not them", seed, world.now);
    while host.make_call(&mut elsewhere, world.now) {}
    elsewhere.key_packages.remove(&World::actor(name)).unwrap().into_values().collect()
}

/// The server shows this package beside those that are there.
fn inject(world: &mut World, name: &str, package: Value) {
    let shown = world.service.key_packages.entry(World::actor(name)).or_default();
    let device = format!("https://two.example/devices/injected{}", shown.len());
    shown.insert(device.parse().unwrap(), package);
}

fn has_shown(world: &World, host: usize, wanted: impl Fn(&Event) -> bool) -> bool {
    world.hosts[host].shown.iter().any(wanted)
}

fn number(world: &World, host: usize, with: &str) -> Option<String> {
    world.hosts[host].device.safety_number(&World::actor(with)).unwrap()
}

/// Promise P6: beside the real package of somebody who is known. Only the real one is used, and the other is shown.
#[test]
fn an_injected_package_is_not_used() {
    let mut world = World::with(1, &["ana@one", "bob@two"]);
    world.start(0, &["bob@two"]);
    let before = number(&world, 0, "bob@two");
    let package = forged(&world, "bob@two", 99).remove(0);
    inject(&mut world, "bob@two", package);
    let group = world.start(0, &["bob@two"]);
    let view = world.view(0, &group);
    assert_eq!(view.leaves.len(), 2);
    assert!(view.leaves.iter().all(|leaf| leaf.check == LeafCheck::Verified));
    assert!(has_shown(&world, 0, |event| matches!(event, Event::IdentityChanged { .. })));
    assert_ne!(number(&world, 0, "bob@two"), before, "the number to compare is the new one's");
}

/// At the first contact two identities are one too many: neither is pinned, nothing is sent.
#[test]
fn two_identities_at_first_contact_are_not_believed() {
    let mut world = World::with(2, &["ana@one", "bob@two"]);
    let package = forged(&world, "bob@two", 99).remove(0);
    inject(&mut world, "bob@two", package);
    let people = vec![World::actor("bob@two")];
    world.command(0, Command::StartConversation { people, name: None });
    world.settle();
    assert!(has_shown(&world, 0, |event| {
        matches!(event, Event::CannotEncrypt { reason, .. } if reason.contains("several identity keys"))
    }));
    assert_eq!(number(&world, 0, "bob@two"), None);
    assert!(world.groups(1).is_empty());
}

/// Promise P6: the document says Bob, the packages are somebody else's.
#[test]
fn packages_of_another_actor_are_nobody_s() {
    let mut world = World::with(3, &["ana@one", "bob@two"]);
    let mut package = forged(&world, "mal@two", 99).remove(0);
    package["attributedTo"] = json!(World::actor("bob@two"));
    world.service.key_packages.remove(&World::actor("bob@two"));
    inject(&mut world, "bob@two", package);
    let people = vec![World::actor("bob@two")];
    world.command(0, Command::StartConversation { people, name: None });
    world.settle();
    assert!(has_shown(&world, 0, |event| matches!(event, Event::CannotEncrypt { .. })));
    assert_eq!(number(&world, 0, "bob@two"), None);
}

/// Promise P6: an old list is Bob's as well, and reaches his device and nobody else (trap T35).
#[test]
fn a_replayed_list_reaches_the_same_devices() {
    let mut world = World::with(4, &["ana@one", "bob@two"]);
    let old = world.service.key_packages[&World::actor("bob@two")].clone();
    world.command(1, Command::RotateKeyPackage);
    world.settle();
    world.service.key_packages.insert(World::actor("bob@two"), old);
    let group = world.start(0, &["bob@two"]);
    world.assert_agreed(&[0, 1], &group);
    assert!(!has_shown(&world, 0, |event| matches!(event, Event::IdentityChanged { .. })));
}

/// Promise P6: a member puts a device in Bob's name into the group. Not even a name is encrypted to it.
#[test]
fn nothing_is_encrypted_to_a_ghost() {
    let mut world = World::with(5, &["ana@one", "bob@two", "cy@three"]);
    world.start(0, &["bob@two"]);
    let group = world.start(0, &["cy@three"]);
    world.accept(2, &group);
    impersonate(&mut world, "bob@two");
    world.command(2, Command::Add { conversation: group.clone(), actor: World::actor("bob@two") });
    world.settle();
    let suspects = world.view(0, &group).unverified;
    assert_eq!(suspects.len(), 1);
    assert!(has_shown(&world, 0, |event| {
        matches!(event, Event::Unverified { suspects: shown, .. } if *shown == suspects)
    }));
    assert!(
        has_shown(&world, 0, |event| matches!(event, Event::IdentityChanged { .. })),
        "their key is asked for"
    );
    let content = Content::text("secret");
    let refused = world.hosts[0].command(Command::Send { conversation: group.clone(), content }, world.now);
    assert_eq!(refused, Err(Error::Unverified(suspects)));
    world.command(0, Command::Rename { conversation: group.clone(), name: "secret".into() });
    let posts = |call: &Call| matches!(call, Call::PostMessage(_));
    assert!(!world.hosts[0].calls.iter().any(|request| posts(&request.call)));
}

/// Promise P6: a stranger's group with a false Ana. Bob knows the real one; what he knows does not change.
#[test]
fn a_false_friend_in_a_stranger_s_group_is_shown() {
    let mut world = World::with(6, &["ana@one", "bob@two", "mal@three"]);
    let known = world.start(0, &["bob@two"]);
    world.accept(1, &known);
    let before = number(&world, 1, "ana@one");
    let real = world.service.key_packages[&World::actor("ana@one")].clone();
    impersonate(&mut world, "ana@one");
    let group = world.start(2, &["bob@two", "ana@one"]);
    world.service.key_packages.insert(World::actor("ana@one"), real);
    assert!(has_shown(&world, 1, |event| {
        matches!(event, Event::Unverified { conversation, .. } if *conversation == group)
    }));
    world.accept(1, &group);
    assert_eq!(number(&world, 1, "ana@one"), before);
    let content = Content::text("hello Ana");
    let refused = world.hosts[1].command(Command::Send { conversation: group, content }, world.now);
    assert!(matches!(refused, Err(Error::Unverified(_))));
}

/// Promise P6: whom somebody else put into a group is known by their own key packages only.
#[test]
fn no_pin_is_taken_from_a_leaf() {
    let mut world = World::with(7, &["ana@one", "bob@two", "mal@three"]);
    let real = world.service.key_packages[&World::actor("ana@one")].clone();
    impersonate(&mut world, "ana@one");
    let group = world.start(2, &["bob@two", "ana@one"]);
    world.service.key_packages.insert(World::actor("ana@one"), real);
    assert_eq!(number(&world, 1, "ana@one"), None, "a request asks nobody and believes nobody");
    world.accept(1, &group);
    let known = world.start(1, &["ana@one"]);
    world.accept(0, &known);
    assert_eq!(number(&world, 1, "ana@one"), number(&world, 0, "bob@two"));
    assert_eq!(world.view(1, &group).unverified.len(), 1);
}

/// Promise P8: the yes is about the key that was compared. Another that comes meanwhile is not believed with it.
#[test]
fn trust_is_in_the_key_that_was_shown() {
    let mut world = World::with(8, &["ana@one", "bob@two"]);
    world.start(0, &["bob@two"]);
    let bob = World::actor("bob@two");
    let mut shown = Vec::new();
    for seed in [98, 99] {
        world.service.key_packages.remove(&bob);
        let package = forged(&world, "bob@two", seed).remove(0);
        inject(&mut world, "bob@two", package);
        world.command(0, Command::StartConversation { people: vec![bob.clone()], name: None });
        world.settle();
        shown.push(world.hosts[0].device.identity_of(&bob).unwrap().unwrap());
    }
    assert_ne!(shown[0], shown[1]);
    let trusted = Command::TrustIdentity { actor: bob.clone(), identity: shown[0] };
    assert_eq!(world.hosts[0].command(trusted, world.now), Err(Error::AnotherIdentity(bob.clone())));
    trust(&mut world, 0, "bob@two");
    assert_eq!(world.hosts[0].device.identity_of(&bob).unwrap(), Some(shown[1]));
}

/// Promise P8: so is the yes to a device that blocks the composer.
#[test]
fn an_excuse_is_for_the_devices_that_were_shown() {
    let mut world = World::with(9, &["ana@one", "bob@two", "dee@two", "cy@three"]);
    world.start(0, &["bob@two"]);
    world.start(0, &["dee@two"]);
    let group = world.start(0, &["cy@three"]);
    world.accept(3, &group);
    let mut shown = Vec::new();
    for name in ["bob@two", "dee@two"] {
        impersonate(&mut world, name);
        world.command(3, Command::Add { conversation: group.clone(), actor: World::actor(name) });
        world.settle();
        shown.push(world.view(0, &group).unverified);
    }
    let anyway = |suspects: &Vec<crate::Suspect>| Command::SendAnyway {
        conversation: group.clone(),
        content: Content::text("on purpose"),
        suspects: suspects.clone(),
    };
    let refused = world.hosts[0].command(anyway(&shown[0]), world.now);
    assert!(matches!(refused, Err(Error::Unverified(_))), "Dee was not shown");
    assert_eq!(world.view(0, &group).unverified.len(), 2, "nothing is excused by half");
    world.command(0, anyway(&shown[1]));
    world.settle();
    assert_eq!(world.hosts[3].texts(&group), ["on purpose"]);
}

/// Whoever shows no keys is asked for once a day, not with every change of the group.
#[test]
fn somebody_without_keys_is_not_asked_for_again_and_again() {
    let mut world = World::with(10, &["ana@one", "bob@two", "cy@three", "dee@two"]);
    let group = world.start(1, &["ana@one", "cy@three"]);
    let cy = World::actor("cy@three");
    let packages = world.service.key_packages.remove(&cy).unwrap();
    world.accept(0, &group);
    let asked = |world: &World| world.service.looked_up.iter().filter(|actor| **actor == cy).count();
    let once = asked(&world);
    for _ in 0..3 {
        let (conversation, actor) = (group.clone(), World::actor("dee@two"));
        world.command(1, Command::Add { conversation: conversation.clone(), actor: actor.clone() });
        world.settle();
        world.command(1, Command::Remove { conversation, actor });
        world.settle();
    }
    assert_eq!(asked(&world), once);
    world.service.key_packages.insert(cy.clone(), packages);
    world.pass(DAY);
    world.command(1, Command::Add { conversation: group, actor: World::actor("dee@two") });
    world.settle();
    assert!(number(&world, 0, "cy@three").is_some());
}
