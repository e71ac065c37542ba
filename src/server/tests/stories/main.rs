//! Stories: what people do with each other, on real servers and with real devices. Run on SQLite, and on PostgreSQL with
//! `ALCOVE_TEST_DATABASE=postgres`, as `cargo task test` does.

mod conversations;
mod world;
