//! `cargo task demo`: two servers with TLS from a throw-away authority, one on SQLite and one on PostgreSQL; three people
//! who join by invitation and talk, two of them and then all three, across both; and a search of everything that the
//! servers were told for what the people wrote (promise P1). It ends well only if the search finds nothing but the note
//! that was sent in clear on purpose.

mod client;
mod evidence;
mod http1;
mod person;
mod proxy;
mod search;
mod server;
mod tls;

use std::time::Duration;

use tempfile::TempDir;
use tokio::time;

use self::{client::Client, evidence::Exhibit, person::Person, server::Server};
use crate::{
    authority::Authority,
    error::{Error, Result, While},
    packages,
    process::{self, cargo},
    services::PostgreSql,
};

const GARDEN: &str = "Garden on Saturday";
const PARTY: &str = "Surprise party for grandmother Dora";

/// What is said, in which of the two conversations is said by whom: 0 is Ana, 1 Bob, 2 Cleo.
const GARDEN_LINES: [(usize, &str); 4] = [
    (0, "Bob, the key of the shed is under the \"third\" flowerpot 🌻"),
    (1, "Found it. The pump makes a noise like a goose, is that normal?"),
    (0, "Only on Saturdays. Kick it <gently> & it sings."),
    (1, "It sings. I am bringing the plum tree at half past nine."),
];
const PARTY_LINES: [(usize, &str); 5] = [
    (2, "Nobody tells Dora: the party is on the 14th, in the orchard of Ana"),
    (0, "I hide the lanterns in the beehive shed, she never goes there"),
    (1, "My part is the cake. Poppy seed, three storeys, no raisins"),
    (2, "And if she asks what we are whispering about: tax returns"),
    (0, "Tax returns it is. Дора ничего не узнает 🤫"),
];

/// Sent in clear on purpose: the search that does not find this proves nothing.
const CONTROL: &str = "This note is not encrypted: whoever runs a server can read about the goose pump";

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
    process::run(cargo(&["build", "--quiet", "-p", "alcove-server", "-p", "alcove-terminal"])).await?;
    let stage = Stage::start().await?;
    println!(
        "One server on SQLite is at https://{}, one on PostgreSQL at https://{}.",
        stage.one.domain, stage.two.domain
    );
    let people = stage.people().await?;
    let [ana, bob, cleo] = &people;

    let garden = ana.start(GARDEN, &[bob]).await?;
    bob.accept(&garden).await?;
    converse(&garden, GARDEN, &people[..2], &GARDEN_LINES).await?;
    let party = cleo.start(PARTY, &[ana, bob]).await?;
    ana.accept(&party).await?;
    bob.accept(&party).await?;
    converse(&party, PARTY, &people, &PARTY_LINES).await?;

    let client = Client { address: stage.one.address, root: &stage.authority.root };
    client.post_plain_note(&ana.name, &ana.password, &bob.handle, CONTROL).await?;
    println!("\nIn clear, on purpose, {} to {}: {CONTROL}", ana.handle, bob.handle);
    stage.search(&people).await
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

    /// Waits until the control has arrived, then searches everything.
    async fn search(&self, people: &[Person]) -> Result<()> {
        let lines = GARDEN_LINES.iter().chain(&PARTY_LINES).map(|(_, line)| (*line).to_owned());
        let passphrases = people.iter().map(|person| person.passphrase.clone());
        let titles = [GARDEN, PARTY].map(str::to_owned);
        let secrets = lines.chain(titles).chain(passphrases).collect::<Vec<_>>();
        let mut waited = Duration::ZERO;
        while !evidence::holds(&self.exhibits_of_two().await?, CONTROL) && waited < PATIENCE {
            time::sleep(PAUSE).await;
            waited += PAUSE;
        }
        let places =
            [("one", evidence::of_server("one", &self.one)?), ("two", self.exhibits_of_two().await?)];
        for (name, exhibits) in &places {
            let bytes = exhibits.iter().map(|exhibit| exhibit.bytes.len()).sum::<usize>();
            println!(
                "\nServer {name}: {} things, {bytes} bytes searched for {} secrets.",
                exhibits.len(),
                secrets.len()
            );
            for place in evidence::examine(exhibits, &secrets, CONTROL)? {
                println!("  the note in clear: {place}");
            }
        }
        println!("\nNothing else was found: neither server was ever told what the people wrote.");
        Ok(())
    }

    async fn exhibits_of_two(&self) -> Result<Vec<Exhibit>> {
        let mut exhibits = evidence::of_server("two", &self.two)?;
        exhibits.extend(evidence::of_postgresql("two", &self.postgres, "two").await?);
        Ok(exhibits)
    }
}

/// Holds a conversation, each line after the one before has arrived, and prints it once everybody has read the same.
async fn converse(name: &str, title: &str, people: &[Person], lines: &[(usize, &str)]) -> Result<()> {
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
