//! Which activity carries which own message: what a server is asked for when somebody wants to know whom the message has
//! reached. The newest of each conversation only: servers forget what became of old ones.

use alcove_protocol::{ActivityId, GroupId};

use super::recovery;
use crate::{error::Error, mls::Store, record::group_name, turn::Turn};

/// How many are remembered in each conversation.
const KEPT: u64 = 256;

fn prefix(group: &GroupId) -> String {
    format!("posted/{}/", group_name(group))
}

/// The server has taken a message; `number` counts up in its conversation.
pub(super) fn note(
    turn: &Turn<'_>,
    group: &GroupId,
    number: u64,
    id: &str,
    activity: &ActivityId,
) -> Result<(), Error> {
    let (store, prefix) = (&turn.provider.store, prefix(group));
    if let Some(old) = number.checked_sub(KEPT) {
        store.delete(&format!("{prefix}{old:016}"));
    }
    store.put(&format!("{prefix}{number:016}"), &(id, activity))
}

/// The activity that carries a message of this inner id, in a conversation and those that it continues.
pub(crate) fn find(store: &Store, group: &GroupId, id: &str) -> Result<Option<ActivityId>, Error> {
    for group in recovery::chain(store, group)? {
        for key in store.keys(&prefix(&group)).into_iter().rev() {
            let known: Option<(String, ActivityId)> = store.get(&key)?;
            if let Some((_, activity)) = known.filter(|(known, _)| known == id) {
                return Ok(Some(activity));
            }
        }
    }
    Ok(None)
}
