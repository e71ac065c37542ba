//! The ways out of the sequencer's abuse (promise P14): garbage that it took, two winners for two halves, a server that is
//! dead, one that was restored and forgot. Everybody who is left ends in one group, and whatever a server had acknowledged is
//! shown once.

use std::collections::BTreeSet;

use alcove_client::{Command, Event, Obstacle, Standing};
use alcove_protocol::{
    ActivityId, GroupId,
    mls::OutgoingIds,
    time::{DAY, HOUR},
};

use super::abuse::{
    ANA, BO, CY, SERVERS, activity_and_word, actor, commit_of, epoch, give, post, staged, three, three_before,
};
use crate::world::{HostId, World, sequencer::Candidate};

fn obstacles(world: &World, host: HostId, group: &GroupId) -> Vec<Obstacle> {
    let obstacle = |event: &Event| match event {
        Event::CannotGoOn { conversation, obstacle } if conversation == group => Some(obstacle.clone()),
        _ => None,
    };
    world.hosts[host].shown.iter().filter_map(obstacle).collect()
}

/// One of them begins the conversation anew; all of them end in its new group, and each has read this once.
fn go_on(world: &mut World, old: &GroupId, by: HostId, all: &[HostId], expected: &[&str]) -> GroupId {
    world.command(by, Command::Continue { conversation: old.clone() }).unwrap();
    world.settle();
    let fresh = world.hosts[by].device.conversation(old).unwrap().continued_by.unwrap();
    for host in all {
        agree(world, *host, old, &fresh);
    }
    world.settle();
    world.say(by, &fresh, "here we are");
    world.settle();
    let first = world.hosts[by].device.conversation(&fresh).unwrap();
    assert_eq!(first.people.len(), all.len());
    for host in all {
        let device = &world.hosts[*host].device;
        let listed: Vec<GroupId> =
            device.conversations().unwrap().into_iter().map(|view| view.group).collect();
        assert_eq!(listed, std::slice::from_ref(&fresh), "{host}");
        let view = device.conversation(&fresh).unwrap();
        assert_eq!((view.standing, view.obstacle), (Standing::Active, None), "{host}");
        assert_eq!(view.epoch_authenticator, first.epoch_authenticator, "{host}");
        let mut texts = [world.hosts[*host].texts(old), world.hosts[*host].texts(&fresh)].concat();
        texts.sort();
        let mut expected: Vec<&str> = expected.iter().copied().chain(["here we are"]).collect();
        expected.sort_unstable();
        assert_eq!(texts, expected, "{host}");
        let shown: Vec<&Event> =
            world.hosts[*host].shown.iter().filter(|event| matches!(event, Event::Message(_))).collect();
        assert_eq!(shown.len(), expected.len(), "nothing is shown twice");
    }
    fresh
}

/// Whoever has met no obstacle of their own is asked, and agrees.
fn agree(world: &mut World, host: HostId, old: &GroupId, fresh: &GroupId) {
    let asked = |event: &Event| {
        matches!(event, Event::ContinuationOffered { conversation, instead_of, .. }
            if conversation == fresh && instead_of == old)
    };
    if world.hosts[host].shown.iter().any(asked) {
        world.command(host, Command::Continue { conversation: fresh.clone() }).unwrap();
    }
}

/// Its bytes are not even MLS.
#[test]
fn garbage_costs_its_author_the_conversation() {
    let (mut world, group) = three();
    post(&mut world, CY, &group, "before");
    world.settle();
    let call = staged(&mut world, BO, &group, CY);
    let mut garbage = commit_of(&call).clone();
    garbage.content.truncate(80);
    let by = actor(&world, BO);
    let id = ActivityId::parse("https://two.example/a/garbage").unwrap();
    let ids = OutgoingIds { activity: id.clone(), object: "https://two.example/o/garbage".into() };
    let activity = garbage.to_create(&by, &ids, world.now);
    let sequencer = world.servers.get_mut(SERVERS[ANA]).unwrap();
    let conversation = sequencer.conversations.get_mut(&garbage.conversation).unwrap();
    let candidate =
        Candidate { by: &by, activity: &activity, id: &id, content: &garbage.content, members: &[] };
    let word = conversation.take_rubbish(&candidate).to_value(&garbage.to);
    let all: BTreeSet<_> = [ANA, BO, CY].map(|host| actor(&world, host)).into();
    world.send(SERVERS[ANA], &all, &word);
    world.deliver_everything();
    for host in [ANA, CY] {
        give(&mut world, host, &[&activity]);
    }
    world.say(ANA, &group, "hello?");
    world.say(CY, &group, "is anybody there?");
    world.hosts.remove(BO);
    let (ana, cy) = (0, 1);
    world.settle();
    for host in [ana, cy] {
        assert_eq!(obstacles(&world, host, &group), [Obstacle::Unappliable { by: Some(by.clone()) }]);
        assert_eq!(epoch(&world, host, &group), 1);
    }
    go_on(&mut world, &group, cy, &[ana, cy], &["before", "hello?", "is anybody there?"]);
}

/// Two winners to two halves. Each half writes; then each hears the other's word.
#[test]
fn two_halves_come_together() {
    let (mut world, group) = three();
    let one = staged(&mut world, ANA, &group, CY);
    let other = staged(&mut world, BO, &group, CY);
    let (first, its_word) = activity_and_word(&world, ANA, commit_of(&one), 1);
    let (second, other_word) = activity_and_word(&world, BO, commit_of(&other), 1);
    give(&mut world, ANA, &[&first, &its_word]);
    give(&mut world, BO, &[&second, &other_word]);
    for (host, text) in [(ANA, "on this side"), (BO, "on that side")] {
        world.hosts[host].calls.clear();
        post(&mut world, host, &group, text);
    }
    world.deliver_everything();
    for host in [ANA, BO] {
        world.fetch(host);
        assert_eq!(world.hosts[host].texts(&group).len(), 1);
        assert!(obstacles(&world, host, &group).is_empty(), "messages that fail alone prove nothing");
    }
    for (host, word) in [(ANA, &other_word), (BO, &its_word)] {
        give(&mut world, host, &[word]);
        assert_eq!(obstacles(&world, host, &group), [Obstacle::Forked]);
    }
    world.hosts.remove(CY);
    go_on(&mut world, &group, BO, &[ANA, BO], &["on this side", "on that side"]);
}

/// A dead server takes its own people with it, until it is back: then they are taken along. The others go on at a server of
/// theirs, and what waited there is done.
#[test]
fn a_dead_server_is_replaced() {
    let (mut world, group) = three_before(20 * DAY);
    let newcomer = world.sign_up(SERVERS[CY], "dee");
    world.install(&newcomer);
    post(&mut world, BO, &group, "before");
    world.settle();
    world.cut_off.insert(SERVERS[ANA].to_owned());
    world.command(BO, Command::Rename { conversation: group.clone(), name: "Harbour".into() }).unwrap();
    world.command(BO, Command::Add { conversation: group.clone(), actor: newcomer }).unwrap();
    for _ in 0..6 {
        for _ in 0..world.hosts[BO].calls.len() {
            world.make_call(BO);
        }
        world.tick(BO);
        world.now = world.now.plus(25 * HOUR);
    }
    assert_eq!(obstacles(&world, BO, &group), [Obstacle::Silent]);
    world.command(BO, Command::Continue { conversation: group.clone() }).unwrap();
    for _ in 0..200 {
        world.now = world.now.plus(1_000);
        for host in [BO, CY] {
            world.tick(host);
            for _ in 0..world.hosts[host].calls.len() {
                world.make_call(host);
            }
            world.deliver_one();
            world.fetch(host);
        }
    }
    let fresh = world.hosts[BO].device.conversation(&group).unwrap().continued_by.unwrap();
    for host in [BO, CY] {
        let view = world.hosts[host].device.conversation(&fresh).unwrap();
        assert_eq!((view.people.len(), view.standing), (2, Standing::Active), "{host}");
        assert_eq!(view.name.as_deref(), Some("Harbour"));
        assert_eq!(world.hosts[host].texts(&group), ["before"]);
        agree(&mut world, host, &group, &fresh);
    }
    world.settle();
    agree(&mut world, ANA, &group, &fresh);
    world.settle();
    let views = [ANA, BO, CY].map(|host| world.hosts[host].device.conversation(&fresh).unwrap());
    assert!(views.iter().all(|view| view.people.len() == 4));
    assert!(views.iter().all(|view| view.epoch_authenticator == views[0].epoch_authenticator));
    assert_eq!(views[0].continues, Some(group));
}

/// Restored from an older backup, a sequencer asks for an epoch that is over: its members go on without it.
#[test]
fn a_restored_server_is_replaced() {
    let (mut world, group) = three();
    let backup = world.servers[SERVERS[ANA]].conversations.clone();
    world.command(BO, Command::Remove { conversation: group.clone(), actor: actor(&world, CY) }).unwrap();
    world.settle();
    post(&mut world, ANA, &group, "before");
    world.settle();
    world.servers.get_mut(SERVERS[ANA]).unwrap().conversations = backup;
    let newcomer = actor(&world, CY);
    world.command(BO, Command::Add { conversation: group.clone(), actor: newcomer }).unwrap();
    world.settle();
    assert_eq!(obstacles(&world, BO, &group), [Obstacle::Forgotten]);
    post(&mut world, ANA, &group, "after");
    world.settle();
    world.command(BO, Command::Remove { conversation: group.clone(), actor: actor(&world, CY) }).unwrap();
    go_on(&mut world, &group, BO, &[ANA, BO], &["before", "after"]);
}
