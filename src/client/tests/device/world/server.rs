//! A server as a device sees it: accounts with their devices, key packages, approvals and mailboxes. What belongs to the
//! order of commits is in `sequencer`. Not the real server, which has tests of its own.

use std::collections::BTreeMap;

use alcove_client::{Answer, NewKeyPackage, Outcome};
use alcove_protocol::{
    ActivityId, ActorId, ConversationId, DeviceId, GroupId, Id, KeyPackageId, Problem, Timestamp,
    api::{
        Device, DeviceState, FoundKeyPackages, Item, Items, NewDevice, Pairing, PairingAnswer,
        PairingCommitment, PairingReveal, PairingVerdict,
    },
    mls::KeyPackageObject,
    time::MINUTE,
};
use serde_json::Value;

use super::sequencer::Sequenced;

/// One server.
#[derive(Clone)]
pub struct Server {
    pub origin: String,
    pub accounts: BTreeMap<ActorId, Account>,
    pub conversations: BTreeMap<ConversationId, Sequenced>,
    /// The epoch that each group is in, as far as this server knows.
    pub epochs: BTreeMap<GroupId, u64>,
    /// What was posted here, by the SHA-256 of its bytes: the same again gets the first answer again.
    pub posted: BTreeMap<[u8; 32], ActivityId>,
    made: u64,
}

/// An account.
#[derive(Clone, Default)]
pub struct Account {
    pub devices: Vec<Device>,
    pub packages: BTreeMap<DeviceId, KeyPackageObject>,
    /// Key packages as somebody else's software publishes them.
    pub foreign_packages: Vec<Value>,
    pub pairings: Vec<Pairing>,
    pub mailbox: Vec<Item>,
}

impl Account {
    /// The page of its mailbox after a position.
    pub fn after(&self, position: i64) -> Items {
        let waiting = self.mailbox.iter().filter(|item| item.position > position);
        let items: Vec<Item> = waiting.clone().take(100).cloned().collect();
        Items { incarnation: 1, more: waiting.count() > items.len(), items }
    }
}

impl Server {
    /// An empty server.
    pub fn new(origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            accounts: BTreeMap::new(),
            conversations: BTreeMap::new(),
            epochs: BTreeMap::new(),
            posted: BTreeMap::new(),
            made: 0,
        }
    }

    /// An id of this server that was never given before.
    pub fn new_id<Kind>(&mut self, path: &str) -> Id<Kind> {
        self.made += 1;
        Id::of_own(&self.origin, &format!("/{path}/{}", self.made))
    }

    /// The activity that carries these bytes: the same for the same bytes. Says whether it is new.
    pub fn activity_for(&mut self, digest: [u8; 32]) -> (ActivityId, bool) {
        if let Some(known) = self.posted.get(&digest) {
            return (known.clone(), false);
        }
        let id: ActivityId = self.new_id("a");
        self.posted.insert(digest, id.clone());
        (id, true)
    }

    /// Puts an activity into a mailbox.
    pub fn arrive(&mut self, recipient: &ActorId, activity: Value) {
        let Some(account) = self.accounts.get_mut(recipient) else { return };
        let position = i64::try_from(account.mailbox.len()).unwrap() + 1;
        account.mailbox.push(Item { position, activity });
    }

    /// An account; it must exist.
    pub fn account(&mut self, actor: &ActorId) -> &mut Account {
        self.accounts.get_mut(actor).unwrap()
    }

    /// Registers a device; the first of an account is approved. The same key again is the same device.
    pub fn register(&mut self, actor: &ActorId, new: &NewDevice, now: Timestamp) -> Outcome {
        let id: DeviceId = self.new_id("devices");
        let account = self.account(actor);
        if let Some(known) = account.devices.iter().find(|device| device.signature_key == new.signature_key) {
            return Outcome::Accepted(Answer::Device(known.clone()));
        }
        let state = if account.devices.is_empty() { DeviceState::Approved } else { DeviceState::Pending };
        let device = Device {
            id,
            title: new.title.clone(),
            signature_key: new.signature_key.clone(),
            state,
            created_at: now,
            last_seen_at: None,
            client_name: None,
        };
        account.devices.push(device.clone());
        Outcome::Accepted(Answer::Device(device))
    }

    /// Removes a device with its key package.
    pub fn remove_device(&mut self, actor: &ActorId, device: &DeviceId) -> Outcome {
        let account = self.account(actor);
        account.devices.retain(|known| known.id != *device);
        account.packages.remove(device);
        Outcome::Accepted(Answer::Done)
    }

    /// Publishes a key package in the place of the device's former one.
    pub fn publish(&mut self, new: &NewKeyPackage, now: Timestamp) -> Outcome {
        let id: KeyPackageId = self.new_id("keyPackages");
        let object = KeyPackageObject { id: Some(id.clone()), published: Some(now), ..new.object() };
        self.account(&new.actor).packages.insert(new.device.clone(), object);
        Outcome::Accepted(Answer::KeyPackage(id))
    }

    /// The key packages of an account.
    pub fn packages(&self, actor: &ActorId) -> Outcome {
        let Some(account) = self.accounts.get(actor) else {
            return Outcome::Refused(Problem::new("not-found", "There is nobody of that id.", 404));
        };
        let ours = account.packages.values().map(KeyPackageObject::to_value);
        let key_packages = ours.chain(account.foreign_packages.iter().cloned()).collect();
        Outcome::Accepted(Answer::KeyPackages(FoundKeyPackages { actor: actor.clone(), key_packages }))
    }

    /// Step 1 of an approval.
    pub fn start_pairing(
        &mut self,
        actor: &ActorId,
        device: &DeviceId,
        commitment: &PairingCommitment,
        now: Timestamp,
    ) -> Outcome {
        let name = self.new_id::<()>("pairings").as_str().rsplit('/').next().unwrap_or_default().to_owned();
        let account = self.account(actor);
        if let Some(known) = account.pairings.iter().find(|pairing| pairing.commitment == *commitment) {
            return Outcome::Accepted(Answer::Pairing(known.clone()));
        }
        let pairing = Pairing {
            name,
            device: device.clone(),
            title: "second".into(),
            commitment: commitment.clone(),
            answer: None,
            reveal: None,
            verdict: None,
            expires_at: now.plus(15 * MINUTE),
        };
        account.pairings.push(pairing.clone());
        Outcome::Accepted(Answer::Pairing(pairing))
    }

    /// Steps 2 to 4: each part is written once.
    pub fn continue_pairing(&mut self, actor: &ActorId, name: &str, part: Part<'_>) -> Outcome {
        let account = self.account(actor);
        let Some(pairing) = account.pairings.iter_mut().find(|pairing| pairing.name == name) else {
            return Outcome::Refused(Problem::new("not-found", "There is no such approval.", 404));
        };
        match part {
            Part::Answer(answer) => drop(pairing.answer.get_or_insert(answer.clone())),
            Part::Reveal(reveal) => drop(pairing.reveal.get_or_insert(reveal.clone())),
            Part::Verdict(verdict) => drop(pairing.verdict.get_or_insert(verdict.clone())),
        }
        if matches!(pairing.verdict, Some(PairingVerdict::Approved { .. })) {
            let approved = account.devices.iter_mut().filter(|device| device.id == pairing.device);
            approved.for_each(|device| device.state = DeviceState::Approved);
        }
        Outcome::Accepted(Answer::Pairing(pairing.clone()))
    }
}

/// What is written into an approval.
pub enum Part<'a> {
    Answer(&'a PairingAnswer),
    Reveal(&'a PairingReveal),
    Verdict(&'a PairingVerdict),
}
