//! Alcove and a server of others: Fedify, a complete implementation of ActivityPub in JavaScript, runs beside a real Alcove
//! server, and both find, follow, read and answer each other (`node/fedify/`). What Alcove does with what no
//! proper server sends is in the tests of federation.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot go on must fail")]

mod answering;
mod counterpart;
mod finding;
mod following;
mod moving;
mod parting;
mod polls;
mod posting;
mod profiles;
mod proofs;
mod reading;
mod sharing;
mod signatures;

#[path = "../node/process.rs"]
mod process;
#[path = "../federation/world.rs"]
#[expect(dead_code, reason = "shared with the tests of federation, which use more of it")]
mod world;
