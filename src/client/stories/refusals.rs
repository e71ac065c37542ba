//! Commits that a server refuses (ENCRYPTION.md 1.5 point 3): for good, for the moment, and after an attempt of which nobody
//! knows what became of it.

use alcove_protocol::{
    GroupId, Problem,
    time::{HOUR, MINUTE, SECOND},
};
use serde_json::Value;

use crate::{Answer, Call, Command, Event, Outcome, Request, Standing, testing::World};

fn is_commit(request: &Request) -> bool {
    matches!(request.call, Call::PostCommit(_))
}

/// Makes a device's calls up to its next commit, which is handed back and not made.
fn commit_of(world: &mut World, host: usize) -> Request {
    while world.hosts[host].calls.front().is_some_and(|request| !is_commit(request)) {
        world.hosts[host].make_call(&mut world.service, world.now);
    }
    world.hosts[host].calls.pop_front().unwrap()
}

/// Ana and Bob in a conversation, and Ana's commit that adds Cy.
fn adding() -> (World, GroupId, Request) {
    let mut world = World::with(1, &["ana@one", "bob@two", "cy@three", "dee@two"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("cy@three") });
    let request = commit_of(&mut world, 0);
    (world, group, request)
}

fn refusal(kind: &str, status: u16) -> Outcome {
    Outcome::Refused(Problem::new(kind, &format!("No: {kind}."), status))
}

fn answer(world: &mut World, request: &Request, outcome: Outcome) {
    let now = world.now;
    world.hosts[0].answer(request, outcome, now);
}

/// What waits at Ana's device to be posted.
fn commits(world: &World) -> Vec<Request> {
    world.hosts[0].device.resend().unwrap().into_iter().filter(is_commit).collect()
}

fn count(world: &World, fits: impl Fn(&Event) -> bool) -> usize {
    world.hosts[0].shown.iter().filter(|event| fits(event)).count()
}

/// A refusal that decides: the commit is given up, the person hears what does not happen and why, and everything goes on. Also
/// after 404: that the conversation is gone is said by the answer to the question that follows (see `sequencers`).
#[test]
fn a_refused_commit_is_given_up_and_the_person_hears_why() {
    for (kind, status) in [
        ("not-a-commit", 400),
        ("forbidden", 403),
        ("not-found", 404),
        ("too-large", 413),
        ("members", 422),
        ("mls-audience", 422),
        ("not-a-welcome", 422),
    ] {
        let (mut world, group, request) = adding();
        answer(&mut world, &request, refusal(kind, status));
        assert_eq!(commits(&world), [], "{kind}");
        let heard = Event::NotChanged {
            conversation: group.clone(),
            added: vec![World::actor("cy@three")],
            removed: Vec::new(),
            reason: format!("No: {kind}."),
        };
        assert_eq!(count(&world, |event| *event == heard), 1, "{kind}");
        assert!(!world.view(0, &group).waiting);
        world.send(0, &group, "still here");
        world.settle();
        assert_eq!(world.hosts[1].texts(&group), ["still here"]);
        world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("cy@three") });
        world.settle();
        assert_eq!(world.view(0, &group).people.len(), 3);
        world.assert_agreed(&[0, 1, 2], &group);
    }
}

#[test]
fn a_refused_removal_names_whom_it_was_to_remove() {
    let mut world = World::with(2, &["ana@one", "bob@two", "cy@three"]);
    let group = world.start(0, &["bob@two", "cy@three"]);
    world.command(0, Command::Remove { conversation: group.clone(), actor: World::actor("cy@three") });
    let request = commit_of(&mut world, 0);
    answer(&mut world, &request, refusal("members", 422));
    let removed = vec![World::actor("cy@three")];
    assert_eq!(
        count(&world, |event| matches!(event, Event::NotChanged { removed: named, .. } if *named == removed)),
        1
    );
}

/// One refusal that may be a mistake does not keep somebody in a conversation who is to leave it.
#[test]
fn a_removal_that_may_be_taken_later_is_tried_again() {
    for (kind, status) in [("forbidden", 403), ("not-found", 404), ("gone", 410)] {
        let mut world = World::with(2, &["ana@one", "bob@two", "cy@three"]);
        let group = world.start(0, &["bob@two", "cy@three"]);
        world.accept(1, &group);
        world.command(0, Command::Remove { conversation: group.clone(), actor: World::actor("cy@three") });
        let request = commit_of(&mut world, 0);
        answer(&mut world, &request, refusal(kind, status));
        assert_eq!(commits(&world), []);
        assert_eq!(
            count(&world, |event| matches!(event, Event::Refused { .. })),
            1,
            "it has not happened yet"
        );
        assert_eq!(count(&world, |event| matches!(event, Event::NotChanged { .. })), 0);
        world.settle();
        assert_eq!(world.view(0, &group).people.len(), 3);
        world.pass(HOUR);
        assert_eq!(world.view(0, &group).people.len(), 2, "{kind}");
        world.assert_agreed(&[0, 1], &group);
    }
}

/// The first commit of a conversation: there is nobody in it, so it ends, and what was written into it is not lost in
/// silence.
#[test]
fn a_conversation_whose_first_commit_is_refused_ends() {
    let mut world = World::with(3, &["ana@one", "bob@two"]);
    let people = vec![World::actor("bob@two")];
    world.command(0, Command::StartConversation { people, name: None });
    let group = world.groups(0)[0].clone();
    world.send(0, &group, "hello?");
    let request = commit_of(&mut world, 0);
    answer(&mut world, &request, refusal("too-large", 413));
    assert_eq!(world.view(0, &group).standing, Standing::Over);
    assert_eq!(count(&world, |event| matches!(event, Event::NotChanged { .. })), 1);
    assert_eq!(
        count(&world, |event| matches!(event, Event::NotSent { reason, .. } if reason == "No: too-large.")),
        1
    );
}

/// Nobody has asked for the renewal of a leaf, so nobody hears of its refusal; it is wanted again.
#[test]
fn a_refused_renewal_is_made_later() {
    let mut world = World::with(4, &["ana@one", "bob@two"]);
    let group = world.start(1, &["ana@one"]);
    world.accept(0, &group);
    let mut hours = 0;
    while !world.hosts[0].calls.iter().any(is_commit) {
        world.now = world.now.plus(HOUR);
        let now = world.now;
        world.hosts[0].tick(now);
        hours += 1;
        assert!(hours < 26, "a newcomer renews its leaf within a day");
    }
    let request = commit_of(&mut world, 0);
    answer(&mut world, &request, refusal("members", 422));
    assert_eq!(commits(&world), []);
    assert_eq!(count(&world, |event| matches!(event, Event::NotChanged { .. } | Event::Refused { .. })), 0);
    for _ in 0..26 {
        world.pass(HOUR);
    }
    assert!(world.view(0, &group).epoch >= 2);
    world.assert_agreed(&[0, 1], &group);
}

/// No answer, and faults of the moment: the same bytes stay, and are repeated until somebody decides.
#[test]
fn what_is_no_decision_keeps_the_commit() {
    let (mut world, group, request) = adding();
    for outcome in [
        Outcome::Unknown,
        refusal("not-signed-in", 401),
        refusal("timeout", 408),
        refusal("too-many", 429),
        refusal("unknown", 500),
        refusal("busy", 503),
    ] {
        answer(&mut world, &request, outcome);
        assert_eq!(commits(&world), std::slice::from_ref(&request));
    }
    assert_eq!(count(&world, |event| matches!(event, Event::NotChanged { .. } | Event::Refused { .. })), 0);
    world.hosts[0].calls.push_back(request);
    world.settle();
    assert_eq!(world.view(0, &group).people.len(), 3);
    world.assert_agreed(&[0, 1, 2], &group);
}

/// The first attempt had won and its answer was lost. A refusal of the second says nothing about the first: clearing the
/// commit would leave the device stuck for good. The person hears of it once.
#[test]
fn a_refusal_after_an_unknown_answer_decides_nothing() {
    for restarted in [false, true] {
        let (mut world, group, request) = adding();
        let won = world.hosts[0].ask(&request, &mut world.service, world.now);
        assert!(matches!(won, Outcome::Accepted(_)));
        if restarted {
            world.hosts[0].restart();
        } else {
            answer(&mut world, &request, Outcome::Unknown);
        }
        for _ in 0..3 {
            answer(&mut world, &request, refusal("forbidden", 403));
            assert_eq!(commits(&world), std::slice::from_ref(&request));
        }
        assert_eq!(count(&world, |event| matches!(event, Event::Refused { .. })), 1);
        let asks = |request: &Request| matches!(request.call, Call::FetchPastCommits { .. });
        assert!(world.hosts[0].device.resend().unwrap().iter().any(asks), "the conversation is asked");
        // Its list shows that ours won, although nobody ever said so to us.
        world.hosts[0].calls = world.hosts[0].device.resend().unwrap().into_iter().filter(asks).collect();
        world.settle();
        assert_eq!(world.view(0, &group).people.len(), 3);
        world.assert_agreed(&[0, 1, 2], &group);
        assert_eq!(commits(&world), []);
    }
}

/// After an unknown answer `wrong-epoch` decides with the winner, and not without it.
#[test]
fn only_the_winner_decides_after_an_unknown_answer() {
    let (mut world, group, request) = adding();
    world.command(1, Command::Add { conversation: group.clone(), actor: World::actor("dee@two") });
    let theirs = commit_of(&mut world, 1);
    let won = world.hosts[1].ask(&theirs, &mut world.service, world.now);
    world.hosts[1].answer(&theirs, won, world.now);
    world.service.deliveries.clear();
    world.hosts[0].restart();
    let bare = Problem::new("wrong-epoch", "Another was first.", 409).with("currentEpoch", 2);
    answer(&mut world, &request, Outcome::Refused(bare));
    assert_eq!(commits(&world), std::slice::from_ref(&request));
    let full = world.hosts[0].ask(&request, &mut world.service, world.now);
    assert!(matches!(&full, Outcome::Refused(problem) if problem.members["winner"].is_object()));
    answer(&mut world, &request, full);
    assert_eq!(world.view(0, &group).epoch, 2, "theirs is followed");
    assert!(!commits(&world).contains(&request));
    world.pass(2 * SECOND);
    world.assert_agreed(&[0, 1], &group);
}

/// What was not made, and what a server turned away unread, was not taken: the refusal that follows is final.
#[test]
fn a_call_that_cannot_have_been_taken_is_no_attempt() {
    let (mut world, _, request) = adding();
    for outcome in [Outcome::NotMade, refusal("not-signed-in", 401), refusal("too-many", 429)] {
        answer(&mut world, &request, outcome);
        assert_eq!(commits(&world), std::slice::from_ref(&request));
    }
    answer(&mut world, &request, refusal("members", 422));
    assert_eq!(commits(&world), []);
    assert_eq!(count(&world, |event| matches!(event, Event::NotChanged { .. })), 1);
}

/// A refusal that stays, while the conversation goes on saying that nothing has ended its epoch: after ten minutes no earlier
/// attempt can be on its way any more, and the commit is given up. Nothing waits for ever because a device was closed once.
#[test]
fn a_refusal_that_stays_is_believed_in_the_end() {
    let (mut world, group, request) = adding();
    world.hosts[0].restart();
    world.hosts[0].calls.retain(|request| !is_commit(request));
    answer(&mut world, &request, refusal("too-large", 413));
    for _ in 0..9 {
        world.pass(MINUTE);
        assert_eq!(commits(&world), std::slice::from_ref(&request));
    }
    for _ in 0..20 {
        world.pass(MINUTE);
    }
    assert_eq!(commits(&world), []);
    assert_eq!(count(&world, |event| matches!(event, Event::NotChanged { .. })), 1);
    world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("cy@three") });
    world.settle();
    assert_eq!(world.view(0, &group).people.len(), 3);
    world.assert_agreed(&[0, 1, 2], &group);
}

/// An acceptance that names another commit decides nothing either.
#[test]
fn an_acceptance_of_something_else_leads_to_asking() {
    let (mut world, group, request) = adding();
    let won = world.hosts[0].ask(&request, &mut world.service, world.now);
    let Outcome::Accepted(Answer::Commit(mut other)) = won else { panic!("expected to win: {won:?}") };
    other.add.digest = vec![0; 32];
    world.service.deliveries.clear();
    answer(&mut world, &request, Outcome::Accepted(Answer::Commit(other)));
    assert_eq!(world.view(0, &group).epoch, 1);
    world.settle();
    assert_eq!(world.view(0, &group).epoch, 2, "the list of past commits shows that ours won");
}

/// A winner counts with the sequencer's word for the same bytes and for the epoch that ours was to end; and ours is no loss
/// (promise P14).
#[test]
fn a_winner_is_believed_with_its_word_only() {
    let (mut world, group, request) = adding();
    let won = world.hosts[0].ask(&request, &mut world.service, world.now);
    assert!(matches!(won, Outcome::Accepted(_)));
    world.service.deliveries.clear();
    world.hosts[0].restart();
    let known = world.service.conversations.values().find(|known| known.group == group).unwrap();
    let [first, ours] = &known.commits[..] else { panic!("two commits") };
    let (ours, earlier) = (ours.clone(), first.clone());
    let word = ours.add.to_value(&[]);
    let mut of_another_epoch = word.clone();
    of_another_epoch["epoch"] = 7.into();
    let mut by_another = word.clone();
    by_another["actor"] = "https://evil.example/actor".into();
    let wrong = |current: u64, winner: &Value, add: &Value| {
        let problem = Problem::new("wrong-epoch", "Another was first.", 409).with("currentEpoch", current);
        Outcome::Refused(problem.with("winner", winner.clone()).with("add", add.clone()))
    };
    for lie in [
        wrong(2, &ours.activity, &Value::Null),
        wrong(2, &earlier.activity, &word),
        wrong(2, &earlier.activity, &earlier.add.to_value(&[])),
        wrong(2, &ours.activity, &of_another_epoch),
        wrong(2, &ours.activity, &by_another),
        wrong(0, &Value::Null, &Value::Null),
    ] {
        answer(&mut world, &request, lie);
        assert_eq!(commits(&world), std::slice::from_ref(&request));
        assert_eq!(world.view(0, &group).epoch, 1);
    }
    answer(&mut world, &request, wrong(2, &ours.activity, &word));
    assert_eq!(world.view(0, &group).epoch, 2, "it was ours");
    assert_eq!(commits(&world), []);
}
