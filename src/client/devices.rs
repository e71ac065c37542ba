//! The devices of one's own account: an approved one joins the device group, which carries the identity key to it, and
//! every conversation; a removed one leaves them all (ENCRYPTION.md 1.4 and 1.7). Not the approval: that is `pairing`.

use alcove_protocol::{
    DeviceId,
    api::{Device, DeviceState, NewConversation},
};

use crate::{
    call::Call,
    conversation::{self, Conversation, Intent, Packages, Purpose, Standing, Wish, start},
    error::Error,
    event::Event,
    identity::SecretKey,
    key_packages, pairing,
    turn::Turn,
};

/// The server knows this device now: the first of its account makes the identity, another one asks to be approved.
pub(crate) fn registered(turn: &mut Turn<'_>, device: &Device) -> Result<(), Error> {
    turn.account.device = Some(device.id.clone());
    match device.state {
        DeviceState::Approved => {
            let identity = SecretKey::generate(turn.rng);
            turn.account.found_identity(identity, turn.now);
            turn.show(Event::DeviceReady);
            key_packages::publish(turn)
        }
        DeviceState::Pending => {
            turn.account.standing = crate::account::DeviceStanding::Waiting;
            pairing::request(turn)
        }
    }
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
