//! A small Fediverse in memory: servers, accounts, machines with devices, and a network between the servers that can lose,
//! repeat, reorder and be cut. Everything that happens is decided by one seeded generator, and time is a number; only the
//! keys that OpenMLS draws for itself differ between two runs of a seed. Shared by the test programs beside it.

pub mod host;
mod network;
pub mod sequencer;
pub mod server;

use std::collections::{BTreeMap, BTreeSet};

use alcove_client::{Call, Command, Content, Error, Event, Outcome, Request};
use alcove_protocol::{ActorId, GroupId, Timestamp};
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::Value;

use host::{Host, Kill};
use server::{Account, Server};

/// The number of a machine.
pub type HostId = usize;

/// An activity on its way between two servers.
#[derive(Clone)]
pub struct Delivery {
    pub from: String,
    pub to: ActorId,
    pub activity: Value,
}

/// How often things go wrong, of 100.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trouble {
    pub lost_request: u32,
    pub lost_answer: u32,
    pub lost_delivery: u32,
    pub repeated: u32,
    pub reordered: u32,
    pub killed: u32,
}

/// How often things went wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub conflicts: u64,
    pub stale: u64,
    pub lost_requests: u64,
    pub lost_answers: u64,
    pub lost_wins: u64,
    pub lost_deliveries: u64,
    pub repeats: u64,
    pub reorders: u64,
    pub kills: u64,
}

impl Counts {
    /// Adds those of another run.
    pub fn add(&mut self, other: &Self) {
        self.conflicts += other.conflicts;
        self.stale += other.stale;
        self.lost_requests += other.lost_requests;
        self.lost_answers += other.lost_answers;
        self.lost_wins += other.lost_wins;
        self.lost_deliveries += other.lost_deliveries;
        self.repeats += other.repeats;
        self.reorders += other.reorders;
        self.kills += other.kills;
    }

    /// A simulator in which nothing goes wrong proves nothing.
    pub fn none_is_zero(&self) {
        let all = [self.conflicts, self.stale, self.lost_requests, self.lost_answers, self.lost_wins];
        let more = [self.lost_deliveries, self.repeats, self.reorders, self.kills];
        assert!(all.iter().chain(&more).all(|count| *count > 0), "{self:?}");
    }
}

/// Servers, machines, and what is on its way.
#[derive(Clone)]
pub struct World {
    pub now: Timestamp,
    pub rng: StdRng,
    pub servers: BTreeMap<String, Server>,
    pub hosts: Vec<Host>,
    pub on_the_way: Vec<Delivery>,
    /// Servers that reach nobody and that nobody reaches.
    pub cut_off: BTreeSet<String>,
    pub trouble: Trouble,
    pub counts: Counts,
}

impl World {
    /// A world with these servers, at the present time: OpenMLS judges lifetimes by the clock of the machine.
    pub fn new(seed: u64, origins: &[&str]) -> Self {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        Self {
            now: Timestamp(i64::try_from(since.as_millis()).unwrap()),
            rng: StdRng::seed_from_u64(seed),
            servers: origins.iter().map(|origin| ((*origin).to_owned(), Server::new(origin))).collect(),
            hosts: Vec::new(),
            on_the_way: Vec::new(),
            cut_off: BTreeSet::new(),
            trouble: Trouble::default(),
            counts: Counts::default(),
        }
    }

    /// An account without devices.
    pub fn sign_up(&mut self, origin: &str, name: &str) -> ActorId {
        let actor = ActorId::parse(&format!("{origin}/users/{name}")).unwrap();
        self.server_of(&actor).accounts.insert(actor.clone(), Account::default());
        actor
    }

    /// A new device of an account, registered and, if it is the first, with its key package published.
    pub fn install(&mut self, actor: &ActorId) -> HostId {
        let title = format!("device {}", self.hosts.len());
        let host = Host::install(actor, &title, self.now, &mut self.rng);
        self.hosts.push(host);
        self.settle();
        self.hosts.len() - 1
    }

    /// Approves a second device by the six digits and a yes on the new one (ENCRYPTION.md 1.4).
    pub fn approve(&mut self, old: HostId, new: HostId) {
        self.command(old, Command::LookForPairings).unwrap();
        self.settle();
        let name = self.seen(old, |event| match event {
            Event::PairingWaiting { name, .. } => Some(name.clone()),
            _ => None,
        });
        self.command(old, Command::ApprovePairing { name: name.clone() }).unwrap();
        self.settle();
        let digits = self.seen(new, |event| match event {
            Event::PairingDigits { digits } => Some(digits.clone()),
            _ => None,
        });
        self.command(old, Command::ConfirmPairing { name: name.clone(), digits }).unwrap();
        self.settle();
        self.command(new, Command::AcceptPairing { name }).unwrap();
        self.settle();
    }

    /// The newest event that fits.
    pub fn seen<T>(&self, host: HostId, pick: impl Fn(&Event) -> Option<T>) -> T {
        self.hosts[host].shown.iter().rev().find_map(pick).unwrap()
    }

    /// Starts a conversation and waits until everybody is in it and has accepted.
    pub fn start(&mut self, host: HostId, people: &[&ActorId]) -> GroupId {
        let people = people.iter().map(|actor| (*actor).clone()).collect();
        self.command(host, Command::StartConversation { people, name: None }).unwrap();
        self.settle();
        let group = self.seen(host, |event| match event {
            Event::ConversationStarted { conversation } => Some(conversation.clone()),
            _ => None,
        });
        self.accept_requests();
        group
    }

    /// Everybody accepts what waits for them.
    pub fn accept_requests(&mut self) {
        for host in 0..self.hosts.len() {
            for view in self.hosts[host].device.conversations().unwrap() {
                if view.standing == alcove_client::Standing::Request {
                    self.command(host, Command::Accept { conversation: view.group }).unwrap();
                }
            }
        }
        self.settle();
    }

    /// A person's order, carried out at once as far as the device goes.
    pub fn command(&mut self, host: HostId, command: Command) -> Result<(), Error> {
        let step = self.hosts[host].device.command(command, self.now, &mut self.rng);
        self.hosts[host].carry_out_all(step)
    }

    /// Writes a text.
    pub fn say(&mut self, host: HostId, group: &GroupId, text: &str) {
        let (conversation, content) = (group.clone(), Content::text(text));
        self.command(host, Command::Send { conversation, content }).unwrap();
    }

    /// Lets everything happen that is to happen, with a whole network, until three quiet spells of twenty seconds.
    pub fn settle(&mut self) {
        let trouble = std::mem::take(&mut self.trouble);
        self.cut_off.clear();
        let mut quiet = 0;
        for _ in 0..400 {
            let busy = self.deliver_everything() | self.everybody_works();
            quiet = if busy { 0 } else { quiet + 1 };
            if quiet == 3 {
                break;
            }
            self.now = self.now.plus(if busy { 500 } else { 20_000 });
            for host in 0..self.hosts.len() {
                self.tick(host);
            }
        }
        assert_eq!(quiet, 3, "it never comes to rest");
        self.trouble = trouble;
    }

    fn everybody_works(&mut self) -> bool {
        let mut busy = false;
        for host in 0..self.hosts.len() {
            while let Some(request) = self.hosts[host].calls.front() {
                // A device that waits for its approval asks every two seconds.
                busy |= request.call != Call::FetchPairings;
                self.make_call(host);
            }
            busy |= self.fetch(host);
        }
        busy
    }

    /// Time passes on a machine.
    pub fn tick(&mut self, host: HostId) {
        let step = self.hosts[host].device.tick(self.now, &mut self.rng).unwrap();
        self.hosts[host].carry_out(step);
    }

    /// Makes the oldest call of a machine and hands its answer over, unless something is lost on the way.
    pub fn make_call(&mut self, host: HostId) {
        let Some(Request { id, call }) = self.hosts[host].calls.pop_front() else { return };
        let outcome = if self.happens(self.trouble.lost_request) {
            self.counts.lost_requests += 1;
            Outcome::Unknown
        } else {
            self.perform(host, &call)
        };
        let outcome = if self.happens(self.trouble.lost_answer) {
            self.counts.lost_answers += 1;
            let won = matches!(outcome, Outcome::Accepted(alcove_client::Answer::Commit(_)));
            self.counts.lost_wins += u64::from(won);
            Outcome::Unknown
        } else {
            outcome
        };
        if is_no_answer(&outcome) {
            // A host makes the call again later, unless it does not matter any more.
            let known = self.hosts[host].device.resend().unwrap().iter().any(|request| request.id == id);
            if known {
                self.hosts[host].calls.push_back(Request { id, call });
            }
        }
        let step = self.hosts[host].device.answer(id, outcome, self.now, &mut self.rng).unwrap();
        self.carry_out(host, step);
    }

    /// Reads the mailbox of a machine's account to its end. Says whether there was anything.
    pub fn fetch(&mut self, host: HostId) -> bool {
        let mut busy = false;
        loop {
            let device = &self.hosts[host].device;
            let (actor, cursor) = (device.actor().clone(), device.cursor());
            let items =
                self.server_of(&actor).account(&actor).after(cursor.map_or(0, |cursor| cursor.position));
            if items.items.is_empty() {
                return busy;
            }
            busy = true;
            let step = self.hosts[host].device.receive(&items, self.now, &mut self.rng).unwrap();
            self.carry_out(host, step);
        }
    }

    /// Carries out a step, or is killed on the way and starts again. Says whether the step was saved.
    pub fn carry_out(&mut self, host: HostId, step: alcove_client::Step) -> bool {
        if !self.happens(self.trouble.killed) {
            self.hosts[host].carry_out(step);
            return true;
        }
        self.counts.kills += 1;
        let kill = [Kill::BeforeSave, Kill::AfterSave, Kill::AfterSend][self.rng.gen_range(0..3)];
        for request in self.hosts[host].carry_out_and_die(step, kill) {
            // The call arrives; nobody is there to read the answer.
            drop(self.perform(host, &request.call));
        }
        kill != Kill::BeforeSave
    }

    /// Whether something happens that happens so often of 100.
    pub fn happens(&mut self, of_hundred: u32) -> bool {
        of_hundred > 0 && self.rng.gen_range(0..100) < of_hundred
    }

    /// The server of an actor.
    pub fn server_of(&mut self, actor: &ActorId) -> &mut Server {
        self.servers.get_mut(actor.origin().as_str()).unwrap()
    }
}

/// What a device takes as no answer: it may or may not have been taken.
fn is_no_answer(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Unknown | Outcome::NotMade => true,
        Outcome::Refused(problem) => problem.status >= 500,
        Outcome::Accepted(_) => false,
    }
}
