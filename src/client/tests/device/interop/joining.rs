//! Key packages and Welcomes, both ways (ENCRYPTION.md section 5).

use alcove_client::{Event, LeafCheck, Standing};
use alcove_protocol::GroupId;

use crate::{
    interop::meeting::{ANA, Meeting, What, bonfires, emissaries, note, text_of},
    peer::{Received, actor},
};

/// Traps T4, T5, T6, T22: we take the key packages of both, wrapped and raw, and they our Welcome with the tree inside.
#[test]
fn we_add_both_and_they_join() {
    let mut guests = emissaries(&["bo"]);
    guests.extend(bonfires(&["cy"]));
    let mut meeting = Meeting::new(guests);
    let group = meeting.ana_starts(&[0, 1]);
    let view = meeting.view(&group);
    assert!(view.mixed && view.unverified.is_empty());
    let vouched = view.leaves.iter().filter(|leaf| leaf.check == LeafCheck::Vouched && !leaf.ours);
    assert_eq!(vouched.count(), 2, "keys vouched for by their servers");
}

/// Several leaves in one Welcome, and people shown where there are more leaves (trap T27): two devices of one person and one of another, all from one commit of ours.
#[test]
fn one_welcome_of_ours_lets_several_leaves_in() {
    let mut meeting = Meeting::new(emissaries(&["bo", "bo", "cy"]));
    let group = meeting.ana_starts(&[0, 1, 2]);
    assert_eq!(meeting.view(&group).people.len(), 3, "people, not leaves");
    assert_eq!(meeting.view(&group).leaves.len(), 4);
}

/// Trap T48: a Welcome without `context` (Emissary) and with it (Bonfire), with several leaves; the group is a request until
/// Ana accepts it, and until then nothing leaves her device (promise P16).
#[test]
fn we_join_by_their_welcomes() {
    for guests in [emissaries(&["bo", "cy"]), bonfires(&["bo", "cy"])] {
        let mut meeting = Meeting::new(guests);
        let group = GroupId::parse("urn:uuid:7d2f6a52-6b0e-4c55-9f6d-0b1c6f3f1e10").unwrap();
        meeting.guests[0].client.create(&group);
        let other = meeting.guests[1].client.key_package();
        let ana = meeting.package_of_ana();
        let staged = meeting.guests[0].client.add(&group, &[ana, other]).unwrap();
        let newcomers = [meeting.ana(), meeting.actor(1)];
        let posted = meeting.world.server_of(&newcomers[0].clone()).posted.len();
        meeting.commit(0, &group, &staged, &newcomers);
        meeting.world.settle();
        meeting.read(1, &group);
        meeting.agree(&group, &[0, 1]);
        assert_eq!(meeting.view(&group).standing, Standing::Request);
        assert_eq!(meeting.world.server_of(&newcomers[0]).posted.len(), posted, "nothing was sent");
        meeting.accept(&group);
        meeting.world.say(ANA, &group, "hello");
        meeting.world.settle();
        let read = meeting.read(1, &group);
        assert!(
            read.iter().any(|read| read.as_ref().is_ok_and(|read| text_of(read).as_deref() == Some("hello")))
        );
        meeting.read(0, &group);
        meeting.agree(&group, &[0, 1]);
    }
}

/// A last-resort package is used twice: both groups work (promise P16, trap T35).
#[test]
fn one_package_of_ours_opens_two_groups() {
    let mut meeting = Meeting::new(emissaries(&["bo", "cy"]));
    let groups = [[1; 16], [2; 16]].map(GroupId::from_random);
    let package = meeting.package_of_ana();
    let ana = meeting.ana();
    for (guest, group) in groups.iter().enumerate() {
        meeting.guests[guest].client.create(group);
        let staged = meeting.guests[guest].client.add(group, std::slice::from_ref(&package)).unwrap();
        meeting.commit(guest, group, &staged, std::slice::from_ref(&ana));
    }
    meeting.world.settle();
    meeting.world.accept_requests();
    for (guest, group) in groups.iter().enumerate() {
        let from = meeting.actor(guest);
        meeting.read(guest, group);
        meeting.write(guest, group, &note(&from, "urn:uuid:1", "hi"));
        meeting.world.settle();
        assert_eq!(meeting.world.hosts[ANA].texts(group), ["hi"]);
        meeting.agree(group, &[guest]);
    }
}

/// Promise P17: the same Welcome again, also after the group is over, does nothing.
#[test]
fn a_welcome_taken_once_is_not_taken_again() {
    let mut meeting = Meeting::new(emissaries(&["bo"]));
    let group = GroupId::from_random([3; 16]);
    meeting.guests[0].client.create(&group);
    let (package, ana) = (meeting.package_of_ana(), meeting.ana());
    let staged = meeting.guests[0].client.add(&group, &[package]).unwrap();
    meeting.commit(0, &group, &staged, std::slice::from_ref(&ana));
    meeting.accept(&group);
    meeting.read(0, &group);
    let welcome = staged.welcome.unwrap();
    let joined = |event: &Event| matches!(event, Event::Joined { .. } | Event::RejoinOffered { .. });
    let again = |meeting: &mut Meeting| {
        meeting.post_to(0, &group, What::Welcome, &welcome, vec![ana.clone()]);
        meeting.world.settle();
    };
    again(&mut meeting);
    assert_eq!(meeting.shown(joined), 1);
    let leaf = meeting.guests[0].client.leaves_of(&group, &ana);
    let staged = meeting.guests[0].client.remove(&group, &leaf).unwrap();
    meeting.commit(0, &group, &staged, &[]);
    meeting.world.settle();
    assert_eq!(meeting.view(&group).standing, Standing::Over);
    again(&mut meeting);
    assert_eq!(meeting.shown(joined), 1);
    assert_eq!(meeting.view(&group).standing, Standing::Over);
}

/// Trap T38: a Welcome that comes from another actor than the one whose leaf made it.
#[test]
fn a_welcome_under_a_false_name_is_dropped() {
    let mut meeting = Meeting::new(emissaries(&["bo", "eve"]));
    let group = GroupId::from_random([4; 16]);
    meeting.guests[0].client.create(&group);
    let (package, ana) = (meeting.package_of_ana(), meeting.ana());
    let staged = meeting.guests[0].client.add(&group, &[package]).unwrap();
    meeting.post_to(1, &group, What::Welcome, &staged.welcome.unwrap(), vec![ana]);
    meeting.world.settle();
    assert!(meeting.world.hosts[ANA].device.conversation(&group).is_err());
}

/// Trap T38: a key package whose credential names somebody else is not added.
#[test]
fn a_package_in_another_name_is_not_added() {
    let mut meeting = Meeting::new(emissaries(&["bo"]));
    meeting.publish(0);
    let bo = actor("bo");
    let account = meeting.world.server_of(&bo).account(&bo);
    let mallory = Meeting::new(emissaries(&["mallory"])).guests[0].client.key_package();
    account.foreign_packages[0]["content"] = alcove_protocol::base64::encode(&mallory).into();
    let people = vec![bo];
    let command = alcove_client::Command::StartConversation { people, name: None };
    meeting.world.command(ANA, command).unwrap();
    meeting.world.settle();
    assert_eq!(meeting.shown(|event| matches!(event, Event::CannotEncrypt { .. })), 1);
}

/// What a guest receives of ours is what its own library makes of it; nothing of it is refused.
#[test]
fn guests_never_refuse_what_we_send() {
    let mut guests = emissaries(&["bo"]);
    guests.extend(bonfires(&["cy"]));
    let mut meeting = Meeting::new(guests);
    let group = meeting.ana_starts(&[0, 1]);
    for text in ["one", "two", "three"] {
        meeting.world.say(ANA, &group, text);
    }
    meeting.world.settle();
    for guest in 0..2 {
        let read: Vec<Received> = meeting.read(guest, &group).into_iter().map(Result::unwrap).collect();
        assert_eq!(read.iter().filter_map(text_of).collect::<Vec<_>>(), ["one", "two", "three"]);
    }
}
