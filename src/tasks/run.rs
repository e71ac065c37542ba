//! `cargo task run`: from a fresh clone to a server that somebody can join. It makes `data/` with SQLite and a
//! configuration for this machine only, which says so: an address on localhost is part of everybody's id and can never
//! become a real one. Not how a household runs Alcove (see README.md).

use std::{fs, os::unix::fs::DirBuilderExt, path::Path, time::Duration};

use tokio::{net::TcpStream, process::Command, time};

use crate::{
    error::{Result, While},
    packages,
    process::{self, Ask, Process, cargo, root},
    web,
};

const ADDRESS: &str = "127.0.0.1:8440";

const CONFIGURATION: &str = r#"# Made by `cargo task run`. THROW-AWAY: for this machine only. The address below is part of every id that this server
# gives out and is fixed from its first start; for a real server begin with config/alcove.toml and an empty folder.

[server]
public_url = "http://localhost:8440"
listen = "127.0.0.1:8440"
data = "data"

[database]
url = "sqlite:data/alcove.db"
"#;

/// Builds, prepares, serves; ends with the server or with Ctrl-C.
pub async fn run() -> Result<()> {
    packages::ensure(&[&packages::BUILD]).await?;
    println!("Building. The first time this takes some minutes.");
    // The server gives the app out as it was when it was built.
    if let Err(missing) = web::build().await {
        println!("{missing}\nThe server is built without the app for the browser.");
    }
    process::run(cargo(&["build", "-p", "alcove-server", "-p", "alcove-terminal"])).await?;
    prepare(&root().join("data"))?;

    let mut server = Process::start(alcove(&["serve"]), Ask::Terminate)?;
    while TcpStream::connect(ADDRESS).await.is_err() {
        if server.ended().is_some() {
            return server.wait().await;
        }
        time::sleep(Duration::from_millis(50)).await;
    }
    invite_an_owner().await?;
    server.wait().await
}

/// Makes the folder and its configuration, unless they are there.
fn prepare(data: &Path) -> Result<()> {
    // Nobody else's to look into, as where the server makes its folder itself.
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(data);
    made.while_("make the folder data/")?;
    let path = data.join("alcove.toml");
    if !path.exists() {
        fs::write(&path, CONFIGURATION).while_("write data/alcove.toml")?;
    }
    Ok(())
}

/// Prints an invitation as long as nobody has become the owner.
async fn invite_an_owner() -> Result<()> {
    let accounts = process::output(alcove(&["account", "list"])).await?;
    if String::from_utf8_lossy(&accounts).contains("owner") {
        println!("\nAlcove is at http://localhost:8440. Stop it with Ctrl-C.\n");
        return Ok(());
    }
    let invitation = process::output(alcove(&["invite", "create", "--role", "owner"])).await?;
    let terminal = process::built("alcove-chat");
    println!(
        "\nAlcove is at http://localhost:8440. Stop it with Ctrl-C.\n\
         With this link the owner joins, once, in a browser or in a terminal with `{} join LINK`:\n\n  {}\n",
        terminal.as_std().get_program().display(),
        String::from_utf8_lossy(&invitation).trim()
    );
    Ok(())
}

/// The server's own command line, as it was just built.
fn alcove(arguments: &[&str]) -> Command {
    let mut command = process::built("alcove");
    command.current_dir(root()).args(["--config", "data/alcove.toml"]).args(arguments);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_is_marked_throw_away_and_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        prepare(&data).unwrap();
        let path = data.join("alcove.toml");
        assert!(fs::read_to_string(&path).unwrap().contains("THROW-AWAY"));
        fs::write(&path, "mine").unwrap();
        prepare(&data).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    }

    #[test]
    fn the_configuration_listens_where_we_wait() {
        let table = CONFIGURATION.parse::<toml::Table>().unwrap();
        assert_eq!(table["server"]["listen"].as_str(), Some(ADDRESS));
    }
}
