//! Taking back a commit of our software, this device's or another's, that somebody else's software did not follow
//! (ENCRYPTION.md 1.6 step 2, mixed groups): all rows of the group are copied just before the merge, never at staging, and the
//! copy is dropped as soon as other software is seen in the new epoch, or after ten minutes. A foreign commit of the old epoch
//! that merges on the copy wins, on every device that runs ours, whichever of the two came first: so they stay together. What
//! was sent in the epoch that is taken back is sent again under the same inner ids. Not the ten seconds before the merge of
//! our own commit: that is `merge`.

use alcove_protocol::{ActorId, GroupId, Timestamp, time::MINUTE};
use openmls::{
    group::{MlsGroup, StagedCommit},
    prelude::LeafNodeIndex,
};
use serde::{Deserialize, Serialize};

use super::apart;
use crate::{
    conversation::{
        Conversation, Pending,
        receive::{self, Incoming, Taken},
        send,
    },
    error::Error,
    mls::{self, group_id, group_prefix, is_ours},
    record::group_name,
    trust::actor_of,
    turn::Turn,
};

/// How long a merged commit can be taken back.
const KEPT: i64 = 10 * MINUTE;

/// The conversation as it was before the merge; a commit of this device is still pending.
#[derive(Serialize, Deserialize)]
struct Before {
    conversation: Conversation,
    since: Timestamp,
    /// Whose leaves the commit removes.
    removes: Vec<ActorId>,
}

fn record_key(group: &GroupId) -> String {
    format!("rollback/{}", group_name(group))
}

/// What the copies of the group's rows begin with.
fn rows(group: &GroupId) -> String {
    format!("rollback-rows/{}/", group_name(group))
}

/// Copies everything, before a commit by a leaf of our software is merged in a mixed group.
pub(crate) fn keep(
    turn: &Turn<'_>,
    conversation: &Conversation,
    group: &MlsGroup,
    by: LeafNodeIndex,
    staged: &StagedCommit,
) -> Result<(), Error> {
    forget(turn, &conversation.group);
    let ours = group.treesync().full_leaves().any(|(index, leaf)| index == by && is_ours(leaf));
    if !conversation.mixed || !ours {
        return Ok(());
    }
    let removed = staged.remove_proposals().map(|proposal| proposal.remove_proposal().removed());
    let removes = removed.filter_map(|index| actor_of(&group.member_at(index)?.credential)).collect();
    let store = &turn.provider.store;
    store.copy_all(&group_prefix(&group_id(&conversation.group))?, &rows(&conversation.group));
    let before = Before { conversation: conversation.clone(), since: turn.now, removes };
    store.put(&record_key(&conversation.group), &before)
}

/// Drops the copy.
pub(super) fn forget(turn: &Turn<'_>, group: &GroupId) {
    turn.provider.store.delete_all(&record_key(group));
    turn.provider.store.delete_all(&rows(group));
}

/// Somebody was read in an epoch: if it is the new one and their software is not ours, they have followed, and nothing is taken
/// back any more. Ours follows, and turns back, wherever other software goes.
pub(crate) fn confirm(turn: &Turn<'_>, group: &GroupId, by: &ActorId, epoch: u64) -> Result<(), Error> {
    let before = turn.provider.store.get::<Before>(&record_key(group))?;
    if before.is_some_and(|before| epoch > before.conversation.epoch()) && is_foreign(turn, group, by)? {
        forget(turn, group);
    }
    Ok(())
}

/// Whether somebody has a leaf in the group that does not run our software.
fn is_foreign(turn: &Turn<'_>, group: &GroupId, actor: &ActorId) -> Result<bool, Error> {
    let group = mls::load(turn.provider, group)?;
    let mut leaves = group.treesync().full_leaves().map(|(_, leaf)| leaf);
    Ok(leaves.any(|leaf| !is_ours(leaf) && actor_of(leaf.credential()).as_ref() == Some(actor)))
}

/// The upkeep of a tick.
pub(super) fn upkeep(turn: &Turn<'_>, group: &GroupId) -> Result<(), Error> {
    let before = turn.provider.store.get::<Before>(&record_key(group))?;
    if before.is_some_and(|before| turn.now.since(before.since) > KEPT) {
        forget(turn, group);
    }
    Ok(())
}

/// A commit of an epoch that this device has left. Where it can still win, it does; where it was posted by somebody whose
/// software follows no sequencer, that person is now apart from this device.
pub(crate) fn follow(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    incoming: &Incoming,
    epoch: u64,
) -> Result<Taken, Error> {
    let merged = conversation.words.get(&epoch) == Some(&incoming.digest);
    if !conversation.mixed || merged || !is_foreign(turn, &conversation.group, &incoming.actor)? {
        return Ok(Taken::Never);
    }
    let before = turn.provider.store.get::<Before>(&record_key(&conversation.group))?;
    if let Some(before) = before.filter(|before| may_win(turn, before, incoming, epoch)) {
        let present = conversation.clone();
        let taken = turn.attempt(|turn| {
            restore(turn, conversation, before.conversation)?;
            match receive::take_bytes(turn, conversation, incoming)? {
                Taken::Done => send::again::take_back(turn, conversation, epoch + 1),
                Taken::Later | Taken::Never => Err(Error::Mls("it does not merge on the copy".to_owned())),
            }
        });
        if taken.is_ok() {
            forget(turn, &conversation.group);
            return Ok(Taken::Done);
        }
        *conversation = present;
    }
    apart(turn, conversation, &incoming.actor, epoch)?;
    Ok(Taken::Never)
}

/// Whether the merged commit yields at all: not to somebody whom it removes, and a redone removal not twice (ENCRYPTION.md 1.5
/// point 8).
fn may_win(turn: &Turn<'_>, before: &Before, incoming: &Incoming, epoch: u64) -> bool {
    let pending = before.conversation.pending.as_ref();
    let insists = before.removes.contains(&incoming.actor) || pending.is_some_and(Pending::insists);
    before.conversation.epoch() == epoch && turn.now.since(before.since) <= KEPT && !insists
}

/// Puts the group back to where the commit was not merged. What people did since stays.
fn restore(turn: &Turn<'_>, conversation: &mut Conversation, before: Conversation) -> Result<(), Error> {
    let store = &turn.provider.store;
    let prefix = group_prefix(&group_id(&conversation.group))?;
    store.delete_all(&prefix);
    store.copy_all(&rows(&conversation.group), &prefix);
    let present = std::mem::replace(conversation, before);
    conversation.wishes = present.wishes;
    conversation.standing = present.standing;
    conversation.name = present.name;
    conversation.recent = present.recent;
    conversation.excused = present.excused;
    conversation.next_outgoing = present.next_outgoing;
    Ok(())
}
