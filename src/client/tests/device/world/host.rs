//! The machine that a device runs on: a disk, a queue of calls, a screen. It can be killed at every point between them.
//! Not a network: whoever drives it carries the calls.

use std::collections::{BTreeMap, VecDeque};

use alcove_client::{Batch, Content, Device, Error, Event, Message, Request, Step, record};
use alcove_protocol::{ActorId, GroupId, Timestamp};
use rand::rngs::StdRng;

/// Where a host is killed while it carries out a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kill {
    /// Nothing of the step was saved.
    BeforeSave,
    /// It was saved; nothing was sent.
    AfterSave,
    /// It was sent; no answer was read and nothing was shown.
    AfterSend,
}

/// A device on its machine.
pub struct Host {
    pub device: Device,
    disk: BTreeMap<String, Vec<u8>>,
    /// Calls to be made, in order.
    pub calls: VecDeque<Request>,
    /// Everything that was ever shown.
    pub shown: Vec<Event>,
}

impl Clone for Host {
    fn clone(&self) -> Self {
        let mut clone = Self {
            device: Device::open(self.disk.clone()).unwrap(),
            disk: self.disk.clone(),
            calls: VecDeque::new(),
            shown: self.shown.clone(),
        };
        clone.calls = self.calls.clone();
        clone
    }
}

impl Host {
    /// Installs a new device of an account.
    pub fn install(actor: &ActorId, title: &str, now: Timestamp, rng: &mut StdRng) -> Self {
        let (device, step) = Device::create(actor.clone(), title, &[0; 32], now, rng).unwrap();
        let mut host = Self { device, disk: BTreeMap::new(), calls: VecDeque::new(), shown: Vec::new() };
        host.carry_out(step);
        host
    }

    /// Saves, queues what is to be sent, shows.
    pub fn carry_out(&mut self, step: Step) {
        self.save(step.save);
        self.calls.extend(step.send);
        self.shown.extend(step.show);
    }

    /// Carries out a step as far as the kill lets it, and starts again from the disk. After `AfterSend` the calls of the
    /// step are handed back: they reached the server, their answers did not come back.
    pub fn carry_out_and_die(&mut self, step: Step, kill: Kill) -> Vec<Request> {
        if kill != Kill::BeforeSave {
            self.save(step.save);
        }
        self.restart();
        if kill == Kill::AfterSend { step.send } else { Vec::new() }
    }

    /// Starts again from the disk: promise P15.
    pub fn restart(&mut self) {
        self.device = Device::open(self.disk.clone()).unwrap();
        self.calls = self.device.resend().unwrap().into();
    }

    fn save(&mut self, batch: Batch) {
        for key in batch.delete {
            self.disk.remove(&key);
        }
        self.disk.extend(batch.put);
    }

    /// Hands a result over: an error must have changed nothing, so there is nothing to save.
    pub fn carry_out_all(&mut self, step: Result<Step, Error>) -> Result<(), Error> {
        self.carry_out(step?);
        Ok(())
    }

    /// The stored messages of a conversation in order of arrival: what a person who scrolls back reads, without what was done
    /// and not said.
    pub fn history(&self, group: &GroupId) -> Vec<Message> {
        self.stored(&record::message_prefix(group)).filter(|message| !is_happening(message)).collect()
    }

    /// Where a message stood in the mailbox: what happens on a device takes numbers as well.
    pub fn place_in_mailbox(&self, position: i64) -> i64 {
        let earlier = |message: &Message| is_happening(message) && message.position < position;
        position - self.stored("message/").filter(earlier).count() as i64
    }

    fn stored(&self, prefix: &str) -> impl Iterator<Item = Message> {
        let records =
            self.disk.range(prefix.to_owned()..).take_while(move |(key, _)| key.starts_with(prefix));
        records.map(|(key, bytes)| Message::from_record(key, bytes).unwrap())
    }

    /// The texts of a conversation in order of arrival.
    pub fn texts(&self, group: &GroupId) -> Vec<String> {
        let text = |message: Message| match message.content {
            Content::Text { text, .. } => Some(text),
            _ => None,
        };
        self.history(group).into_iter().filter_map(text).collect()
    }

    /// The bytes on the disk, for a look at what is kept.
    pub fn disk(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.disk
    }
}

fn is_happening(message: &Message) -> bool {
    matches!(message.content, Content::Happened(_))
}
