//! Promise P3: a hundred random steps with `mls-rs`, two hundred seeds; after every step the epoch authenticator is the
//! same on our device and on every member that uses the other library.

use alcove_client::{Command, Standing};
use alcove_protocol::{ActorId, GroupId, time::SECOND};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};

use crate::interop::meeting::{ANA, Meeting, emissaries, note};

const STEPS: usize = 100;
const SEEDS: u64 = 25;

struct Walk {
    meeting: Meeting,
    group: GroupId,
    rng: StdRng,
    commits: [u32; 2],
}

impl Walk {
    fn new(seed: u64) -> Self {
        let mut meeting = Meeting::new(emissaries(&["bo", "cy", "cy", "di"]));
        let group = meeting.ana_starts(&[0, 1, 2]);
        meeting.publish(3);
        Self { meeting, group, rng: StdRng::seed_from_u64(seed), commits: [0; 2] }
    }

    /// The guests that are members now.
    fn inside(&self) -> Vec<usize> {
        let view = self.meeting.view(&self.group);
        let present = |guest: &usize| {
            let client = &self.meeting.guests[*guest].client;
            client.is_in(&self.group) && client.epoch(&self.group) == view.epoch
        };
        let guests = (0..self.meeting.guests.len()).filter(present).collect::<Vec<_>>();
        assert_eq!(guests.len() + 1, view.leaves.len(), "every leaf is Ana's or a guest's");
        guests
    }

    fn step(&mut self) {
        match self.rng.gen_range(0..10) {
            0..2 => self.ana_commits(),
            2..7 => self.guest_commits(),
            _ => self.somebody_writes(),
        }
        let inside = self.inside();
        self.meeting.agree(&self.group, &inside);
    }

    /// Somebody who is in the group, or somebody who is not.
    fn person(&mut self, inside: bool) -> Option<ActorId> {
        let people = self.meeting.view(&self.group).people;
        let mut guests: Vec<ActorId> = (0..4).map(|guest| self.meeting.actor(guest)).collect();
        guests.retain(|actor| people.contains(actor) == inside);
        guests.choose(&mut self.rng).cloned()
    }

    fn ana_commits(&mut self) {
        let add = self.rng.gen_bool(0.6);
        let Some(actor) = self.person(!add) else { return };
        let conversation = self.group.clone();
        let command = match add {
            true => {
                self.publish_for(&actor);
                Command::Add { conversation, actor }
            }
            false => Command::Remove { conversation, actor },
        };
        let before = self.meeting.view(&self.group).epoch;
        self.meeting.world.command(ANA, command).unwrap();
        self.run_ana();
        assert_eq!(self.meeting.view(&self.group).epoch, before + 1, "one commit");
        self.everybody_reads();
        self.commits[0] += 1;
    }

    /// Fresh packages for somebody's devices: `mls-rs` uses each of its own once.
    fn publish_for(&mut self, actor: &ActorId) {
        self.meeting.world.server_of(actor).account(actor).foreign_packages.clear();
        for guest in 0..self.meeting.guests.len() {
            if self.meeting.actor(guest) == *actor {
                self.meeting.publish(guest);
            }
        }
    }

    /// Ana's device works until its commit is merged: in a mixed group that takes a while.
    fn run_ana(&mut self) {
        for seconds in [0, 3, 3, 11, 0] {
            self.meeting.world.now = self.meeting.world.now.plus(seconds * SECOND);
            self.meeting.world.tick(ANA);
            while !self.meeting.world.hosts[ANA].calls.is_empty() {
                self.meeting.world.make_call(ANA);
            }
            self.meeting.world.fetch(ANA);
        }
    }

    fn guest_commits(&mut self) {
        let Some(guest) = self.inside().choose(&mut self.rng).copied() else { return };
        let group = self.group.clone();
        let own = self.meeting.actor(guest);
        let client = &mut self.meeting.guests[guest].client;
        let (staged, newcomers) = match self.rng.gen_range(0..4) {
            0 => match self.removable(guest) {
                Some(leaf) => {
                    (self.meeting.guests[guest].client.remove(&group, &[leaf]).unwrap(), Vec::new())
                }
                None => return,
            },
            1 => match self.person(false) {
                Some(actor) => {
                    let packages = self.packages_of(&actor);
                    (self.meeting.guests[guest].client.add(&group, &packages).unwrap(), vec![actor])
                }
                None => return,
            },
            _ => (client.update(&group).unwrap(), Vec::new()),
        };
        assert!(!newcomers.contains(&own));
        self.meeting.commit(guest, &group, &staged, &newcomers);
        self.everybody_reads();
        self.commits[1] += 1;
    }

    /// A leaf that is neither the guest's own nor Ana's.
    fn removable(&mut self, guest: usize) -> Option<u32> {
        let (own, ana) = (self.meeting.actor(guest), self.meeting.ana());
        let roster = self.meeting.guests[guest].client.roster(&self.group);
        let others: Vec<u32> = roster
            .into_iter()
            .filter(|(_, actor)| *actor != own && *actor != ana)
            .map(|(leaf, _)| leaf)
            .collect();
        others.choose(&mut self.rng).copied()
    }

    fn packages_of(&mut self, actor: &ActorId) -> Vec<Vec<u8>> {
        let devices = self.meeting.guests.iter_mut().filter(|guest| guest.client.actor() == actor);
        devices.map(|guest| guest.client.key_package()).collect()
    }

    fn everybody_reads(&mut self) {
        self.meeting.world.deliver_everything();
        self.meeting.world.fetch(ANA);
        for guest in 0..self.meeting.guests.len() {
            self.meeting.read(guest, &self.group);
        }
    }

    fn somebody_writes(&mut self) {
        let before = self.meeting.world.hosts[ANA].texts(&self.group).len();
        match self.inside().choose(&mut self.rng).copied() {
            Some(guest) if self.rng.gen_bool(0.5) => {
                let id = format!("urn:uuid:{}", self.rng.gen_range(0..u64::MAX));
                let inner = note(&self.meeting.actor(guest), &id, "words");
                self.meeting.write(guest, &self.group, &inner);
            }
            _ => self.meeting.world.say(ANA, &self.group, "words"),
        }
        while !self.meeting.world.hosts[ANA].calls.is_empty() {
            self.meeting.world.make_call(ANA);
        }
        self.everybody_reads();
        assert_eq!(self.meeting.world.hosts[ANA].texts(&self.group).len(), before + 1);
    }
}

fn walk(seed: u64) -> [u32; 2] {
    let mut walk = Walk::new(seed);
    for _ in 0..STEPS {
        walk.step();
    }
    assert_eq!(walk.meeting.view(&walk.group).standing, Standing::Active);
    walk.commits
}

fn seeds(part: u64) {
    let mut commits = [0; 2];
    for seed in part * SEEDS..(part + 1) * SEEDS {
        let [ours, theirs] = walk(seed);
        commits = [commits[0] + ours, commits[1] + theirs];
    }
    println!(
        "seeds {} to {}: {} commits of ours, {} of theirs",
        part * SEEDS,
        (part + 1) * SEEDS - 1,
        commits[0],
        commits[1]
    );
    assert!(commits.iter().all(|count| *count > 0));
}

#[test]
fn seeds_0() {
    seeds(0);
}

#[test]
fn seeds_25() {
    seeds(1);
}

#[test]
fn seeds_50() {
    seeds(2);
}

#[test]
fn seeds_75() {
    seeds(3);
}

#[test]
fn seeds_100() {
    seeds(4);
}

#[test]
fn seeds_125() {
    seeds(5);
}

#[test]
fn seeds_150() {
    seeds(6);
}

#[test]
fn seeds_175() {
    seeds(7);
}
