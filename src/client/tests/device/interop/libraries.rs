//! What holds between the libraries themselves, OpenMLS set up as ENCRYPTION.md 1.1 on one side: the ground that the rest
//! of these tests, and the profile, stand on. Not our device; that is every other file here.

use alcove_protocol::GroupId;

use crate::peer::{
    Peer, Received, Staged, actor,
    mls_rs::MlsRs,
    openmls::{OpenMls, Setup},
};

fn group() -> GroupId {
    GroupId::from_random([9; 16])
}

fn ours(name: &str) -> OpenMls {
    OpenMls::new(actor(name), Setup::Ours)
}

/// One makes the group and adds the other.
fn together(maker: &mut dyn Peer, newcomer: &mut dyn Peer) -> Staged {
    maker.create(&group());
    let package = newcomer.key_package();
    let staged = maker.add(&group(), &[package]).unwrap();
    maker.merge(&group()).unwrap();
    assert_eq!(newcomer.join(staged.welcome.as_ref().unwrap(), None).unwrap(), group());
    agree(&[maker, newcomer]);
    staged
}

fn agree(peers: &[&mut dyn Peer]) {
    for peer in peers {
        assert_eq!(peer.epoch(&group()), peers[0].epoch(&group()));
        assert_eq!(peer.authenticator(&group()), peers[0].authenticator(&group()));
        assert_eq!(peer.roster(&group()), peers[0].roster(&group()));
    }
}

fn says(from: &mut dyn Peer, to: &mut dyn Peer, text: &str) {
    let sealed = from.encrypt(&group(), text.as_bytes(), b"in clear").unwrap();
    let (sender, data) = (from.actor().clone(), text.as_bytes().to_vec());
    let aad = b"in clear".to_vec();
    assert_eq!(to.receive(&group(), &sealed).unwrap(), Received::Application { sender, data, aad });
}

/// Our leaf with extension 0xF1A2 is taken by a library that does not list it, and its updates keep it.
#[test]
fn mls_rs_takes_our_leaf_and_we_take_its() {
    for ours_first in [true, false] {
        let (mut a, mut b) = (ours("ana"), MlsRs::new(actor("bo")));
        let (maker, newcomer): (&mut dyn Peer, &mut dyn Peer) =
            if ours_first { (&mut a, &mut b) } else { (&mut b, &mut a) };
        together(maker, newcomer);
        says(maker, newcomer, "one");
        says(newcomer, maker, "two");
        for _ in 0..2 {
            let staged = newcomer.update(&group()).unwrap();
            newcomer.merge(&group()).unwrap();
            maker.receive(&group(), &staged.commit).unwrap();
            agree(&[maker, newcomer]);
            let staged = maker.update(&group()).unwrap();
            maker.merge(&group()).unwrap();
            newcomer.receive(&group(), &staged.commit).unwrap();
            agree(&[maker, newcomer]);
        }
        says(maker, newcomer, "three");
    }
}

/// Two leaves of one actor stand beside each other, by value and in one Welcome.
#[test]
fn several_leaves_in_one_welcome() {
    let (mut a, mut b, mut c) = (ours("ana"), MlsRs::new(actor("bo")), MlsRs::new(actor("bo")));
    a.create(&group());
    let packages = [b.key_package(), c.key_package()];
    let staged = a.add(&group(), &packages).unwrap();
    a.merge(&group()).unwrap();
    let welcome = staged.welcome.unwrap();
    b.join(&welcome, None).unwrap();
    c.join(&welcome, None).unwrap();
    agree(&[&mut a, &mut b, &mut c]);
    let staged = b.remove(&group(), &[a.leaves_of(&group(), b.actor())[1]]).unwrap();
    b.merge(&group()).unwrap();
    assert_eq!(a.receive(&group(), &staged.commit).unwrap(), Received::Commit { removed: false });
    assert_eq!(c.receive(&group(), &staged.commit).unwrap(), Received::Commit { removed: true });
    agree(&[&mut a, &mut b]);
}

/// Trap T22: a Welcome of a client that joined with OpenMLS's default has no tree, and cannot be taken without one; the
/// tree that it sends beside it is enough.
#[test]
fn a_bonfire_that_joined_sends_welcomes_without_a_tree() {
    let (mut a, mut b) = (MlsRs::new(actor("ana")), OpenMls::new(actor("bo"), Setup::Bonfire));
    together(&mut a, &mut b);
    let mut c = ours("cy");
    let package = c.key_package();
    let staged = b.add(&group(), &[package]).unwrap();
    b.merge(&group()).unwrap();
    a.receive(&group(), &staged.commit).unwrap();
    let welcome = staged.welcome.unwrap();
    assert!(c.join(&welcome, None).unwrap_err().contains("MissingRatchetTree"));
    let tree = b.ratchet_tree(&group());
    assert_eq!(c.join(&welcome, Some(&tree)).unwrap(), group());
    agree(&[&mut a, &mut b, &mut c]);
}

/// Traps T19 and T24: leaving is a proposal that somebody else commits by reference; both libraries follow.
#[test]
fn commits_by_reference_are_followed() {
    let (mut a, mut b) = (ours("ana"), MlsRs::new(actor("bo")));
    together(&mut a, &mut b);
    let mut c = MlsRs::new(actor("cy"));
    let staged = b.add(&group(), &[c.key_package()]).unwrap();
    b.merge(&group()).unwrap();
    a.receive(&group(), &staged.commit).unwrap();
    c.join(&staged.welcome.unwrap(), None).unwrap();
    let own = c.leaves_of(&group(), c.actor())[0];
    let proposal = c.propose_removal(&group(), own).unwrap();
    assert_eq!(a.receive(&group(), &proposal).unwrap(), Received::Proposal);
    assert_eq!(b.receive(&group(), &proposal).unwrap(), Received::Proposal);
    let staged = b.update(&group()).unwrap();
    b.merge(&group()).unwrap();
    assert_eq!(a.receive(&group(), &staged.commit).unwrap(), Received::Commit { removed: false });
    assert_eq!(c.receive(&group(), &staged.commit).unwrap(), Received::Commit { removed: true });
    agree(&[&mut a, &mut b]);
    assert_eq!(a.roster(&group()).len(), 2);
}

/// Traps T30, T31, T32: a fork refuses, a message of the future works later, a second delivery is an error of its own.
#[test]
fn forks_futures_and_repeats_show_themselves() {
    let (mut a, mut b) = (ours("ana"), MlsRs::new(actor("bo")));
    together(&mut a, &mut b);
    let (one, other) = (a.update(&group()).unwrap(), b.update(&group()).unwrap());
    a.receive(&group(), &other.commit).unwrap();
    b.merge(&group()).unwrap();
    assert!(b.receive(&group(), &one.commit).unwrap_err().contains("Epoch"));
    agree(&[&mut a, &mut b]);
    let commit = b.update(&group()).unwrap().commit;
    b.merge(&group()).unwrap();
    let early = b.encrypt(&group(), b"early", b"").unwrap();
    assert!(a.receive(&group(), &early).unwrap_err().contains("WrongEpoch"));
    a.receive(&group(), &commit).unwrap();
    assert!(matches!(a.receive(&group(), &early), Ok(Received::Application { .. })));
    assert!(a.receive(&group(), &early).unwrap_err().contains("SecretReuseError"));
}

/// Trap T29: nineteen back, not twenty, and far ahead.
#[test]
fn gaps_and_disorder_within_the_ratchet() {
    let (mut a, mut b) = (ours("ana"), MlsRs::new(actor("bo")));
    together(&mut a, &mut b);
    let messages: Vec<_> = (0..200u8).map(|text| b.encrypt(&group(), &[text], b"").unwrap()).collect();
    assert!(a.receive(&group(), &messages[199]).is_ok());
    assert!(a.receive(&group(), &messages[180]).is_ok());
    assert!(a.receive(&group(), &messages[179]).is_err());
}
