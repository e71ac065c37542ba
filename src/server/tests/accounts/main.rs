//! Accounts from outside: real servers on port 0, joined and signed in to by programs, browsers and OAuth apps.

mod api;
mod browser;
mod oauth;
mod operator;
mod pages;
mod world;
