//! Posts: how those of other servers arrive and change, where posts of anybody stand, and who may see them. What people
//! here post is written in `writing/`; sealed messages, which no server can read, are in `outbox.rs` and `arrive.rs`.

pub mod arrive;
pub mod changed;
pub mod details;
pub mod inbox;
mod letters;
pub mod placed;
pub mod reactions;
mod stored;
pub mod threads;
pub mod visible;
pub mod votes;
