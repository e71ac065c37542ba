//! A private PostgreSQL. It speaks TLS, so that every story proves that the driver does.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
};

use tempfile::TempDir;
use tokio::process::Command;

use super::{Person, append_to, command_as, folder_for, give, identity, is_root, wait_until};
use crate::{
    authority::Authority,
    error::{Error, Result, While},
    process::{self, Ask, Process},
};

/// A running server.
#[derive(Debug)]
pub struct PostgreSql {
    port: u16,
    programs: PathBuf,
    _process: Process,
    folder: TempDir,
}

impl PostgreSql {
    /// Whether PostgreSQL's server programs are installed.
    pub fn is_installed() -> bool {
        postgresql_programs().is_some()
    }

    /// Makes an empty cluster with the superuser `alcove` and starts it.
    pub async fn start() -> Result<Self> {
        let programs = postgresql_programs()
            .ok_or_else(|| Error::Missing("PostgreSQL's server programs were not found".into()))?;
        let person = if is_root() { Some(unprivileged()?) } else { None };
        let folder = folder_for(person)?;
        let cluster = folder.path().join("cluster");

        let mut initialise = command_as(&programs.join("initdb"), person, folder.path());
        initialise.args(["--username=alcove", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"]);
        initialise.arg("-D").arg(&cluster).stdout(Stdio::null());
        process::run(initialise).await?;
        certificate_into(&cluster, person)?;

        let port = process::free_address()?.port();
        let log = folder.path().join("postgresql.log");
        let mut serve = command_as(&programs.join("postgres"), person, folder.path());
        serve.arg("-D").arg(&cluster).args(postgresql_settings(port));
        append_to(&mut serve, &log)?;
        let mut process = Process::start(serve, Ask::Interrupt)?;
        let address = port.to_string();
        let ready = ["-q", "-h", "127.0.0.1", "-p", &address, "-U", "alcove", "-d", "postgres"];
        let asks = programs.join("pg_isready");
        wait_until("PostgreSQL", &mut process, &log, || {
            let answers = process::succeeds(&asks.to_string_lossy(), &ready);
            async move { answers }
        })
        .await?;
        Ok(Self { port, programs, _process: process, folder })
    }

    /// The address of `database`, over TLS. The database `postgres` exists from the start.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://alcove@127.0.0.1:{}/{database}?sslmode=require", self.port)
    }

    /// Makes an empty database.
    pub async fn create(&self, database: &str) -> Result<()> {
        let mut command = Command::new(self.programs.join("createdb"));
        command.args(["--maintenance-db", &self.url("postgres"), database]);
        process::run(command).await
    }

    /// The folder of its write-ahead log, all databases together.
    pub fn write_ahead_log(&self) -> PathBuf {
        self.folder.path().join("cluster/pg_wal")
    }

    /// Everything in `database` as SQL text, a row per statement.
    pub async fn dump(&self, database: &str) -> Result<Vec<u8>> {
        let mut command = Command::new(self.programs.join("pg_dump"));
        command.args(["--inserts", "--dbname", &self.url(database)]);
        process::output(command).await
    }
}

/// Where `initdb` and `postgres` are: what `pg_config` says, else the newest of Debian's, else the search path.
fn postgresql_programs() -> Option<PathBuf> {
    let said = std::process::Command::new("pg_config").arg("--bindir").stderr(Stdio::null()).output().ok();
    let said = said.map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let installed = newest(versions.map(|entry| entry.path().join("bin")).collect());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let searched = std::env::split_paths(&path).collect::<Vec<_>>();
    let complete = |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    said.into_iter().chain(installed).chain(searched).find(complete)
}

/// Folders like `/usr/lib/postgresql/15/bin`, the highest version first.
fn newest(mut folders: Vec<PathBuf>) -> Vec<PathBuf> {
    let version = |folder: &PathBuf| folder.iter().rev().nth(1)?.to_str()?.parse::<u32>().ok();
    folders.sort_by_key(|folder| std::cmp::Reverse(version(folder)));
    folders
}

/// Fast and forgetful: what these servers hold is gone in a minute.
fn postgresql_settings(port: u16) -> Vec<String> {
    let port = format!("port={port}");
    let settings = [
        "listen_addresses=127.0.0.1",
        &port,
        "unix_socket_directories=",
        "max_connections=500",
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "ssl=on",
    ];
    settings.iter().flat_map(|setting| ["-c".to_owned(), (*setting).to_owned()]).collect()
}

/// Puts a throw-away certificate where PostgreSQL looks for one.
fn certificate_into(cluster: &Path, person: Option<Person>) -> Result<()> {
    let certificate = Authority::new()?.certify("localhost")?;
    for (name, text) in [("server.crt", certificate.chain), ("server.key", certificate.key)] {
        let path = cluster.join(name);
        fs::write(&path, text).while_("write PostgreSQL's certificate")?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).while_("protect PostgreSQL's key")?;
        give(&path, person)?;
    }
    Ok(())
}

/// The user that Debian's package makes for PostgreSQL, or the one that owns nothing.
fn unprivileged() -> Result<Person> {
    let find =
        |name: &str| Some(Person { user: identity("-u", Some(name))?, group: identity("-g", Some(name))? });
    find("postgres").or_else(|| find("nobody")).ok_or_else(|| {
        Error::Missing(
            "PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody`".into(),
        )
    })
}

#[cfg(test)]
mod tests {
    use std::{net::TcpStream, os::unix::fs::MetadataExt};

    use super::*;

    #[test]
    fn the_newest_version_counts_as_a_number() {
        let folder = |version: &str| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin"));
        let sorted = newest(vec![folder("9"), folder("15"), folder("odd"), folder("13")]);
        assert_eq!(sorted, [folder("15"), folder("13"), folder("9"), folder("odd")]);
    }

    #[tokio::test]
    async fn a_private_postgresql_speaks_tls_and_is_gone_afterwards() {
        let server = PostgreSql::start().await.unwrap();
        server.create("garden").await.unwrap();
        let dump = server.dump("garden").await.unwrap();
        assert!(String::from_utf8_lossy(&dump).contains("PostgreSQL database dump"));
        let (port, folder) = (server.port, server.folder.path().to_owned());
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
        drop(server);
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
        assert!(!folder.exists());
    }
}
