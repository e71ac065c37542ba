//! What a decrypted document does: it joins the history, says what was read, renames the conversation, announces a departure, or hands over
//! the identity key among one's own devices. Not the check of its author, which has been made.

use alcove_protocol::{ActorId, time::MINUTE};
use openmls::prelude::MlsGroup;

use super::{Conversation, Name, Standing, happened, places, receive::Incoming, recovery, roster, send};
use crate::{
    chats,
    error::Error,
    event::Event,
    identity::SecretKey,
    inner::{Body, Inner},
    message::{Content, Message, Reference, What},
    record::digest,
    replacement,
    turn::Turn,
};

/// How many inner ids are remembered, so that what was encrypted twice is shown once.
const REMEMBERED: usize = 256;

/// A document of somebody else, or of another device of our own person.
pub(super) fn show(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    incoming: &Incoming,
    (group, epoch): (&MlsGroup, u64),
    sender: &ActorId,
    inner: Inner,
) -> Result<(), Error> {
    match inner.body {
        Body::Said(content) => {
            let (id, published) = (inner.id, inner.published);
            said(turn, conversation, incoming, sender, id, published, content)
        }
        Body::Name(text) => rename(turn, conversation, sender, text, epoch),
        Body::Leave => {
            chats::leaves(turn, conversation, sender)?;
            happened::note(turn, conversation, sender, What::Left, Vec::new(), None)?;
            turn.show(Event::Leaving { conversation: conversation.group.clone(), actor: sender.clone() });
            if *sender == turn.account.actor && conversation.standing == Standing::Active {
                conversation.standing = Standing::WantsToLeave;
            }
            Ok(())
        }
        Body::Identity(secret) => take_identity(turn, conversation, group, secret),
        Body::Continues { group: old } => recovery::take_note(turn, conversation, group, sender, &old),
        Body::Lost { group: lost, leaf } => {
            let own = is_among_own_devices(turn, conversation, group);
            if own { recovery::readmit(turn, &lost, &leaf) } else { Ok(()) }
        }
        Body::Read { messages, of } if *sender == turn.account.actor => {
            let devices = is_among_own_devices(turn, conversation, group);
            let read = of.filter(|_| devices).unwrap_or_else(|| conversation.group.clone());
            chats::read_elsewhere(turn, &read, &messages)
        }
        Body::Read { messages, of: None } => {
            let own = |message: &Reference| message.may_be_by(&turn.account.actor);
            let messages: Vec<Reference> = messages.into_iter().filter(own).collect();
            let (id, published) = (inner.id, inner.published);
            match messages.is_empty() {
                true => Ok(()),
                false => {
                    let content = Content::Read { messages };
                    said(turn, conversation, incoming, sender, id, published, content)
                }
            }
        }
        Body::Read { .. } | Body::Silent => Ok(()),
    }
}

/// The echo of our own document: only what belongs to the history is shown again.
pub(super) fn show_own(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    incoming: &Incoming,
    own: &ActorId,
    inner: Inner,
) -> Result<(), Error> {
    match inner.body {
        Body::Said(content) => said(turn, conversation, incoming, own, inner.id, inner.published, content),
        _ => Ok(()),
    }
}

fn said(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    incoming: &Incoming,
    sender: &ActorId,
    id: String,
    published: Option<alcove_protocol::Timestamp>,
    content: Content,
) -> Result<(), Error> {
    let repeated = recovery::with_heir(turn, conversation, |kept| is_repeated(kept, sender, &id, &content))?;
    if !id.is_empty() && repeated {
        return Ok(());
    }
    let latest = turn.now.plus(5 * MINUTE);
    let message = Message {
        conversation: conversation.group.clone(),
        position: incoming.position,
        sender: sender.clone(),
        id,
        sent_at: published.unwrap_or(turn.now).min(latest),
        content: harmless(sender, content),
    };
    if let (true, Content::Deletion { target }) = (*sender == turn.account.actor, &message.content) {
        for group in recovery::chain(&turn.provider.store, &conversation.group)? {
            send::again::forget(turn, &group, target)?;
        }
    }
    if let Some(message) = places::keep(turn, message)? {
        chats::said(turn, conversation, &message)?;
        turn.show(Event::Message(message));
    }
    Ok(())
}

/// What is said of files is not believed as it comes.
fn harmless(sender: &ActorId, content: Content) -> Content {
    match content {
        Content::Text { text, in_reply_to, mentions, files } => {
            let files = files.into_iter().map(|file| file.harmless(sender)).collect();
            Content::Text { text, in_reply_to, mentions, files }
        }
        other => other,
    }
}

/// Whether the same sender's same document has been shown before. Ids are scoped to group and sender (trap T42).
fn is_repeated(conversation: &mut Conversation, sender: &ActorId, id: &str, content: &Content) -> bool {
    let kind = std::mem::discriminant(content);
    let name = format!("{sender}\n{id}\n{kind:?}");
    let hash = digest(name.as_bytes()).first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    if conversation.recent.contains(&hash) {
        return true;
    }
    if conversation.recent.len() >= REMEMBERED {
        conversation.recent.remove(0);
    }
    conversation.recent.push(hash);
    false
}

/// The newest name by epoch and arrival wins.
fn rename(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    by: &ActorId,
    text: String,
    epoch: u64,
) -> Result<(), Error> {
    let text: String = text.chars().filter(|character| !character.is_control()).take(200).collect();
    let newer = conversation.name.as_ref().is_none_or(|name| epoch >= name.epoch);
    let same = conversation.name.as_ref().is_some_and(|name| name.text == text);
    if newer {
        conversation.name = Some(Name { text: text.clone(), epoch });
    }
    if !newer || same {
        return Ok(());
    }
    happened::note(turn, conversation, by, What::Renamed, Vec::new(), Some(text.clone()))?;
    turn.show(Event::Renamed { conversation: conversation.group.clone(), by: by.clone(), name: text });
    Ok(())
}

/// The identity key, handed over in the group of one's own devices: the key that approved us, or in the group where that one
/// came from a new one.
fn take_identity(
    turn: &mut Turn<'_>,
    conversation: &Conversation,
    group: &MlsGroup,
    identity: SecretKey,
) -> Result<(), Error> {
    if turn.account.identity != Some(identity.public()) {
        return replacement::receive(turn, conversation, group, identity);
    }
    if roster(group) == [turn.account.actor.clone()] && !conversation.is_blocked() {
        turn.account.identity_secret = Some(identity);
        turn.account.device_group = Some(conversation.group.clone());
    }
    Ok(())
}

/// Whether this is the group of one's own devices, with nobody else in it.
fn is_among_own_devices(turn: &Turn<'_>, conversation: &Conversation, group: &MlsGroup) -> bool {
    let devices = turn.account.device_group.as_ref() == Some(&conversation.group);
    devices && roster(group) == [turn.account.actor.clone()] && !conversation.is_blocked()
}
