//! What the server that keeps the order of commits can do wrong: be gone, forget, and give two answers (promise P14). What
//! people wrote is read once by everybody, wherever they go on.

use alcove_protocol::{
    mls::SequencerAdd,
    time::{DAY, HOUR, SECOND},
};

use super::recovery::{agree, cannot_go_on, is_commit, only, resume, three, whole_history};
use crate::{
    Command, Obstacle, Standing,
    testing::{Delivery, World},
};

/// ENCRYPTION.md 1.5 point 7: a sequencer that has been dead for 72 hours is replaced by a member's own.
#[test]
fn a_dead_server_is_replaced_after_three_days() {
    let (mut world, group) = three(7);
    world.command(1, Command::Add { conversation: group.clone(), actor: World::actor("dee@two") });
    world.settle_without("one");
    assert!(cannot_go_on(&world, 1, &group).is_empty(), "a pause is no death");
    world.now = world.now.plus(71 * HOUR);
    world.settle_without("one");
    assert!(cannot_go_on(&world, 1, &group).is_empty());
    world.now = world.now.plus(2 * HOUR);
    world.settle_without("one");
    assert_eq!(cannot_go_on(&world, 1, &group), [Obstacle::Silent]);
    world.command(1, Command::Continue { conversation: group.clone() });
    world.settle();
    let fresh = only(&world, 1);
    for host in [0, 2] {
        // Nothing has gone wrong for them: they are asked.
        assert_eq!(world.view(host, &group).standing, Standing::Active);
        assert_eq!(agree(&mut world, host, &group), fresh);
        assert_eq!(only(&world, host), fresh);
    }
    world.pass(SECOND);
    assert!(world.view(1, &fresh).address.unwrap().as_str().starts_with("https://two."));
    assert_eq!(world.view(1, &fresh).people.len(), 4, "the change that waited is made");
    world.assert_agreed(&[0, 1, 2, 3], &fresh);
}

/// A sequencer that comes back in time is no obstacle.
#[test]
fn a_server_that_comes_back_is_not_replaced() {
    let (mut world, group) = three(8);
    world.command(1, Command::Add { conversation: group.clone(), actor: World::actor("dee@two") });
    world.settle_without("one");
    world.now = world.now.plus(4 * DAY);
    world.hosts[1].restart();
    world.settle();
    assert!(cannot_go_on(&world, 1, &group).is_empty());
    assert_eq!(world.view(0, &group).people.len(), 4);
}

/// A sequencer that was restored from an older backup knows less than its members: they go on elsewhere.
#[test]
fn a_restored_server_that_forgot_is_noticed() {
    let (mut world, group) = three(9);
    let backup = world.service.conversations.clone();
    world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("dee@two") });
    world.settle();
    world.accept(3, &group);
    world.service.conversations = backup;
    world.command(1, Command::Remove { conversation: group.clone(), actor: World::actor("dee@two") });
    for _ in 0..5 {
        world.pass(SECOND);
    }
    assert_eq!(cannot_go_on(&world, 1, &group), [Obstacle::Forgotten]);
    world.send(0, &group, "still to be read");
    world.settle();
    assert!(world.hosts[1].texts(&group).contains(&"still to be read".to_owned()));
    let fresh = resume(&mut world, 1, &group);
    assert_eq!(world.view(1, &fresh).people.len(), 3, "without the one who was to go");
    world.assert_agreed(&[0, 1, 2], &fresh);
}

/// Or it knows nothing of the conversation any more, and says so for a day.
#[test]
fn a_server_that_lost_the_conversation_is_noticed() {
    let (mut world, group) = three(11);
    world.service.conversations.clear();
    world.command(1, Command::Add { conversation: group.clone(), actor: World::actor("dee@two") });
    world.settle();
    assert!(cannot_go_on(&world, 1, &group).is_empty());
    for _ in 0..4 {
        world.pass(7 * HOUR);
    }
    assert_eq!(cannot_go_on(&world, 1, &group), [Obstacle::Forgotten]);
    let fresh = resume(&mut world, 1, &group);
    world.assert_agreed(&[0, 1, 2], &fresh);
}

/// Two winners to two halves: whoever sees both words knows, and where it is begun anew everybody reads once what was said on
/// either side.
#[test]
fn a_forked_conversation_comes_together_again() {
    let (mut world, group) = three(10);
    let mut staged = Vec::new();
    for host in [0, 1] {
        let command = Command::Add { conversation: group.clone(), actor: World::actor("dee@two") };
        world.command(host, command);
        while world.hosts[host].calls.front().is_some_and(|request| !is_commit(request)) {
            world.hosts[host].make_call(&mut world.service, world.now);
        }
        let own = world.service.conversations.clone();
        assert!(world.hosts[host].make_call(&mut world.service, world.now));
        let word = world.service.deliveries.iter().find_map(|sent| SequencerAdd::parse(&sent.activity));
        staged.push((host, word.unwrap()));
        world.service.deliveries.clear();
        world.service.conversations = own;
    }
    for host in [0, 1] {
        world.send(host, &group, &format!("on side {host}"));
    }
    world.settle();
    assert_ne!(world.view(0, &group).epoch_authenticator, world.view(1, &group).epoch_authenticator);
    assert!(!world.hosts[0].texts(&group).contains(&"on side 1".to_owned()));
    for (host, to) in [(0, "ana@one"), (1, "bob@two")] {
        let to = World::actor(to);
        let (_, other) = &staged[1 - host];
        let activity = other.to_value(std::slice::from_ref(&to));
        world.service.deliveries.push(Delivery { to, activity });
        world.settle();
        assert_eq!(cannot_go_on(&world, host, &group), [Obstacle::Forked]);
    }
    let fresh = resume(&mut world, 0, &group);
    for host in [0, 1] {
        let mut texts = whole_history(&world, host, &fresh);
        texts.sort();
        assert_eq!(texts, ["from 0", "from 1", "from 2", "on side 0", "on side 1"], "host {host}");
    }
    world.assert_agreed(&[0, 1], &fresh);
}

/// A dishonest sequencer pairs rubbish with somebody's name in its list: nobody vouches for that, so nobody is named and nobody
/// is left out.
#[test]
fn a_sequencer_s_list_accuses_nobody() {
    let (mut world, group) = three(11);
    let (ana, bob) = (World::actor("ana@one"), World::actor("bob@two"));
    let rubbish = b"no MLS at all";
    let known = world.service.conversations.values_mut().find(|known| known.group == group).unwrap();
    let mut past = known.commits.last().unwrap().clone();
    past.activity["actor"] = bob.as_str().into();
    past.activity["object"]["attributedTo"] = bob.as_str().into();
    past.activity["object"]["content"] = alcove_protocol::base64::encode(rubbish).into();
    past.add.epoch = known.epoch;
    past.add.digest = crate::record::digest(rubbish).to_vec();
    known.epoch += 1;
    known.commits.push(past.clone());
    let activity = past.add.to_value(std::slice::from_ref(&ana));
    world.service.deliveries.push(Delivery { to: ana, activity });
    for _ in 0..10 {
        world.pass(SECOND);
    }
    assert_eq!(cannot_go_on(&world, 0, &group), [Obstacle::Unappliable { by: None }]);
    let fresh = resume(&mut world, 0, &group);
    assert!(world.view(0, &fresh).people.contains(&bob));
}

/// A proxy says "not found" while a server is replaced: that proves nothing, and an obstacle that it led to is gone as soon as the
/// server knows the conversation again.
#[test]
fn a_conversation_that_is_not_found_is_asked_for_again() {
    let (mut world, group) = three(12);
    let kept = std::mem::take(&mut world.service.conversations);
    world.command(1, Command::Add { conversation: group.clone(), actor: World::actor("dee@two") });
    world.settle();
    world.pass(23 * HOUR);
    assert!(cannot_go_on(&world, 1, &group).is_empty());
    world.service.conversations = kept;
    world.pass(7 * HOUR);
    let kept = std::mem::take(&mut world.service.conversations);
    world.command(1, Command::Add { conversation: group.clone(), actor: World::actor("dee@two") });
    world.settle();
    for _ in 0..3 {
        world.pass(7 * HOUR);
        assert!(cannot_go_on(&world, 1, &group).is_empty(), "not within a day");
    }
    world.pass(7 * HOUR);
    assert_eq!(cannot_go_on(&world, 1, &group), [Obstacle::Forgotten]);
    world.service.conversations = kept;
    world.pass(7 * HOUR);
    assert_eq!(world.view(1, &group).obstacle, None);
}
