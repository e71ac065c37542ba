//! Framing and key packages: what is read of good bytes, and which check each bad one fails.

use alcove_protocol::{ActorId, GroupId, Timestamp, mls::MlsType};
use openmls::prelude::Ciphersuite;
use proptest::prelude::*;

use super::{
    Content, Framing, InvalidKeyPackage, framing, key_package,
    testing::{Signer, message, welcome},
};

const DAY: i64 = 86_400;

fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp(i64::try_from(since.as_millis()).unwrap())
}

fn ana() -> ActorId {
    ActorId::parse("https://h.example/users/7301").unwrap()
}

fn group() -> GroupId {
    GroupId::from_random([7; 16])
}

#[test]
fn the_header_of_a_message_is_read_and_nothing_else() {
    let read = framing(&message(&group(), 41, Content::Commit, &[9; 300])).unwrap();
    let header = read.header().unwrap();
    assert_eq!((header.epoch, header.content, header.wire), (41, Content::Commit, MlsType::PrivateMessage));
    assert_eq!(header.group, group());
    assert_eq!(framing(&welcome(b"w")), Some(Framing::Welcome));
    let package = Signer::new().usual_package(&ana(), now());
    assert_eq!(framing(&[&[0, 1, 0, 5], &package[..]].concat()), Some(Framing::KeyPackage));
}

#[test]
fn what_is_no_whole_mls_message_has_no_framing() {
    let good = message(&group(), 1, Content::Application, b"x");
    assert_eq!(framing(&[&good[..], b"y"].concat()), None, "something behind it");
    assert_eq!(framing(&good[..good.len() - 1]), None, "cut short");
    assert_eq!(framing(&vec![0; super::MAX_MLS_BYTES + 1]), None, "too large");
    assert_eq!(framing(b""), None);
    let mut unprintable = good;
    unprintable[5] = 0xff;
    assert_eq!(framing(&unprintable), None, "trap T36: a group id that cannot travel");
}

proptest! {
    /// Trap T37: whatever the bytes, there is an answer.
    #[test]
    fn hostile_bytes_are_survived(mut bytes in prop::collection::vec(any::<u8>(), 0..400), wire in 0u8..8) {
        framing(&bytes);
        prop_assert!(key_package(&bytes, &ana(), now()).is_err());
        bytes.splice(0..0, [0, 1, 0, wire]);
        framing(&bytes);
        prop_assert!(key_package(&bytes, &ana(), now()).is_err());
    }
}

/// Trap T4: raw or wrapped is told by the complete parse; what is kept is raw.
#[test]
fn packages_are_taken_raw_and_wrapped() {
    let signer = Signer::new();
    let raw = signer.usual_package(&ana(), now());
    let valid = key_package(&raw, &ana(), now()).unwrap();
    assert_eq!((&valid.content, &valid.signature_key), (&raw, &signer.public()));
    assert!(valid.expires_at.since(now()) > 82 * DAY * 1_000);
    let wrapped = [&[0, 1, 0, 5], &raw[..]].concat();
    assert_eq!(key_package(&wrapped, &ana(), now()), Ok(valid));
}

#[test]
fn each_bad_package_is_refused_by_its_own_check() {
    let (signer, now) = (Signer::new(), now());
    let good = signer.usual_package(&ana(), now);
    let refused = |bytes: &[u8]| key_package(bytes, &ana(), now).unwrap_err();
    assert_eq!(refused(&vec![0; 8 * 1024 + 1]), InvalidKeyPackage::Size);
    assert_eq!(refused(&[&good[..], b"x"].concat()), InvalidKeyPackage::Parse);
    assert_eq!(refused(b"not a package"), InvalidKeyPackage::Parse);
    let other_suite = Signer::of_suite(Ciphersuite::MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519);
    assert_eq!(refused(&other_suite.usual_package(&ana(), now)), InvalidKeyPackage::Suite);
    let bob = ActorId::parse("https://h.example/users/9").unwrap();
    assert_eq!(refused(&signer.usual_package(&bob, now)), InvalidKeyPackage::Identity(ana()));
    let mut forged = good.clone();
    *forged.last_mut().unwrap() ^= 1;
    assert!(matches!(refused(&forged), InvalidKeyPackage::Signature(_)));
    for (before, after) in [(2 * DAY, -DAY), (-DAY, 2 * DAY), (DAY, 400 * DAY)] {
        let out_of_time = signer.package(ana().as_str(), now, before, after);
        assert_eq!(refused(&out_of_time), InvalidKeyPackage::Lifetime, "{before} {after}");
    }
}
