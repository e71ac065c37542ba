//! Sealed messages over HTTP: what devices ask of their server, what servers ask of a sequencer elsewhere. The MLS bytes
//! have real framing and noise inside, which is all that a server ever sees; devices that read it have stories of their own.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot go on must fail")]

mod access;
mod c2s;
mod letters;
mod people;
mod sequencing;
mod streams;

#[path = "../federation/signing.rs"]
#[expect(dead_code, reason = "shared with the tests of federation, which use more of it")]
mod signing;
#[path = "../federation/world.rs"]
#[expect(dead_code, reason = "shared with the tests of federation, which use more of it")]
mod world;
