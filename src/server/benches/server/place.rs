//! The server that is measured: the real program as a child, with a folder, a database and an address of its own. It can be
//! stopped, killed and started again at the same address. It ends when dropped.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process::Stdio,
    time::{Duration, Instant},
};

use alcove_protocol::{
    ActorId,
    api::{Items, Join, Token, path},
};
use alcove_server::{
    bus::Bus,
    config::{Database, Secret},
    db::{Connection, Db},
};
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::BigInt};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    process::{Child, Command},
    time,
};

use crate::{
    error::{Error, Result, While},
    http,
};

/// Where files are made: on the disk of the build, because a folder for temporary files may be in memory.
pub const ROOM: &str = env!("CARGO_TARGET_TMPDIR");
/// How long the server may take to answer first, and to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// The server and where it lives.
pub struct Place {
    folder: TempDir,
    /// Where it listens; part of everybody's id.
    pub address: SocketAddr,
    process: Option<Child>,
}

/// Somebody with an account there.
#[derive(Clone, Debug)]
pub struct Resident {
    /// The id.
    pub actor: ActorId,
    /// The handle as WebFinger asks for it.
    pub account: String,
    token: String,
}

impl Resident {
    /// The row of the account, which its id ends with.
    pub fn account_id(&self) -> Result<i64> {
        let (_, id) = self.actor.as_str().rsplit_once('/').unwrap_or_default();
        id.parse().while_("read the id of an account")
    }
}

impl Resident {
    /// Something that this person posts as an activity, written out.
    pub fn post(&self, address: SocketAddr, path: &str, body: &[u8]) -> Vec<u8> {
        let content_type = format!("application/activity+json\r\nauthorization: Bearer {}", self.token);
        http::post(address, path, &content_type, body)
    }
}

impl Place {
    /// A folder with a configuration: everything at its default, but for addresses and for who invites: everybody.
    pub fn found() -> Result<Self> {
        fs::create_dir_all(ROOM).while_(format!("make {ROOM}"))?;
        let folder = tempfile::tempdir_in(ROOM).while_(format!("make a folder in {ROOM}"))?;
        let address = free_address()?;
        let configuration = format!(
            "[server]\npublic_url = \"http://{address}\"\nlisten = \"{address}\"\ndata = \"data\"\n\n\
             [database]\nurl = \"sqlite:data/alcove.db\"\n\n[outgoing]\nallow_addresses = [\"127.0.0.1\"]\n\n\
             [invitations]\nby = \"members\"\n"
        );
        fs::write(folder.path().join("alcove.toml"), configuration).while_("write the configuration")?;
        Ok(Self { folder, address, process: None })
    }

    /// Starts the server; how long it took to its first answer.
    pub async fn start(&mut self) -> Result<Duration> {
        let log = File::options().create(true).append(true).open(self.folder.path().join("alcove.log"));
        let log = log.while_("open the log")?;
        let mut command = self.alcove(&["serve"]);
        command.stdout(log.try_clone().while_("open the log twice")?).stderr(log);
        let began = Instant::now();
        let mut process = command.spawn().while_("start alcove")?;
        let question = http::get(self.address, "/actor", "");
        let first = loop {
            match http::ask(self.address, &question, 200).await {
                Ok(_) => break began.elapsed(),
                Err(error) if began.elapsed() > PATIENCE => return Err(error.with(&self.last_words())),
                Err(_) => time::sleep(Duration::from_millis(1)).await,
            }
            if let Some(status) = process.try_wait().while_("look after alcove")? {
                let ended = Error::new("start alcove", format!("it ended with {status}"));
                return Err(ended.with(&self.last_words()));
            }
        };
        self.process = Some(process);
        Ok(first)
    }

    /// Asks the server to end, and waits for it.
    pub async fn stop(&mut self) -> Result<()> {
        let Some(mut process) = self.process.take() else { return Ok(()) };
        let Some(id) = process.id() else { return Ok(()) };
        // Without `unsafe` only a shell can send this signal.
        let asked = Command::new("sh").args(["-c", &format!("kill -TERM {id}")]).status().await;
        asked.while_("ask alcove to end")?;
        let ended = time::timeout(PATIENCE, process.wait()).await;
        ended.while_("wait for the end of alcove")?.while_("wait for the end of alcove").map(drop)
    }

    /// Ends the server as a loss of power would: nothing is written that was not.
    pub async fn kill(&mut self) -> Result<()> {
        match self.process.take() {
            Some(mut process) => process.kill().await.while_("kill alcove"),
            None => Ok(()),
        }
    }

    /// Stops and starts, for a process without a past.
    pub async fn restart(&mut self) -> Result<Duration> {
        self.stop().await?;
        self.start().await
    }

    /// The server's process.
    pub fn process(&self) -> Result<u32> {
        let id = self.process.as_ref().and_then(Child::id);
        id.ok_or_else(|| Error::new("look at alcove", "it does not run"))
    }

    /// The link of an invitation for so many people.
    pub async fn invite(&self, uses: usize) -> Result<String> {
        let uses = uses.to_string();
        let invited = self.alcove(&["invite", "create", "--uses", &uses]).output().await;
        let invited = invited.while_("run `alcove invite create`")?;
        if !invited.status.success() {
            return Err(Error::new("make an invitation", String::from_utf8_lossy(&invited.stderr)));
        }
        Ok(String::from_utf8_lossy(&invited.stdout).trim().to_owned())
    }

    /// Lets people join by one invitation.
    pub async fn populate(&self, names: &[&str]) -> Result<Vec<Resident>> {
        let link = self.invite(names.len()).await?;
        let secret = link.rsplit_once('/').map_or(link.as_str(), |(_, secret)| secret);
        let mut residents = Vec::new();
        for name in names {
            residents.push(self.join(secret, name).await?);
        }
        Ok(residents)
    }

    async fn join(&self, secret: &str, name: &str) -> Result<Resident> {
        let join = Join {
            invitation: secret.to_owned(),
            proof: None,
            name: name.to_owned(),
            display_name: None,
            password: format!("the long password of {name}"),
            client_name: "benchmark".to_owned(),
        };
        let body = serde_json::to_vec(&join).while_("write a request to join")?;
        let request = http::post(self.address, path::JOIN, "application/json", &body);
        let answer = http::ask(self.address, &request, 201).await?;
        let token: Token = serde_json::from_slice(&answer).while_("read the answer to joining")?;
        Ok(Resident {
            actor: token.activitypub_actor_id,
            account: format!("acct:{}", token.handle.trim_start_matches('@')),
            token: token.access_token,
        })
    }

    /// How many different things of a run, by authors of that origin, arrived for these people: counted as they see them
    /// themselves, sealed ones by the name of the activity and others by that of the post.
    pub async fn arrived(&self, residents: &[Resident], origin: &str, run: &str) -> Result<usize> {
        let mut names = BTreeSet::new();
        for resident in residents {
            for activity in self.sealed(resident).await?.into_iter().chain(self.plain(resident).await?) {
                let id =
                    activity.pointer("/object/id").or_else(|| activity.get("id")).and_then(Value::as_str);
                let name = id.and_then(|id| id.strip_prefix(origin)?.rsplit('/').next());
                names.extend(name.filter(|name| name.starts_with(run)).map(str::to_owned));
            }
        }
        Ok(names.len())
    }

    /// What devices get.
    async fn sealed(&self, resident: &Resident) -> Result<Vec<Value>> {
        let (mut all, mut after) = (Vec::new(), 0);
        loop {
            let page = self.ask(resident, &format!("{}?after={after}", path::ITEMS)).await?;
            let page: Items = serde_json::from_slice(&page).while_("read what arrived")?;
            after = page.items.last().map_or(after, |item| item.position);
            let more = page.more && !page.items.is_empty();
            all.extend(page.items.into_iter().map(|item| item.activity));
            if !more {
                return Ok(all);
            }
        }
    }

    /// What the server can read, oldest first.
    async fn plain(&self, resident: &Resident) -> Result<Vec<Value>> {
        let (mut all, mut next) = (Vec::new(), format!("/users/{}/inbox?after=", resident.account_id()?));
        loop {
            let page = self.ask(resident, &next).await?;
            let mut page: Value = serde_json::from_slice(&page).while_("read what arrived")?;
            if let Some(items) = page["orderedItems"].as_array_mut() {
                all.append(items);
            }
            match page["next"]
                .as_str()
                .and_then(|next| next.strip_prefix(&format!("http://{}", self.address)))
            {
                Some(path) => path.clone_into(&mut next),
                None => return Ok(all),
            }
        }
    }

    async fn ask(&self, resident: &Resident, path: &str) -> Result<Vec<u8>> {
        let authorization = format!("authorization: Bearer {}\r\n", resident.token);
        http::ask(self.address, &http::get(self.address, path, &authorization), 200).await
    }

    /// How many rows a table of its database has.
    pub async fn rows_of(&self, table: &str) -> Result<i64> {
        let db = Db::open(&self.database(), Bus::local()).while_("open the database")?;
        let question = format!("SELECT count(*) AS rows FROM {table}");
        let counted = db.read(move |transaction| match &mut transaction.connection {
            Connection::Sqlite(sqlite) => Ok(sql_query(question).get_result::<Count>(&mut **sqlite)?.rows),
            Connection::Postgres(_) => Err(alcove_server::error::Error::Busy),
        });
        counted.await.while_(format!("count the rows of {table}"))
    }

    /// The settings of its database, for whoever opens it while the server does not run.
    pub fn database(&self) -> Database {
        let path = self.folder.path().join("data").join("alcove.db");
        Database { url: Secret(format!("sqlite:{}", path.display())), ..Database::default() }
    }

    /// How large the database is, in bytes, with its write-ahead log.
    pub fn database_bytes(&self) -> u64 {
        let files = ["alcove.db", "alcove.db-wal"].map(|name| self.folder.path().join("data").join(name));
        files.iter().filter_map(|file| fs::metadata(file).ok()).map(|file| file.len()).sum()
    }

    /// The end of the log.
    pub fn last_words(&self) -> String {
        let log = fs::read_to_string(self.folder.path().join("alcove.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(10)..].join("\n")
    }

    /// The program that cargo has built with this one, told nothing by the environment.
    fn alcove(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_alcove"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("ALCOVE_") {
                command.env_remove(name);
            }
        }
        command.current_dir(self.folder.path()).args(["--config", "alcove.toml"]).args(arguments);
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).while_("find a free port")?;
    listener.local_addr().while_("find a free port")
}
