//! A server that is not honest while a second device is approved (ENCRYPTION.md 1.4, promises P6 and P28): whatever it
//! swaps, no key is endorsed and no identity is believed that a person has not compared.

use alcove_protocol::{
    api::{Pairing, PairingAnswer, PairingCommitment, PairingReveal, PairingVerdict},
    time::SECOND,
};

use super::approval::digits_of;
use crate::{
    Answer, Command, DeviceStanding, Event, Outcome, PairingEnd,
    identity::{Endorsement, SecretKey},
    record::digest,
    testing::World,
};

const OLD: usize = 0;
const NEW: usize = 1;

/// Some seconds in which the server shows each device what it likes of an approval.
fn pass(world: &mut World, seconds: usize, show: &dyn Fn(usize, &mut Pairing)) {
    for _ in 0..seconds {
        world.now = world.now.plus(SECOND);
        let now = world.now;
        for host in [OLD, NEW] {
            world.hosts[host].tick(now);
            while let Some(request) = world.hosts[host].calls.pop_front() {
                let mut outcome = world.hosts[host].ask(&request, &mut world.service, now);
                match &mut outcome {
                    Outcome::Accepted(Answer::Pairing(pairing)) => show(host, pairing),
                    Outcome::Accepted(Answer::Pairings(all)) => {
                        all.iter_mut().for_each(|pairing| show(host, pairing));
                    }
                    _ => {}
                }
                world.hosts[host].answer(&request, outcome, now);
            }
        }
    }
}

fn seen(world: &World, host: usize, wanted: fn(&Event) -> bool) -> bool {
    world.hosts[host].shown.iter().any(wanted)
}

/// An approval as careful people do it, before such a server: what the new device shows is typed into the old one.
fn approve(show: &dyn Fn(usize, &mut Pairing)) -> World {
    let mut world = World::with(5, &["ana@one"]);
    world.sign_in("ana@one");
    pass(&mut world, 2, show);
    world.command(OLD, Command::LookForPairings);
    pass(&mut world, 1, show);
    let name = world.service.pairings[0].name.clone();
    // Refused already where something was wrong from the beginning.
    drop(world.hosts[OLD].command(Command::ApprovePairing { name: name.clone() }, world.now));
    pass(&mut world, 8, show);
    let wanted = seen(&world, OLD, |event| matches!(event, Event::PairingDigitsWanted { .. }));
    if wanted && seen(&world, NEW, |event| matches!(event, Event::PairingDigits { .. })) {
        let digits = digits_of(&world, NEW);
        world.command(OLD, Command::ConfirmPairing { name, digits });
    }
    pass(&mut world, 8, show);
    world
}

fn nobody_was_fooled(world: &World) {
    let verdicts = world.service.pairings.iter().map(|pairing| &pairing.verdict);
    assert!(verdicts.clone().all(|verdict| !matches!(verdict, Some(PairingVerdict::Approved { .. }))));
    new_device_believes_nothing(world);
}

fn new_device_believes_nothing(world: &World) {
    assert_eq!(world.hosts[NEW].device.standing(), DeviceStanding::Waiting);
    assert_eq!(world.hosts[NEW].device.identity(), None);
    assert!(!seen(world, NEW, |event| matches!(event, Event::DeviceReady)));
}

fn mallory() -> SecretKey {
    SecretKey::from_bytes([66; 32])
}

/// The server's own endorsement of the new device.
fn endorsement(world: &World) -> Vec<u8> {
    let key = world.service.devices[&World::actor("ana@one")][1].signature_key.clone();
    Endorsement::issue(&mallory(), &World::actor("ana@one"), &key, world.now).to_bytes()
}

fn commitment_of(reveal: &PairingReveal) -> Vec<u8> {
    digest(&[&reveal.device_key[..], &reveal.nonce].concat()).to_vec()
}

#[test]
fn an_honest_server_is_in_nobody_s_way() {
    let mut world = approve(&|_, _| {});
    let name = world.service.pairings[0].name.clone();
    world.command(NEW, Command::AcceptPairing { name });
    assert_eq!(world.hosts[NEW].device.standing(), DeviceStanding::Approved);
}

#[test]
fn a_swapped_identity_key_is_found_by_the_digits() {
    let world = approve(&|host, pairing| {
        if let (NEW, Some(answer)) = (host, &mut pairing.answer) {
            answer.identity_key = mallory().public().to_vec();
        }
    });
    assert!(seen(&world, OLD, |event| matches!(event, Event::PairingDigitsWrong { .. })));
    nobody_was_fooled(&world);
}

#[test]
fn a_swapped_nonce_of_the_approved_device_is_found_by_the_digits() {
    let world = approve(&|host, pairing| {
        if let (NEW, Some(answer)) = (host, &mut pairing.answer) {
            answer.nonce = vec![7; 16];
        }
    });
    assert!(seen(&world, OLD, |event| matches!(event, Event::PairingDigitsWrong { .. })));
    nobody_was_fooled(&world);
}

/// The key, the nonce, and the border between the two moved by a byte: each before any digits are asked for.
#[test]
fn a_reveal_that_does_not_fit_the_commitment_is_refused() {
    let swaps: [fn(&mut PairingReveal); 3] = [
        |reveal| reveal.device_key = mallory().public().to_vec(),
        |reveal| reveal.nonce = vec![7; 16],
        |reveal| {
            let last = reveal.device_key.pop();
            reveal.nonce.splice(0..0, last);
        },
    ];
    for swap in swaps {
        let world = approve(&|host, pairing| {
            if let (OLD, Some(reveal)) = (host, &mut pairing.reveal) {
                swap(reveal);
            }
        });
        let name = world.service.pairings[0].name.clone();
        assert!(world.hosts[OLD].shown.contains(&Event::PairingEnded { name, end: PairingEnd::Mismatch }));
        assert!(!seen(&world, OLD, |event| matches!(event, Event::PairingDigitsWanted { .. })));
        nobody_was_fooled(&world);
    }
}

/// Commitment and reveal of a key of the server's own: consistent, so only the digits tell.
#[test]
fn a_key_of_the_server_s_own_is_found_by_the_digits() {
    let world = approve(&|host, pairing| {
        let own = PairingReveal { device_key: mallory().public().to_vec(), nonce: vec![7; 16] };
        if host == OLD {
            pairing.commitment = PairingCommitment { commitment: commitment_of(&own) };
            pairing.reveal.iter_mut().for_each(|reveal| *reveal = own.clone());
        }
    });
    assert!(seen(&world, OLD, |event| matches!(event, Event::PairingDigitsWrong { .. })));
    nobody_was_fooled(&world);
}

/// A commitment that changes once the approved device has shown its nonce would bind nobody.
#[test]
fn a_commitment_that_changes_is_refused() {
    let world = approve(&|host, pairing| {
        let own = PairingReveal { device_key: mallory().public().to_vec(), nonce: vec![7; 16] };
        if host == OLD && pairing.answer.is_some() {
            pairing.commitment = PairingCommitment { commitment: commitment_of(&own) };
            pairing.reveal = Some(own);
        }
    });
    assert!(!seen(&world, OLD, |event| matches!(event, Event::PairingDigitsWanted { .. })));
    nobody_was_fooled(&world);
}

#[test]
fn a_reveal_before_there_was_an_answer_is_refused() {
    let world = approve(&|host, pairing| {
        if host == OLD && pairing.answer.is_none() {
            pairing.reveal = Some(PairingReveal { device_key: vec![1; 32], nonce: vec![2; 16] });
        }
    });
    assert!(!seen(&world, OLD, |event| matches!(event, Event::PairingDigitsWanted { .. })));
    nobody_was_fooled(&world);
}

/// An answer of another length could move what the digits cover.
#[test]
fn an_answer_of_another_length_is_refused() {
    for (key, nonce) in [(31, 17), (33, 15), (32, 0), (0, 16)] {
        let world = approve(&|host, pairing| {
            if host == NEW {
                pairing.answer = Some(PairingAnswer { identity_key: vec![1; key], nonce: vec![2; nonce] });
            }
        });
        assert!(!seen(&world, NEW, |event| matches!(event, Event::PairingDigits { .. })));
        nobody_was_fooled(&world);
    }
}

/// The server plays the approved device all by itself: everything fits, and still the person is asked, who has typed no
/// digits anywhere.
#[test]
fn a_server_that_approves_by_itself_needs_a_word_that_nobody_gives() {
    let mut world = World::with(5, &["ana@one"]);
    world.sign_in("ana@one");
    pass(&mut world, 1, &|_, _| {});
    let endorsement = endorsement(&world);
    let show = move |host: usize, pairing: &mut Pairing| {
        if host == NEW {
            let identity_key = mallory().public().to_vec();
            pairing.answer = Some(PairingAnswer { identity_key, nonce: vec![7; 16] });
            let approved = PairingVerdict::Approved { endorsement: endorsement.clone() };
            pairing.verdict = pairing.reveal.as_ref().map(|_| approved);
        }
    };
    pass(&mut world, 8, &show);
    let name = world.service.pairings[0].name.clone();
    assert!(world.hosts[NEW].shown.contains(&Event::PairingConfirmationWanted { name: name.clone() }));
    new_device_believes_nothing(&world);
    world.command(NEW, Command::RefusePairing { name: name.clone() });
    pass(&mut world, 8, &show);
    new_device_believes_nothing(&world);
    assert!(world.hosts[NEW].command(Command::AcceptPairing { name }, world.now).is_err());
}

/// An approval before any digits were shown, in the same breath as the answer.
#[test]
fn an_approval_that_comes_too_early_is_refused() {
    let mut world = World::with(5, &["ana@one"]);
    world.sign_in("ana@one");
    pass(&mut world, 1, &|_, _| {});
    let endorsement = endorsement(&world);
    pass(&mut world, 8, &move |host, pairing| {
        if host == NEW {
            let identity_key = mallory().public().to_vec();
            pairing.answer = Some(PairingAnswer { identity_key, nonce: vec![7; 16] });
            pairing.verdict = Some(PairingVerdict::Approved { endorsement: endorsement.clone() });
        }
    });
    assert!(seen(&world, NEW, |event| {
        matches!(event, Event::PairingEnded { end: PairingEnd::Mismatch, .. })
    }));
    assert!(!seen(&world, NEW, |event| matches!(event, Event::PairingConfirmationWanted { .. })));
    new_device_believes_nothing(&world);
}

/// After an honest comparison: another endorsement, or another answer than the one in the digits.
#[test]
fn what_comes_after_the_digits_must_fit_them() {
    let swaps: [fn(&mut Pairing, Vec<u8>); 3] = [
        |pairing, endorsement| pairing.verdict = Some(PairingVerdict::Approved { endorsement }),
        |pairing, _| pairing.verdict = Some(PairingVerdict::Approved { endorsement: vec![7; 104] }),
        |pairing, endorsement| {
            let identity_key = mallory().public().to_vec();
            pairing.answer = Some(PairingAnswer { identity_key, nonce: vec![7; 16] });
            pairing.verdict = Some(PairingVerdict::Approved { endorsement });
        },
    ];
    for swap in swaps {
        let key = std::cell::RefCell::new(Vec::new());
        let world = approve(&|host, pairing| {
            key.replace_with(|known| {
                pairing.reveal.as_ref().map_or(known.clone(), |shown| shown.device_key.clone())
            });
            if host == NEW && pairing.verdict.is_some() {
                let ana = World::actor("ana@one");
                let own = Endorsement::issue(&mallory(), &ana, &key.borrow(), pairing.expires_at);
                swap(pairing, own.to_bytes());
            }
        });
        assert!(seen(&world, OLD, |event| {
            matches!(event, Event::PairingEnded { end: PairingEnd::Matched, .. })
        }));
        assert!(seen(&world, NEW, |event| {
            matches!(event, Event::PairingEnded { end: PairingEnd::Mismatch, .. })
        }));
        new_device_believes_nothing(&world);
    }
}

/// The code that the new device shows, read by the old one while the server shows each what it likes.
fn approve_by_code(show: &dyn Fn(usize, &mut Pairing)) -> World {
    let mut world = World::with(5, &["ana@one"]);
    world.sign_in("ana@one");
    pass(&mut world, 2, show);
    world.command(NEW, Command::LookForPairings);
    world.command(OLD, Command::LookForPairings);
    pass(&mut world, 1, show);
    let code = world.hosts[NEW].shown.iter().find_map(|event| match event {
        Event::PairingCode { code } => Some(code.clone()),
        _ => None,
    });
    drop(world.hosts[OLD].command(Command::ApproveByCode { code: code.unwrap() }, world.now));
    pass(&mut world, 8, show);
    world
}

#[test]
fn a_code_needs_neither_digits_nor_a_word() {
    let world = approve_by_code(&|_, _| {});
    assert_eq!(world.hosts[NEW].device.standing(), DeviceStanding::Approved);
    assert_eq!(world.hosts[NEW].device.identity(), world.hosts[OLD].device.identity());
    let asked = |event: &Event| {
        matches!(event, Event::PairingDigits { .. } | Event::PairingConfirmationWanted { .. })
    };
    assert!(!world.hosts[NEW].shown.iter().any(asked));
}

/// Whoever has not read the code cannot make the nonce that fits an identity key: the new device goes back to digits, which
/// nobody types, and what the approved device says does not fit them.
#[test]
fn a_swapped_answer_does_not_fit_the_code() {
    let swaps: [fn(&mut PairingAnswer); 2] =
        [|answer| answer.identity_key = mallory().public().to_vec(), |answer| answer.nonce = vec![7; 16]];
    for swap in swaps {
        let world = approve_by_code(&|host, pairing| {
            if let (NEW, Some(answer)) = (host, &mut pairing.answer) {
                swap(answer);
            }
        });
        assert!(seen(&world, NEW, |event| matches!(event, Event::PairingDigits { .. })));
        new_device_believes_nothing(&world);
    }
}

/// The key in the code is the one that the server shows, or there is no approval.
#[test]
fn a_code_is_for_the_device_that_had_bound_itself_to_it() {
    let world = approve_by_code(&|host, pairing| {
        let own = PairingReveal { device_key: mallory().public().to_vec(), nonce: vec![7; 16] };
        if host == OLD {
            pairing.commitment = PairingCommitment { commitment: commitment_of(&own) };
            pairing.reveal = pairing.answer.as_ref().map(|_| own);
        }
    });
    nobody_was_fooled(&world);
    let world = approve_by_code(&|host, pairing| {
        if let (OLD, Some(reveal)) = (host, &mut pairing.reveal) {
            reveal.device_key = mallory().public().to_vec();
        }
    });
    nobody_was_fooled(&world);
}

/// Somebody else's code, and what is none.
#[test]
fn only_a_code_of_this_person_s_device_counts() {
    let mut world = World::with(5, &["ana@one", "bob@two"]);
    let new = world.sign_in("ana@one");
    world.settle();
    for host in [0, 1, new] {
        world.command(host, Command::LookForPairings);
    }
    world.settle();
    let shown = world.hosts[new].shown.iter().find_map(|event| match event {
        Event::PairingCode { code } => Some(code.clone()),
        _ => None,
    });
    let code = shown.unwrap();
    let order = |world: &mut World, host: usize, code: &str| {
        let now = world.now;
        world.hosts[host].command(Command::ApproveByCode { code: code.to_owned() }, now)
    };
    assert!(order(&mut world, 1, &code).is_err(), "Bob is not Ana");
    for wrong in ["", "alcove:", "alcove:AAAA", &code[7..], &format!("{}A", &code[..code.len() - 1])] {
        assert!(order(&mut world, 0, wrong).is_err(), "{wrong}");
    }
    assert_eq!(order(&mut world, 0, &format!(" {code}\n")), Ok(()));
}
