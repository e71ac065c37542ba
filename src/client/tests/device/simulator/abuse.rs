//! Abuse around the sequencer (promise P14): what an honest one refuses, and what a dishonest one can and cannot do. It can
//! withhold and it can fork; it cannot make a device take what is no commit, and no device changes sides.

use alcove_client::{Call, Command, Event, Outcome, Standing};
use alcove_protocol::{
    ActivityId, ActorId, GroupId, base64,
    mls::{MlsType, Outgoing, SequencerAdd},
};
use serde_json::{Value, json};

use crate::world::{HostId, World, sequencer::digest};

pub(super) const SERVERS: [&str; 3] = ["https://one.example", "https://two.example", "https://three.example"];
pub(super) const ANA: HostId = 0;
pub(super) const BO: HostId = 1;
pub(super) const CY: HostId = 2;

/// Ana's conversation with Bo and Cy, each on a server of their own.
pub(super) fn three() -> (World, GroupId) {
    three_before(0)
}

/// The same, so many milliseconds ago: OpenMLS judges lifetimes by the clock of the machine, and a test can move forward.
pub(super) fn three_before(ago: i64) -> (World, GroupId) {
    let mut world = World::new(3, &SERVERS);
    world.now = world.now.plus(-ago);
    let people: Vec<ActorId> =
        ["ana", "bo", "cy"].iter().zip(SERVERS).map(|(name, server)| world.sign_up(server, name)).collect();
    for actor in &people {
        world.install(actor);
    }
    let group = world.start(ANA, &[&people[1], &people[2]]);
    (world, group)
}

pub(super) fn actor(world: &World, host: HostId) -> ActorId {
    world.hosts[host].device.actor().clone()
}

pub(super) fn epoch(world: &World, host: HostId, group: &GroupId) -> u64 {
    world.hosts[host].device.conversation(group).unwrap().epoch
}

pub(super) fn authenticator(world: &World, host: HostId, group: &GroupId) -> Vec<u8> {
    world.hosts[host].device.conversation(group).unwrap().epoch_authenticator
}

/// Wants somebody removed and stages the commit: the call that would post it.
pub(super) fn staged(world: &mut World, host: HostId, group: &GroupId, whom: HostId) -> Call {
    let (conversation, actor) = (group.clone(), actor(world, whom));
    world.command(host, Command::Remove { conversation, actor }).unwrap();
    world.tick(host);
    let calls = &world.hosts[host].calls;
    calls.iter().find(|request| matches!(request.call, Call::PostCommit(_))).unwrap().call.clone()
}

fn refused(outcome: Outcome) -> String {
    match outcome {
        Outcome::Refused(problem) => problem.kind,
        other => panic!("expected a refusal: {other:?}"),
    }
}

pub(super) fn commit_of(call: &Call) -> &Outgoing {
    let Call::PostCommit(new) = call else { panic!("expected a commit") };
    &new.commit
}

/// The activity that carries bytes, and the sequencer's word for them.
pub(super) fn activity_and_word(
    world: &World,
    by: HostId,
    outgoing: &Outgoing,
    epoch: u64,
) -> (Value, Value) {
    let actor = actor(world, by);
    let name = base64::encode_url(&digest(&outgoing.content)[..8]);
    let id = ActivityId::parse(&format!("{}/forged/{name}", actor.origin())).unwrap();
    let ids = alcove_protocol::mls::OutgoingIds { activity: id.clone(), object: format!("{id}/object") };
    let word = SequencerAdd {
        id: ActivityId::parse(&format!("{}/words/{name}", outgoing.conversation.origin())).unwrap(),
        actor: ActorId::parse(&format!("{}/actor", outgoing.conversation.origin())).unwrap(),
        object: id,
        target: outgoing.conversation.clone(),
        group: outgoing.group.clone(),
        epoch,
        digest: digest(&outgoing.content).to_vec(),
        incarnation: 1,
    };
    (outgoing.to_create(&actor, &ids, world.now), word.to_value(&outgoing.to))
}

/// Writes something, as far as the own server: it is on the way.
pub(super) fn post(world: &mut World, host: HostId, group: &GroupId, text: &str) {
    world.say(host, group, text);
    while !world.hosts[host].calls.is_empty() {
        world.make_call(host);
    }
}

pub(super) fn give(world: &mut World, host: HostId, activities: &[&Value]) {
    let recipient = actor(world, host);
    for activity in activities {
        world.arrive(&recipient, (*activity).clone());
    }
    world.fetch(host);
}

/// A commit of an epoch that is over, or that has not come yet, is answered with the present one; somebody who was removed
/// gets nothing in; rubbish is no commit.
#[test]
fn what_an_honest_sequencer_refuses() {
    let (mut world, group) = three();
    let late = staged(&mut world, BO, &group, CY);
    let first = staged(&mut world, ANA, &group, BO);
    assert!(matches!(world.perform(ANA, &first), Outcome::Accepted(_)));
    assert!(refused(world.perform(BO, &late)).ends_with("not-a-member"));
    let Call::PostCommit(mut rubbish) = first.clone() else { panic!("expected a commit") };
    rubbish.commit.content = b"no MLS at all".to_vec();
    assert!(refused(world.perform(ANA, &Call::PostCommit(rubbish.clone()))).ends_with("invalid-commit"));
    rubbish.commit.content = commit_of(&first).content.clone();
    let last = rubbish.commit.content.len() - 1;
    rubbish.commit.content[last] ^= 1;
    assert!(refused(world.perform(ANA, &Call::PostCommit(rubbish))).ends_with("wrong-epoch"));
    let again = (world.perform(ANA, &first), world.perform(ANA, &first));
    assert_eq!(again.0, again.1, "the same bytes get the same answer");
    world.settle();
    assert_eq!(world.hosts[BO].device.conversation(&group).unwrap().standing, Standing::Over);
    assert_eq!(authenticator(&world, ANA, &group), authenticator(&world, CY, &group));
}

/// The 201 is lost and the device dies: it repeats the same bytes and merges what had won (ENCRYPTION.md 1.5 point 3).
#[test]
fn a_lost_201_is_asked_for_again() {
    let (mut world, group) = three();
    let call = staged(&mut world, ANA, &group, CY);
    assert!(matches!(world.perform(ANA, &call), Outcome::Accepted(_)));
    world.hosts[ANA].restart();
    assert_eq!(epoch(&world, ANA, &group), 1, "nothing is merged without a word");
    let again: Vec<Call> = world.hosts[ANA].calls.iter().map(|request| request.call.clone()).collect();
    assert!(again.contains(&call), "byte for byte");
    world.settle();
    assert_eq!(epoch(&world, ANA, &group), 2);
    assert_eq!(authenticator(&world, ANA, &group), authenticator(&world, BO, &group));
}

/// A word for rubbish, and a word for an epoch that has not come: the devices stay where they are and go on reading. Writing
/// ends there, because their servers believe the word: it can withhold, and a slot is never given back.
#[test]
fn words_for_rubbish_move_nobody() {
    let (mut world, group) = three();
    post(&mut world, BO, &group, "anybody there?");
    let call = staged(&mut world, BO, &group, CY);
    world.hosts[BO].calls.clear();
    let mut garbage = commit_of(&call).clone();
    garbage.content.truncate(80);
    let (activity, word) = activity_and_word(&world, BO, &garbage, 1);
    let (_, future) = activity_and_word(&world, BO, commit_of(&call), 9);
    for host in [ANA, CY] {
        give(&mut world, host, &[&word, &activity, &future]);
        assert_eq!(epoch(&world, host, &group), 1);
    }
    world.deliver_everything();
    for host in [ANA, CY] {
        world.fetch(host);
        assert_eq!(world.hosts[host].texts(&group), ["anybody there?"]);
    }
}

/// A commit without a word, with the word of somebody who is not the sequencer, or with a word for other bytes, is held.
#[test]
fn no_commit_is_merged_without_its_own_word() {
    let (mut world, group) = three();
    let call = staged(&mut world, BO, &group, CY);
    let (activity, word) = activity_and_word(&world, BO, commit_of(&call), 1);
    let (mut by_another, mut of_another) = (word.clone(), word.clone());
    by_another["actor"] = json!("https://two.example/actor");
    of_another["digest"] = json!(base64::encode(&[7; 32]));
    give(&mut world, ANA, &[&activity, &by_another]);
    assert_eq!(epoch(&world, ANA, &group), 1, "held");
    give(&mut world, CY, &[&of_another, &activity]);
    assert_eq!(epoch(&world, CY, &group), 1, "it lost");
    give(&mut world, ANA, &[&word]);
    assert_eq!(epoch(&world, ANA, &group), 2, "the true word lets it in");
}

/// Two winners to two halves: each half follows its own, nobody follows a second one, nothing of the other half is shown as
/// if it were in order, and a safety net is left: the authenticators differ.
#[test]
fn two_winners_make_two_halves_and_nobody_changes_sides() {
    let (mut world, group) = three();
    let one = staged(&mut world, ANA, &group, CY);
    let other = staged(&mut world, BO, &group, CY);
    let (first, its_word) = activity_and_word(&world, ANA, commit_of(&one), 1);
    let (second, other_word) = activity_and_word(&world, BO, commit_of(&other), 1);
    give(&mut world, ANA, &[&first, &its_word]);
    give(&mut world, BO, &[&second, &other_word]);
    give(&mut world, ANA, &[&second, &other_word]);
    give(&mut world, BO, &[&first, &its_word]);
    assert_eq!([ANA, BO].map(|host| epoch(&world, host, &group)), [2, 2]);
    assert_ne!(authenticator(&world, ANA, &group), authenticator(&world, BO, &group));
    world.hosts[ANA].calls.clear();
    world.hosts[BO].calls.clear();
    world.say(ANA, &group, "on this side");
    world.say(BO, &group, "on that side");
    for _ in 0..3 {
        world.make_call(ANA);
        world.make_call(BO);
    }
    world.deliver_everything();
    world.fetch(ANA);
    world.fetch(BO);
    assert_eq!(world.hosts[ANA].texts(&group), ["on this side"]);
    assert_eq!(world.hosts[BO].texts(&group), ["on that side"]);
    let stopped = |event: &Event| matches!(event, Event::DeviceMustStop { .. });
    assert!(!world.hosts[ANA].shown.iter().chain(&world.hosts[BO].shown).any(stopped));
}

/// A removed member's commit under a word of the sequencer is refused by everybody; it costs the slot, not the devices.
#[test]
fn a_commit_of_somebody_removed_is_refused_by_the_devices_too() {
    let (mut world, group) = three();
    let late = staged(&mut world, CY, &group, BO);
    world.hosts[CY].calls.clear();
    let call = staged(&mut world, ANA, &group, CY);
    assert!(matches!(world.perform(ANA, &call), Outcome::Accepted(_)));
    let mut commit = commit_of(&late).clone();
    commit.kind = MlsType::PrivateMessage;
    world.settle();
    post(&mut world, BO, &group, "we two");
    let (activity, word) = activity_and_word(&world, CY, &commit, 2);
    for host in [ANA, BO] {
        give(&mut world, host, &[&word, &activity]);
        assert_eq!(epoch(&world, host, &group), 2);
    }
    world.deliver_everything();
    world.fetch(ANA);
    assert_eq!(world.hosts[ANA].texts(&group), ["we two"]);
}
