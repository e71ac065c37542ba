//! Stories: what people do with each other, on real servers and with real devices. Run on SQLite, and on PostgreSQL with
//! `ALCOVE_TEST_DATABASE=postgres`, as `cargo task test` does.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on must fail")]

mod adding;
mod conversations;
mod deliveries;
mod devices;
mod invitations;
mod key_packages;
mod outage;
mod person;
mod removal;
mod replays;
mod walks;
mod world;
