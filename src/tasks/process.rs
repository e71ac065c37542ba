//! Child processes that never outlive the chore that started them. Interrupting a chore drops its future, dropping
//! the future drops its processes, and dropping a process ends it: there is no other path to clean up.
//! Not a job control: a process of a process is the business of whoever started it, which is why we ask before we kill.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::process::{Child, Command};

use crate::error::{Error, Result, While};

/// How long a process may take to end before it is killed.
const PATIENCE: Duration = Duration::from_secs(10);

/// The signal that asks a program to end. PostgreSQL waits for its clients on `Terminate`, and drops them on
/// `Interrupt`.
#[derive(Debug, Clone, Copy)]
pub enum Ask {
    /// SIGTERM
    Terminate,
    /// SIGINT
    Interrupt,
}

/// A running child process, ended when this value is dropped.
#[derive(Debug)]
pub struct Process {
    program: String,
    ask: Ask,
    child: Child,
}

impl Process {
    /// Starts `command`, which is asked to end by `ask`.
    pub fn start(mut command: Command, ask: Ask) -> Result<Self> {
        let program = words(&command);
        let child = command.spawn().while_(format!("start `{program}`"))?;
        Ok(Self { program, ask, child })
    }

    /// Waits for its end, which must be a success.
    pub async fn wait(mut self) -> Result<()> {
        let status = self.child.wait().await.while_(format!("wait for `{}`", self.program))?;
        if status.success() { Ok(()) } else { Err(Error::Ended { program: self.program.clone(), status }) }
    }

    /// Its number, while it runs.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Whether it has ended, and how; `None` while it runs.
    pub fn ended(&mut self) -> Option<String> {
        self.child.try_wait().ok().flatten().map(|status| format!("it ended with {status}"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let Some(id) = self.child.id() else { return };
        let signal = match self.ask {
            Ask::Terminate => "TERM",
            Ask::Interrupt => "INT",
        };
        // `kill` is a word of every shell; without `unsafe`, std can only kill.
        let asked = std::process::Command::new("sh").arg("-c").arg(format!("kill -{signal} {id}")).status();
        let mut waited = Duration::ZERO;
        while asked.is_ok() && waited < PATIENCE && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(10));
            waited += Duration::from_millis(10);
        }
        let _ended_meanwhile = self.child.start_kill();
    }
}

/// Runs `command` to its end with our own standard output.
pub async fn run(command: Command) -> Result<()> {
    Process::start(command, Ask::Terminate)?.wait().await
}

/// Runs `command` to its end and returns what it printed; what else it said is shown if it fails.
pub async fn output(mut command: Command) -> Result<Vec<u8>> {
    let program = words(&command);
    let output = command.kill_on_drop(true).output().await.while_(format!("start `{program}`"))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        Err(Error::Ended { program, status: output.status })
    }
}

/// Whether `command` runs and succeeds, without a word.
pub fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let mut command = std::process::Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// The cargo that started us, with `arguments`, in the project's folder.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// A program of this workspace, as `cargo build` leaves it: beside the one that is running, and one folder up from a test.
pub fn built(name: &str) -> Command {
    let running = std::env::current_exe().unwrap_or_default();
    let folder = running.parent().unwrap_or(Path::new(""));
    let folder = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
    Command::new(folder.join(name))
}

/// The folder of the project.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").components().collect()
}

/// An address of this machine that nobody listens on.
pub fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).while_("find a free port")?;
    listener.local_addr().while_("find a free port")
}

/// A command as one would type it.
fn words(command: &Command) -> String {
    let command = command.as_std();
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[tokio::test]
    async fn a_dropped_process_is_asked_to_end_and_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let (ready, ended) = (folder.path().join("ready"), folder.path().join("ended"));
        let script = "trap 'echo > ended; exit' TERM; echo > ready; while :; do sleep 0.01; done";
        let mut command = shell(script);
        command.current_dir(folder.path());
        let process = Process::start(command, Ask::Terminate).unwrap();
        while !ready.exists() {
            tokio::task::yield_now().await;
        }
        drop(process);
        assert!(ended.exists());
    }

    #[tokio::test]
    async fn a_program_that_fails_is_named_with_its_status() {
        let error = run(shell("exit 3")).await.unwrap_err();
        assert_eq!(error.to_string(), "`sh -c exit 3` ended with exit status: 3");
        assert_eq!(output(shell("echo yes")).await.unwrap(), b"yes\n");
    }
}
