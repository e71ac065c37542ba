//! What people and servers can do here: one function, one transaction. Each takes `(transaction, moment or now, input)` and
//! answers a value or an [`crate::error::Error`]. No HTTP, no waiting: what has to be sent is stored in the same
//! transaction and sent by `jobs/`.

pub mod found;
pub mod scopes;
