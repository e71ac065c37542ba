//! A device that has lost its place in a group is added again (ENCRYPTION.md 1.6 step 3, pure groups): it says so to its own
//! person's other devices, inside the device group, and one of them removes the lost leaf and adds the device in a later
//! commit (trap T26). Without another device its person asks somebody in the group. Not the taking of the Welcome: that is
//! `welcome`, which needs no question while the own state is known to be broken.

use alcove_protocol::GroupId;

use crate::{
    conversation::{Conversation, Intent, Packages, Standing, Wish, find, remove, send, with},
    error::Error,
    inner, mls,
    trust::actor_of,
    turn::Turn,
};

/// Asks the person's other devices. The leaf is named by its encryption key, so that it is not removed again once the device
/// has another one.
pub(super) fn ask(turn: &mut Turn<'_>, lost: &Conversation) -> Result<(), Error> {
    let Some(devices) = turn.account.device_group.clone().filter(|group| *group != lost.group) else {
        return Ok(());
    };
    let group = mls::load(turn.provider, &lost.group)?;
    let Some(own) = group.member_at(group.own_leaf_index()) else { return Ok(()) };
    if find(turn, &devices)?.is_none_or(|devices| devices.standing != Standing::Active) {
        return Ok(());
    }
    with(turn, &devices, |turn, devices| {
        let id = send::new_id(turn);
        let document =
            inner::lost(&turn.account.actor, &devices.group, &id, &lost.group, &own.encryption_key);
        send::queue(turn, devices, &id, &document, send::Visibility::Silent)
    })
}

/// Another device of the person has lost its place: it is removed, and added again afterwards.
pub(crate) fn take(turn: &mut Turn<'_>, lost: &GroupId, leaf: &[u8]) -> Result<(), Error> {
    let known = find(turn, lost)?;
    if known.is_none_or(|known| known.standing != Standing::Active || known.mixed) {
        return Ok(());
    }
    with(turn, lost, |turn, conversation| {
        let group = mls::load(turn.provider, &conversation.group)?;
        let own = turn.account.actor.clone();
        let found = group.members().find(|member| member.encryption_key == leaf);
        let found = found.filter(|member| actor_of(&member.credential).as_ref() == Some(&own));
        let found = found.filter(|member| !turn.account.devices.is_removed(&member.signature_key));
        let Some(key) = found.filter(|member| member.index != group.own_leaf_index()) else { return Ok(()) };
        let key = key.signature_key;
        remove(conversation, Intent::RemoveLeaf { key: key.clone(), actor: Some(own) }, turn.now);
        let again = Intent::AddDevice { key, packages: Packages::Missing, since: turn.now };
        conversation.wishes.push(Wish::new(again, turn.now));
        Ok(())
    })
}
