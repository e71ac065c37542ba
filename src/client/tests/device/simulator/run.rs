//! One seed: sixty steps, then rest, then the judgement of `oracle`. Whatever happens is drawn from the seed.

use alcove_client::{Command, Content, ConversationView, Standing};
use alcove_protocol::{ActorId, GroupId};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};

use crate::{
    simulator::oracle::Oracle,
    world::{Counts, HostId, Trouble, World},
};

const STEPS: usize = 60;
const SERVERS: [&str; 3] = ["https://one.example", "https://two.example", "https://three.example"];

/// Where every seed begins: four people, six devices, and a conversation of three of them.
pub struct Ground {
    world: World,
    people: Vec<ActorId>,
    group: GroupId,
}

impl Ground {
    /// Makes it once for many seeds.
    pub fn new() -> Self {
        let mut world = World::new(0, &SERVERS);
        let homes = [("ana", 0, 2), ("bo", 1, 2), ("cy", 2, 1), ("di", 0, 1)];
        let mut people = Vec::new();
        for (name, server, devices) in homes {
            let actor = world.sign_up(SERVERS[server], name);
            let first = world.install(&actor);
            for _ in 1..devices {
                let second = world.install(&actor);
                world.approve(first, second);
            }
            people.push(actor);
        }
        let group = world.start(0, &[&people[1], &people[2]]);
        Self { world, people, group }
    }
}

/// One seed under way.
pub struct Run<'a> {
    pub world: World,
    pub group: GroupId,
    people: &'a [ActorId],
    pub oracle: Oracle,
    seed: u64,
}

/// Runs a seed; panics where a promise is broken.
pub fn run(ground: &Ground, seed: u64) -> Counts {
    let mut world = ground.world.clone();
    world.rng = StdRng::seed_from_u64(seed);
    world.trouble =
        Trouble { lost_request: 4, lost_answer: 8, lost_delivery: 10, repeated: 8, reordered: 30, killed: 2 };
    let oracle = Oracle::new(seed);
    let mut run = Run { world, group: ground.group.clone(), people: &ground.people, oracle, seed };
    for step in 0..STEPS {
        run.act(step);
        for _ in 0..run.world.rng.gen_range(2..7) {
            run.stir();
        }
        run.look();
    }
    run.come_to_rest();
    run.oracle.judge(&run.world, &run.group);
    run.last_words();
    run.world.counts
}

impl Run<'_> {
    /// A person does something, or a misfortune happens.
    fn act(&mut self, step: usize) {
        let host = self.world.rng.gen_range(0..self.world.hosts.len());
        match self.world.rng.gen_range(0..100) {
            0..45 => self.write(host, &format!("seed {} step {step}", self.seed)),
            45..58 => self.add(host),
            58..68 => self.remove(host),
            68..70 => self.leave(host),
            70..74 => {
                let name = format!("name {step}");
                self.order(host, Command::Rename { conversation: self.group.clone(), name });
            }
            74..80 => self.cut_or_heal(),
            80..85 => {
                self.world.counts.kills += 1;
                self.world.hosts[host].restart();
            }
            85..88 => self.world.now = self.world.now.plus(3_600_000 * self.world.rng.gen_range(1..6)),
            _ => {}
        }
        self.accept(host);
    }

    /// The conversation as a machine has it, while something can still be done in it there.
    fn view(&self, host: HostId) -> Option<ConversationView> {
        let view = self.world.hosts[host].device.conversation(&self.group).ok()?;
        matches!(view.standing, Standing::Active | Standing::Request).then_some(view)
    }

    fn order(&mut self, host: HostId, command: Command) -> bool {
        if self.view(host).is_none() {
            return false;
        }
        let (now, rng) = (self.world.now, &mut self.world.rng);
        let step = self.world.hosts[host].device.command(command, now, rng).unwrap();
        self.world.carry_out(host, step)
    }

    fn write(&mut self, host: HostId, text: &str) {
        let Some(view) = self.view(host) else { return };
        let command = Command::Send { conversation: self.group.clone(), content: Content::text(text) };
        if self.order(host, command) {
            self.oracle.wrote(host, text, view.epoch);
        }
    }

    fn add(&mut self, host: HostId) {
        let Some(view) = self.view(host) else { return };
        let outside: Vec<_> = self.people.iter().filter(|actor| !view.people.contains(actor)).collect();
        let Some(actor) = outside.choose(&mut self.world.rng).map(|actor| (*actor).clone()) else { return };
        self.order(host, Command::Add { conversation: self.group.clone(), actor });
    }

    fn remove(&mut self, host: HostId) {
        let Some(view) = self.view(host) else { return };
        let own = self.world.hosts[host].device.actor().clone();
        let others: Vec<_> = view.people.iter().filter(|actor| **actor != own).collect();
        let Some(actor) = others.choose(&mut self.world.rng).map(|actor| (*actor).clone()) else { return };
        self.order(host, Command::Remove { conversation: self.group.clone(), actor });
    }

    fn leave(&mut self, host: HostId) {
        // A request that is left is declined: nothing is sent, so the roster cannot know.
        if self.view(host).is_none_or(|view| view.standing != Standing::Active) {
            return;
        }
        if self.order(host, Command::Leave { conversation: self.group.clone() }) {
            let actor = self.world.hosts[host].device.actor();
            self.oracle.leaves(actor);
        }
    }

    fn cut_or_heal(&mut self) {
        if self.world.cut_off.is_empty() {
            let server = SERVERS[self.world.rng.gen_range(0..SERVERS.len())];
            self.world.cut_off.insert(server.to_owned());
        } else {
            self.world.cut_off.clear();
        }
    }

    fn accept(&mut self, host: HostId) {
        if self.view(host).is_some_and(|view| view.standing == Standing::Request) {
            self.order(host, Command::Accept { conversation: self.group.clone() });
        }
    }

    /// A little of what goes on by itself.
    fn stir(&mut self) {
        let host = self.world.rng.gen_range(0..self.world.hosts.len());
        match self.world.rng.gen_range(0..10) {
            0..4 => self.world.deliver_one(),
            4..7 => self.world.make_call(host),
            7..9 => drop(self.world.fetch(host)),
            _ => {
                self.world.now = self.world.now.plus(self.world.rng.gen_range(50..3_000));
                let (now, rng) = (self.world.now, &mut self.world.rng);
                let step = self.world.hosts[host].device.tick(now, rng).unwrap();
                self.world.carry_out(host, step);
            }
        }
    }

    /// One machine is looked at: no two devices are in different histories of the same epoch.
    fn look(&mut self) {
        let host = self.world.rng.gen_range(0..self.world.hosts.len());
        if let Ok(view) = self.world.hosts[host].device.conversation(&self.group) {
            self.oracle.compare(host, &view);
        }
    }

    /// Everything that can still happen happens.
    fn come_to_rest(&mut self) {
        self.world.trouble = Trouble::default();
        self.world.settle();
        for host in 0..self.world.hosts.len() {
            self.accept(host);
        }
        self.world.settle();
    }

    /// Promise P11: everybody who is left writes once more; everybody who is left reads it, and nobody else.
    fn last_words(&mut self) {
        let before: Vec<_> = self.world.hosts.iter().map(|host| host.texts(&self.group).len()).collect();
        let inside: Vec<_> = (0..before.len()).filter(|host| self.view(*host).is_some()).collect();
        for host in &inside {
            self.write(*host, &format!("last words of {host}"));
        }
        self.world.settle();
        for (host, before) in before.into_iter().enumerate() {
            let after = self.world.hosts[host].texts(&self.group).len();
            let expected = if inside.contains(&host) { inside.len() } else { 0 };
            assert_eq!(after - before, expected, "seed {}: last words at {host}", self.seed);
        }
    }
}
