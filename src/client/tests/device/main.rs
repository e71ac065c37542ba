//! The device from outside, through its public API alone: against somebody else's software (`interop`), and against
//! misfortune (`simulator`). One program, because both need the same small world.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]
#![expect(clippy::print_stdout, reason = "what went wrong on purpose is counted and told")]

mod interop;
mod peer;
mod simulator;
mod world;
