//! A server in memory and hosts without disk or network, for tests here and in the simulator: deterministic, with
//! delivery in the hand of the test. Not a model of the real server's limits and queues; those have stories of their own.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod host;
mod invitations;
mod ratchets;
mod sequencer;
mod service;
mod world;

pub use host::{Host, Kill, Point};
pub use ratchets::Ratchets;
pub use sequencer::Sequenced;
pub use service::{Delivery, Service};
pub use world::World;
