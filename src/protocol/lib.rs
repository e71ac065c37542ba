//! The words that every Alcove program shares: typed ids, handles, time, the ActivityStreams vocabulary, the MLS
//! envelope, and the requests and answers of the client API.
//!
//! What is deliberately absent: I/O, a clock, randomness, databases, HTTP. Everything here is a pure function or a
//! plain value, builds for wasm32, is tolerant in what it reads and exact in what it writes.

pub mod activity;
pub mod actor;
mod address;
pub mod api;
pub mod base64;
pub mod collection;
pub mod context;
pub mod handle;
pub mod id;
pub mod json;
pub mod mls;
pub mod node_info;
mod plain_text;
pub mod post;
pub mod problem;
pub mod time;
pub mod webfinger;

pub use handle::Handle;
pub use id::{ActivityId, ActorId, ConversationId, DeviceId, GroupId, Id, KeyPackageId, Link, Origin};
pub use problem::Problem;
pub use time::Timestamp;
