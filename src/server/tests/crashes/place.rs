//! A server as whoever runs it has it: the program `alcove`, a configuration file, a database, and a process that can be
//! killed at a named point.

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{ExitStatus, Stdio},
};

use alcove_server::{
    bus::Bus,
    config::Database,
    db::{Db, envelopes::Kind, query, schema::envelope, testing::FreshDatabase},
    fail_point::{self, FailPoint},
};
use alcove_terminal::Link;
use diesel::prelude::*;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::{
    SIGKILL,
    world::{PATIENCE, pause},
};

/// A server, running or not.
pub struct Place {
    address: SocketAddr,
    settings: Database,
    #[expect(dead_code, reason = "kept for its Drop, after that of the process")]
    database: FreshDatabase,
    folder: TempDir,
    process: Option<Child>,
}

impl Place {
    /// A new server, started.
    pub async fn new() -> Self {
        let (database, folder) = (FreshDatabase::new(), tempfile::tempdir().unwrap());
        let settings = database.settings.clone();
        let mut place = Self { address: free_address(), settings, database, folder, process: None };
        std::fs::write(place.config_file(), place.config()).unwrap();
        place.start(None).await;
        place
    }

    fn config_file(&self) -> PathBuf {
        self.folder.path().join("alcove.toml")
    }

    fn config(&self) -> String {
        let (address, data) = (self.address, self.folder.path().join("data"));
        let Database { url, connections } = &self.settings;
        format!(
            "[server]\npublic_url = \"http://{address}\"\nlisten = \"{address}\"\ndata = {data:?}\n\
             [database]\nurl = {url:?}\nconnections = {connections}\n\
             [outgoing]\nallow_addresses = [\"127.0.0.1/32\"]\n[log]\nlevel = \"warn\"\n",
            url = url.0,
        )
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_alcove"));
        command.arg("--config").arg(self.config_file()).env_remove(fail_point::VARIABLE).kill_on_drop(true);
        command
    }

    /// Starts the server, with a point armed or not; it listens when this returns.
    pub async fn start(&mut self, armed: Option<FailPoint>) {
        assert!(self.process.is_none(), "it is running");
        let mut command = self.command();
        command.arg("serve");
        if let Some(point) = armed {
            command.env(fail_point::VARIABLE, point.name());
        }
        let mut process = command.spawn().unwrap();
        while TcpStream::connect(self.address).is_err() {
            assert_eq!(process.try_wait().unwrap(), None, "it does not start");
            pause().await;
        }
        self.process = Some(process);
    }

    /// Kills the server from outside, wherever it is just now.
    pub async fn kill(&mut self) {
        self.process.as_mut().unwrap().start_kill().unwrap();
        assert_eq!(self.ended().await.signal(), Some(SIGKILL));
    }

    /// Waits until the server has killed itself: the armed point was reached.
    pub async fn killed(&mut self, point: FailPoint) {
        let status = self.ended().await;
        assert_eq!(status.signal(), Some(SIGKILL), "{}: {status}", point.name());
    }

    async fn ended(&mut self) -> ExitStatus {
        let mut process = self.process.take().unwrap();
        tokio::time::timeout(PATIENCE, process.wait()).await.expect("the point was never reached").unwrap()
    }

    /// A link to join by. The server takes orders a moment after it listens.
    pub async fn invite(&self) -> Link {
        while !self.folder.path().join("data/control.sock").exists() {
            pause().await;
        }
        let output = self.command().args(["invite", "create"]).stderr(Stdio::null()).output().await.unwrap();
        Link::parse(std::str::from_utf8(&output.stdout).unwrap()).unwrap()
    }

    /// How many sealed things of an actor are stored here. What a device sends again is stored once if it is the same to
    /// the byte, and twice if it was encrypted again.
    pub async fn sealed_by(&self, actor: &str) -> i64 {
        let db = Db::open(&self.settings, Bus::local()).unwrap();
        let actor = actor.to_owned();
        let count = db.read(move |transaction| {
            Ok(query!(transaction, connection => envelope::table
                .filter(envelope::actor_uri.eq(&actor))
                .filter(envelope::kind.eq(Kind::Mls.as_str()))
                .count()
                .get_result(connection))?)
        });
        count.await.unwrap()
    }
}

/// A port that nobody uses and that no outgoing connection is given either, so that it is still free after a kill.
fn free_address() -> SocketAddr {
    let ports = std::iter::repeat_with(|| 10_000 + rand::random::<u16>() % 20_000);
    let mut addresses = ports.map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
    addresses.find(|address| TcpListener::bind(address).is_ok()).unwrap()
}
