//! What people and servers can do here: one function, one transaction. Each takes `(transaction, moment or now, input)` and
//! answers a value or an [`crate::error::Error`]. No HTTP, no waiting: what has to be sent is stored in the same
//! transaction and sent by `jobs/`.

pub mod accounts;
pub mod activities;
pub mod arrive;
pub mod blobs;
pub mod blocked;
pub mod blocking;
pub mod collections;
pub mod commits;
pub mod deliver;
pub mod desk;
pub mod devices;
pub mod elsewhere;
pub mod errands;
pub mod follow;
pub mod following;
pub mod found;
pub mod hidden;
pub mod invitations;
pub mod invite;
pub mod join;
pub mod key_packages;
pub mod keys;
pub mod lists;
pub mod media;
pub mod moved;
pub mod moves;
pub mod notify;
pub mod oauth;
pub mod outbox;
pub mod pairings;
pub mod passwords;
pub mod policy;
pub mod posts;
pub mod profiles;
pub mod publish;
pub mod received;
pub mod redirects;
pub mod remote_actors;
pub mod reports;
pub mod retention;
pub mod scopes;
pub mod sealed;
pub mod sequencer;
pub mod sessions;
pub mod sharing;
pub mod show;
pub mod shown_first;
pub mod sign_in;
#[cfg(test)]
mod testing;
pub mod writing;
