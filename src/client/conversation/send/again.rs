//! Sending again, under the same inner ids, what others may not have been able to read: after a commit was taken back, and
//! where a conversation goes on in another group (ENCRYPTION.md 1.6). For that the newest finished messages of each epoch are
//! kept beside their digests, as long as the epoch can be read. Whoever has read them already does not show them twice.

use alcove_protocol::{GroupId, json};
use serde_json::Value;

use super::{Draft, Visibility, draft_key, draft_prefix};
use crate::{conversation::Conversation, error::Error, inner, record::group_name, turn::Turn};

/// How many finished messages are kept in each epoch.
const KEPT: u64 = 64;

/// What the keys of all finished messages of a group's epoch begin with; deleted with the epoch's digests.
fn said_prefix(group: &GroupId, epoch: u64) -> String {
    format!("sent/{}/{epoch:020}/said-", group_name(group))
}

pub(super) fn number_of(key: &str) -> u64 {
    let digits = key.rsplit(['/', '-']).next();
    digits.and_then(|digits| digits.parse().ok()).unwrap_or_default()
}

/// A message was taken and its echo has come: it is no draft any more.
pub(super) fn finish(turn: &Turn<'_>, group: &GroupId, key: &str, draft: &Draft) -> Result<(), Error> {
    let store = &turn.provider.store;
    store.delete(key);
    let Some(way) = draft.way.as_ref().filter(|_| draft.visibility == Visibility::Shown) else {
        return Ok(());
    };
    let (prefix, number) = (said_prefix(group, way.epoch), number_of(key));
    if let Some(old) = number.checked_sub(KEPT) {
        store.delete(&format!("{prefix}{old:016}"));
    }
    store.put(&format!("{prefix}{number:016}"), draft)
}

/// A message of ours is deleted for everyone: its words are kept for no sending again, and for no answer that is still
/// to come.
pub(crate) fn forget(turn: &Turn<'_>, group: &GroupId, id: &str) -> Result<(), Error> {
    let store = &turn.provider.store;
    let mut keys = store.keys(&format!("sent/{}/", group_name(group)));
    keys.retain(|key| key.rsplit('/').next().is_some_and(|name| name.starts_with("said-")));
    keys.extend(store.keys(&draft_prefix(group)));
    let is_of = |draft: &Draft| {
        inner::parse(draft.document.as_bytes()).is_some_and(|inner| inner.id == id || inner.is_edit_of(id))
    };
    for key in keys {
        if store.get::<Draft>(&key)?.is_some_and(|draft| draft.echoed && is_of(&draft)) {
            store.delete(&key);
        }
    }
    Ok(())
}

/// The epoch was taken back: everything that was sent in it waits again, in its old order.
pub(crate) fn take_back(turn: &mut Turn<'_>, conversation: &Conversation, epoch: u64) -> Result<(), Error> {
    let store = &turn.provider.store;
    for key in store.keys(&said_prefix(&conversation.group, epoch)) {
        let Some(draft) = store.get::<Draft>(&key)? else { continue };
        store.delete(&key);
        let again = Draft { way: None, echoed: false, ..draft };
        store.put(&draft_key(&conversation.group, number_of(&key)), &again)?;
    }
    for key in store.keys(&draft_prefix(&conversation.group)) {
        let Some(mut draft) = store.get::<Draft>(&key)? else { continue };
        if let Some(way) = draft.way.take_if(|way| way.epoch == epoch) {
            draft.echoed = false;
            store.put(&key, &draft)?;
            turn.forget_call(way.call);
        }
    }
    Ok(())
}

/// The conversation goes on in another group: what is not taken yet is sent there, and what was sent after `fork`, the epoch
/// after which members were in different groups, as well.
pub(crate) fn move_on(
    turn: &mut Turn<'_>,
    from: &Conversation,
    into: &mut Conversation,
    fork: Option<u64>,
) -> Result<(), Error> {
    let store = &turn.provider.store;
    let apart = from.epochs.iter().map(|epoch| epoch.number);
    let apart = apart.filter(|epoch| fork.is_some_and(|fork| *epoch > fork));
    let mut keys: Vec<String> =
        apart.flat_map(|epoch| store.keys(&said_prefix(&from.group, epoch))).collect();
    keys.extend(store.keys(&draft_prefix(&from.group)));
    keys.sort_by_key(|key| number_of(key));
    for key in keys {
        let Some(draft) = store.get::<Draft>(&key)?.filter(|draft| draft.visibility == Visibility::Shown)
        else {
            continue;
        };
        match draft.way.as_ref() {
            // On its way to everybody; its echo still gives it its place.
            Some(way) if way.taken && fork.is_none_or(|fork| way.epoch <= fork) => continue,
            Some(way) if way.taken => {}
            undecided => {
                undecided.iter().for_each(|way| turn.forget_call(way.call));
                store.delete(&key);
            }
        }
        let number = into.next_outgoing;
        into.next_outgoing += 1;
        let document = in_group(&draft.document, &into.group)?;
        let again = Draft { document, way: None, echoed: false, ..draft };
        store.put(&draft_key(&into.group, number), &again)?;
    }
    Ok(())
}

/// The document, said to belong to that group: readers go by the group itself (trap T44).
pub(super) fn in_group(document: &str, group: &GroupId) -> Result<String, Error> {
    let mut document: Value = json::read(document).map_err(Error::mls)?;
    for pointer in ["/context", "/object/context"] {
        if let Some(context) = document.pointer_mut(pointer) {
            *context = Value::String(group.to_string());
        }
    }
    Ok(document.to_string())
}
