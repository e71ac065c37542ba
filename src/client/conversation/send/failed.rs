//! Messages of this device that have no place in the history yet: those that wait, are under way, or were refused. What was
//! refused is kept with the reason until the person says what becomes of it; nothing that somebody wrote is lost in silence.

use alcove_protocol::{GroupId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Draft, Visibility, again, draft_key, draft_prefix};
use crate::{
    chats,
    conversation::{Conversation, recovery},
    error::Error,
    event::Event,
    inner::{self, Body},
    message::Content,
    mls::Store,
    record::group_name,
    turn::Turn,
};

/// A message that was refused.
#[derive(Serialize, Deserialize)]
struct Failed {
    draft: Draft,
    /// The server's sentence, or this device's.
    reason: String,
}

/// A message of this device that is not in the history yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outgoing {
    /// Where; an older group, where the conversation goes on in another.
    pub conversation: GroupId,
    /// Its inner id, the name in `Command::Retry` and `Command::Discard`.
    pub id: String,
    /// When it was written.
    pub written_at: Timestamp,
    /// What it says.
    pub content: Content,
    /// How far it is.
    pub state: OutgoingState,
}

/// How far a message of this device is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum OutgoingState {
    /// It waits: for an address, for a server, for a decision of the person.
    Waiting,
    /// Its files are on their way to the server: how many sealed bytes are there, as far as that is known, of how many.
    Uploading {
        /// Of all of its files.
        done: u64,
        /// The same.
        total: u64,
    },
    /// It is encrypted and on its way to the server.
    Sending,
    /// The server has taken it; its place in the history comes with its echo.
    Sent,
    /// It was refused.
    Failed {
        /// Why: a sentence of the server, or of this device.
        reason: String,
    },
}

fn prefix(group: &GroupId) -> String {
    format!("failed/{}/", group_name(group))
}

/// Whether anything was refused.
pub(crate) fn is_any(store: &Store, group: &GroupId) -> bool {
    !store.keys(&prefix(group)).is_empty()
}

/// A message was refused: it leaves the queue, and stays if a person wrote it.
pub(super) fn keep(
    turn: &mut Turn<'_>,
    group: &GroupId,
    key: &str,
    draft: Draft,
    reason: &str,
) -> Result<(), Error> {
    turn.provider.store.delete(key);
    if draft.visibility == Visibility::Silent {
        return Ok(());
    }
    let (conversation, id, reason) = (group.clone(), draft.id.clone(), reason.to_owned());
    let failed = Failed { draft: Draft { way: None, echoed: false, ..draft }, reason: reason.clone() };
    turn.provider.store.put(&format!("{}{:016}", prefix(group), again::number_of(key)), &failed)?;
    chats::changed(turn, group);
    turn.show(Event::NotSent { conversation, id, reason });
    Ok(())
}

/// Takes a refused message out, wherever in the conversation's past it is.
fn take(turn: &Turn<'_>, group: &GroupId, id: &str) -> Result<Option<Draft>, Error> {
    let store = &turn.provider.store;
    for group in recovery::chain(store, group)? {
        for key in store.keys(&prefix(&group)) {
            if let Some(failed) = store.get::<Failed>(&key)?.filter(|failed| failed.draft.id == id) {
                store.delete(&key);
                return Ok(Some(failed.draft));
            }
        }
    }
    Ok(None)
}

/// Sends a refused message again, under the same id.
pub(crate) fn retry(turn: &mut Turn<'_>, conversation: &mut Conversation, id: &str) -> Result<(), Error> {
    let draft = take(turn, &conversation.group, id)?.ok_or_else(|| unknown(id))?;
    let number = conversation.next_outgoing;
    conversation.next_outgoing += 1;
    let document = again::in_group(&draft.document, &conversation.group)?;
    turn.provider.store.put(&draft_key(&conversation.group, number), &Draft { document, ..draft })?;
    chats::changed(turn, &conversation.group);
    turn.show(Event::Sending { conversation: conversation.group.clone(), id: id.to_owned() });
    Ok(())
}

/// Forgets a message that was refused, or that waits and is not encrypted yet.
pub(crate) fn discard(turn: &mut Turn<'_>, group: &GroupId, id: &str) -> Result<(), Error> {
    if take(turn, group, id)?.is_none() {
        discard_waiting(turn, group, id)?;
    }
    chats::changed(turn, group);
    Ok(())
}

fn discard_waiting(turn: &Turn<'_>, group: &GroupId, id: &str) -> Result<(), Error> {
    let store = &turn.provider.store;
    for key in store.keys(&draft_prefix(group)) {
        match store.get::<Draft>(&key)?.filter(|draft| draft.id == id) {
            Some(Draft { way: Some(_), .. }) => {
                return Err(Error::Limit("the message is on its way already; delete it once it has arrived"));
            }
            Some(Draft { visibility: Visibility::Shown, .. }) => {
                store.delete(&key);
                return Ok(());
            }
            _ => {}
        }
    }
    Err(unknown(id))
}

fn unknown(id: &str) -> Error {
    Error::Unknown(format!("message {id} of yours that waits or was refused"))
}

/// The messages of this device that are not in the history yet, oldest first.
pub(crate) fn list(store: &Store, groups: &[GroupId]) -> Result<Vec<Outgoing>, Error> {
    let mut found = Vec::new();
    for group in groups {
        for key in store.keys(&prefix(group)) {
            if let Some(Failed { draft, reason }) = store.get(&key)? {
                found.extend(outgoing(group, &draft, OutgoingState::Failed { reason }));
            }
        }
        for key in store.keys(&draft_prefix(group)) {
            let draft = store.get::<Draft>(&key)?;
            if let Some(draft) = draft.filter(|draft| draft.visibility == Visibility::Shown && !draft.echoed)
            {
                let state = match &draft.way {
                    None => OutgoingState::Waiting,
                    Some(way) if way.taken => OutgoingState::Sent,
                    Some(_) => OutgoingState::Sending,
                };
                found.extend(outgoing(group, &draft, state));
            }
        }
    }
    found.sort_by_key(|message| message.written_at);
    Ok(found)
}

fn outgoing(group: &GroupId, draft: &Draft, state: OutgoingState) -> Option<Outgoing> {
    let inner = inner::parse(draft.document.as_bytes())?;
    let Body::Said(content) = inner.body else { return None };
    let written_at = inner.published.unwrap_or_default();
    Some(Outgoing { conversation: group.clone(), id: draft.id.clone(), written_at, content, state })
}
