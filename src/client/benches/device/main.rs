//! Figures of one device, in memory, against the server in memory of `alcove_client::testing`: what it encrypts and decrypts
//! in a second, what making a group costs, what a step writes after few and after many messages, and a search in a long history. Beside it, in the same
//! run, `mls-rs` does the bare MLS part of the same (`beside.rs`). Run by `cargo bench`; words among the arguments choose
//! parts by name. Not a disk and not a network: bytes are counted where the device hands them to its host.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "figures are told on the standard output")]

mod beside;
mod groups;
mod history;
mod messages;
mod meter;
mod steps;

use std::{process::ExitCode, time::Duration};

/// Whatever went wrong; nobody handles it but `main`, who tells it.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A part with its name.
type Part = (&'static str, fn() -> Result<()>);

/// The parts, in the order in which they run.
const PARTS: [Part; 4] = [
    ("messages", messages::measure),
    ("groups", groups::measure),
    ("steps", steps::measure),
    ("history", history::measure),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("These are measurements and take minutes: `cargo bench` runs them.");
        return ExitCode::SUCCESS;
    }
    let words: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let chosen = |part: &&Part| words.is_empty() || words.iter().any(|word| part.0.contains(word.as_str()));
    if PARTS.iter().any(|part| chosen(&part)) {
        let profile = if cfg!(debug_assertions) { "dev (not worth comparing)" } else { "release" };
        println!("Alcove {}, one device on one core", env!("CARGO_PKG_VERSION"));
        tell("build profile", profile);
    }
    for (name, measure) in PARTS.iter().filter(chosen) {
        println!("\n{name}");
        if let Err(error) = measure() {
            eprintln!("bench device: {name}: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Tells one figure.
fn tell(what: &str, figure: &str) {
    println!("  {what:<34}{figure}");
}

/// How often in a second.
fn rate(count: usize, time: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / time.as_secs_f64().max(f64::EPSILON)
}

/// Milliseconds, for people.
fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
