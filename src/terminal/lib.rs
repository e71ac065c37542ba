//! The terminal client, as a library: the same device that the browser runs, with a disk and a network. The binary
//! `alcove-chat` and the stories of the server use it alike; nothing here prints or asks.

mod clock;
mod error;
mod fail_point;
mod link;
mod people;
mod server;
mod session;
pub mod store;
mod stream;
#[cfg(test)]
mod testing;
pub mod texts;

pub use clock::Clock;
pub use error::Error;
pub use fail_point::{FailPoint, FailPoints, VARIABLE as FAIL_POINT_VARIABLE};
pub use link::Link;
pub use people::{People, Person};
pub use server::Network;
pub use session::{Invite, Newcomer, Options, Session};
