//! What comes from npm, as locks say: what the tests run under Node.js ([`TESTS`], Node.js itself included, so that it does
//! not matter which one a machine has), and the libraries of the app ([`WEB`]). No package runs a script while it is
//! installed. Not for the server, which has nothing from npm.

use std::{
    path::{Path, PathBuf},
    time::SystemTime,
};

use tokio::process::Command;

use crate::{error::Result, process};

/// What the tests run under Node.js.
pub const TESTS: &str = "src/server/tests/node";
/// The libraries of the app, and the compiler that checks its types.
pub const WEB: &str = "src/web";

/// Whether this machine has npm.
pub fn is_installed() -> bool {
    process::succeeds("npm", &["--version"])
}

/// Installs what the lock of a folder names, unless that has been done since the lock changed.
pub async fn ensure(part: &str) -> Result<()> {
    let folder = folder(part);
    if is_current(&folder) {
        return Ok(());
    }
    println!("Installing what {part} has from npm");
    let mut command = Command::new("npm");
    // Some packages ask for a newer Node.js than this npm runs on; theirs comes with them.
    command.args(["ci", "--ignore-scripts", "--loglevel=error"]).current_dir(folder);
    process::run(command).await
}

/// The folder of a part of the project.
pub fn folder(part: &str) -> PathBuf {
    process::root().join(part)
}

/// Whether npm has finished after the lock was last written; it says so by a file of its own.
fn is_current(folder: &Path) -> bool {
    let written = |file: &str| folder.join(file).metadata().and_then(|metadata| metadata.modified()).ok();
    let installed: Option<SystemTime> = written("node_modules/.package-lock.json");
    installed.is_some() && installed >= written("package-lock.json")
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use super::*;

    #[test]
    fn what_was_installed_before_the_lock_changed_is_installed_again() {
        let folder = tempfile::tempdir().unwrap();
        let (lock, mark) = ("package-lock.json", "node_modules/.package-lock.json");
        fs::create_dir(folder.path().join("node_modules")).unwrap();
        fs::write(folder.path().join(lock), "{}").unwrap();
        assert!(!is_current(folder.path()), "nothing is installed");
        fs::write(folder.path().join(mark), "{}").unwrap();
        let at = |file: &str, time: SystemTime| {
            File::options().write(true).open(folder.path().join(file)).unwrap().set_modified(time).unwrap();
        };
        let (early, late) = (SystemTime::UNIX_EPOCH, SystemTime::now());
        at(lock, early);
        at(mark, late);
        assert!(is_current(folder.path()));
        at(lock, late);
        at(mark, early);
        assert!(!is_current(folder.path()), "the lock is newer");
    }
}
