//! `cargo task run | web | test | check | bench | demo`: every chore of a developer, in Rust. Not a build system: cargo builds;
//! this knows what to start before, around and after it. Interrupting a chore stops everything that it started.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line speaks on its standard output"
)]

mod authority;
mod bench;
mod check;
mod demo;
mod error;
mod npm;
mod packages;
mod process;
mod run;
mod services;
mod test;
mod toolchain;
mod web;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

use crate::error::{Error, Result, While};

/// The chores of a developer of Alcove.
#[derive(Debug, Parser)]
#[command(name = "cargo task", bin_name = "cargo task")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Build the server, make a throw-away `data/`, print an invitation for its owner, and serve
    Run,
    /// Build the app for the browser into `target/app`
    Web,
    /// Run every test, on SQLite and on PostgreSQL, with servers of our own
    Test {
        /// Handed to the test runner, such as part of a test's name
        arguments: Vec<String>,
    },
    /// Check invariants, formatting, lints and the build for the browser
    Check {
        /// Only list which tests name which trap, promise or hostile entry
        #[arg(long)]
        traps: bool,
        /// Only list which tests name which entry of the list of hostile input, and which entries have none
        #[arg(long, conflicts_with = "traps")]
        hostile: bool,
    },
    /// Measure, in the release profile
    Bench {
        /// Handed to `cargo bench`
        arguments: Vec<String>,
    },
    /// Two servers, three people, two conversations; then search everything for what they wrote
    Demo,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { chore } = Arguments::parse();
    // When a signal arrives the chore is dropped, and with it every process that it holds.
    let outcome = tokio::select! {
        outcome = perform(chore) => outcome,
        interrupted = interruption() => match interrupted {
            Ok(()) => return ExitCode::from(130),
            Err(error) => Err(error),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // Its own words stand above, and the last of a test runner is its summary.
        Err(Error::Ended { .. }) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cargo task: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn perform(chore: Chore) -> Result<()> {
    match chore {
        Chore::Run => run::run().await,
        Chore::Web => web::measure().await,
        Chore::Test { arguments } => test::test(&arguments).await,
        Chore::Check { traps: true, .. } => check::list_traps(),
        Chore::Check { hostile: true, .. } => check::list_hostile(),
        Chore::Check { .. } => check::check().await,
        Chore::Bench { arguments } => bench::bench(&arguments).await,
        Chore::Demo => demo::demo().await,
    }
}

/// Waits for Ctrl-C, for a request to end, or for the terminal to close.
async fn interruption() -> Result<()> {
    let listen = |kind| signal(kind).while_("listen for signals");
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut hang_up = listen(SignalKind::hangup())?;
    tokio::select! {
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
        _ = hang_up.recv() => Ok(()),
    }
}
