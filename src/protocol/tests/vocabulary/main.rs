//! The vocabulary against documents as other software sends them (`samples/`, written by hand from their published
//! formats) and against whatever else may arrive. MLS objects have tests of their own (`foreign_mls.rs`).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod foreign;
mod hostile;
mod meaning;
mod refused;
mod samples;
