//! The devices of one's own account: an approved one joins the device group, which carries the identity key to it, and
//! every conversation; a removed one leaves them all (ENCRYPTION.md 1.4 and 1.7). Not the approval: that is `pairing`.

use alcove_protocol::{
    DeviceId,
    api::{Device, DeviceState, NewConversation, NewDevice, TokenDigest, proof_statement},
};
use openmls::prelude::MlsGroup;
use serde::{Deserialize, Serialize};

use crate::{
    account::{Account, DeviceStanding},
    call::Call,
    command::Removal,
    conversation::{self, Conversation, Intent, Packages, Purpose, Standing, Wish, start},
    error::Error,
    event::Event,
    identity::SecretKey,
    key_packages, pairing, replacement,
    turn::{Turn, pending_calls},
};

/// The most devices whose keys are remembered because a server lists them.
const MOST_LISTED: usize = 100;
/// What the person hears when the server takes an approved device for a new one.
const FORGOTTEN: &str = "Your server does not remember that this device was approved. Its keys stay as they are; ask \
    whoever runs the server, or remove this device with another one and sign in anew.";

/// The keys of this person's devices.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct OwnDevices {
    /// By their names at the server. The first key of a name stays: approved here, or else as first listed.
    known: Vec<(DeviceId, Vec<u8>)>,
    /// Keys of devices that were removed: wherever a leaf of this person has one, it goes.
    removed: Vec<Vec<u8>>,
    /// Keys of devices that were good when the identity key was replaced: they need some time to show the new one.
    carried_over: Vec<Vec<u8>>,
}

impl OwnDevices {
    fn key(&self, device: &DeviceId) -> Option<&[u8]> {
        self.known.iter().find(|(id, _)| id == device).map(|(_, key)| &key[..])
    }

    /// The server's word, for want of a better one.
    fn learn(&mut self, device: DeviceId, key: &[u8]) {
        if self.known.len() < MOST_LISTED {
            self.known.push((device, key.to_vec()));
        }
    }

    /// The key that this device has endorsed.
    fn approve(&mut self, device: DeviceId, key: &[u8]) {
        self.known.retain(|(id, _)| *id != device);
        self.removed.retain(|removed| removed != key);
        self.known.push((device, key.to_vec()));
    }

    fn remove(&mut self, key: &[u8]) {
        if !self.is_removed(key) {
            self.removed.push(key.to_vec());
        }
    }

    pub(crate) fn carry_over(&mut self, keys: impl IntoIterator<Item = Vec<u8>>) {
        self.carried_over = keys.into_iter().collect();
    }

    /// Whether a device was good before the identity key was replaced, and was not removed since.
    pub(crate) fn is_carried_over(&self, key: &[u8]) -> bool {
        self.carried_over.iter().any(|good| good == key) && !self.is_removed(key)
    }

    /// Whether the device with this key was removed.
    pub(crate) fn is_removed(&self, key: &[u8]) -> bool {
        self.removed.iter().any(|removed| removed == key)
    }
}

/// Signs in again with another token. What was never approved begins anew with another key: the former one may have been
/// removed meanwhile, and removed keys are never taken again.
pub(crate) fn enrol(turn: &mut Turn<'_>, title: &str, token: &TokenDigest) -> Result<(), Error> {
    match turn.account.standing {
        DeviceStanding::Removed | DeviceStanding::Copied => {
            return Err(Error::Limit("this device was stopped; sign in with a new one"));
        }
        _ if turn.account.endorsement.is_some() => {}
        _ => {
            for (id, _) in pending_calls(turn.provider)? {
                turn.forget_call(id);
            }
            let anew = Account::new(turn.account.actor.clone(), SecretKey::generate(turn.rng));
            turn.account = Account { next_call: turn.account.next_call, ..anew };
        }
    }
    register(turn, title, token)
}

/// Has the server bind this device to the token of that digest; an earlier attempt does not count any more.
pub(crate) fn register(turn: &mut Turn<'_>, title: &str, token: &TokenDigest) -> Result<(), Error> {
    for (id, pending) in pending_calls(turn.provider)? {
        if matches!(pending.call, Call::RegisterDevice(_)) {
            turn.forget_call(id);
        }
    }
    let signature_key = turn.account.key.public().to_vec();
    let statement = proof_statement(&turn.account.actor, &signature_key, token);
    let proof = turn.account.key.signature(&statement).to_vec();
    let new = NewDevice { title: title.to_owned(), signature_key, proof };
    turn.call(Call::RegisterDevice(new), Purpose::Device).map(drop)
}

/// The server knows this device now: the first of its account makes the identity, another one asks to be approved. One that
/// was approved before has only signed in again and stays who it was, whatever the server says: it may have been restored from
/// a backup, or want the keys replaced.
pub(crate) fn registered(turn: &mut Turn<'_>, device: &Device) -> Result<(), Error> {
    turn.account.device = Some(device.id.clone());
    match device.state {
        DeviceState::Approved if turn.account.endorsement.is_some() => {
            turn.show(Event::DeviceReady);
            Ok(())
        }
        DeviceState::Pending if turn.account.endorsement.is_some() => {
            turn.show(Event::Refused { conversation: None, reason: FORGOTTEN.to_owned() });
            Ok(())
        }
        DeviceState::Approved => {
            let identity = SecretKey::generate(turn.rng);
            turn.account.found_identity(identity, turn.now);
            turn.show(Event::DeviceReady);
            key_packages::publish(turn)
        }
        DeviceState::Pending => {
            turn.account.standing = DeviceStanding::Waiting;
            pairing::request(turn)
        }
    }
}

/// The server does not take this device any more: it was removed while it was signed out.
pub(crate) fn refused(turn: &mut Turn<'_>) {
    turn.account.standing = DeviceStanding::Removed;
    let reason = "It was removed from your account. Sign in with a new device.";
    turn.show(Event::DeviceMustStop { reason: reason.to_owned() });
}

/// The devices of the account, as the server lists them. A key that this device has known longer is not unlearned.
pub(crate) fn listed(turn: &mut Turn<'_>, mut devices: Vec<Device>) {
    for device in &mut devices {
        match turn.account.devices.key(&device.id) {
            Some(known) => device.signature_key = known.to_vec(),
            None => turn.account.devices.learn(device.id.clone(), &device.signature_key),
        }
    }
    turn.show(Event::Devices(devices));
}

/// An approved device is wanted in the device group and in every conversation.
pub(crate) fn add(turn: &mut Turn<'_>, device: DeviceId, key: &[u8]) -> Result<(), Error> {
    turn.account.devices.approve(device, key);
    if turn.account.device_group.is_none() {
        let group = start::create(turn)?;
        group.save(turn)?;
        turn.account.device_group = Some(group.group.clone());
        let call = Call::CreateConversation(NewConversation { group: group.group.clone() });
        turn.call(call, Purpose::Conversation(group.group))?;
    }
    let intent = Intent::AddDevice { key: key.to_vec(), packages: Packages::Missing, since: turn.now };
    everywhere(turn, |turn, conversation| conversation.wishes.push(Wish::new(intent.clone(), turn.now)))
}

/// A device leaves the account and every conversation, those included that are met later. What is removed are leaves of
/// this person only: the server's list decides nothing but which of their keys is meant.
pub(crate) fn remove(turn: &mut Turn<'_>, device: &DeviceId, why: Removal) -> Result<(), Error> {
    turn.account.require_approved()?;
    let key = turn.account.devices.key(device).map(<[u8]>::to_vec);
    let key = key.ok_or_else(|| Error::Unknown(format!("device {device}; list the devices first")))?;
    if turn.account.device.as_ref() == Some(device) || key == turn.account.key.public() {
        return Err(Error::Limit("a device does not remove itself; sign out instead, or use another device"));
    }
    turn.call(Call::RemoveDevice(device.clone()), Purpose::Device)?;
    turn.account.devices.remove(&key);
    let intent = removal(turn, key);
    everywhere(turn, |turn, conversation| conversation::remove(conversation, intent.clone(), turn.now))?;
    match why {
        Removal::Retired => Ok(()),
        Removal::Lost => replacement::begin(turn),
    }
}

fn removal(turn: &Turn<'_>, key: Vec<u8>) -> Intent {
    Intent::RemoveLeaf { key, actor: Some(turn.account.actor.clone()) }
}

/// Wants removed devices of this person out of a group in which they are: one that was met, or that somebody has added
/// them to again by an old list of key packages.
pub(crate) fn keep_out(turn: &Turn<'_>, conversation: &mut Conversation, group: &MlsGroup) {
    for key in turn.account.devices.removed.clone() {
        let intent = removal(turn, key);
        let there = group.members().any(|member| conversation::removes_leaf(&intent, &member));
        let pending = conversation.pending.iter().flat_map(|pending| &pending.wishes);
        if there && !conversation.wishes.iter().chain(pending).any(|wish| wish.intent == intent) {
            conversation::remove(conversation, intent, turn.now);
        }
    }
}

/// Changes the wishes of every conversation that goes on.
fn everywhere(turn: &mut Turn<'_>, mut want: impl FnMut(&Turn<'_>, &mut Conversation)) -> Result<(), Error> {
    for known in conversation::all(&turn.provider.store)? {
        if matches!(known.standing, Standing::Starting | Standing::Request | Standing::Active) {
            conversation::with(turn, &known.group, |turn, conversation| {
                want(turn, conversation);
                Ok(())
            })?;
        }
    }
    Ok(())
}
