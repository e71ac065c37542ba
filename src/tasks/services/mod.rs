//! A PostgreSQL and a Redis of our own for the length of a chore: each in a folder that vanishes, on a free port of
//! this machine, without durability, stopped when dropped. Not the services of the system: those are left alone.

mod postgresql;
mod redis;

pub use postgresql::PostgreSql;
pub use redis::Redis;

use std::{
    fs,
    os::unix::fs::{PermissionsExt, chown},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tempfile::TempDir;
use tokio::{process::Command, time};

use crate::{
    error::{Error, Result, While},
    process::Process,
};

/// How often, and how many times, a service is asked whether it is ready: half a minute in all.
const ASK_EVERY: Duration = Duration::from_millis(100);
const ASK_TIMES: u32 = 300;

/// Somebody other than root, whom PostgreSQL insists on.
#[derive(Debug, Clone, Copy)]
struct Person {
    user: u32,
    group: u32,
}

/// Whether we are root.
pub fn is_root() -> bool {
    identity("-u", None).is_some_and(|id| id == 0)
}

/// Waits until `ready` says so; a process that ended or takes too long is an error with the end of its log.
pub async fn wait_until<F: Future<Output = bool>>(
    service: &str,
    process: &mut Process,
    log: &Path,
    mut ready: impl FnMut() -> F,
) -> Result<()> {
    let mut reason = "it was not ready within 30 seconds".to_owned();
    for _ in 0..ASK_TIMES {
        if ready().await {
            return Ok(());
        }
        if let Some(ended) = process.ended() {
            reason = ended;
            break;
        }
        time::sleep(ASK_EVERY).await;
    }
    let said = fs::read_to_string(log).unwrap_or_default();
    let last = said.lines().rev().take(20).collect::<Vec<_>>();
    let reason = format!("{reason}\n{}", last.into_iter().rev().collect::<Vec<_>>().join("\n"));
    Err(Error::NotStarted { service: service.to_owned(), reason })
}

/// Sends both outputs of `command` to the end of `log`.
pub fn append_to(command: &mut Command, log: &Path) -> Result<()> {
    let open = || fs::OpenOptions::new().create(true).append(true).open(log).while_("open a log file");
    command.stdin(Stdio::null()).stdout(open()?).stderr(open()?);
    Ok(())
}

/// A private folder that `person` owns. Root's own temporary folder may be closed to others, so theirs is in `/tmp`.
fn folder_for(person: Option<Person>) -> Result<TempDir> {
    let parent = if person.is_some() { PathBuf::from("/tmp") } else { std::env::temp_dir() };
    let private = fs::Permissions::from_mode(0o700);
    let mut builder = tempfile::Builder::new();
    let folder = builder.prefix("alcove-").permissions(private).tempdir_in(parent);
    let folder = folder.while_("make a temporary folder")?;
    give(folder.path(), person)?;
    Ok(folder)
}

fn give(path: &Path, person: Option<Person>) -> Result<()> {
    let Some(Person { user, group }) = person else { return Ok(()) };
    chown(path, Some(user), Some(group)).while_("give a file to PostgreSQL's user")
}

/// A command that runs as `person`, apart from our terminal: Ctrl-C is for us, and we stop it when we are done.
fn command_as(program: &Path, person: Option<Person>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).process_group(0);
    if let Some(Person { user, group }) = person {
        command.uid(user).gid(group).env("HOME", folder);
    }
    command
}

fn identity(which: &str, name: Option<&str>) -> Option<u32> {
    let output =
        std::process::Command::new("id").arg(which).args(name).stderr(Stdio::null()).output().ok()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Ask;

    #[tokio::test]
    async fn a_service_that_ends_at_once_is_an_error_with_its_last_words() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut command = Command::new("sh");
        command.args(["-c", "echo out of cheese; exit 3"]);
        append_to(&mut command, &log).unwrap();
        let mut process = Process::start(command, Ask::Terminate).unwrap();
        let error = wait_until("Sink", &mut process, &log, || async { false }).await.unwrap_err();
        assert!(error.to_string().contains("out of cheese"), "{error}");
    }
}
