//! `alcove-chat`: encrypted conversations in a terminal. Reads the command line, asks, prints; everything else is the
//! library's. Works over SSH alone, and in scripts with `--json`.

mod commands;
mod input;
mod output;

use std::{path::PathBuf, process::ExitCode};

use alcove_terminal::{Error, FAIL_POINT_VARIABLE, FailPoint, FailPoints, Network};
use clap::Parser;

use crate::{
    commands::{Command, Context},
    output::Output,
};

/// Encrypted conversations in a terminal.
#[derive(Parser)]
#[command(name = "alcove-chat", version)]
struct Arguments {
    /// The folder of this device; otherwise ALCOVE_CHAT_HOME, or alcove-chat among your data.
    #[arg(long, value_name = "DIR", global = true)]
    home: Option<PathBuf>,
    /// One JSON object per line instead of sentences.
    #[arg(long, global = true)]
    json: bool,
    /// Trust the certificate authorities of this PEM file as well.
    #[arg(long, value_name = "FILE", global = true)]
    ca: Vec<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = if arguments.json { Output::Scripts } else { Output::People };
    match run(arguments, output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output.failed(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments, output: Output) -> Result<(), Error> {
    let home = arguments.home.map_or_else(default_home, Ok)?;
    let mut network = Network::default();
    for path in &arguments.ca {
        network.trust(path)?;
    }
    let context = Context { output, home, network, points: fail_points() };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| Error::Folder { path: PathBuf::from("the network"), source })?;
    runtime.block_on(commands::run(arguments.command, &context))
}

/// Where a device lives unless somebody says otherwise.
fn default_home() -> Result<PathBuf, Error> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("ALCOVE_CHAT_HOME")
        .or_else(|| Some(variable("XDG_DATA_HOME")?.join("alcove-chat")))
        .or_else(|| Some(variable("HOME")?.join(".local/share/alcove-chat")))
        .ok_or_else(|| Error::Expected(alcove_terminal::texts::HOME_EXPECTED.to_owned()))
}

/// The point at which a test wants this process killed: `NAME`, or `NAME@3` for the third time that it is reached.
fn fail_points() -> FailPoints {
    let Ok(wanted) = std::env::var(FAIL_POINT_VARIABLE) else {
        return FailPoints::default();
    };
    let (name, count) = wanted.split_once('@').unwrap_or((&wanted, "1"));
    let (name, count) = (name.to_owned(), count.parse::<u32>().unwrap_or(1));
    let reached = std::sync::atomic::AtomicU32::new(0);
    FailPoints::new(move |point: FailPoint| {
        if point.name() == name && reached.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1 == count {
            kill_this_process();
        }
    })
}

/// SIGKILL, as a power cut would be: nothing is flushed, nothing is dropped.
fn kill_this_process() {
    let killed = std::process::Command::new("sh").args(["-c", "kill -KILL $PPID"]).status();
    drop(killed);
    std::process::abort();
}
