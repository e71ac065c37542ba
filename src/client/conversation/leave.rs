//! Leaving: an inner `Leave` that everybody sees, then a Remove proposal for the own leaf, which somebody else commits by
//! value (ENCRYPTION.md 1.5 point 10, traps T19 and T24). And the end of a conversation, however it came.

use alcove_protocol::{ActorId, mls::MlsType};
use openmls::prelude::tls_codec::Serialize as _;

use super::{
    Conversation, Purpose, Standing, commit::envelope, happened, hold, merge, recovery, roster, send, welcome,
};
use crate::{
    call::Call,
    error::Error,
    event::Event,
    inner,
    message::What,
    mls,
    record::digest,
    turn::{Turn, pending_calls},
};

/// The person wants to leave.
pub(crate) fn leave(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    turn.provider.store.delete(&welcome::offer_key(&conversation.group));
    match conversation.standing {
        Standing::Active => {
            let id = send::new_id(turn);
            let document = inner::leave(&turn.account.actor, &conversation.group, &id);
            send::queue(turn, conversation, &id, &document, send::Visibility::Silent)?;
            conversation.standing = Standing::WantsToLeave;
            conversation.wishes.clear();
            Ok(())
        }
        Standing::Starting | Standing::Request => end(turn, conversation, None),
        Standing::WantsToLeave | Standing::Leaving => Ok(()),
        Standing::Over | Standing::Continued => Err(Error::ConversationOver),
    }
}

/// The person puts away a request: nothing is sent, the Welcome stays known.
pub(crate) fn decline(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    turn.provider.store.delete(&welcome::offer_key(&conversation.group));
    match conversation.standing {
        Standing::Request => end(turn, conversation, None),
        _ => Err(Error::Unknown("request of that name".to_owned())),
    }
}

/// Sends the proposal when nothing else is under way.
pub(super) fn propose_when_free(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    // In an epoch that has ended nobody could commit the proposal: it waits, and the farewell before it.
    let free = conversation.pending.is_none() && conversation.stale.is_none();
    if conversation.standing != Standing::WantsToLeave || !free {
        return Ok(());
    }
    if conversation.is_blocked() {
        // What waits may wait for ever; nobody is kept in a conversation by it.
        send::give_up(turn, conversation, "You left the conversation before it could be encrypted.")?;
    }
    if send::has_waiting(turn, conversation)? {
        return Ok(());
    }
    let mut group = mls::load(turn.provider, &conversation.group)?;
    if group.members().count() < 2 {
        return end(turn, conversation, None);
    }
    let proposal = group.leave_group(turn.provider, &turn.account.key).map_err(Error::mls)?;
    let content = proposal.tls_serialize_detached().map_err(Error::mls)?;
    // Others commit it by reference, and our own echo cannot be decrypted: it is kept aside as theirs are.
    group
        .pending_proposals()
        .try_for_each(|own| hold::keep_aside(turn, &conversation.group, &digest(&content), own))?;
    // OpenMLS stores its own proposal, and would then refuse to encrypt (`PendingProposal`).
    group.clear_pending_proposals(&turn.provider.store)?;
    send::remember(turn, conversation, group.epoch().as_u64(), &digest(&content), None)?;
    let outgoing = envelope(conversation, MlsType::PrivateMessage, content, roster(&group))?;
    turn.call(Call::PostMessage(outgoing), Purpose::Handshake(conversation.group.clone()))?;
    conversation.standing = Standing::Leaving;
    Ok(())
}

/// Ends the conversation on this device: its keys go, its messages stay.
pub(super) fn end(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    by: Option<ActorId>,
) -> Result<(), Error> {
    let left = matches!(conversation.standing, Standing::Leaving | Standing::WantsToLeave);
    let continued = conversation.standing == Standing::Continued;
    conversation.standing = Standing::Over;
    conversation.pending = None;
    conversation.wishes.clear();
    conversation.words.clear();
    conversation.epochs.clear();
    for (id, pending) in pending_calls(turn.provider)? {
        let ours = match &pending.purpose {
            Purpose::Conversation(group) | Purpose::Message(group, _) | Purpose::Handshake(group) => {
                *group == conversation.group
            }
            Purpose::Device => false,
        };
        if ours {
            turn.forget_call(id);
        }
    }
    merge::delete_group(turn, conversation)?;
    recovery::forget(turn, &conversation.group);
    if !continued {
        let who = by.as_ref().filter(|_| !left).unwrap_or(&turn.account.actor).clone();
        happened::note(turn, conversation, &who, What::Ended, Vec::new(), None)?;
        turn.show(Event::Ended { conversation: conversation.group.clone(), by: by.filter(|_| !left) });
    }
    Ok(())
}
