//! Removal and leaving, both ways, and what the removed can still see (promise P11).

use alcove_client::{Command, Content, Event, Standing};
use alcove_protocol::GroupId;

use crate::{
    interop::meeting::{ANA, Meeting, What, bonfires, emissaries, note},
    peer::{Received, actor},
};

fn two() -> (Meeting, GroupId) {
    let mut guests = emissaries(&["bo"]);
    guests.extend(bonfires(&["cy"]));
    let mut meeting = Meeting::new(guests);
    let group = meeting.ana_starts(&[0, 1]);
    (meeting, group)
}

/// Promise P11: a removed guest sees that it was removed, and of the fifty messages that follow nothing.
#[test]
fn whom_we_remove_reads_nothing_more() {
    for removed in [0, 1] {
        let (mut meeting, group) = two();
        let (out, stays) = (meeting.actor(removed), 1 - removed);
        meeting
            .world
            .command(ANA, Command::Remove { conversation: group.clone(), actor: out.clone() })
            .unwrap();
        meeting.world.settle();
        assert_eq!(meeting.read(removed, &group), [Ok(Received::Commit { removed: true })]);
        for number in 0..50 {
            meeting.world.say(ANA, &group, &format!("without you {number}"));
        }
        meeting.world.settle();
        let read = meeting.read(stays, &group);
        assert_eq!(read.iter().filter(|read| matches!(read, Ok(Received::Application { .. }))).count(), 50);
        assert!(meeting.read(removed, &group).is_empty(), "nothing is even sent there");
        let ciphertexts = meeting.ciphertexts_of(stays, &group);
        for sealed in &ciphertexts {
            assert!(meeting.guests[removed].client.receive(&group, sealed).is_err());
        }
        assert!(ciphertexts.len() > 50);
        meeting.agree(&group, &[stays]);
    }
}

/// Promise P11: what a removed guest writes into the old epoch after its removal is not shown; what had arrived before is.
#[test]
fn what_the_removed_write_afterwards_is_not_shown() {
    let (mut meeting, group) = two();
    let bo = actor("bo");
    meeting.write(0, &group, &note(&bo, "urn:uuid:1", "in time"));
    let late = note(&bo, "urn:uuid:2", "too late").to_string();
    let late = meeting.guests[0].client.encrypt(&group, late.as_bytes(), b"").unwrap();
    meeting.world.command(ANA, Command::Remove { conversation: group.clone(), actor: bo }).unwrap();
    meeting.world.settle();
    meeting.post(0, &group, What::Message, &late, &[]);
    meeting.world.settle();
    assert_eq!(meeting.world.hosts[ANA].texts(&group), ["in time"]);
}

/// They remove us: the conversation ends, named, its history stays, and nothing of it can be read or written any more.
#[test]
fn we_are_removed() {
    let (mut meeting, group) = two();
    meeting.write(0, &group, &note(&actor("bo"), "urn:uuid:1", "before"));
    meeting.world.settle();
    let ana = meeting.ana();
    let leaf = meeting.guests[0].client.leaves_of(&group, &ana);
    let staged = meeting.guests[0].client.remove(&group, &leaf).unwrap();
    meeting.commit(0, &group, &staged, &[]);
    meeting.settle(&group);
    let by = actor("bo");
    assert_eq!(meeting.shown(|event| matches!(event, Event::Ended { by: Some(who), .. } if *who == by)), 1);
    assert_eq!(meeting.view(&group).standing, Standing::Over);
    meeting.write(0, &group, &note(&actor("bo"), "urn:uuid:2", "after"));
    let sealed = meeting.guests[0].client.encrypt(&group, b"{}", b"").unwrap();
    meeting.post(0, &group, What::Message, &sealed, &[ana]);
    meeting.world.settle();
    assert_eq!(meeting.world.hosts[ANA].texts(&group), ["before"]);
    let command = Command::Send { conversation: group.clone(), content: Content::text("hello?") };
    assert!(meeting.world.command(ANA, command).is_err());
    let keys = meeting.world.hosts[ANA].disk().keys().filter(|key| key.starts_with("mls/")).count();
    assert_eq!(keys, 0, "the keys of the group are gone");
}

/// Traps T19, T24: a guest leaves by proposal; we complete it, by value.
#[test]
fn a_guest_leaves_and_we_complete_it() {
    for leaver in [0, 1] {
        let (mut meeting, group) = two();
        let actor = meeting.actor(leaver);
        let leaf = meeting.guests[leaver].client.leaves_of(&group, &actor)[0];
        let proposal = meeting.guests[leaver].client.propose_removal(&group, leaf).unwrap();
        meeting.post(leaver, &group, What::Message, &proposal, &[]);
        meeting.world.settle();
        assert!(!meeting.view(&group).people.contains(&actor));
        let stays = 1 - leaver;
        meeting.read(stays, &group);
        meeting.agree(&group, &[stays]);
        assert!(meeting.read(leaver, &group).contains(&Ok(Received::Commit { removed: true })));
    }
}

/// Ana leaves: the guests see her proposal, one of them commits it, and her conversation is over.
#[test]
fn ana_leaves_and_a_guest_completes_it() {
    let (mut meeting, group) = two();
    meeting.world.command(ANA, Command::Leave { conversation: group.clone() }).unwrap();
    meeting.world.settle();
    assert_eq!(meeting.view(&group).standing, Standing::Leaving);
    for guest in 0..2 {
        assert!(meeting.read(guest, &group).contains(&Ok(Received::Proposal)));
    }
    let staged = meeting.guests[0].client.update(&group).unwrap();
    meeting.commit(0, &group, &staged, &[]);
    meeting.world.settle();
    assert_eq!(meeting.view(&group).standing, Standing::Over);
    meeting.read(1, &group);
    assert_eq!(
        meeting.guests[0].client.authenticator(&group),
        meeting.guests[1].client.authenticator(&group)
    );
    assert_eq!(meeting.guests[0].client.roster(&group).len(), 2);
}
