//! Several hosts around one service, with one clock. `settle` runs everything to its end.

use alcove_protocol::{ActorId, GroupId, Timestamp, time::DAY};

use super::{Host, Service};
use crate::{Command, Content, ConversationView};

/// A small world.
pub struct World {
    /// The servers.
    pub service: Service,
    /// The devices, in the order in which they came.
    pub hosts: Vec<Host>,
    /// The present.
    pub now: Timestamp,
    seed: u64,
}

impl World {
    /// An empty world. Time begins twenty days ago, because OpenMLS holds lifetimes against the system's own clock and
    /// tests move forward from there.
    pub fn new(seed: u64) -> Self {
        let system = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let now = Timestamp(i64::try_from(system.as_millis()).unwrap()).plus(-20 * DAY);
        Self { service: Service::default(), hosts: Vec::new(), now, seed }
    }

    /// A world with one device for each of these, as `ana@one`; registered and published.
    pub fn with(seed: u64, people: &[&str]) -> Self {
        let mut world = Self::new(seed);
        for name in people {
            world.sign_in(name);
        }
        world.settle();
        world
    }

    /// The actor of a name such as `ana@one`.
    pub fn actor(name: &str) -> ActorId {
        let (person, server) = name.split_once('@').unwrap();
        ActorId::parse(&format!("https://{server}.example/users/{person}")).unwrap()
    }

    /// Another device; its number.
    pub fn sign_in(&mut self, name: &str) -> usize {
        self.seed = self.seed.wrapping_add(1);
        let host = Host::new(Self::actor(name), &format!("{name}'s device"), self.seed, self.now);
        self.hosts.push(host);
        self.hosts.len() - 1
    }

    /// A command that must be taken; given again when the device died before it had saved it.
    pub fn command(&mut self, host: usize, command: Command) {
        let forgot = self.hosts[host].forgot;
        self.hosts[host].command(command.clone(), self.now).unwrap();
        if self.hosts[host].forgot > forgot {
            // It died before it had written down what it was told.
            self.hosts[host].command(command, self.now).unwrap();
        }
    }

    /// Starts a conversation with these people and settles; its group.
    pub fn start(&mut self, host: usize, people: &[&str]) -> GroupId {
        let before = self.groups(host);
        let people = people.iter().map(|name| Self::actor(name)).collect();
        self.command(host, Command::StartConversation { people, name: None });
        self.settle();
        let known = |view: &ConversationView| !before.contains(&view.group);
        self.hosts[host].device.conversations().unwrap().into_iter().find(known).unwrap().group
    }

    /// The conversations of a device.
    pub fn groups(&self, host: usize) -> Vec<GroupId> {
        let views = self.hosts[host].device.conversations().unwrap();
        views.into_iter().map(|view| view.group).collect()
    }

    /// Sends a text; it must be taken by the device.
    pub fn send(&mut self, host: usize, group: &GroupId, text: &str) {
        self.command(host, Command::Send { conversation: group.clone(), content: Content::text(text) });
    }

    /// Makes every call and delivers everything, until nothing moves any more.
    pub fn settle(&mut self) {
        for _ in 0..1_000 {
            let mut moved = false;
            for host in &mut self.hosts {
                while host.make_call(&mut self.service, self.now) {
                    moved = true;
                }
            }
            moved |= !self.service.deliveries.is_empty();
            self.service.deliver_all();
            for host in &mut self.hosts {
                while host.receive(&self.service, self.now) {
                    moved = true;
                }
            }
            if !moved {
                return;
            }
        }
        panic!("the world does not come to rest");
    }

    /// The same while a server answers nobody; every call without an answer is made again.
    pub fn settle_without(&mut self, server: &str) {
        self.service.dead.insert(server.to_owned());
        for host in &mut self.hosts {
            host.calls = host.device.resend().unwrap().into();
        }
        self.settle();
        self.service.dead.clear();
    }

    /// Lets time pass, with a tick of every device and everything that follows.
    pub fn pass(&mut self, milliseconds: i64) {
        self.now = self.now.plus(milliseconds);
        for host in &mut self.hosts {
            host.tick(self.now);
        }
        self.settle();
    }

    /// Lets time pass for one device only; nobody else hears of anything.
    pub fn pass_for(&mut self, host: usize, milliseconds: i64) {
        self.now = self.now.plus(milliseconds);
        self.hosts[host].tick(self.now);
        while self.hosts[host].make_call(&mut self.service, self.now) {}
    }

    /// How a device sees a conversation.
    pub fn view(&self, host: usize, group: &GroupId) -> ConversationView {
        self.hosts[host].device.conversation(group).unwrap()
    }

    /// Accepts a conversation where it is a request.
    pub fn accept(&mut self, host: usize, group: &GroupId) {
        self.command(host, Command::Accept { conversation: group.clone() });
        self.settle();
    }

    /// Asserts that these devices are in the same epoch with the same secrets.
    pub fn assert_agreed(&self, hosts: &[usize], group: &GroupId) {
        let views: Vec<ConversationView> = hosts.iter().map(|host| self.view(*host, group)).collect();
        for view in &views[1..] {
            assert_eq!(
                (view.epoch, &view.epoch_authenticator),
                (views[0].epoch, &views[0].epoch_authenticator)
            );
            assert_eq!(view.people, views[0].people);
        }
    }
}
