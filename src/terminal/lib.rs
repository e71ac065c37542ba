//! The terminal client, as a library: the same device that the browser runs, with a disk and a network. The binary
//! `alcove-chat` and the stories of the server use it alike; nothing here prints or asks.

mod error;
mod fail_point;
pub mod store;

pub use error::Error;
pub use fail_point::{FailPoint, FailPoints, VARIABLE as FAIL_POINT_VARIABLE};
