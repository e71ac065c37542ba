//! Accounts from outside: real servers on port 0, joined and signed in to by programs, browsers and OAuth apps.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on must fail")]

mod api;
mod app;
mod browser;
mod clients;
mod cors;
mod feeds;
mod forms;
mod headers;
mod invitations;
mod lists;
mod oauth;
mod operator;
mod pages;
mod search;
mod stolen;
mod world;
