//! One of the demonstration's servers: an ordinary `alcove serve` with TLS of its own, reached by everybody through a
//! recording proxy, because the proxy's address is the one that it has been told is its own.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use tokio::net::TcpStream;

use super::{memory, proxy::Proxy};
use crate::{
    authority::Authority,
    error::{Result, While},
    process::{self, Ask, Process, free_address},
    services,
};

/// A running server; it stops when dropped.
#[derive(Debug)]
pub struct Server {
    /// What people see of its address: `localhost:PORT`.
    pub domain: String,
    /// Where everybody reaches it.
    pub address: SocketAddr,
    /// What everybody sends to it.
    pub proxy: Proxy,
    /// Its own folder: configuration, data, log.
    pub folder: PathBuf,
    process: Process,
}

impl Server {
    /// Starts a server on `database` in a new folder of its own.
    pub async fn start(folder: &Path, database: &str, authority: &Authority) -> Result<Self> {
        let (address, behind) = (free_address()?, free_address()?);
        let domain = format!("localhost:{}", address.port());
        write_files(folder, &domain, behind, database, authority)?;
        let proxy = Proxy::start(address, behind, authority, &folder.join("requests")).await?;
        let log = folder.join("alcove.log");
        let mut serve = alcove(folder);
        serve.arg("serve");
        services::append_to(&mut serve, &log)?;
        let mut process = Process::start(serve, Ask::Terminate)?;
        let answers = || async move { TcpStream::connect(behind).await.is_ok() };
        services::wait_until(&format!("Alcove on {domain}"), &mut process, &log, answers).await?;
        Ok(Self { domain, address, proxy, folder: folder.to_owned(), process })
    }

    /// What it has in its memory now.
    pub fn memory(&self) -> Result<Vec<u8>> {
        self.process.id().map_or_else(|| Ok(Vec::new()), memory::of_process)
    }

    /// A new invitation for one person, as a link.
    pub async fn invite(&self, role: &str) -> Result<String> {
        let mut command = alcove(&self.folder);
        command.args(["invite", "create", "--role", role]);
        let output = String::from_utf8_lossy(&process::output(command).await?).into_owned();
        Ok(output.split_whitespace().find(|word| word.starts_with("https://")).unwrap_or_default().to_owned())
    }
}

fn alcove(folder: &Path) -> tokio::process::Command {
    let mut command = process::built("alcove");
    command.current_dir(folder).arg("--config").arg(folder.join("alcove.toml"));
    command
}

fn write_files(
    folder: &Path,
    domain: &str,
    listen: SocketAddr,
    database: &str,
    authority: &Authority,
) -> Result<()> {
    let certificate = authority.certify("localhost")?;
    let configuration = format!(
        r#"[server]
public_url = "https://{domain}"
listen = "{listen}"
data = "data"

[tls]
certificate = "certificate.pem"
key = "key.pem"

[database]
url = "{database}"

[outgoing]
allow_addresses = ["127.0.0.1", "::1"]
root_certificates = ["root.pem"]

[log]
level = "debug"
"#
    );
    fs::create_dir_all(folder.join("data")).while_("make a folder for a server")?;
    let files = [
        ("alcove.toml", &configuration),
        ("certificate.pem", &certificate.chain),
        ("key.pem", &certificate.key),
        ("root.pem", &authority.root),
    ];
    for (name, text) in files {
        fs::write(folder.join(name), text).while_(format!("write {name}"))?;
    }
    Ok(())
}
