//! Files from outside: real servers on port 0, to which people give files, and from which everybody may have them.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on must fail")]

mod blobs;
mod bucket;
mod giving;
mod keeping;
mod remote;
mod showing;
mod world;
