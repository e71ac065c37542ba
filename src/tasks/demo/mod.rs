//! `cargo task demo`: two servers with TLS from a throw-away authority, one on SQLite and one on PostgreSQL; three people
//! who join by invitation and talk, two of them and then all three, across both; and a search of everything that the
//! servers were told for what the people wrote (promise P1). It ends well only if the search finds nothing but the note
//! that was sent in clear on purpose.

mod client;
mod evidence;
mod http1;
mod memory;
mod person;
mod proxy;
mod script;
mod search;
mod server;
#[cfg(test)]
mod tests;
mod tls;

use std::time::Duration;

use tempfile::TempDir;
use tokio::time;

use self::{
    client::Client,
    evidence::{Exhibit, Secret},
    person::Person,
    script::{CONTROL, GARDEN, GARDEN_LINES, Line, PARTY, PARTY_LINES, RENAMED},
    server::Server,
};
use crate::{
    authority::Authority,
    error::{Error, Result, While},
    packages,
    process::{self, cargo},
    services::PostgreSql,
};

/// How long the control may take to reach the other server, and how often we look.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(500);

/// The stage: two servers and what they run on. Everything is gone when this is dropped; the servers first.
struct Stage {
    one: Server,
    two: Server,
    postgres: PostgreSql,
    authority: Authority,
    folder: TempDir,
}

/// Shows it.
pub async fn demo() -> Result<()> {
    packages::ensure(&[&packages::BUILD, &packages::SERVICES]).await?;
    println!("Building. The first time this takes some minutes.");
    process::run(cargo(&["build", "-p", "alcove-server", "-p", "alcove-terminal"])).await?;
    let stage = Stage::start().await?;
    println!(
        "\nOne server on SQLite is at https://{}, one on PostgreSQL at https://{}.",
        stage.one.domain, stage.two.domain
    );
    let people = stage.people().await?;
    stage.play(&people).await?;
    stage.search(&secrets(&people)).await?;
    println!("\nNothing else was found: neither server was ever told what the people wrote.");
    Ok(())
}

impl Stage {
    async fn start() -> Result<Self> {
        let authority = Authority::new()?;
        let folder =
            tempfile::Builder::new().prefix("alcove-demo-").tempdir().while_("make a temporary folder")?;
        let postgres = PostgreSql::start().await?;
        postgres.create("two").await?;
        let one = Server::start(&folder.path().join("one"), "sqlite:data/alcove.db", &authority).await?;
        let two = Server::start(&folder.path().join("two"), &postgres.url("two"), &authority).await?;
        Ok(Self { one, two, postgres, authority, folder })
    }

    /// Ana on the one server, Bob and Cleo on the other. Their devices are outside of the servers' folders.
    async fn people(&self) -> Result<[Person; 3]> {
        let home = |name: &str| self.folder.path().join("devices").join(name);
        Ok([
            Person::join("ana", &self.one, "owner", home("ana")).await?,
            Person::join("bob", &self.two, "owner", home("bob")).await?,
            Person::join("cleo", &self.two, "member", home("cleo")).await?,
        ])
    }

    /// Everything that is said, and the control. When it returns, all of it has arrived.
    async fn play(&self, people: &[Person; 3]) -> Result<()> {
        let [ana, bob, cleo] = people;
        let garden = ana.start(GARDEN, &[bob]).await?;
        bob.accept(&garden).await?;
        converse(&garden, GARDEN, &people[..2], &GARDEN_LINES).await?;
        let party = cleo.start(PARTY, &[ana, bob]).await?;
        ana.accept(&party).await?;
        bob.accept(&party).await?;
        converse(&party, PARTY, people, &PARTY_LINES).await?;

        ana.rename(&garden, RENAMED).await?;
        let canaries = script::canaries();
        for canary in &canaries {
            ana.say(&garden, canary).await?;
        }
        bob.read(&garden, GARDEN_LINES.len() + canaries.len()).await?;
        println!("\n{RENAMED} [{garden}]\n  {}: {} more lines, for the search", ana.handle, canaries.len());

        let client = Client { address: self.one.address, root: &self.authority.root };
        client.post_plain_note(&ana.name, &ana.password, &bob.handle, CONTROL).await?;
        println!("\nIn clear, on purpose, {} to {}: {CONTROL}", ana.handle, bob.handle);
        self.control_has_arrived().await
    }

    async fn control_has_arrived(&self) -> Result<()> {
        let mut waited = Duration::ZERO;
        while waited < PATIENCE {
            let database = evidence::of_postgresql("two", &self.postgres, "two").await?;
            if evidence::holds(&database, CONTROL) {
                return Ok(());
            }
            time::sleep(PAUSE).await;
            waited += PAUSE;
        }
        Err(Error::Demonstration("the note in clear did not reach the other server".into()))
    }

    /// Searches everything that either server knows; finding the control and nothing else is a success.
    async fn search(&self, secrets: &[Secret]) -> Result<()> {
        let places =
            [("one", evidence::of_server("one", &self.one)?), ("two", self.exhibits_of_two().await?)];
        for (name, exhibits) in &places {
            let bytes = exhibits.iter().map(|exhibit| exhibit.bytes.len()).sum::<usize>();
            println!(
                "\nServer {name}: {} things, {bytes} bytes searched for {} secrets.",
                exhibits.len(),
                secrets.len()
            );
            for place in evidence::examine(exhibits, secrets, CONTROL)? {
                println!("  the note in clear: {place}");
            }
        }
        Ok(())
    }

    async fn exhibits_of_two(&self) -> Result<Vec<Exhibit>> {
        let mut exhibits = evidence::of_server("two", &self.two)?;
        exhibits.extend(evidence::of_postgresql("two", &self.postgres, "two").await?);
        Ok(exhibits)
    }
}

/// What the people have written and what opens their devices.
fn secrets(people: &[Person]) -> Vec<Secret> {
    let lines = GARDEN_LINES.iter().chain(&PARTY_LINES).map(|(_, line)| Secret::text(line));
    let names = [GARDEN, PARTY, RENAMED].map(Secret::text);
    let canaries = script::canaries();
    let canaries = canaries.iter().map(|canary| Secret::text(canary));
    let passphrases = people.iter().map(|person| Secret::text(&person.passphrase));
    lines.chain(names).chain(canaries).chain(passphrases).collect()
}

/// Holds a conversation, each line after the one before has arrived, and prints it once everybody has read the same.
async fn converse(name: &str, title: &str, people: &[Person], lines: &[Line]) -> Result<()> {
    println!("\n{title} [{name}]");
    for (said, (who, line)) in lines.iter().enumerate() {
        people[*who].read(name, said).await?;
        people[*who].say(name, line).await?;
    }
    let expected =
        lines.iter().map(|(who, line)| (people[*who].handle.clone(), (*line).to_owned())).collect::<Vec<_>>();
    for person in people {
        let read = person.read(name, lines.len()).await?;
        if read != expected {
            return Err(Error::Demonstration(format!("{} has read something else: {read:?}", person.handle)));
        }
    }
    for (sender, line) in &expected {
        println!("  {sender}: {line}");
    }
    Ok(())
}
