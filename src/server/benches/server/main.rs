//! Figures of the whole server: the real `alcove` with a fresh SQLite database on disk, and a second process as the sender.
//! Run by `cargo bench`; words among the arguments choose parts by name. This program is all three: it drives, and starts
//! itself once more as the sender (`sender/`) and as the bare server that figures are compared with (`hello.rs`). Everything
//! stays on 127.0.0.1, is bounded in time and number, and ends with this program. Not a test: it asserts no figure.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "figures are told on the standard output")]

mod app;
mod archive;
mod deliveries;
mod error;
mod fanout;
mod hello;
mod http;
mod machine;
mod memory;
mod mixed;
mod partner;
mod pictures;
mod place;
mod questions;
mod sender;
mod starts;
mod timeline;

use std::process::ExitCode;

use error::{Result, While};
use place::{Place, Resident};

/// The first argument of the process that sends.
const SENDER: &str = "sender";
/// The first argument of the process that prepares a picture; a path and a media type follow.
const PICTURE: &str = "picture";
/// The first argument of the bare server.
const HELLO: &str = "hello";
/// The parts, in the order in which they run. The last one leaves followers behind whose servers have gone.
const PARTS: [&str; 9] =
    ["pictures", "memory", "deliveries", "questions", "starts", "app", "timeline", "fanout", "mixed"];
/// The people of the household.
const PEOPLE: [&str; 5] = ["ada", "bob", "cleo", "dan", "eve"];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.first().map(String::as_str) {
        Some(SENDER) => on_one_thread(sender::run()),
        Some(HELLO) => hello::serve(),
        Some(PICTURE) => match arguments.as_slice() {
            [_, path, media_type] => pictures::run(path, media_type),
            _ => Err(error::Error::new("prepare a picture", "expected a path and a media type")),
        },
        _ if arguments.iter().any(|argument| argument == "--bench") => on_one_thread(measure(&arguments)),
        _ => {
            println!("These are measurements and take minutes: `cargo bench` runs them.");
            Ok(())
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench server: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The sender must not take more than one core, and whoever drives must not take any.
fn on_one_thread(work: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.while_("start a runtime")?;
    let outcome = runtime.block_on(work);
    // What still reads from a pipe must not keep us.
    runtime.shutdown_background();
    outcome
}

async fn measure(arguments: &[String]) -> Result<()> {
    let words: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let chosen = |part: &str| words.is_empty() || words.iter().any(|word| part.contains(word.as_str()));
    if !PARTS.into_iter().any(chosen) {
        return Ok(());
    }
    machine::introduce().await?;
    let mut place = Place::found()?;
    place.start().await?;
    let residents = place.populate(&PEOPLE).await?;
    for part in PARTS.into_iter().filter(|part| chosen(part)) {
        println!("\n{part}");
        // For a process without a past: joining alone needs memory for hashes of passwords.
        place.restart().await?;
        let outcome = run(part, &mut place, &residents).await;
        outcome.map_err(|error| error.with(&place.last_words()))?;
    }
    place.stop().await
}

async fn run(part: &str, place: &mut Place, residents: &[Resident]) -> Result<()> {
    match part {
        "memory" => memory::measure(place, residents).await,
        "deliveries" => deliveries::measure(place, residents).await,
        "fanout" => fanout::measure(place, residents).await,
        "pictures" => pictures::measure().await,
        "questions" => questions::measure(place, residents).await,
        "mixed" => mixed::measure(place, residents).await,
        "starts" => starts::measure(place).await,
        "app" => app::measure(place).await,
        _ => timeline::measure(place, residents).await,
    }
}

/// Tells one figure.
fn tell(what: &str, figure: &str) {
    println!("  {what:<34}{figure}");
}

/// A figure in proportion to another one, as `0.83`; a dash where there is nothing to compare with.
fn ratio(figure: f64, beside: f64) -> String {
    if beside > 0.0 { format!("{:.2}", figure / beside) } else { "-".to_owned() }
}
