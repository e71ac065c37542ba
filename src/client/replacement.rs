//! Replacing the identity key of one's own person, because a removed device may be in somebody else's hands (ENCRYPTION.md
//! 1.4). The new key goes to the other devices through the device group (1.7), and only once the removed device is out of
//! it; contacts see the change. Not the removal, which is `devices`.

use openmls::prelude::MlsGroup;

use crate::{
    conversation::{Conversation, Standing, answers, find, roster, send, with},
    error::Error,
    event::Event,
    identity::SecretKey,
    key_packages,
    turn::Turn,
};

/// Makes a new identity key, and takes it up as soon as the other devices can have it, too.
pub(crate) fn begin(turn: &mut Turn<'_>) -> Result<(), Error> {
    let fresh = SecretKey::generate(turn.rng);
    let group = turn.account.device_group.clone().map(|group| find(turn, &group)).transpose()?.flatten();
    match group.filter(|group| !matches!(group.standing, Standing::Over | Standing::Continued)) {
        None => take_up(turn, fresh, [turn.account.key.public().to_vec()]),
        Some(known) => {
            turn.account.replacement.get_or_insert(fresh);
            with(turn, &known.group, answers::rejudge)
        }
    }
}

/// Hands the new key over in the device group and takes it up here, once nobody but this person's good devices would read it.
pub(crate) fn go_on(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    group: &MlsGroup,
) -> Result<(), Error> {
    if turn.account.device_group.as_ref() != Some(&conversation.group) || !is_clean(turn, conversation, group)
    {
        return Ok(());
    }
    let Some(fresh) = turn.account.replacement.take() else { return Ok(()) };
    if group.members().count() > 1 {
        send::identity(turn, conversation, &fresh)?;
    }
    take_up(turn, fresh, keys(group))
}

/// Another device of this person has replaced the identity key.
pub(crate) fn receive(
    turn: &mut Turn<'_>,
    conversation: &Conversation,
    group: &MlsGroup,
    fresh: SecretKey,
) -> Result<(), Error> {
    let known = turn.account.device_group.as_ref() == Some(&conversation.group);
    // A device that was stopped stays so.
    if turn.account.require_approved().is_err() || !known || !is_clean(turn, conversation, group) {
        return Ok(());
    }
    turn.account.replacement = None;
    take_up(turn, fresh, keys(group))
}

/// Whether every leaf is a device of this person that passes its check and was not removed.
fn is_clean(turn: &Turn<'_>, conversation: &Conversation, group: &MlsGroup) -> bool {
    let removed = |key: &[u8]| turn.account.devices.is_removed(key);
    roster(group) == [turn.account.actor.clone()]
        && conversation.failing.is_empty()
        && !group.members().any(|member| removed(&member.signature_key))
}

fn keys(group: &MlsGroup) -> Vec<Vec<u8>> {
    group.members().map(|member| member.signature_key).collect()
}

/// This device endorses itself with the new key. The devices that were good until now stay so while they do the same.
fn take_up(
    turn: &mut Turn<'_>,
    fresh: SecretKey,
    good: impl IntoIterator<Item = Vec<u8>>,
) -> Result<(), Error> {
    turn.account.devices.carry_over(good);
    turn.account.found_identity(fresh, turn.now);
    turn.show(Event::IdentityReplaced);
    key_packages::publish(turn)
}
