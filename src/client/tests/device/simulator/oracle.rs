//! Who ought to have read what, worked out from what people wrote and from the sequencer's rosters alone; and the judgement
//! at the end of a seed. It knows nothing of MLS but the clear header.

use std::collections::{BTreeMap, BTreeSet};

use alcove_client::{Content, ConversationView, Event, Standing};
use alcove_protocol::{ActorId, GroupId, activity::Activity, mls};

use crate::world::{
    HostId, World,
    sequencer::{Header, Sequenced},
};

/// A text that somebody wrote and that their device has saved.
struct Written {
    by: HostId,
    text: String,
    /// The epoch that the device was in.
    epoch: u64,
}

/// What is known so far.
pub struct Oracle {
    seed: u64,
    written: Vec<Written>,
    authenticators: BTreeMap<u64, (HostId, Vec<u8>)>,
    /// People who said that they leave.
    leavers: BTreeSet<ActorId>,
}

impl Oracle {
    pub fn new(seed: u64) -> Self {
        Self { seed, written: Vec::new(), authenticators: BTreeMap::new(), leavers: BTreeSet::new() }
    }

    /// Somebody wrote something.
    pub fn wrote(&mut self, by: HostId, text: &str, epoch: u64) {
        self.written.push(Written { by, text: text.to_owned(), epoch });
    }

    /// Somebody leaves, with all their devices.
    pub fn leaves(&mut self, actor: &ActorId) {
        self.leavers.insert(actor.clone());
    }

    /// The same epoch has the same authenticator everywhere: no forks, at no time.
    pub fn compare(&mut self, host: HostId, view: &ConversationView) {
        if view.standing == Standing::Over {
            return;
        }
        let known = self.authenticators.entry(view.epoch).or_insert((host, view.epoch_authenticator.clone()));
        assert_eq!(
            known.1, view.epoch_authenticator,
            "seed {}: fork between {} and {host}",
            self.seed, known.0
        );
    }

    /// The judgement: all converge, everything is read once by everybody who was there, nobody reads what is not theirs.
    pub fn judge(&mut self, world: &World, group: &GroupId) {
        let sequenced = sequenced(world, group);
        for host in 0..world.hosts.len() {
            self.converged(world, group, sequenced, host);
            self.nothing_twice(world, group, host);
            self.nothing_of_others(world, group, sequenced, host);
        }
        let read: Vec<BTreeMap<String, usize>> =
            world.hosts.iter().map(|host| tally(host.texts(group))).collect();
        for written in &self.written {
            self.read_by_all(world, group, sequenced, &read, written);
        }
    }

    fn converged(&mut self, world: &World, group: &GroupId, sequenced: &Sequenced, host: HostId) {
        let device = &world.hosts[host].device;
        let inside = sequenced.roster().contains(device.actor());
        let Ok(view) = device.conversation(group) else {
            assert!(!inside, "seed {}: {host} is on the roster and knows nothing", self.seed);
            return;
        };
        if !inside {
            assert_eq!(view.standing, Standing::Over, "seed {}: {host} is off the roster", self.seed);
            return;
        }
        if view.standing != Standing::Active && sequenced.roster().is_subset(&self.leavers) {
            // Everybody who is left is leaving: nobody is there to complete it.
            return;
        }
        assert_eq!(view.standing, Standing::Active, "seed {}: {host} is on the roster", self.seed);
        assert_eq!(view.epoch, sequenced.epoch(), "seed {}: {host} is behind", self.seed);
        assert_eq!(view.people.iter().cloned().collect::<BTreeSet<_>>(), *sequenced.roster());
        assert!(view.unverified.is_empty() && !view.mixed, "seed {}: {host} doubts somebody", self.seed);
        self.compare(host, &view);
    }

    fn nothing_twice(&self, world: &World, group: &GroupId, host: HostId) {
        let mut stored = BTreeSet::new();
        for message in world.hosts[host].history(group) {
            let name = (message.sender, message.id, format!("{:?}", message.content));
            assert!(stored.insert(name), "seed {}: {host} has stored something twice", self.seed);
        }
        let mut shown = BTreeSet::new();
        for event in &world.hosts[host].shown {
            let Event::Message(message) = event else { continue };
            let Content::Text { text, .. } = &message.content else { continue };
            assert!(shown.insert(text), "seed {}: {host} was shown {text:?} twice", self.seed);
        }
    }

    /// Promise P11: whatever a device has read was written in an epoch in which its person was a member.
    fn nothing_of_others(&self, world: &World, group: &GroupId, sequenced: &Sequenced, host: HostId) {
        let actor = world.hosts[host].device.actor();
        for message in world.hosts[host].history(group) {
            let epoch = epoch_at(world, host, message.position);
            let member = sequenced.was_member(epoch, actor);
            assert!(member, "seed {}: {host} has read {:?} of epoch {epoch}", self.seed, message.content);
        }
    }

    /// Whether somebody was a member from that epoch to the end, with every device: whoever leaves does so device by device,
    /// which no roster shows.
    fn stayed(&self, sequenced: &Sequenced, from: u64, actor: &ActorId) -> bool {
        let member = (from..=sequenced.epoch()).all(|epoch| sequenced.was_member(epoch, actor));
        member && !self.leavers.contains(actor)
    }

    fn read_by_all(
        &self,
        world: &World,
        group: &GroupId,
        sequenced: &Sequenced,
        read: &[BTreeMap<String, usize>],
        written: &Written,
    ) {
        let by = world.hosts[written.by].device.actor();
        if !self.stayed(sequenced, written.epoch, by) {
            return;
        }
        let own = world.hosts[written.by].history(group);
        let is_it =
            |content: &Content| matches!(content, Content::Text { text, .. } if *text == written.text);
        let place = own.iter().find(|message| is_it(&message.content)).map(|message| message.position);
        let Some(place) = place else {
            panic!("seed {}: {} wrote {:?} and never saw it", self.seed, written.by, written.text);
        };
        let epoch = epoch_at(world, written.by, place);
        for (number, host) in world.hosts.iter().enumerate() {
            if self.stayed(sequenced, epoch, host.device.actor()) {
                let times = read[number].get(&written.text).copied().unwrap_or(0);
                assert_eq!(
                    times, 1,
                    "seed {}: {number} has {:?} of {} in epoch {epoch}",
                    self.seed, written.text, written.by
                );
            }
        }
    }
}

fn tally(texts: Vec<String>) -> BTreeMap<String, usize> {
    texts.into_iter().fold(BTreeMap::new(), |mut tally, text| {
        *tally.entry(text).or_default() += 1;
        tally
    })
}

fn sequenced<'a>(world: &'a World, group: &GroupId) -> &'a Sequenced {
    let all = world.servers.values().flat_map(|server| server.conversations.values());
    let mut found = all.filter(|known| known.described().group == *group);
    found.next().unwrap()
}

/// The epoch of the message at a position of a device's history.
fn epoch_at(world: &World, host: HostId, position: i64) -> u64 {
    let position = world.hosts[host].place_in_mailbox(position);
    let actor = world.hosts[host].device.actor();
    let account = &world.servers[actor.origin().as_str()].accounts[actor];
    let item = account.mailbox.iter().find(|item| item.position == position).unwrap();
    let activity = Activity::parse(item.activity.clone()).unwrap();
    let object = mls::parse_object(activity.object()).unwrap();
    Header::read(&object.content).unwrap().epoch
}
