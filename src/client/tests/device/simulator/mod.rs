//! The seeded simulator of promise P14: six devices of four people on three servers, one conversation, sixty steps of
//! writing, adding, removing and leaving, while calls, answers and deliveries are lost, repeated and reordered, servers are
//! cut off and devices are killed and start again from their disks. A thousand seeds, in eight tests that run
//! beside each other. And the sequencer's abuse, one test each, with the ways out of it.

mod abuse;
mod found;
mod oracle;
mod recovery;
mod run;

use run::run;

use crate::world::Counts;

/// The seeds of one test.
const SEEDS: u64 = 125;

/// Promise P14, promise P15 in memory, promise P17: what one of these tests shows.
fn seeds(part: u64) {
    let ground = run::Ground::new();
    let mut counts = Counts::default();
    let mut broken = Vec::new();
    for seed in part * SEEDS..(part + 1) * SEEDS {
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(&ground, seed))) {
            Ok(happened) => counts.add(&happened),
            Err(_) => broken.push(seed),
        }
    }
    println!("seeds {} to {}: {counts:?}", part * SEEDS, (part + 1) * SEEDS - 1);
    assert_eq!(broken, [0; 0], "broken seeds");
    counts.none_is_zero();
}

#[test]
fn seeds_0() {
    seeds(0);
}

#[test]
fn seeds_125() {
    seeds(1);
}

#[test]
fn seeds_250() {
    seeds(2);
}

#[test]
fn seeds_375() {
    seeds(3);
}

#[test]
fn seeds_500() {
    seeds(4);
}

#[test]
fn seeds_625() {
    seeds(5);
}

#[test]
fn seeds_750() {
    seeds(6);
}

#[test]
fn seeds_875() {
    seeds(7);
}
