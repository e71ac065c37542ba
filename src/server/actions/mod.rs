//! What people and servers can do here: one function, one transaction. Each takes `(transaction, moment or now, input)` and
//! answers a value or an [`crate::error::Error`]. No HTTP, no waiting: what has to be sent is stored in the same
//! transaction and sent by `jobs/`.

pub mod deliver;
pub mod accounts;
pub mod found;
pub mod invite;
pub mod join;
pub mod oauth;
pub mod passwords;
pub mod redirects;
pub mod scopes;
pub mod sessions;
pub mod sign_in;
pub mod follow;
pub mod keys;
pub mod posts;
pub mod remote_actors;
