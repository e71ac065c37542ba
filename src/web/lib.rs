//! The device of Alcove in a browser's worker. A shell: it converts between JavaScript and `alcove_client` and seals the
//! records that IndexedDB keeps; what is said, sent and shown is decided there, what is stored and fetched by the modules in
//! `app/core`. One [`Core`] for one signed-in device.
//!
//! Deliberately absent: network, storage, clock, screen. A panic ends the core; the worker makes a new one from what was
//! saved (ENCRYPTION.md 1.14).

mod account;
mod core;
mod exchange;
mod failure;
mod files;
mod freight;
mod invitation;
mod letters;
mod messages;
mod news;
mod orders;
mod people;
mod sealing;
mod slot;
mod vault;
mod views;
mod work;

pub use crate::{
    core::Core,
    files::Opened,
    freight::Transport,
    invitation::{join_proof, read_link},
    sealing::{FileOpener, FileSealer, SealedEnd},
    slot::{needs_passphrase, opens},
    work::{Errand, Work},
};
