//! The devices of one's own account: an approved one joins the device group, which carries the identity key to it, and
//! every conversation; a removed one leaves them all (ENCRYPTION.md 1.4 and 1.7). Not the approval: that is `pairing`.

use alcove_protocol::{
    DeviceId,
    api::{Device, DeviceState, NewConversation, NewDevice, TokenDigest, proof_statement},
};

use crate::{
    account::{Account, DeviceStanding},
    call::Call,
    conversation::{self, Conversation, Intent, Packages, Purpose, Standing, Wish, start},
    error::Error,
    event::Event,
    identity::SecretKey,
    key_packages, pairing,
    turn::{Turn, pending_calls},
};

/// Signs in again with another token. What was never approved begins anew with another key: the former one may have been
/// removed meanwhile, and removed keys are never taken again.
pub(crate) fn enrol(turn: &mut Turn<'_>, title: &str, token: &TokenDigest) -> Result<(), Error> {
    match turn.account.standing {
        DeviceStanding::Stopped => {
            return Err(Error::Limit("this device was stopped; sign in with a new one"));
        }
        DeviceStanding::Approved => {}
        DeviceStanding::Registering | DeviceStanding::Waiting => {
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
/// has only signed in again is who it was.
pub(crate) fn registered(turn: &mut Turn<'_>, device: &Device) -> Result<(), Error> {
    turn.account.device = Some(device.id.clone());
    match device.state {
        DeviceState::Approved if turn.account.standing == DeviceStanding::Approved => {
            turn.show(Event::DeviceReady);
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
    turn.account.standing = DeviceStanding::Stopped;
    let reason = "It was removed from your account. Sign in with a new device.";
    turn.show(Event::DeviceMustStop { reason: reason.to_owned() });
}

/// The devices of the account, as the server lists them.
pub(crate) fn listed(turn: &mut Turn<'_>, devices: Vec<Device>) {
    let keys = devices.iter().map(|device| (device.id.clone(), device.signature_key.clone()));
    turn.account.devices = keys.collect();
    turn.show(Event::Devices(devices));
}

/// An approved device is wanted in the device group and in every conversation.
pub(crate) fn add(turn: &mut Turn<'_>, device: DeviceId, key: &[u8]) -> Result<(), Error> {
    turn.account.devices.push((device, key.to_vec()));
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

/// A device leaves the account and every conversation.
pub(crate) fn remove(turn: &mut Turn<'_>, device: &DeviceId) -> Result<(), Error> {
    if turn.account.device.as_ref() == Some(device) {
        return Err(Error::Limit("a device does not remove itself; sign out instead, or use another device"));
    }
    let known = turn.account.devices.iter().find(|(id, _)| id == device);
    let key = known.map(|(_, key)| key.clone());
    let key = key.ok_or_else(|| Error::Unknown(format!("device {device}; list the devices first")))?;
    turn.account.devices.retain(|(id, _)| id != device);
    turn.call(Call::RemoveDevice(device.clone()), Purpose::Device)?;
    let intent = Intent::RemoveLeaf { key };
    everywhere(turn, |turn, conversation| conversation::remove(conversation, intent.clone(), turn.now))
}

/// Changes the wishes of every conversation that goes on.
fn everywhere(turn: &mut Turn<'_>, mut want: impl FnMut(&Turn<'_>, &mut Conversation)) -> Result<(), Error> {
    for known in conversation::all(&turn.provider.store)? {
        if matches!(known.standing, Standing::Starting | Standing::Active) {
            conversation::with(turn, &known.group, |turn, conversation| {
                want(turn, conversation);
                Ok(())
            })?;
        }
    }
    Ok(())
}
