//! The sender as whoever drives sees it: a process that is told what to send, prepares it while nothing is measured, waits
//! for the word, and says how it went. Meanwhile the processor time of both sides is read. It ends when dropped.

use std::{collections::BTreeMap, process::Stdio, time::Duration};

use alcove_protocol::{ActorId, activity::create::ObjectId};
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    time,
};

use crate::{
    SENDER,
    error::{Error, Result, While},
    machine, tell,
};

/// How long signing in advance may take.
const PREPARATION: Duration = Duration::from_secs(120);
/// How long after its own limit the sender may still be silent.
const GRACE: Duration = Duration::from_secs(15);

/// What is to be sent, as one line of JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    /// Where to.
    pub server: std::net::SocketAddr,
    /// Connections, each with one request in flight.
    pub connections: usize,
    /// The most requests.
    pub count: usize,
    /// The most seconds; what is not sent by then stays unsent.
    pub seconds: u64,
    /// What kind of requests.
    pub work: Work,
}

/// Kinds of requests.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Work {
    /// Signed deliveries, every second one an MLS object, every other one a note.
    Deliver {
        /// In turn.
        recipients: Vec<ActorId>,
        /// Part of every id, so that no two runs share one.
        run: String,
    },
    /// The mixture of `mixed.rs`, signed.
    Mix {
        /// In turn.
        recipients: Vec<ActorId>,
        /// Posts of people here, to be liked and shared in turn.
        posts: Vec<ObjectId>,
        /// Part of every id.
        run: String,
    },
    /// Questions after these paths, in turn.
    Ask {
        /// With query.
        paths: Vec<String>,
        /// What every one of them is asked with, each line ended.
        headers: String,
    },
}

/// What the sender says when it is ready.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Ready {
    /// What the ids of its first author's activities begin with.
    pub origin: String,
    /// Bytes of one request, on average.
    pub bytes: usize,
    /// How many signatures one core made in a second; zero where there are none.
    pub signed: f64,
    /// How many requests one core reads and verifies in a second, without network or database.
    pub verified: f64,
}

/// How the sending went.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// Answers by status.
    pub answers: BTreeMap<u16, usize>,
    /// From the word to the last answer.
    pub seconds: f64,
    /// Half of the answers came within so many milliseconds.
    pub median: f64,
    /// Ninety-nine of a hundred did.
    pub slow: f64,
    /// What broke connections.
    pub failures: Vec<String>,
}

/// A sender that is ready.
pub struct Partner {
    process: Child,
    input: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    plan: Plan,
    /// What it said.
    pub ready: Ready,
}

/// What was measured from both sides.
pub struct Measured {
    /// As the sender saw it.
    pub outcome: Outcome,
    /// Cores that the other side took on average.
    pub server_cores: f64,
    /// Cores that the sender took.
    pub sender_cores: f64,
}

impl Partner {
    /// Starts a sender and lets it prepare.
    pub async fn prepare(plan: Plan) -> Result<Self> {
        let program = std::env::current_exe().while_("find this program")?;
        let mut command = Command::new(program);
        command.arg(SENDER).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn().while_("start the sender")?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(Error::new("start the sender", "it has no pipes"));
        };
        let lines = BufReader::new(output).lines();
        let mut partner = Self { process, input, lines, plan, ready: Ready::default() };
        let plan = serde_json::to_string(&partner.plan).while_("write a plan")?;
        partner.say(&plan).await?;
        let ready = partner.hear(PREPARATION).await?;
        partner.ready = serde_json::from_str(&ready).while_("understand the sender")?;
        Ok(partner)
    }

    /// Gives the word and waits for the end; `server` is the process that answers.
    pub async fn go(mut self, server: u32) -> Result<Measured> {
        let sender = self.process.id().ok_or_else(|| Error::new("look at the sender", "it has ended"))?;
        let before = (machine::processor_seconds(server)?, machine::processor_seconds(sender)?);
        self.say("go").await?;
        let said = self.hear(Duration::from_secs(self.plan.seconds) + GRACE).await?;
        let after = (machine::processor_seconds(server)?, machine::processor_seconds(sender)?);
        let outcome: Outcome = serde_json::from_str(&said).while_("understand the sender")?;
        let cores = |spent: f64| if outcome.seconds > 0.0 { spent / outcome.seconds } else { 0.0 };
        let (server_cores, sender_cores) = (cores(after.0 - before.0), cores(after.1 - before.1));
        // It ends once it has nothing more to read.
        drop(self.input);
        drop(time::timeout(GRACE, self.process.wait()).await);
        Ok(Measured { outcome, server_cores, sender_cores })
    }

    async fn say(&mut self, line: &str) -> Result<()> {
        let line = format!("{line}\n");
        self.input.write_all(line.as_bytes()).await.while_("speak to the sender (its own words stand above)")
    }

    async fn hear(&mut self, patience: Duration) -> Result<String> {
        let heard = time::timeout(patience, self.lines.next_line()).await.while_("wait for the sender")?;
        let ended = || Error::new("hear the sender", "it ended; its own words stand above");
        heard.while_("hear the sender")?.ok_or_else(ended)
    }
}

impl Measured {
    /// How many requests were answered with this status.
    pub fn answered(&self, status: u16) -> usize {
        self.outcome.answers.get(&status).copied().unwrap_or_default()
    }

    /// The same in a second.
    pub fn rate(&self, status: u16) -> f64 {
        let count = u32::try_from(self.answered(status)).unwrap_or(u32::MAX);
        if self.outcome.seconds > 0.0 { f64::from(count) / self.outcome.seconds } else { 0.0 }
    }

    /// Tells times and shares, and whatever was not answered as it should be.
    pub fn tell(&self, expected: u16) {
        let Outcome { median, slow, answers, failures, .. } = &self.outcome;
        tell("  time to answer", &format!("median {median:.2} ms, 99 of 100 within {slow:.2} ms"));
        let both = self.server_cores + self.sender_cores;
        let share = if both > 0.0 { 100.0 * self.sender_cores / both } else { 0.0 };
        let (server, sender) = (self.server_cores, self.sender_cores);
        tell(
            "  processor",
            &format!("server {server:.2} cores, sender {sender:.2}: {share:.0} % is the sender's"),
        );
        let others: Vec<String> = answers
            .iter()
            .filter(|(status, _)| **status != expected)
            .map(|(status, count)| format!("{count} times {status}"))
            .collect();
        if !others.is_empty() {
            tell("  ANSWERED OTHERWISE", &others.join(", "));
        }
        if !failures.is_empty() {
            tell("  BROKEN CONNECTIONS", &format!("{}, first: {}", failures.len(), failures[0]));
        }
    }
}
