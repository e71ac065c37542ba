//! Commits both ways, by value and by reference, and two in one epoch (traps T2, T19, T20, T30).

use alcove_client::{Command, Event};
use alcove_protocol::{ActorId, GroupId, time::SECOND};

use crate::{
    interop::meeting::{ANA, Meeting, What, bonfires, emissaries, in_clear, note},
    peer::{Received, actor, mls_rs::MlsRs},
};

fn three() -> (Meeting, GroupId) {
    let mut guests = emissaries(&["bo", "cy"]);
    guests.extend(bonfires(&["di"]));
    let mut meeting = Meeting::new(guests);
    let group = meeting.ana_starts(&[0, 1, 2]);
    (meeting, group)
}

fn add(meeting: &mut Meeting, group: &GroupId, people: &[ActorId]) {
    for actor in people {
        meeting
            .world
            .command(ANA, Command::Add { conversation: group.clone(), actor: actor.clone() })
            .unwrap();
    }
    meeting.settle(group);
}

/// Trap T2: an update commit of each kind of guest, inside `GroupInfo` where it is Emissary's.
#[test]
fn we_follow_their_commits() {
    let (mut meeting, group) = three();
    for guest in [0, 2, 1, 2, 0] {
        let staged = meeting.guests[guest].client.update(&group).unwrap();
        meeting.commit(guest, &group, &staged, &[]);
        meeting.settle(&group);
        meeting.agree(&group, &[0, 1, 2]);
    }
}

/// They add by value, we follow; then we add by value, they follow. Trap T25: our commit changes nothing but the members.
#[test]
fn members_are_added_from_both_sides() {
    let mut guests = emissaries(&["bo", "cy", "eve"]);
    guests.extend(bonfires(&["di"]));
    let mut meeting = Meeting::new(guests);
    let group = meeting.ana_starts(&[0]);
    let package = meeting.guests[1].client.key_package();
    let staged = meeting.guests[0].client.add(&group, &[package]).unwrap();
    let cy = meeting.actor(1);
    meeting.commit(0, &group, &staged, std::slice::from_ref(&cy));
    meeting.settle(&group);
    meeting.agree(&group, &[0, 1]);
    let bo = meeting.actor(0);
    assert_eq!(
        meeting.shown(|event| matches!(event, Event::Membership { by, added, .. } if *by == bo && *added == [cy.clone()])),
        1
    );
    [2, 3].into_iter().for_each(|guest| meeting.publish(guest));
    let people = [meeting.actor(2), meeting.actor(3)];
    add(&mut meeting, &group, &people);
    meeting.agree(&group, &[0, 1, 2, 3]);
}

/// A commit by reference: a proposal that we kept aside, of the committer or of somebody else.
#[test]
fn we_follow_commits_by_reference() {
    let (mut meeting, group) = three();
    let leaf = meeting.guests[0].client.leaves_of(&group, &actor("di"))[0];
    let proposal = meeting.guests[1].client.propose_removal(&group, leaf).unwrap();
    meeting.post(1, &group, What::Message, &proposal, &[]);
    meeting.world.settle();
    assert_eq!(meeting.read(0, &group), [Ok(Received::Proposal)]);
    let staged = meeting.guests[0].client.update(&group).unwrap();
    meeting.commit(0, &group, &staged, &[]);
    meeting.settle(&group);
    meeting.agree(&group, &[0, 1]);
    assert_eq!(meeting.view(&group).people.len(), 3);
    meeting.world.say(ANA, &group, "still here");
    meeting.world.settle();
    assert!(matches!(meeting.read(0, &group)[..], [Ok(Received::Application { .. })]));
}

/// A commit by reference that overtakes the proposal it names is held until that has come.
#[test]
fn a_commit_by_reference_waits_for_its_proposal() {
    let (mut meeting, group) = three();
    let before = meeting.view(&group).epoch;
    let leaf = meeting.guests[0].client.leaves_of(&group, &actor("di"))[0];
    let proposal = meeting.guests[1].client.propose_removal(&group, leaf).unwrap();
    meeting.post_to(1, &group, What::Message, &proposal, vec![actor("bo")]);
    meeting.world.settle();
    assert_eq!(meeting.read(0, &group), [Ok(Received::Proposal)]);
    let staged = meeting.guests[0].client.update(&group).unwrap();
    meeting.commit(0, &group, &staged, &[]);
    meeting.settle(&group);
    assert_eq!(meeting.view(&group).epoch, before, "held");
    let ana = meeting.ana();
    meeting.post_to(1, &group, What::Message, &proposal, vec![ana]);
    meeting.settle(&group);
    assert_eq!(meeting.view(&group).people.len(), 3);
    meeting.agree(&group, &[0, 1]);
}

/// Trap T23: commits in clear framing (`PublicMessage`) are followed; ours stay sealed.
#[test]
fn we_follow_commits_in_clear_framing() {
    let mut guests = in_clear(&["bo"]);
    guests.extend(emissaries(&["cy", "di"]));
    let mut meeting = Meeting::new(guests);
    let group = meeting.ana_starts(&[0, 1]);
    for _ in 0..2 {
        let staged = meeting.guests[0].client.update(&group).unwrap();
        assert_eq!(staged.commit[2..4], [0, 1], "a PublicMessage");
        meeting.commit(0, &group, &staged, &[]);
        meeting.settle(&group);
        meeting.agree(&group, &[0, 1]);
    }
    meeting.publish(2);
    add(&mut meeting, &group, &[actor("di")]);
    meeting.agree(&group, &[0, 1, 2]);
    let kinds: Vec<u8> = meeting.ciphertexts_of(1, &group).iter().map(|content| content[3]).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == 1).count(), 2, "theirs");
    assert!(kinds.contains(&2), "ours are PrivateMessages");
}

/// Trap T19: our commit never names a proposal: somebody who has not seen it can follow.
#[test]
fn our_commits_are_by_value() {
    let mut meeting = Meeting::new(emissaries(&["bo", "cy", "di"]));
    let group = meeting.ana_starts(&[0, 1]);
    let leaf = meeting.guests[1].client.leaves_of(&group, &actor("bo"))[0];
    let proposal = meeting.guests[1].client.propose_removal(&group, leaf).unwrap();
    // The others never see it.
    let ana = meeting.ana();
    meeting.post_to(1, &group, What::Message, &proposal, vec![ana]);
    meeting.world.settle();
    meeting.publish(2);
    add(&mut meeting, &group, &[actor("di")]);
    meeting.agree(&group, &[0, 2]);
    assert_eq!(meeting.view(&group).people.len(), 4, "nobody is removed because somebody proposed it");
}

/// Trap T30, ENCRYPTION.md 1.5 point 8: while our commit is held, theirs wins and ours is done again.
#[test]
fn a_commit_of_theirs_wins_over_ours_that_is_held() {
    let mut meeting = Meeting::new(emissaries(&["bo", "cy"]));
    let group = meeting.ana_starts(&[0]);
    meeting.publish(1);
    let conversation = group.clone();
    meeting.world.command(ANA, Command::Add { conversation, actor: actor("cy") }).unwrap();
    while meeting.world.hosts[ANA].calls.front().is_some() {
        meeting.world.make_call(ANA);
    }
    let before = meeting.view(&group).epoch;
    let staged = meeting.guests[0].client.update(&group).unwrap();
    meeting.commit(0, &group, &staged, &[]);
    meeting.world.deliver_everything();
    meeting.world.now = meeting.world.now.plus(SECOND);
    meeting.world.fetch(ANA);
    assert_eq!(meeting.view(&group).epoch, before + 1);
    meeting.agree(&group, &[0]);
    meeting.settle(&group);
    assert_eq!(meeting.view(&group).people.len(), 3, "the wish outlives the commit that lost");
    // The commit that lost had gone out; whoever takes it afterwards takes nothing.
    meeting.world.say(ANA, &group, "together again");
    meeting.settle(&group);
    meeting.agree(&group, &[0, 1]);
}

/// Trap T30: ours is merged already when theirs of the same epoch comes: it is refused, nothing is shown, we go on.
#[test]
fn a_commit_of_theirs_that_comes_too_late_is_refused() {
    let mut guests = emissaries(&["bo"]);
    guests.extend(bonfires(&["cy"]));
    let mut meeting = Meeting::new(guests);
    let group = meeting.ana_starts(&[0, 1]);
    let late = meeting.guests[1].client.update(&group).unwrap();
    let conversation = group.clone();
    meeting.world.command(ANA, Command::Remove { conversation, actor: actor("cy") }).unwrap();
    meeting.world.settle();
    meeting.read(0, &group);
    let (epoch, authenticator) = (meeting.view(&group).epoch, meeting.view(&group).epoch_authenticator);
    meeting.post(1, &group, What::Commit, &late.commit, &[]);
    meeting.world.settle();
    let refused = meeting.read(0, &group);
    assert!(refused.iter().all(Result::is_err), "{refused:?}");
    assert_eq!(
        (meeting.view(&group).epoch, meeting.view(&group).epoch_authenticator),
        (epoch, authenticator)
    );
    meeting.write(0, &group, &note(&actor("bo"), "urn:uuid:1", "we two"));
    meeting.world.settle();
    assert_eq!(meeting.world.hosts[ANA].texts(&group), ["we two"]);
}

/// Trap T26: a guest that is in the group already is not added a second time with the same key.
#[test]
fn nobody_is_added_twice() {
    let (mut meeting, group) = three();
    let leaves = meeting.view(&group).leaves.len();
    meeting.publish(0);
    add(&mut meeting, &group, &[actor("bo")]);
    assert_eq!(meeting.view(&group).leaves.len(), leaves);
    meeting.agree(&group, &[0, 1, 2]);
}

/// ENCRYPTION.md 1.1: whoever gets hold of a GroupInfo can make a commit that the libraries take. We take it from nobody,
/// neither from the outsider nor from a member who passes it on.
#[test]
fn nobody_enters_from_outside() {
    let mut guests = emissaries(&["bo", "eve"]);
    guests.extend(bonfires(&["cy"]));
    let mut meeting = Meeting::new(guests);
    let group = meeting.ana_starts(&[0, 2]);
    let (before, ana) = (meeting.view(&group), meeting.ana());
    for leak in [0, 2] {
        let group_info = meeting.guests[leak].client.group_info(&group);
        let commit = MlsRs::new(actor("eve")).enter_from_outside(&group_info);
        for sender in [1, leak] {
            meeting.post_to(sender, &group, What::Commit, &commit, vec![ana.clone()]);
        }
        let taken = meeting.guests[2 - leak].client.receive(&group, &commit);
        assert!(taken.is_ok() || leak == 2, "the other library takes it: {taken:?}");
    }
    meeting.world.settle();
    let after = meeting.view(&group);
    assert_eq!((after.epoch, after.epoch_authenticator), (before.epoch, before.epoch_authenticator));
    assert_eq!(after.people, before.people);
}
