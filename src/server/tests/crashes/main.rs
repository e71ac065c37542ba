//! Promise P15, crashes: servers and devices are processes of their own here, and are killed with SIGKILL at every named
//! point. Each is started again, and all that was said is there once, on every device, in the same epoch. Run on SQLite,
//! and on PostgreSQL with `ALCOVE_TEST_DATABASE=postgres`, as `cargo task test` does.
//!
//! That no key is used twice shows in the same way: a second message under a used key cannot be read.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot go on must fail")]

mod devices;
mod person;
mod place;
mod points;
mod servers;
mod victim;
mod world;

/// SIGKILL, as `ExitStatus` knows it.
const SIGKILL: i32 = 9;
