//! What was done in a conversation and not said: lines of its history, with a place of their own in it, so that they are
//! there after a restart. Not the events that are shown while it happens.

use alcove_protocol::ActorId;

use super::{Conversation, all};
use crate::{
    chats,
    error::Error,
    message::{Content, Happening, Message, What},
    turn::Turn,
};

/// Writes a line.
pub(crate) fn note(
    turn: &mut Turn<'_>,
    conversation: &Conversation,
    by: &ActorId,
    what: What,
    about: Vec<ActorId>,
    text: Option<String>,
) -> Result<(), Error> {
    if turn.account.device_group.as_ref() == Some(&conversation.group) {
        return Ok(());
    }
    let message = Message {
        conversation: conversation.group.clone(),
        position: turn.account.next_arrival(),
        sender: by.clone(),
        id: String::new(),
        sent_at: turn.now,
        content: Content::Happened(Happening { what, about, text }),
    };
    turn.provider.store.put(&message.key(), &message)?;
    chats::happened(turn, conversation, &message)
}

/// People came, went or have other devices. Whoever had said that they leave is not said to have been removed.
pub(super) fn membership(
    turn: &mut Turn<'_>,
    conversation: &Conversation,
    by: &ActorId,
    (added, removed, devices): (&[ActorId], &[ActorId], &[ActorId]),
) -> Result<(), Error> {
    let left = chats::left(turn, conversation, removed)?;
    let removed: Vec<ActorId> = removed.iter().filter(|actor| !left.contains(actor)).cloned().collect();
    for (what, about) in
        [(What::Added, added.to_vec()), (What::Removed, removed), (What::DeviceChanged, devices.to_vec())]
    {
        if !about.is_empty() {
            note(turn, conversation, by, what, about, None)?;
        }
    }
    Ok(())
}

/// Somebody shows another identity key: a line wherever they are.
pub(crate) fn identity_changed(turn: &mut Turn<'_>, actor: &ActorId) -> Result<(), Error> {
    for known in all(&turn.provider.store)? {
        if chats::people(&turn.provider.store, &known.group)?.contains(actor) {
            note(turn, &known, actor, What::IdentityChanged, vec![actor.clone()], None)?;
        }
    }
    Ok(())
}
