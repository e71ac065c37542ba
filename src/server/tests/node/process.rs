//! A script of this folder as a child process: a line of JSON is an order, a line of JSON its answer (`lines.js`). It runs
//! with npm's own Node.js and ends when its standard input does. What the scripts do is said in
//! them; `cargo task test` installs what they need.

use std::{
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    sync::Mutex,
    time::timeout,
};

/// How long an order may take on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long it may take to end, with what it started itself, before it is killed.
const FAREWELL: Duration = Duration::from_secs(10);

/// A running script.
pub struct Script {
    child: Mutex<(Child, Lines<BufReader<ChildStdout>>)>,
    /// Its home, for all that it writes.
    _folder: tempfile::TempDir,
}

impl Drop for Script {
    fn drop(&mut self) {
        let (child, _) = self.child.get_mut();
        drop(child.stdin.take());
        let begun = Instant::now();
        while matches!(child.try_wait(), Ok(None)) && begun.elapsed() < FAREWELL {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Script {
    /// Starts a script of the folder, as `fedify/main.js`, with these variables in its environment.
    pub fn start(script: &str, variables: &[(&str, &str)]) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node");
        let node = folder.join("node_modules/.bin/node");
        assert!(node.exists(), "run `npm ci` in {}, as `cargo task test` does", folder.display());
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new(node);
        command.arg(script).current_dir(folder).kill_on_drop(true);
        command.env("HOME", home.path()).env("TMPDIR", home.path()).envs(variables.iter().copied());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child: Mutex::new((child, lines)), _folder: home }
    }

    /// Gives an order and waits for its answer.
    pub async fn order(&self, order: Value) -> Value {
        let mut answer = self.try_order(&order).await;
        let failed = answer["error"].as_str();
        assert!(failed.is_none(), "{order}: {}", failed.unwrap_or_default());
        answer["ok"].take()
    }

    /// The same, with `error` in the answer of what cannot be done.
    pub async fn try_order(&self, order: &Value) -> Value {
        let mut running = self.child.lock().await;
        let (child, lines) = &mut *running;
        let input = child.stdin.as_mut().unwrap();
        input.write_all(format!("{order}\n").as_bytes()).await.unwrap();
        let line = timeout(PATIENCE, lines.next_line()).await.expect("an answer in time").unwrap();
        serde_json::from_str(&line.expect("the script still runs")).unwrap()
    }
}
