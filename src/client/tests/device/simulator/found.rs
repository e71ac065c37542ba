//! What the seeds have found, made small: one test for each way in which a device once went wrong.

use alcove_client::{Call, Command, Standing};
use alcove_protocol::{ActorId, GroupId, mls::SequencerAdd};

use crate::world::{Delivery, HostId, World};

const SERVERS: [&str; 2] = ["https://one.example", "https://two.example"];
const ANA: HostId = 0;

/// Seed 6: the farewell was lost on the way while the proposal to remove the leaf arrived, so that the person's other
/// devices never learned that they leave as well.
#[test]
fn a_farewell_arrives_before_the_proposal_goes_out() {
    let mut world = World::new(6, &SERVERS);
    let people: Vec<ActorId> = SERVERS.iter().map(|server| world.sign_up(server, "somebody")).collect();
    let (ana, second) = (world.install(&people[0]), world.install(&people[0]));
    world.approve(ana, second);
    let bo = world.install(&people[1]);
    let group = world.start(ana, &[&people[1]]);
    world.command(ana, Command::Leave { conversation: group.clone() }).unwrap();
    for _ in 0..3 {
        world.tick(ana);
    }
    let posts = |world: &World| {
        let calls = world.hosts[ana].device.resend().unwrap();
        calls.into_iter().filter(|request| matches!(request.call, Call::PostMessage(_))).count()
    };
    assert_eq!(posts(&world), 1, "the farewell alone");
    world.settle();
    for host in [ana, second] {
        assert_eq!(world.hosts[host].device.conversation(&group).unwrap().standing, Standing::Over);
    }
    assert_eq!(world.hosts[bo].device.conversation(&group).unwrap().people, [people[1].clone()]);
}

/// Seed 37: the farewell was dropped because the epoch had ended without the device knowing it yet.
#[test]
fn a_farewell_outlives_the_epoch() {
    let mut world = World::new(37, &SERVERS);
    let [ana_actor, bo_actor, cy_actor] =
        [(0, "ana"), (1, "bo"), (1, "cy")].map(|(server, name)| world.sign_up(SERVERS[server], name));
    let (ana, second) = (world.install(&ana_actor), world.install(&ana_actor));
    world.approve(ana, second);
    let bo = world.install(&bo_actor);
    world.install(&cy_actor);
    let group = world.start(ana, &[&bo_actor, &cy_actor]);
    world.command(bo, Command::Remove { conversation: group.clone(), actor: cy_actor }).unwrap();
    work(&mut world, bo);
    world.deliver_everything();
    world.say(ana, &group, "too late for this epoch");
    while !world.hosts[ana].calls.is_empty() {
        world.make_call(ana);
    }
    assert_eq!(world.counts.stale, 1);
    world.command(ana, Command::Leave { conversation: group.clone() }).unwrap();
    world.settle();
    for host in [ana, second] {
        assert_eq!(world.hosts[host].device.conversation(&group).unwrap().standing, Standing::Over);
    }
    assert_eq!(world.hosts[bo].texts(&group), ["too late for this epoch"]);
}

/// Seed 464: removed and added again, a device got the Welcome, and a message of the new epoch, before the commit that
/// removed it; it ended up outside, and the message was gone.
#[test]
fn a_welcome_overtakes_the_removal() {
    let mut world = World::new(464, &SERVERS);
    let people: Vec<ActorId> = SERVERS.iter().map(|server| world.sign_up(server, "somebody")).collect();
    let bo_actor = people[1].clone();
    world.install(&people[0]);
    let bo = world.install(&bo_actor);
    let group = world.start(ANA, &[&bo_actor]);
    let (conversation, actor) = (group.clone(), bo_actor);
    world.command(ANA, Command::Remove { conversation: conversation.clone(), actor: actor.clone() }).unwrap();
    work(&mut world, ANA);
    let removal = std::mem::take(&mut world.on_the_way);
    world.command(ANA, Command::Add { conversation, actor }).unwrap();
    work(&mut world, ANA);
    world.say(ANA, &group, "welcome back");
    work(&mut world, ANA);
    let (words, rest): (Vec<Delivery>, Vec<Delivery>) =
        removal.into_iter().partition(|delivery| SequencerAdd::parse(&delivery.activity).is_some());
    for later in [words, rest] {
        world.deliver_everything();
        world.fetch(bo);
        world.on_the_way = later;
    }
    world.settle();
    world.accept_requests();
    let view = |host: HostId, group: &GroupId| world.hosts[host].device.conversation(group).unwrap();
    assert_eq!(view(bo, &group).standing, Standing::Active);
    assert_eq!(view(bo, &group).epoch_authenticator, view(ANA, &group).epoch_authenticator);
    assert_eq!(world.hosts[bo].texts(&group), ["welcome back"]);
}

/// Seed 960: the first message of a newcomer overtook the commit that added them, and was dropped as a stranger's.
#[test]
fn a_newcomer_overtakes_the_commit_that_adds_them() {
    let mut world = World::new(960, &["https://one.example", "https://two.example", "https://three.example"]);
    let [ana_actor, bo_actor, cy_actor] = [("one", "ana"), ("two", "bo"), ("three", "cy")]
        .map(|(server, name)| world.sign_up(&format!("https://{server}.example"), name));
    let [ana, bo, cy] = [&ana_actor, &bo_actor, &cy_actor].map(|actor| world.install(actor));
    let group = world.start(ana, &[&bo_actor]);
    world.command(ana, Command::Add { conversation: group.clone(), actor: cy_actor }).unwrap();
    work(&mut world, ana);
    let (late, early): (Vec<Delivery>, Vec<Delivery>) =
        std::mem::take(&mut world.on_the_way).into_iter().partition(|delivery| delivery.to == bo_actor);
    world.on_the_way = early;
    world.deliver_everything();
    work(&mut world, cy);
    world.say(cy, &group, "here I am");
    work(&mut world, cy);
    world.deliver_everything();
    world.fetch(bo);
    assert!(world.hosts[bo].texts(&group).is_empty());
    world.on_the_way = late;
    world.settle();
    for host in [ana, bo, cy] {
        assert_eq!(world.hosts[host].texts(&group), ["here I am"]);
    }
}

/// One device works by itself: nothing is delivered to other servers.
fn work(world: &mut World, host: HostId) {
    for _ in 0..4 {
        world.now = world.now.plus(1_000);
        world.tick(host);
        while !world.hosts[host].calls.is_empty() {
            world.make_call(host);
        }
        world.fetch(host);
    }
}
