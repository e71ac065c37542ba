//! Conversations that cannot go on as they are and are begun anew (ENCRYPTION.md 1.5 point 5, 1.6 step 4). What is wrong here
//! is a commit that nobody can apply; what sequencers can do wrong is in `sequencers`, what one device can in `lost`.

use alcove_protocol::{
    GroupId,
    time::{DAY, SECOND},
};

use crate::{
    Call, Command, Error, Event, Obstacle, Outcome, Request, Standing,
    testing::{Kill, Point, World},
};

const DEATHS: [Point; 3] = [Point::BeforeSave, Point::AfterSave, Point::AfterSend];

pub(super) fn is_commit(request: &Request) -> bool {
    matches!(request.call, Call::PostCommit(_))
}

/// Ana, Bob and Cy, each on a server of their own, in one conversation that Ana started.
pub(super) fn three(seed: u64) -> (World, GroupId) {
    let mut world = World::with(seed, &["ana@one", "bob@two", "cy@three", "dee@two"]);
    let group = world.start(0, &["bob@two", "cy@three"]);
    world.accept(1, &group);
    world.accept(2, &group);
    for host in 0..3 {
        world.send(host, &group, &format!("from {host}"));
        world.settle();
    }
    (world, group)
}

/// A member stages a commit, and something else than it is posted in its name: its sequencer takes what it cannot read.
pub(super) fn post_garbage(world: &mut World, host: usize, group: &GroupId) {
    let command = Command::Add { conversation: group.clone(), actor: World::actor("dee@two") };
    world.command(host, command);
    while world.hosts[host].calls.front().is_some_and(|request| !is_commit(request)) {
        world.hosts[host].make_call(&mut world.service, world.now);
    }
    let Some(Call::PostCommit(mut new)) = world.hosts[host].calls.pop_front().map(|request| request.call)
    else {
        panic!("expected a staged commit");
    };
    let last = new.commit.content.len() - 1;
    new.commit.content[last] ^= 1;
    new.welcomes.clear();
    let actor = world.hosts[host].device.actor().clone();
    let taken = world.service.perform(&actor, None, &Call::PostCommit(new), world.now);
    assert!(matches!(taken, Outcome::Accepted(_)));
    world.hosts.remove(host);
}

pub(super) fn cannot_go_on(world: &World, host: usize, group: &GroupId) -> Vec<Obstacle> {
    let obstacle = |event: &Event| match event {
        Event::CannotGoOn { conversation, obstacle } if conversation == group => Some(obstacle.clone()),
        _ => None,
    };
    world.hosts[host].shown.iter().filter_map(obstacle).collect()
}

/// The one conversation that a device lists.
pub(super) fn only(world: &World, host: usize) -> GroupId {
    let groups = world.groups(host);
    assert_eq!(groups.len(), 1, "{groups:?}");
    groups[0].clone()
}

pub(super) fn resume(world: &mut World, host: usize, group: &GroupId) -> GroupId {
    world.command(host, Command::Continue { conversation: group.clone() });
    world.settle();
    only(world, host)
}

/// All that a person reads who scrolls back: the older group's messages, then those of the present one.
pub(super) fn whole_history(world: &World, host: usize, group: &GroupId) -> Vec<String> {
    let mut texts = world.hosts[host].texts(group);
    let view = world.hosts[host].device.conversation(group).unwrap();
    if let Some(older) = view.continues {
        texts.splice(0..0, world.hosts[host].texts(&older));
    }
    texts
}

/// Promise P14, garbage commit: the members say whose it is, go on without its author, and keep their history. What waited is
/// sent there.
#[test]
fn a_conversation_goes_on_without_the_author_of_garbage() {
    let (mut world, group) = three(1);
    world.command(0, Command::Rename { conversation: group.clone(), name: "Harbour".into() });
    world.settle();
    post_garbage(&mut world, 2, &group);
    world.settle();
    let by = World::actor("cy@three");
    for host in [0, 1] {
        assert_eq!(cannot_go_on(&world, host, &group), [Obstacle::Unappliable { by: Some(by.clone()) }]);
    }
    world.send(1, &group, "does anybody read this?");
    for _ in 0..20 {
        world.pass(SECOND);
    }
    assert_eq!(world.hosts[0].texts(&group).len(), 3);
    assert_eq!(world.view(1, &group).obstacle, Some(Obstacle::Unappliable { by: Some(by.clone()) }));
    let fresh = resume(&mut world, 0, &group);
    assert_ne!(fresh, group);
    assert_eq!(only(&world, 1), fresh);
    world.send(0, &fresh, "we go on");
    world.settle();
    for host in [0, 1] {
        let mut texts = whole_history(&world, host, &fresh);
        texts.sort();
        assert_eq!(texts, ["does anybody read this?", "from 0", "from 1", "from 2", "we go on"]);
        let view = world.view(host, &fresh);
        assert_eq!((view.standing, view.name.as_deref()), (Standing::Active, Some("Harbour")));
        assert_eq!(view.people, [World::actor("ana@one"), World::actor("bob@two")]);
        assert_eq!(world.view(host, &group).standing, Standing::Continued);
        assert_eq!(world.view(host, &group).continued_by, Some(fresh.clone()));
    }
    world.assert_agreed(&[0, 1], &fresh);
    assert!(world.service.deliveries.is_empty());
    let event =
        Event::Continued { conversation: fresh, instead_of: group.clone(), by: World::actor("ana@one") };
    assert!(world.hosts[1].shown.contains(&event));
    let again = world.hosts[0].command(Command::Continue { conversation: group }, world.now);
    assert_eq!(again, Err(Error::ConversationOver));
}

/// Nothing is asked of the sequencer for ever: a change that cannot be decided waits.
#[test]
fn a_wish_in_a_stuck_conversation_posts_no_commits() {
    let (mut world, group) = three(2);
    post_garbage(&mut world, 2, &group);
    world.settle();
    world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("dee@two") });
    let before = world.service.conversations.values().map(|known| known.commits.len()).sum::<usize>();
    for _ in 0..10 {
        world.now = world.now.plus(SECOND);
        world.hosts[0].tick(world.now);
        assert!(!world.hosts[0].calls.iter().any(is_commit));
        world.settle();
    }
    let after = world.service.conversations.values().map(|known| known.commits.len()).sum::<usize>();
    assert_eq!(before, after);
    // Whoever was to be added is added where the conversation goes on.
    let fresh = resume(&mut world, 0, &group);
    world.pass(SECOND);
    assert_eq!(world.view(0, &fresh).people.len(), 3);
}

/// What was on its way when the conversation was begun anew is still read, and shown once although its author, who had no
/// answer yet, sends it again in the new group. After 15 days the old group is let go without a word.
#[test]
fn what_was_on_its_way_is_read_once_and_the_old_group_is_let_go() {
    let (mut world, group) = three(9);
    world.send(1, &group, "on its way");
    let request = world.hosts[1].calls.pop_front().unwrap();
    let taken = world.hosts[1].ask(&request, &mut world.service, world.now);
    assert!(matches!(taken, Outcome::Accepted(_)), "and its answer is lost");
    let late = std::mem::take(&mut world.service.deliveries);
    post_garbage(&mut world, 2, &group);
    world.settle();
    let fresh = resume(&mut world, 0, &group);
    world.service.deliveries.extend(late);
    world.settle();
    for host in [0, 1] {
        let texts = whole_history(&world, host, &fresh);
        assert_eq!(texts.iter().filter(|text| *text == "on its way").count(), 1, "host {host}");
    }
    assert_eq!(world.view(0, &group).standing, Standing::Continued);
    world.pass(16 * DAY);
    assert_eq!(world.view(0, &group).standing, Standing::Over);
    assert_eq!(only(&world, 0), fresh);
    assert!(!world.hosts[0].shown.iter().any(|event| matches!(event, Event::Ended { .. })));
    let prefix = crate::mls::group_prefix(&crate::mls::group_id(&group)).unwrap();
    assert!(!world.hosts[0].disk.keys().any(|key| key.starts_with(&prefix)), "its keys are gone");
    assert_eq!(whole_history(&world, 0, &fresh).len(), 4, "its history is not");
}

/// A conversation in which nothing is wrong is not begun anew by mistake.
#[test]
fn what_goes_on_is_not_continued() {
    let (mut world, group) = three(3);
    let refused = world.hosts[0].command(Command::Continue { conversation: group }, world.now);
    assert!(matches!(refused, Err(Error::Limit(_))));
}

/// One successor per old group, the first that is seen: a second one is a conversation of its own.
#[test]
fn a_second_successor_is_a_conversation_of_its_own() {
    let (mut world, group) = three(4);
    post_garbage(&mut world, 2, &group);
    world.settle();
    for host in [0, 1] {
        world.command(host, Command::Continue { conversation: group.clone() });
    }
    world.settle();
    let heirs = [0, 1].map(|host| world.view(host, &group).continued_by.unwrap());
    assert_ne!(heirs[0], heirs[1]);
    for host in [0, 1] {
        assert_eq!(world.groups(host).len(), 2);
        assert_eq!(world.view(host, &heirs[host]).continues, Some(group.clone()));
        assert_eq!(world.view(host, &heirs[1 - host]).continues, None);
    }
}

/// Who was not in the last epoch cannot take a conversation over, whatever they say inside.
#[test]
fn nobody_from_outside_takes_a_conversation_over() {
    let (mut world, group) = three(5);
    let other = world.start(3, &["bob@two"]);
    world.accept(1, &other);
    claim(&mut world, 3, &other, &group);
    assert_eq!(world.view(1, &group).standing, Standing::Active);
    assert_eq!(world.view(1, &other).continues, None);
    assert_eq!(world.groups(1).len(), 2);
}

/// Nor does a member by a word in a conversation that somebody else has started, or that is old.
#[test]
fn a_note_counts_only_from_the_founder_and_soon() {
    let (mut world, group) = three(6);
    let other = world.start(3, &["bob@two", "ana@one"]);
    world.accept(1, &other);
    world.accept(0, &other);
    claim(&mut world, 0, &other, &group);
    assert_eq!(world.view(1, &group).standing, Standing::Active);
    let own = world.start(0, &["bob@two"]);
    world.pass(2 * DAY);
    claim(&mut world, 0, &own, &group);
    assert_eq!(world.view(1, &group).standing, Standing::Active);
}

/// Promises P6 and P11: a member of a conversation in which nothing is wrong moves nobody. The person is asked, nothing is sent
/// before, and then all of it goes on in the new group.
#[test]
fn a_member_alone_moves_nobody() {
    let (mut world, group) = three(7);
    let other = world.start(1, &["ana@one", "cy@three"]);
    world.hosts[0].calls.clear();
    claim(&mut world, 1, &other, &group);
    assert_eq!(offered(&world, 0, &group), Some(other.clone()));
    let (old, new) = (world.view(0, &group), world.view(0, &other));
    assert_eq!((old.standing, old.continued_by, new.continues), (Standing::Active, None, None));
    world.send(0, &group, "still here");
    world.settle();
    assert!(world.hosts[2].texts(&group).contains(&"still here".to_owned()));
    for host in 0..3 {
        assert!(world.hosts[host].texts(&other).is_empty());
    }
    assert_eq!(agree(&mut world, 0, &group), other);
    assert_eq!(only(&world, 0), other);
    assert_eq!(world.view(0, &group).standing, Standing::Continued);
}

/// Promise P11: whoever was not in the last epoch reads nothing, although the conversation is stuck and words wait in it: their
/// new group is a conversation of its own.
#[test]
fn what_waits_is_not_sent_to_an_outsider() {
    let (mut world, group) = three(8);
    post_garbage(&mut world, 2, &group);
    world.settle();
    world.send(0, &group, "for us three");
    let dee = 2;
    let other = world.start(1, &["ana@one", "dee@two"]);
    world.accept(dee, &other);
    claim(&mut world, 1, &other, &group);
    for _ in 0..3 {
        world.pass(SECOND);
    }
    assert_eq!(offered(&world, 0, &group), None);
    assert_eq!(world.view(0, &group).standing, Standing::Active);
    assert!(world.hosts[dee].texts(&other).is_empty());
    let refused = world.hosts[0].command(Command::Continue { conversation: other }, world.now);
    assert!(matches!(refused, Err(Error::Limit(_))));
}

/// Once agreed to, words that waited are not sent to somebody who has come into the new group since: their author hears it.
#[test]
fn what_waits_is_not_sent_to_who_came_since() {
    let (mut world, group) = three(9);
    world.hosts[0].calls.clear();
    let other = world.start(1, &["ana@one", "cy@three"]);
    claim(&mut world, 1, &other, &group);
    post_garbage(&mut world, 2, &group);
    let dee = 2;
    world.service.deliver_all();
    while world.hosts[0].receive(&world.service, world.now) {}
    world.send(0, &group, "for us three");
    world.command(1, Command::Add { conversation: other.clone(), actor: World::actor("dee@two") });
    world.settle();
    world.pass(SECOND);
    assert_eq!(world.view(0, &group).standing, Standing::Active, "not at once: Dee is in it");
    assert_eq!(agree(&mut world, 0, &group), other);
    let refused =
        |event: &&Event| matches!(event, Event::NotSent { conversation, .. } if *conversation == group);
    assert_eq!(world.hosts[0].shown.iter().filter(refused).count(), 1);
    assert!(world.hosts[dee].texts(&other).is_empty());
}

/// An obstacle that is met after somebody has begun anew: what was only offered is followed.
#[test]
fn an_offer_is_followed_once_it_makes_sense() {
    let (mut world, group) = three(10);
    let other = world.start(1, &["ana@one"]);
    claim(&mut world, 1, &other, &group);
    assert_eq!(world.view(0, &group).standing, Standing::Active);
    post_garbage(&mut world, 2, &group);
    world.settle();
    world.pass(SECOND);
    assert_eq!(world.view(0, &group).continued_by, Some(other));
}

/// The group that was offered to a device in the place of this one.
pub(super) fn offered(world: &World, host: usize, group: &GroupId) -> Option<GroupId> {
    world.hosts[host].shown.iter().find_map(|event| match event {
        Event::ContinuationOffered { conversation, instead_of, .. } if instead_of == group => {
            Some(conversation.clone())
        }
        _ => None,
    })
}

/// The person agrees to go on there.
pub(super) fn agree(world: &mut World, host: usize, group: &GroupId) -> GroupId {
    let fresh = offered(world, host, group).unwrap();
    world.command(host, Command::Continue { conversation: fresh.clone() });
    world.settle();
    fresh
}

/// A device says inside one group that it continues another.
fn claim(world: &mut World, host: usize, group: &GroupId, old: &GroupId) {
    let now = world.now;
    let actor = world.hosts[host].device.actor().clone();
    let note = crate::inner::continues(&actor, group, "urn:uuid:note", old);
    let sender = &mut world.hosts[host];
    let step = sender.device.say(group, &note, now, &mut sender.rng).unwrap();
    sender.run(step);
    world.settle();
}

/// Promise P15: the device of the one who begins a conversation anew, or of one who follows, dies at any point of it.
#[test]
fn a_death_while_it_is_begun_anew_changes_nothing() {
    let mut reached = 0;
    for (host, point) in [0, 1].into_iter().flat_map(|host| DEATHS.map(|point| (host, point))) {
        for countdown in (0..).step_by(3) {
            let (mut world, group) = three(8);
            post_garbage(&mut world, 2, &group);
            world.settle();
            world.send(1, &group, "waits");
            world.hosts[host].kill = Some(Kill { countdown, point });
            world.command(0, Command::Continue { conversation: group.clone() });
            for _ in 0..3 {
                world.pass(SECOND);
            }
            let died = world.hosts[host].kill.is_none();
            let fresh = only(&world, 0);
            assert_eq!(only(&world, 1), fresh);
            world.assert_agreed(&[0, 1], &fresh);
            for host in [0, 1] {
                let mut texts = whole_history(&world, host, &fresh);
                texts.sort();
                assert_eq!(texts, ["from 0", "from 1", "from 2", "waits"], "{point:?} {countdown} at {host}");
            }
            if !died {
                break;
            }
            reached += 1;
        }
    }
    assert!(reached > 12, "{reached} deaths");
}
