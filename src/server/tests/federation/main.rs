//! Two real servers on this machine, and strangers who try things: how actors are served, how activities are taken in,
//! how deliveries go out and wait. Devices and what is inside sealed messages have stories of their own.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot go on must fail")]

mod arriving;
mod blocked_domains;
mod delivering;
mod following;
mod forwarding;
mod frozen;
mod handles;
mod hints;
mod hostile;
mod hostile_addresses;
mod hostile_names;
mod hostile_requests;
mod importing;
mod keys;
mod letters;
mod objects;
mod open;
mod outage;
mod packages;
mod parting;
mod posting;
mod scene;
mod serving;
mod shapes;
mod sharing;
mod signing;
mod stub;
mod threads;
mod world;
