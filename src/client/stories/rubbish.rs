//! Commits that win their epoch and that nobody can apply (ENCRYPTION.md 1.5 point 5), and how often a conversation is asked
//! when it does not go on (1.6 step 1).

use alcove_protocol::{
    GroupId,
    time::{HOUR, SECOND},
};

use crate::{
    Call, Command, Event, Obstacle, Outcome, Request,
    conversation::trouble::Trouble,
    record::decode,
    testing::{Delivery, World},
};

fn trio(seed: u64) -> (World, GroupId) {
    let mut world = World::with(seed, &["ana@one", "bob@two", "cy@three", "dee@two"]);
    let group = world.start(0, &["bob@two", "cy@three"]);
    world.accept(1, &group);
    world.accept(2, &group);
    (world, group)
}

/// Stages a commit of Bob's and takes it out of his queue.
fn staged(world: &mut World, group: &GroupId) -> Request {
    world.command(1, Command::Add { conversation: group.clone(), actor: World::actor("dee@two") });
    while world.hosts[1].calls.front().is_some_and(|request| !matches!(request.call, Call::PostCommit(_))) {
        world.hosts[1].make_call(&mut world.service, world.now);
    }
    world.hosts[1].calls.pop_front().unwrap()
}

fn trouble(world: &World, host: usize) -> Vec<Trouble> {
    let records = world.hosts[host].disk.iter().filter(|(key, _)| key.starts_with("trouble/"));
    records.map(|(key, bytes)| decode(key, bytes).unwrap()).collect()
}

fn cannot_go_on(world: &World, host: usize) -> Vec<Event> {
    let shown = world.hosts[host].shown.iter();
    shown.filter(|event| matches!(event, Event::CannotGoOn { .. })).cloned().collect()
}

/// Bob's software is not ours: what it posts has the header of a commit and nothing behind it. The slot is gone; every device
/// notices, names him once, encrypts nothing more into the epoch, and leaves a mark for recovery.
#[test]
fn a_commit_that_nobody_can_apply_is_noticed_and_its_author_named() {
    let (mut world, group) = trio(1);
    let mut request = staged(&mut world, &group);
    let Call::PostCommit(new) = &mut request.call else { panic!("expected a commit") };
    *new.commit.content.last_mut().unwrap() ^= 1;
    new.welcomes.clear();
    let device = world.hosts[1].device.id().cloned();
    let bob = World::actor("bob@two");
    let taken = world.service.perform(&bob, device.as_ref(), &request.call, world.now);
    assert!(matches!(taken, Outcome::Accepted(_)), "the sequencer reads the header alone");
    world.settle();
    let obstacle = Obstacle::Unappliable { by: Some(bob.clone()) };
    let named = Event::CannotGoOn { conversation: group.clone(), obstacle: obstacle.clone() };
    for host in [0, 2] {
        assert_eq!(world.view(host, &group).epoch, 1);
        assert_eq!(cannot_go_on(&world, host), std::slice::from_ref(&named));
        assert_eq!(world.view(host, &group).obstacle.as_ref(), Some(&obstacle));
    }
    world.send(0, &group, "into the void");
    assert!(world.hosts[0].calls.is_empty(), "nothing is encrypted into an epoch that is over");
    for _ in 0..30 {
        world.pass(HOUR);
    }
    world.hosts[0].restart();
    world.settle();
    assert_eq!(cannot_go_on(&world, 0).len(), 1, "said once, however often it comes");
    assert!(world.view(0, &group).unverified.iter().all(|leaf| leaf.actor.as_ref() != Some(&bob)));
}

/// The same with bytes that are no MLS message at all, under the word of a sequencer that is not honest.
#[test]
fn announced_bytes_that_cannot_be_read_are_noticed() {
    let (mut world, group) = trio(2);
    let request = staged(&mut world, &group);
    let bob = World::actor("bob@two");
    let won = world.service.perform(&bob, None, &request.call, world.now);
    assert!(matches!(won, Outcome::Accepted(_)));
    let rubbish = b"no MLS at all";
    for delivery in &mut world.service.deliveries {
        let activity = &mut delivery.activity;
        if activity["type"] == "Add" {
            activity["digest"] = alcove_protocol::base64::encode(&crate::record::digest(rubbish)).into();
        } else if activity["object"]["type"] == "PrivateMessage" {
            activity["object"]["content"] = alcove_protocol::base64::encode(rubbish).into();
        }
    }
    world.service.deliveries.sort_by_key(|delivery| delivery.activity["type"] != "Add");
    world.service.deliver_all();
    while world.hosts[0].receive(&world.service, world.now) {}
    let obstacle = Obstacle::Unappliable { by: Some(bob) };
    assert_eq!(cannot_go_on(&world, 0), [Event::CannotGoOn { conversation: group, obstacle }]);
}

/// Whoever is faster may post a good commit under their own name before its author's copy arrives: it accuses nobody, and
/// does not cost the commit.
#[test]
fn a_good_commit_under_another_name_accuses_nobody() {
    let (mut world, group) = trio(3);
    let request = staged(&mut world, &group);
    world.hosts[1].calls.push_front(request);
    while world.hosts[1].make_call(&mut world.service, world.now) {}
    let ana = World::actor("ana@one");
    let is_commit =
        |delivery: &&Delivery| delivery.to == ana && delivery.activity["object"]["type"] == "PrivateMessage";
    let mut copy = world.service.deliveries.iter().find(is_commit).unwrap().activity.clone();
    copy["id"] = "https://one.example/a/copy".into();
    copy["actor"] = World::actor("mal@one").as_str().into();
    copy["object"]["attributedTo"] = copy["actor"].clone();
    let word = world.service.deliveries.iter().position(|delivery| delivery.activity["type"] == "Add");
    let word = world.service.deliveries[word.unwrap()].activity.clone();
    world.service.deliveries.insert(0, Delivery { to: ana.clone(), activity: copy });
    world.service.deliveries.insert(0, Delivery { to: ana, activity: word });
    world.settle();
    world.accept(3, &group);
    assert!(cannot_go_on(&world, 0).is_empty());
    let forged = Event::Forged { conversation: group.clone(), sender: World::actor("mal@one") };
    assert!(world.hosts[0].shown.contains(&forged), "the copy came first");
    world.assert_agreed(&[0, 1, 2, 3], &group);
}

/// Asks that a device makes of its conversation while an hour passes, second by second.
fn asks_within_an_hour(world: &mut World, host: usize) -> usize {
    let mut asks = 0;
    for _ in 0..HOUR / SECOND {
        world.now = world.now.plus(SECOND);
        let now = world.now;
        world.hosts[host].tick(now);
        let is_ask = |request: &Request| matches!(request.call, Call::FetchPastCommits { .. });
        asks += world.hosts[host].calls.iter().filter(|request| is_ask(request)).count();
        while world.hosts[host].make_call(&mut world.service, now) {}
    }
    asks
}

/// The server refuses a message of an epoch that has ended; the commit that ended it has been lost on the way, and the
/// sequencer does not show it at first. It is asked again, ever more rarely, and followed as soon as it tells.
#[test]
fn an_epoch_that_has_ended_is_asked_for_again() {
    let (mut world, group) = trio(4);
    let request = staged(&mut world, &group);
    world.hosts[1].calls.push_front(request);
    while world.hosts[1].make_call(&mut world.service, world.now) {}
    world.service.deliveries.clear();
    let conversation = || group.clone();
    let hidden = {
        let sequenced = world.service.conversations.values_mut().find(|known| known.group == group).unwrap();
        std::mem::take(&mut sequenced.commits)
    };
    world.send(0, &conversation(), "which epoch is it?");
    world.settle();
    assert!(world.hosts[1].texts(&group).is_empty(), "refused as stale, and nobody says why");
    let asks = asks_within_an_hour(&mut world, 0);
    assert!((5..=12).contains(&asks), "{asks} asks");
    let sequenced = world.service.conversations.values_mut().find(|known| known.group == group).unwrap();
    sequenced.commits = hidden;
    for _ in 0..3 {
        world.pass(HOUR);
    }
    assert_eq!(world.view(0, &group).people.len(), 4);
    assert_eq!(world.hosts[1].texts(&group), ["which epoch is it?"]);
    assert!(trouble(&world, 0).is_empty(), "nothing of it is left");
}

/// The sequencer's word has come and its commit has not: after a while it is asked for.
#[test]
fn an_announced_commit_that_does_not_come_is_asked_for() {
    let (mut world, group) = trio(5);
    let request = staged(&mut world, &group);
    world.hosts[1].calls.push_front(request);
    while world.hosts[1].make_call(&mut world.service, world.now) {}
    let ana = World::actor("ana@one");
    world.service.deliveries.retain(|delivery| delivery.to != ana || delivery.activity["type"] == "Add");
    world.settle();
    assert_eq!(world.view(0, &group).epoch, 1, "it may be close behind");
    world.pass(6 * SECOND);
    world.assert_agreed(&[0, 1, 2], &group);
}

/// Anybody can write a later epoch into a clear header: it makes a device ask now and then, and no more.
#[test]
fn messages_of_a_future_that_never_comes_cost_little() {
    let (mut world, group) = trio(6);
    world.send(1, &group, "x");
    while world.hosts[1].make_call(&mut world.service, world.now) {}
    let ana = World::actor("ana@one");
    let genuine = world.service.deliveries.iter().find(|delivery| delivery.to == ana).unwrap();
    let future = super::holds::of_epoch(&genuine.activity, 9, 1, "mal@evil");
    world.service.deliveries.push(Delivery { to: ana, activity: future });
    world.settle();
    let asks = asks_within_an_hour(&mut world, 0);
    assert!((1..=12).contains(&asks), "{asks} asks");
    world.send(0, &group, "nothing is held up");
    world.settle();
    assert_eq!(world.hosts[2].texts(&group), ["x", "nothing is held up"]);
}
