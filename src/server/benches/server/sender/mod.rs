//! The process that sends: it reads a [`Plan`], prepares every request as bytes, says that it is ready, waits for the word,
//! sends, and says how it went. On one thread while it is measured, so that it takes one core at most; what it costs is
//! read from outside. Not a federated server: it has authors with keys (`authors.rs`) and nothing else.

mod authors;
mod flight;
mod letters;
mod messages;
mod mixture;

use std::{net::SocketAddr, time::Duration};

use alcove_protocol::ActorId;
use serde::Serialize;
use tokio::io::{AsyncBufReadExt, BufReader, Lines, Stdin};

use crate::{
    error::{Error, Result, While},
    http, mixed,
    partner::{Plan, Ready, Work},
};
use authors::Authors;
use flight::Requests;
use letters::Draft;
use mixture::Mixture;

/// How many authors write messages.
const AUTHORS: usize = 4;

/// What the process does.
pub async fn run() -> Result<()> {
    let mut input = BufReader::new(tokio::io::stdin()).lines();
    let plan: Plan = serde_json::from_str(&hear(&mut input).await?).while_("understand the plan")?;
    let (requests, ready) = prepare(&plan).await?;
    say(&ready)?;
    if hear(&mut input).await? != "go" {
        return Err(Error::new("send", "expected the word `go`"));
    }
    say(&flight::fly(plan.server, plan.connections, requests).await?)?;
    // Whoever started us still reads what this process has cost.
    drop(input.next_line().await);
    Ok(())
}

async fn prepare(plan: &Plan) -> Result<(Requests, Ready)> {
    let (list, mut ready) = match &plan.work {
        Work::Ask { paths, headers } => {
            (paths.iter().map(|path| http::get(plan.server, path, headers)).collect(), Ready::default())
        }
        Work::Deliver { recipients, run } => {
            let authors = acquainted(1, AUTHORS, recipients, plan.server).await?;
            let now = letters::now()?;
            letters::write_all(&authors, plan.count, |number| {
                messages::draft(&authors, recipients, run, number, now)
            })?
        }
        Work::Mix { recipients, posts, run } => {
            let authors = acquainted(mixed::SERVERS, mixed::AUTHORS_OF_EACH, recipients, plan.server).await?;
            let mixture = Mixture { authors: &authors, recipients, posts, run, now: letters::now()? };
            letters::write_all(&authors, plan.count, |number| mixture.draft(number))?
        }
    };
    let bytes: usize = list.iter().map(Vec::len).sum();
    ready.bytes = bytes.checked_div(list.len()).ok_or_else(|| Error::new("prepare", "nothing to send"))?;
    Ok((Requests { list, count: plan.count, limit: Duration::from_secs(plan.seconds) }, ready))
}

/// Authors who have written once already: the server fetches every key once, and that is not what is measured.
async fn acquainted(
    servers: usize,
    of_each: usize,
    recipients: &[ActorId],
    server: SocketAddr,
) -> Result<Authors> {
    let authors = Authors::open(servers, of_each).await?;
    let recipient = recipients.first().ok_or_else(|| Error::new("write", "nobody is there to get it"))?;
    for (number, author) in authors.list.iter().enumerate() {
        let document = messages::plain(author, recipient, &format!("first-{number}"), letters::now()?)?;
        letters::introduce(&Draft { author, recipient, document }, server).await?;
    }
    Ok(authors)
}

async fn hear(input: &mut Lines<BufReader<Stdin>>) -> Result<String> {
    let line = input.next_line().await.while_("read what to do")?;
    line.ok_or_else(|| Error::new("read what to do", "whoever started the sender has gone"))
}

fn say(what: &impl Serialize) -> Result<()> {
    println!("{}", serde_json::to_string(what).while_("write down what happened")?);
    Ok(())
}
