//! The device that is killed: this test program, started once more as a process of its own with a task in its environment.
//! Not a test of anything when nobody gave it one.

use std::{
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use alcove_protocol::{GroupId, Handle};
use alcove_terminal::{FailPoint, FailPoints, Session};
use serde::{Deserialize, Serialize};

use crate::{SIGKILL, person::options};

/// The environment variable with the task, as JSON.
const VARIABLE: &str = "ALCOVE_CRASH_TASK";

/// What a device does until it is killed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Deed {
    /// Says something.
    Send(String),
    /// Takes in what has arrived.
    Receive,
    /// Adds somebody, by their handle.
    Commit(String),
}

/// The whole task.
#[derive(Debug, Serialize, Deserialize)]
pub struct Task {
    /// The device's folder.
    pub home: PathBuf,
    /// Where it does it.
    pub chat: GroupId,
    /// What it does.
    pub deed: Deed,
    /// The name of the point at which it is killed,
    pub point: String,
    /// when it reaches it for this time; the first is 1.
    pub time: u32,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Killed; whether the person had been told that it is done.
    Killed {
        /// From then on it must not be lost.
        acknowledged: bool,
    },
    /// It had not reached the point so many times.
    Alive,
}

/// Runs a task in a process of its own.
pub async fn run(task: Task) -> End {
    let note = note(&task.home);
    drop(std::fs::remove_file(&note));
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "victim::the_device_that_is_killed"]);
    command.env(VARIABLE, serde_json::to_string(&task).unwrap());
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    match output.status.signal() {
        Some(SIGKILL) => End::Killed { acknowledged: note.exists() },
        _ => {
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success(), "{task:?}: {}\n{said}", output.status);
            End::Alive
        }
    }
}

/// The file by which the device says that the person was told.
fn note(home: &Path) -> PathBuf {
    home.with_extension("acknowledged")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_device_that_is_killed() {
    let Ok(task) = std::env::var(VARIABLE) else { return };
    let task: Task = serde_json::from_str(&task).unwrap();
    let mut options = options(&task.home);
    let reached = AtomicU32::new(0);
    options.points = FailPoints::new(move |point: FailPoint| {
        if point.name() == task.point && reached.fetch_add(1, Ordering::SeqCst) + 1 == task.time {
            kill_this_process();
        }
    });
    let mut session = Session::open(&options).unwrap();
    session.sync().await.unwrap();
    match task.deed {
        Deed::Send(text) => drop(session.send(&task.chat, &text).await.unwrap()),
        Deed::Receive => {}
        Deed::Commit(handle) => {
            drop(session.add(&task.chat, &Handle::parse(&handle).unwrap()).await.unwrap());
        }
    }
    std::fs::write(note(&task.home), "").unwrap();
    session.sync().await.unwrap();
}

/// SIGKILL, which without `unsafe` only another process can send.
fn kill_this_process() {
    Command::new("sh").args(["-c", "kill -KILL $PPID"]).status().unwrap();
}
