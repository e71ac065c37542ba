//! Runs the steps of one device of a world and counts what they cost: the device's own time, the bytes that it hands over
//! to be saved and to be sent. The time of the server in memory and of the other devices does not count.

use std::time::{Duration, Instant};

use alcove_client::{
    Call, Command, Outcome, Step,
    testing::{Host, World},
};

use crate::Result;

/// What steps cost, added up.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Steps.
    pub steps: usize,
    /// The device's own time.
    pub time: Duration,
    /// Records written.
    pub written: usize,
    /// Records deleted.
    pub deleted: usize,
    /// Bytes written, keys and values.
    pub bytes: usize,
    /// Commits posted.
    pub commits: usize,
    /// MLS bytes posted: commits, Welcomes and messages.
    pub posted: usize,
}

impl Cost {
    /// Gives a command to a device and performs the step.
    pub fn command(&mut self, world: &mut World, host: usize, command: Command) -> Result<()> {
        let World { hosts, now, .. } = world;
        let host = &mut hosts[host];
        let began = Instant::now();
        let step = host.device.command(command, *now, &mut host.rng)?;
        self.count(began.elapsed(), &step);
        host.run(step);
        Ok(())
    }

    /// Makes the oldest call of a device and hands it the answer; says whether there was one.
    pub fn call(&mut self, world: &mut World, host: usize) -> Result<bool> {
        let World { hosts, service, now, .. } = world;
        let host = &mut hosts[host];
        let Some(request) = host.calls.pop_front() else { return Ok(false) };
        self.count_call(&request.call);
        let outcome = host.ask(&request, service, *now);
        if let Outcome::Refused(problem) = &outcome {
            return Err(format!("the server in memory refused a call: {problem:?}").into());
        }
        let began = Instant::now();
        let step = host.device.answer(request.id, outcome, *now, &mut host.rng)?;
        self.count(began.elapsed(), &step);
        host.run(step);
        Ok(true)
    }

    /// Lets a device take the next page of what arrived; how many items that were.
    pub fn receive(&mut self, world: &mut World, host: usize) -> Result<usize> {
        let World { hosts, service, now, .. } = world;
        let host: &mut Host = &mut hosts[host];
        let after = host.device.cursor().map_or(0, |cursor| cursor.position);
        let items = service.items(host.device.actor(), after);
        if items.items.is_empty() {
            return Ok(0);
        }
        let began = Instant::now();
        let step = host.device.receive(&items, *now, &mut host.rng)?;
        self.count(began.elapsed(), &step);
        host.run(step);
        Ok(items.items.len())
    }

    fn count(&mut self, time: Duration, step: &Step) {
        self.steps += 1;
        self.time += time;
        self.written += step.save.put.len();
        self.deleted += step.save.delete.len();
        self.bytes += step.save.put.iter().map(|(key, bytes)| key.len() + bytes.len()).sum::<usize>();
    }

    fn count_call(&mut self, call: &Call) {
        match call {
            Call::PostCommit(new) => {
                self.commits += 1;
                self.posted += new.commit.content.len();
                self.posted += new.welcomes.iter().map(|welcome| welcome.content.len()).sum::<usize>();
            }
            Call::PostMessage(outgoing) => self.posted += outgoing.content.len(),
            _ => {}
        }
    }
}

/// Forgets what only a test wants to look at later, so that many messages fit into memory: what was shown, and the bodies
/// in mailboxes that have been taken, and what was handed over. Places in mailboxes stay, because positions are counted.
pub fn forget(world: &mut World) {
    world.hosts.iter_mut().for_each(|host| host.shown.clear());
    world.service.handed_over.clear();
    for mailbox in world.service.mailboxes.values_mut() {
        let taken = mailbox.iter_mut().rev().take_while(|item| !item.activity.is_null());
        taken.for_each(|item| item.activity = serde_json::Value::Null);
    }
}
