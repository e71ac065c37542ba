//! Messages that come in the wrong order, too early, too late, twice, or not at all (traps T28, T29, T31, T32).

use alcove_client::DeviceStanding;
use alcove_protocol::GroupId;
use serde_json::Value;

use crate::{
    interop::meeting::{ANA, Meeting, What, bonfires, emissaries, note},
    peer::actor,
};

fn one_each() -> Vec<(Meeting, GroupId)> {
    [emissaries(&["bo"]), bonfires(&["bo"])]
        .into_iter()
        .map(|guests| {
            let mut meeting = Meeting::new(guests);
            let group = meeting.ana_starts(&[0]);
            (meeting, group)
        })
        .collect()
}

/// So many messages, sealed in order: `0`, `1` and so on.
fn sealed(meeting: &mut Meeting, group: &GroupId, count: usize) -> Vec<Vec<u8>> {
    let seal = |number: usize| {
        let inner = note(&actor("bo"), &format!("urn:uuid:{number}"), &number.to_string());
        meeting.guests[0].client.encrypt(group, inner.to_string().as_bytes(), b"").unwrap()
    };
    (0..count).map(seal).collect()
}

fn texts(meeting: &Meeting, group: &GroupId) -> Vec<String> {
    meeting.world.hosts[ANA].texts(group)
}

/// Trap T29: a gap of hundreds of generations, then nineteen steps back.
#[test]
fn gaps_and_disorder() {
    for (mut meeting, group) in one_each() {
        let sealed = sealed(&mut meeting, &group, 400);
        for number in [399, 380, 398, 390] {
            meeting.post(0, &group, What::Message, &sealed[number], &[]);
        }
        meeting.settle(&group);
        assert_eq!(texts(&meeting, &group), ["399", "380", "398", "390"]);
    }
}

/// Trap T32: the same bytes again, under the same activity and under others, also by another sender: shown once.
#[test]
fn duplicates_are_shown_once() {
    let mut meeting = Meeting::new(emissaries(&["bo", "cy"]));
    let group = meeting.ana_starts(&[0, 1]);
    let sealed = sealed(&mut meeting, &group, 1).remove(0);
    let first = meeting.post(0, &group, What::Message, &sealed, &[]);
    let ana = meeting.ana();
    meeting.world.arrive(&ana, first.clone());
    meeting.post(0, &group, What::Message, &sealed, &[]);
    meeting.post(1, &group, What::Message, &sealed, &[]);
    meeting.settle(&group);
    meeting.world.arrive(&ana, first);
    meeting.settle(&group);
    assert_eq!(texts(&meeting, &group), ["0"]);
}

/// ENCRYPTION.md 1.9: a forged first copy under the same activity id does not hide the real one.
#[test]
fn a_forged_copy_hides_nothing() {
    let (mut meeting, group) = one_each().remove(0);
    let mut sealed = sealed(&mut meeting, &group, 1).remove(0);
    let ana = meeting.ana();
    let real = meeting.post_to(0, &group, What::Message, &sealed, Vec::new());
    let last = sealed.len() - 1;
    sealed[last] ^= 1;
    let mut forged: Value = meeting.post_to(0, &group, What::Message, &sealed, Vec::new());
    forged["id"] = real["id"].clone();
    meeting.world.arrive(&ana, forged);
    meeting.settle(&group);
    meeting.world.arrive(&ana, real);
    meeting.settle(&group);
    assert_eq!(texts(&meeting, &group), ["0"]);
}

/// Trap T31: a message of the next epoch, and of the one after, before the commits that begin them.
#[test]
fn messages_of_the_future_wait() {
    let (mut meeting, group) = one_each().remove(0);
    let mut commits = Vec::new();
    for number in 0..2 {
        let staged = meeting.guests[0].client.update(&group).unwrap();
        meeting.guests[0].client.merge(&group).unwrap();
        commits.push(staged.commit);
        let inner = note(&actor("bo"), &format!("urn:uuid:{number}"), &format!("epoch {number}"));
        meeting.write(0, &group, &inner);
    }
    meeting.world.settle();
    assert!(texts(&meeting, &group).is_empty());
    for commit in commits.iter().rev() {
        meeting.post(0, &group, What::Commit, commit, &[]);
        meeting.world.settle();
    }
    assert_eq!(texts(&meeting, &group), ["epoch 0", "epoch 1"]);
    meeting.agree(&group, &[0]);
}

/// A message of an old epoch arrives after the commit that ended it, and after more of them; of one that is too old it does
/// not. Sixteen past epochs are kept (ENCRYPTION.md 1.9).
#[test]
fn messages_of_old_epochs_are_read() {
    let (mut meeting, group) = one_each().remove(0);
    let mut late = Vec::new();
    for epoch in 0..18 {
        let inner = note(&actor("bo"), &format!("urn:uuid:{epoch}"), &format!("late {epoch}"));
        late.push(meeting.guests[0].client.encrypt(&group, inner.to_string().as_bytes(), b"").unwrap());
        let staged = meeting.guests[0].client.update(&group).unwrap();
        meeting.commit(0, &group, &staged, &[]);
        meeting.world.deliver_everything();
        meeting.world.fetch(ANA);
    }
    meeting.agree(&group, &[0]);
    for sealed in &late {
        meeting.post(0, &group, What::Message, sealed, &[]);
    }
    meeting.world.deliver_everything();
    meeting.world.fetch(ANA);
    let expected: Vec<String> = (2..18).map(|epoch| format!("late {epoch}")).collect();
    assert_eq!(texts(&meeting, &group), expected);
}

/// Our own echo is ours by its bytes; our own bytes in somebody else's envelope are nothing.
#[test]
fn our_own_echo_is_known() {
    let (mut meeting, group) = one_each().remove(0);
    meeting.world.say(ANA, &group, "mine");
    meeting.world.settle();
    assert_eq!(texts(&meeting, &group), ["mine"]);
    let echo = meeting.ciphertexts_of(0, &group).pop().unwrap();
    meeting.post(0, &group, What::Message, &echo, &[]);
    meeting.settle(&group);
    assert_eq!(texts(&meeting, &group), ["mine"]);
    assert_eq!(meeting.world.hosts[ANA].device.standing(), DeviceStanding::Approved);
}

/// Trap T37: anybody on the roster can send rubbish, also such that a decoder gives up on it: it changes nothing
/// (ENCRYPTION.md 1.6).
#[test]
fn rubbish_changes_nothing() {
    let (mut meeting, group) = one_each().remove(0);
    let mut sealed = sealed(&mut meeting, &group, 1).remove(0);
    for at in (4..sealed.len()).step_by(7) {
        sealed[at] ^= 0x40;
        meeting.post(0, &group, What::Message, &sealed.clone(), &[]);
        sealed[at] ^= 0x40;
    }
    meeting.settle(&group);
    meeting.post(0, &group, What::Message, &sealed, &[]);
    meeting.settle(&group);
    assert_eq!(texts(&meeting, &group), ["0"]);
    meeting.agree(&group, &[0]);
}
