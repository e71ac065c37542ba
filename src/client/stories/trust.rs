//! Somebody is not who they were (ENCRYPTION.md 1.4, trap T38).

use crate::{
    Command, Content, Error, Event, Means, Trust,
    testing::{Host, Service, World},
};

/// A device in Bob's name with another identity key, as a dishonest server would make it; its package replaces his.
pub(super) fn impersonate(world: &mut World, name: &str) -> usize {
    let mut evil = Service::default();
    let seed = 90 + u64::try_from(world.hosts.len()).unwrap();
    let mut host = Host::new(World::actor(name), "not them", seed, world.now);
    while host.make_call(&mut evil, world.now) {}
    let packages = evil.key_packages.remove(&World::actor(name)).unwrap();
    world.service.key_packages.insert(World::actor(name), packages);
    world.hosts.push(host);
    world.hosts.len() - 1
}

/// Somebody has compared the identity that their device shows, and believes it.
pub(super) fn trust(world: &mut World, host: usize, name: &str) {
    let actor = World::actor(name);
    let identity = world.hosts[host].device.identity_of(&actor).unwrap().unwrap();
    world.command(host, Command::TrustIdentity { actor, identity });
}

#[test]
fn a_changed_identity_is_not_added() {
    let mut world = World::with(1, &["ana@one", "bob@two"]);
    world.start(0, &["bob@two"]);
    impersonate(&mut world, "bob@two");
    let people = vec![World::actor("bob@two")];
    world.command(0, Command::StartConversation { people, name: None });
    world.settle();
    let shown = &world.hosts[0].shown;
    assert!(shown.iter().any(|event| matches!(event, Event::IdentityChanged { .. })));
    assert!(shown.iter().any(|event| matches!(event, Event::CannotEncrypt { .. })));
    trust(&mut world, 0, "bob@two");
    let group = world.start(0, &["bob@two"]);
    assert_eq!(world.view(0, &group).people.len(), 2);
}

/// Trap T38: a leaf that somebody else put into the group fails its pin; the composer is blocked until the person chooses.
#[test]
fn a_leaf_that_fails_its_pin_blocks_the_composer() {
    let mut world = World::with(2, &["ana@one", "bob@two", "cy@three"]);
    world.start(0, &["bob@two"]);
    impersonate(&mut world, "bob@two");
    let group = world.start(2, &["ana@one", "bob@two"]);
    world.accept(0, &group);
    let refused = world.hosts[0]
        .command(Command::Send { conversation: group.clone(), content: Content::text("secret") }, world.now);
    let suspects = world.view(0, &group).unverified;
    assert_eq!(
        suspects.iter().map(|leaf| leaf.actor.clone()).collect::<Vec<_>>(),
        [Some(World::actor("bob@two"))]
    );
    assert_eq!(refused, Err(Error::Unverified(suspects.clone())));
    assert!(world.hosts[0].shown.iter().any(|event| matches!(event, Event::Unverified { .. })));
    let content = Content::text("on purpose");
    world.command(0, Command::SendAnyway { conversation: group.clone(), content, suspects });
    world.settle();
    assert_eq!(world.hosts[2].texts(&group), ["on purpose"]);
    let failing =
        world.view(0, &group).leaves.into_iter().find(|leaf| leaf.check == crate::LeafCheck::Failed);
    let signature_key = failing.unwrap().signature_key;
    world.command(0, Command::RemoveLeaf { conversation: group.clone(), signature_key });
    world.settle();
    assert_eq!(world.view(2, &group).people.len(), 2);
}

/// Nobody is kept in a conversation because a leaf in it fails: what waits is dropped, and the proposal goes out.
#[test]
fn a_blocked_conversation_can_be_left() {
    let mut world = World::with(6, &["ana@one", "bob@two", "cy@three"]);
    world.start(0, &["bob@two"]);
    impersonate(&mut world, "bob@two");
    let group = world.start(2, &["ana@one", "bob@two"]);
    world.accept(0, &group);
    world.command(0, Command::Leave { conversation: group.clone() });
    for _ in 0..10 {
        world.pass(alcove_protocol::time::SECOND);
    }
    assert_eq!(world.view(0, &group).standing, crate::Standing::Over);
    assert_eq!(world.view(2, &group).people.len(), 2);
}

/// Without a pin nobody can say which of two identities is the person: neither is believed.
#[test]
fn two_identities_of_one_person_both_fail() {
    let mut world = World::with(4, &["ana@one", "bob@two", "cy@three"]);
    let group = world.start(2, &["bob@two"]);
    impersonate(&mut world, "bob@two");
    let bob = World::actor("bob@two");
    // Cy looks, believes the new identity, and adds it.
    world.command(2, Command::Add { conversation: group.clone(), actor: bob.clone() });
    world.settle();
    trust(&mut world, 2, "bob@two");
    world.command(2, Command::Add { conversation: group.clone(), actor: bob.clone() });
    world.command(2, Command::Add { conversation: group.clone(), actor: World::actor("ana@one") });
    world.settle();
    let view = world.view(0, &group);
    let bobs = view.leaves.iter().filter(|leaf| leaf.actor.as_ref() == Some(&bob));
    assert_eq!(bobs.map(|leaf| leaf.check).collect::<Vec<_>>(), [crate::LeafCheck::Failed; 2]);
    assert!(
        view.unverified.len() == 2 && view.unverified.iter().all(|leaf| leaf.actor.as_ref() == Some(&bob))
    );
    let shown =
        |event: &Event| matches!(event, Event::Membership { devices, .. } if *devices == [bob.clone()]);
    assert!(world.hosts[2].shown.iter().any(shown), "a device of somebody who was in is shown");
}

/// Whom others bring in is looked up, so that a later device in their name can be told from theirs.
#[test]
fn a_newcomer_s_identity_is_learnt_by_everybody() {
    let mut world = World::with(5, &["ana@one", "bob@two", "cy@three"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("cy@three") });
    world.settle();
    assert!(world.hosts[1].device.safety_number(&World::actor("cy@three")).unwrap().is_some());
}

#[test]
fn both_see_the_same_safety_number() {
    let mut world = World::with(3, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    let number =
        |host: usize, with: &str| world.hosts[host].device.safety_number(&World::actor(with)).unwrap();
    let (one, other) = (number(0, "bob@two"), number(1, "ana@one"));
    assert!(one.is_some());
    assert_eq!(one, other);
}

/// Promise P8: once somebody is verified, another key of theirs is in the way of writing until the person has chosen; of
/// somebody who is not, it is a line.
#[test]
fn a_changed_key_of_somebody_verified_waits_for_a_choice() {
    for verified in [true, false] {
        let mut world = World::with(7, &["ana@one", "bob@two"]);
        let group = world.start(0, &["bob@two"]);
        world.accept(1, &group);
        let bob = World::actor("bob@two");
        let trust_of = |world: &World| world.hosts[0].device.trust_of(&bob).unwrap();
        assert_eq!(trust_of(&world), Trust::FirstContact);
        if verified {
            trust(&mut world, 0, "bob@two");
            assert!(matches!(trust_of(&world), Trust::Verified { by: Means::Comparison, .. }));
        }
        let honest = world.service.key_packages[&bob].clone();
        impersonate(&mut world, "bob@two");
        look(&mut world);
        assert!(matches!(trust_of(&world), Trust::Changed { was_verified, .. } if was_verified == verified));
        assert!(world.hosts[0].shown.iter().any(|event| matches!(event, Event::IdentityChanged { .. })));
        let hello = Command::Send { conversation: group.clone(), content: Content::text("hello") };
        let sent = world.hosts[0].command(hello.clone(), world.now);
        assert_eq!(matches!(sent, Err(Error::Unverified(_))), verified);
        // It was a mistake of the server's: nothing is in the way any more.
        world.service.key_packages.insert(bob.clone(), honest);
        look(&mut world);
        world.command(0, hello);
        assert_eq!(matches!(trust_of(&world), Trust::Verified { .. }), verified);
    }
}

/// Going on without having compared is a choice as well; whoever makes it sees them as verified no more.
#[test]
fn going_on_without_comparing_verifies_nobody() {
    let mut world = World::with(8, &["ana@one", "bob@two"]);
    world.start(0, &["bob@two"]);
    let bob = World::actor("bob@two");
    trust(&mut world, 0, "bob@two");
    let before = world.hosts[0].device.identity_of(&bob).unwrap().unwrap();
    impersonate(&mut world, "bob@two");
    look(&mut world);
    let identity = world.hosts[0].device.identity_of(&bob).unwrap().unwrap();
    let former = Command::ContinueUnverified { actor: bob.clone(), identity: before };
    assert_eq!(world.hosts[0].command(former, world.now), Err(Error::AnotherIdentity(bob.clone())));
    world.command(0, Command::ContinueUnverified { actor: bob.clone(), identity });
    assert_eq!(world.hosts[0].device.trust_of(&bob), Ok(Trust::FirstContact));
    let group = world.start(0, &["bob@two"]);
    assert_eq!(world.view(0, &group).people.len(), 2);
}

/// Ana's device looks at Bob's key packages, because she wants to add him somewhere.
fn look(world: &mut World) {
    let people = vec![World::actor("bob@two")];
    world.command(0, Command::StartConversation { people, name: None });
    world.settle();
}
