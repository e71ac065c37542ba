//! All servers of a small world in one: mailboxes, key packages, devices, approvals and sequencers. What is sent waits
//! in `deliveries` until the test delivers, repeats, delays or drops it.

use std::collections::{BTreeMap, BTreeSet};

use alcove_protocol::{
    ActivityId, ActorId, DeviceId, KeyPackageId, Problem, Timestamp,
    api::{
        Cursor, Device, DeviceState, FoundKeyPackages, Item, Items, NewDevice, Pairing, PairingCommitment,
    },
    mls::{Outgoing, OutgoingIds},
    time::MINUTE,
};
use serde_json::Value;

use super::{
    invitations::Invitations,
    sequencer::{Sequenced, header},
};
use crate::{
    call::{Answer, Call, NewKeyPackage, Outcome},
    record::digest,
};

/// One activity on its way to one mailbox.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Whose mailbox.
    pub to: ActorId,
    /// What.
    pub activity: Value,
}

impl Delivery {
    /// Copies of what an account has sent itself name the device (ENCRYPTION.md 1.2).
    fn stamp(&mut self, actor: &ActorId, device: &DeviceId) {
        if self.to == *actor && self.activity["actor"] == actor.as_str() {
            self.activity["instrument"] = device.as_str().into();
        }
    }
}

/// The servers.
#[derive(Default)]
pub struct Service {
    /// What is on its way, oldest first.
    pub deliveries: Vec<Delivery>,
    /// What has arrived for each account.
    pub mailboxes: BTreeMap<ActorId, Vec<Item>>,
    /// The public key packages: for each actor, by device.
    pub key_packages: BTreeMap<ActorId, BTreeMap<DeviceId, Value>>,
    /// The devices of each account.
    pub devices: BTreeMap<ActorId, Vec<Device>>,
    /// Approvals under way.
    pub pairings: Vec<Pairing>,
    /// Conversations by address.
    pub conversations: BTreeMap<String, Sequenced>,
    /// Servers, as `one`, that answer nobody just now.
    pub dead: BTreeSet<String>,
    /// Whose key packages were asked for, in order.
    pub looked_up: Vec<ActorId>,
    /// How far each device has said that it came.
    pub cursors: BTreeMap<DeviceId, Cursor>,
    /// The bytes of every message and commit that a device has handed over, repeats included.
    pub handed_over: Vec<Vec<u8>>,
    /// Invitations, and what is ferried between the two sides of each.
    pub invitations: Invitations,
    posted: BTreeMap<[u8; 32], ActivityId>,
    counter: u64,
}

impl Service {
    /// A fresh address of the actor's server.
    pub(super) fn address<Kind>(&mut self, actor: &ActorId, kind: &str) -> alcove_protocol::Id<Kind> {
        self.counter += 1;
        let origin = actor.origin();
        alcove_protocol::Id::parse(&format!("{}/{kind}/{:08}", origin.as_str(), self.counter)).unwrap()
    }

    /// Makes a call on behalf of a device.
    pub fn perform(
        &mut self,
        actor: &ActorId,
        device: Option<&DeviceId>,
        call: &Call,
        now: Timestamp,
    ) -> Outcome {
        match call {
            Call::PostCommit(new) => self.handed_over.push(new.commit.content.clone()),
            Call::PostMessage(outgoing) => self.handed_over.push(outgoing.content.clone()),
            _ => {}
        }
        let before = self.deliveries.len();
        if self.is_dead(call) {
            return Outcome::Refused(Problem::new("busy", "The other server cannot be reached.", 503));
        }
        let result = match call {
            Call::RegisterDevice(new) => Ok(Answer::Device(self.register(actor, new, now))),
            Call::FetchDevices => Ok(Answer::Devices(self.devices.get(actor).cloned().unwrap_or_default())),
            Call::RemoveDevice(device) => Ok(self.remove_device(actor, device)),
            Call::PublishKeyPackage(new) => self.publish(actor, new, now),
            Call::FetchKeyPackages(of) => {
                self.looked_up.push(of.clone());
                Ok(self.find_key_packages(of))
            }
            Call::CreateConversation(new) => {
                Ok(Answer::Conversation(self.create_conversation(actor, &new.group)))
            }
            Call::PostCommit(new) => self.commit(actor, new, now).map(Answer::Commit),
            Call::PostMessage(outgoing) => self.post(actor, outgoing, now).map(Answer::Message),
            Call::FetchPastCommits { conversation, after } => self.past_commits(actor, conversation, *after),
            Call::Acknowledge(cursor) => {
                self.cursors.extend(device.map(|device| (device.clone(), *cursor)));
                Ok(Answer::Done)
            }
            Call::FetchPairings => Ok(Answer::Pairings(self.pairings.clone())),
            Call::StartPairing(commitment) => Ok(self.start_pairing(actor, device, commitment, now)),
            Call::AnswerPairing { name, answer } => {
                self.pairing(name, |pairing| pairing.answer = Some(answer.clone()))
            }
            Call::RevealPairing { name, reveal } => {
                self.pairing(name, |pairing| pairing.reveal = Some(reveal.clone()))
            }
            Call::DecidePairing { name, verdict } => self.decide(actor, name, verdict),
            Call::Invite(_)
            | Call::FetchInvitations
            | Call::RevokeInvitation(_)
            | Call::ProveJoin { .. }
            | Call::FetchJoin(_)
            | Call::AnswerJoin { .. } => self.invitations.perform(actor, call),
        };
        let sent = self.deliveries.get_mut(before..).unwrap_or_default().iter_mut();
        if let Some(device) = device {
            sent.for_each(|delivery| delivery.stamp(actor, device));
        }
        result.map_or_else(Outcome::Refused, Outcome::Accepted)
    }

    fn remove_device(&mut self, actor: &ActorId, device: &DeviceId) -> Answer {
        self.devices.entry(actor.clone()).or_default().retain(|known| known.id != *device);
        self.key_packages.entry(actor.clone()).or_default().remove(device);
        Answer::Done
    }

    /// Whether a call is for a server that does not answer.
    fn is_dead(&self, call: &Call) -> bool {
        let origin = match call {
            Call::PostCommit(new) => new.commit.conversation.origin(),
            Call::FetchPastCommits { conversation, .. } => conversation.origin(),
            Call::FetchKeyPackages(actor) => actor.origin(),
            _ => return false,
        };
        self.dead.iter().any(|name| origin.as_str() == format!("https://{name}.example"))
    }

    fn register(&mut self, actor: &ActorId, new: &NewDevice, now: Timestamp) -> Device {
        let known = self.devices.entry(actor.clone()).or_default();
        if let Some(known) = known.iter().find(|known| known.signature_key == new.signature_key) {
            return known.clone();
        }
        let state = if known.is_empty() { DeviceState::Approved } else { DeviceState::Pending };
        let device = Device {
            id: self.address(actor, "devices"),
            title: new.title.clone(),
            signature_key: new.signature_key.clone(),
            state,
            created_at: now,
            last_seen_at: None,
            client_name: None,
        };
        self.devices.entry(actor.clone()).or_default().push(device.clone());
        device
    }

    fn publish(&mut self, actor: &ActorId, new: &NewKeyPackage, now: Timestamp) -> Result<Answer, Problem> {
        let known = self.devices.get(actor).into_iter().flatten().find(|device| device.id == new.device);
        if known.is_none_or(|device| device.state != DeviceState::Approved) {
            return Err(Problem::new("not-approved", "The device is not approved.", 403));
        }
        let id: KeyPackageId = self.address(actor, "keyPackages");
        let mut object = new.object();
        object.id = Some(id.clone());
        object.published = Some(now);
        self.key_packages.entry(actor.clone()).or_default().insert(new.device.clone(), object.to_value());
        Ok(Answer::KeyPackage(id))
    }

    fn find_key_packages(&self, of: &ActorId) -> Answer {
        let found = self.key_packages.get(of).map(|packages| packages.values().cloned().collect());
        Answer::KeyPackages(FoundKeyPackages { actor: of.clone(), key_packages: found.unwrap_or_default() })
    }

    fn start_pairing(
        &mut self,
        actor: &ActorId,
        device: Option<&DeviceId>,
        commitment: &PairingCommitment,
        now: Timestamp,
    ) -> Answer {
        let device = device.unwrap().clone();
        if let Some(known) = self.pairings.iter().find(|pairing| pairing.device == device) {
            return Answer::Pairing(known.clone());
        }
        let title = self.devices[actor].iter().find(|known| known.id == device).unwrap().title.clone();
        self.counter += 1;
        let pairing = Pairing {
            name: format!("p{}", self.counter),
            device,
            title,
            commitment: commitment.clone(),
            answer: None,
            reveal: None,
            verdict: None,
            expires_at: now.plus(15 * MINUTE),
        };
        self.pairings.push(pairing.clone());
        Answer::Pairing(pairing)
    }

    fn pairing(&mut self, name: &str, change: impl FnOnce(&mut Pairing)) -> Result<Answer, Problem> {
        let found = self.pairings.iter_mut().find(|pairing| pairing.name == name);
        let pairing = found.ok_or_else(|| Problem::new("not-found", "There is no such approval.", 404))?;
        change(pairing);
        Ok(Answer::Pairing(pairing.clone()))
    }

    fn decide(
        &mut self,
        actor: &ActorId,
        name: &str,
        verdict: &alcove_protocol::api::PairingVerdict,
    ) -> Result<Answer, Problem> {
        let answer = self.pairing(name, |pairing| pairing.verdict = Some(verdict.clone()))?;
        let approved = matches!(verdict, alcove_protocol::api::PairingVerdict::Approved { .. });
        if let (Answer::Pairing(pairing), true) = (&answer, approved) {
            let devices = self.devices.entry(actor.clone()).or_default().iter_mut();
            devices
                .filter(|device| device.id == pairing.device)
                .for_each(|device| device.state = DeviceState::Approved);
        }
        Ok(answer)
    }

    /// Takes a message for delivery; the same bytes again get the same answer and are not sent twice.
    fn post(&mut self, actor: &ActorId, outgoing: &Outgoing, now: Timestamp) -> Result<ActivityId, Problem> {
        let digest = digest(&outgoing.content);
        if let Some(known) = self.posted.get(&digest) {
            return Ok(known.clone());
        }
        let sequenced = self.conversations.get(outgoing.conversation.as_str());
        if let (Some(sequenced), Some(header)) = (sequenced, header(&outgoing.content))
            && header.epoch < sequenced.epoch
            && !header.is_commit
        {
            return Err(Problem::new("stale-epoch", "The epoch of the message has ended.", 409));
        }
        Ok(self.send(actor, outgoing, now).0)
    }

    /// Wraps and addresses an object, and puts it on its way.
    pub(super) fn send(
        &mut self,
        actor: &ActorId,
        outgoing: &Outgoing,
        now: Timestamp,
    ) -> (ActivityId, Value) {
        let activity: ActivityId = self.address(actor, "a");
        let object: ActivityId = self.address(actor, "o");
        let ids = OutgoingIds { activity: activity.clone(), object: object.to_string() };
        let document = outgoing.to_create(actor, &ids, now);
        let to = outgoing.to.iter();
        self.deliveries.extend(to.map(|to| Delivery { to: to.clone(), activity: document.clone() }));
        self.posted.insert(digest(&outgoing.content), activity.clone());
        (activity, document)
    }

    /// Delivers the one at this place among those on their way.
    pub fn deliver(&mut self, index: usize) {
        let Delivery { to, activity } = self.deliveries.remove(index);
        let mailbox = self.mailboxes.entry(to).or_default();
        let position = i64::try_from(mailbox.len()).unwrap() + 1;
        mailbox.push(Item { position, activity });
    }

    /// Delivers everything, in order.
    pub fn deliver_all(&mut self) {
        while !self.deliveries.is_empty() {
            self.deliver(0);
        }
    }

    /// The page of a mailbox after a position.
    pub fn items(&self, actor: &ActorId, after: i64) -> Items {
        let mailbox = self.mailboxes.get(actor).into_iter().flatten();
        let mut items: Vec<Item> = mailbox.filter(|item| item.position > after).cloned().collect();
        let more = items.len() > 100;
        items.truncate(100);
        Items { incarnation: 1, items, more }
    }
}
