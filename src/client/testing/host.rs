//! A host for one device: a disk that is a map, a queue of calls, and what was shown. It performs each step in order and
//! can be killed at every point of it.

use std::collections::{BTreeMap, VecDeque};

use alcove_protocol::{ActorId, GroupId, Timestamp};
use rand::{SeedableRng, rngs::StdRng};

use super::service::Service;
use crate::{
    Command, Content, Device, Error, Event, Message, Outcome, Request, Step,
    record::{is_cold, message_prefix},
};

/// Where in a step the process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// The step was made and nothing of it was saved.
    BeforeSave,
    /// The step was saved and nothing was sent or shown.
    AfterSave,
    /// A call was made and its answer was lost.
    AfterSend,
}

/// One death.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kill {
    /// Before this many more steps, or calls for [`Point::AfterSend`], have been made.
    pub countdown: usize,
    /// Where in the step.
    pub point: Point,
}

/// A device and what surrounds it.
pub struct Host {
    /// The device.
    pub device: Device,
    /// What was saved.
    pub disk: BTreeMap<String, Vec<u8>>,
    /// Calls to be made.
    pub calls: VecDeque<Request>,
    /// Everything that was shown.
    pub shown: Vec<Event>,
    /// The device's randomness.
    pub rng: StdRng,
    /// The death that is planned.
    pub kill: Option<Kill>,
    /// How often it died before a save: what it was told then it has to be told again.
    pub forgot: usize,
}

impl Host {
    /// A new device of an actor.
    pub fn new(actor: ActorId, title: &str, seed: u64, now: Timestamp) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let (device, step) = Device::create(actor, title, &[0; 32], now, &mut rng).unwrap();
        let mut host = Self {
            device,
            disk: BTreeMap::new(),
            calls: VecDeque::new(),
            shown: Vec::new(),
            rng,
            kill: None,
            forgot: 0,
        };
        host.run(step);
        host
    }

    /// Performs a step: save, send, show.
    pub fn run(&mut self, step: Step) {
        match self.dies(|point| point != Point::AfterSend) {
            Some(Point::BeforeSave) => {
                self.forgot += 1;
                return self.restart();
            }
            Some(_) => {
                self.save(&step);
                return self.restart();
            }
            None => self.save(&step),
        }
        self.calls.extend(step.send);
        self.shown.extend(step.show);
    }

    /// Counts down to the planned death.
    fn dies(&mut self, here: impl Fn(Point) -> bool) -> Option<Point> {
        let kill = self.kill.as_mut().filter(|kill| here(kill.point))?;
        if kill.countdown > 0 {
            kill.countdown -= 1;
            return None;
        }
        self.kill.take().map(|kill| kill.point)
    }

    /// Only the first part of a step.
    pub fn save(&mut self, step: &Step) {
        for key in &step.save.delete {
            self.disk.remove(key);
        }
        for (key, bytes) in &step.save.put {
            self.disk.insert(key.clone(), bytes.clone());
        }
    }

    /// The process dies and starts again: only the disk is left.
    pub fn restart(&mut self) {
        let hot = self.disk.iter().filter(|(key, _)| !is_cold(key));
        self.device = Device::open(hot.map(|(key, bytes)| (key.clone(), bytes.clone()))).unwrap();
        self.calls = self.device.resend().unwrap().into();
    }

    /// A person's command.
    pub fn command(&mut self, command: Command, now: Timestamp) -> Result<(), Error> {
        let step = self.device.command(command, now, &mut self.rng)?;
        self.run(step);
        Ok(())
    }

    /// Makes the oldest call; says whether there was one.
    pub fn make_call(&mut self, service: &mut Service, now: Timestamp) -> bool {
        let Some(request) = self.calls.pop_front() else { return false };
        let outcome = self.ask(&request, service, now);
        if self.dies(|point| point == Point::AfterSend).is_some() {
            self.restart();
            return true;
        }
        self.answer(&request, outcome, now);
        true
    }

    /// What the service says to a call; the device does not hear it.
    pub fn ask(&self, request: &Request, service: &mut Service, now: Timestamp) -> Outcome {
        service.perform(self.device.actor(), self.device.id(), &request.call, now)
    }

    /// The device hears an answer.
    pub fn answer(&mut self, request: &Request, outcome: Outcome, now: Timestamp) {
        let step = self.device.answer(request.id, outcome, now, &mut self.rng).unwrap();
        self.run(step);
    }

    /// Takes what arrived; says whether there was anything.
    pub fn receive(&mut self, service: &Service, now: Timestamp) -> bool {
        let after = self.device.cursor().map_or(0, |cursor| cursor.position);
        let items = service.items(self.device.actor(), after);
        if items.items.is_empty() {
            return false;
        }
        let step = self.device.receive(&items, now, &mut self.rng).unwrap();
        self.run(step);
        true
    }

    /// Time passes.
    pub fn tick(&mut self, now: Timestamp) {
        let step = self.device.tick(now, &mut self.rng).unwrap();
        self.run(step);
    }

    /// The history of a conversation, read from the disk.
    pub fn history(&self, group: &GroupId) -> Vec<Message> {
        let prefix = message_prefix(group);
        let records = self.disk.range(prefix.clone()..).take_while(|(key, _)| key.starts_with(&prefix));
        records.map(|(key, bytes)| Message::from_record(key, bytes).unwrap()).collect()
    }

    /// The texts of a conversation, in order.
    pub fn texts(&self, group: &GroupId) -> Vec<String> {
        let text = |message: Message| match message.content {
            Content::Text { text, .. } => Some(text),
            _ => None,
        };
        self.history(group).into_iter().filter_map(text).collect()
    }
}
