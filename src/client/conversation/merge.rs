//! Entering an epoch: by our own commit once it has won, or by somebody else's. What is always true afterwards: the roster
//! shown, the leaves checked, old epochs forgotten in time.

use std::collections::BTreeSet;

use alcove_protocol::{
    ActorId,
    time::{DAY, SECOND},
};
use openmls::prelude::{MlsGroup, PastEpochDeletion};

use super::{
    Conversation, Epoch, Intent, Purpose, RemovedLeaf, Standing, happened, hold, leave, recovery, roster,
    send, trouble,
};
use crate::{
    call::Call, chats, devices, error::Error, event::Event, mls, record::group_name, replacement, trust,
    turn::Turn,
};

/// In mixed groups a commit of ours waits this long after it was taken: another of the same epoch may come.
const PATIENCE: i64 = 10 * SECOND;
/// How long past epochs can be read.
const READABLE: i64 = 14 * DAY;

/// Who changed the group, and what had arrived by then.
pub(super) struct Change {
    pub(super) by: ActorId,
    pub(super) position: i64,
    /// Whether the own leaf was renewed by it.
    pub(super) renewed: bool,
}

/// The leaves of a group: index and signature key.
pub(super) fn leaves(group: &MlsGroup) -> Vec<(u32, Vec<u8>)> {
    group.members().map(|member| (member.index.u32(), member.signature_key)).collect()
}

/// The server has taken our pending commit. In a pure group that is the end of it.
pub(super) fn accepted(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    let now = turn.now;
    let Some(pending) = &mut conversation.pending else { return Ok(()) };
    pending.accepted = pending.accepted.or(Some(now));
    let call = pending.call;
    let insists = pending.insists();
    turn.forget_call(call);
    if conversation.mixed && !insists { Ok(()) } else { merge_own(turn, conversation) }
}

/// In a mixed group: merges our commit when nobody else's has come.
pub(super) fn merge_when_due(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    let accepted = conversation.pending.as_ref().and_then(|pending| pending.accepted);
    match accepted {
        Some(at) if turn.now.since(at) >= PATIENCE || !conversation.mixed => merge_own(turn, conversation),
        _ => Ok(()),
    }
}

/// Merges our pending commit.
pub(super) fn merge_own(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    let mut group = mls::load(turn.provider, &conversation.group)?;
    if let Some(staged) = group.pending_commit() {
        recovery::keep_before_merge(turn, conversation, &group, group.own_leaf_index(), staged)?;
    }
    let Some(pending) = conversation.pending.take() else { return Ok(()) };
    conversation.words.insert(pending.epoch, pending.digest);
    let (people, before) = (roster(&group), leaves(&group));
    let renewed = group.pending_commit().is_some_and(|commit| commit.update_path_leaf_node().is_some());
    group.merge_pending_commit(turn.provider).map_err(Error::mls)?;
    for welcome in pending.welcomes {
        turn.call(Call::PostMessage(welcome), Purpose::Handshake(conversation.group.clone()))?;
    }
    if conversation.standing == Standing::Starting {
        conversation.standing = Standing::Active;
    }
    let position = turn.account.arrivals();
    let change = Change { by: turn.account.actor.clone(), position, renewed };
    entered(turn, conversation, &mut group, &people, &before, &change)?;
    let adds = |intent: &Intent| matches!(intent, Intent::Add { .. } | Intent::AddDevice { .. });
    if pending.wishes.iter().any(|wish| adds(&wish.intent)) {
        recovery::repeat_note(turn, conversation)?;
        send::after_adding(turn, conversation)?;
    }
    Ok(())
}

/// Our pending commit has lost: the wishes are wanted again, with jitter so that two who lost do not collide again.
pub(super) fn lost(turn: &mut Turn<'_>, conversation: &mut Conversation) {
    let Some(pending) = conversation.pending.take() else { return };
    turn.forget_call(pending.call);
    for mut wish in pending.wishes {
        wish.due = turn.some_time_within(SECOND);
        wish.yielded = true;
        conversation.wishes.push(wish);
    }
}

/// What follows every change of epoch.
pub(super) fn entered(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    group: &mut MlsGroup,
    people: &[ActorId],
    before: &[(u32, Vec<u8>)],
    change: &Change,
) -> Result<(), Error> {
    let epoch = group.epoch().as_u64();
    turn.provider.store.delete_all(&hold::aside_prefix(&conversation.group));
    trouble::end(turn, &conversation.group)?;
    if !group.is_active() {
        return leave::end(turn, conversation, Some(change.by.clone()));
    }
    // Past words stay a while: a second one for the same epoch is a fork.
    let oldest = epoch.saturating_sub(mls::PAST_EPOCHS as u64);
    conversation.words.retain(|number, _| *number >= oldest);
    recovery::passed(turn, &conversation.group)?;
    conversation.stale = conversation.stale.filter(|stale| *stale >= epoch);
    if change.renewed {
        conversation.renewed = turn.now;
        conversation.wishes.retain(|wish| wish.intent != Intent::Renew);
    }
    let after = leaves(group);
    let gone = before.iter().filter(|leaf| !after.contains(leaf));
    conversation.removed.extend(gone.map(|(index, _)| RemovedLeaf {
        index: *index,
        epoch,
        position: change.position,
    }));
    let now_in = roster(group);
    show_membership(turn, conversation, (people, &now_in), new_devices(group, people, before), &change.by)?;
    begin_epoch(turn, conversation, group)?;
    // A request sends nothing, not even a question.
    if conversation.standing != Standing::Request {
        now_in.iter().try_for_each(|actor| trust::look_at(turn, actor, None))?;
    }
    if conversation.standing == Standing::Leaving {
        // The proposal belonged to the epoch that is over.
        conversation.standing = Standing::WantsToLeave;
    }
    judge(turn, conversation, group)
}

/// Notes the epoch's beginning and forgets what is too old to be read.
pub(super) fn begin_epoch(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    group: &mut MlsGroup,
) -> Result<(), Error> {
    let number = group.epoch().as_u64();
    conversation.epochs.push(Epoch { number, started: turn.now });
    chats::set_people(turn, &conversation.group, roster(group))?;
    forget_epochs(turn, conversation, group)
}

/// Forgets epochs that ended 14 days ago, and all but the newest 16; OpenMLS counts from an epoch's start
/// and by its own clock, so the table of starts is ours and only says how many stay.
fn forget_epochs(
    turn: &Turn<'_>,
    conversation: &mut Conversation,
    group: &mut MlsGroup,
) -> Result<(), Error> {
    let limit = turn.now.plus(-READABLE);
    // An epoch ends where the next begins: the newest that began before the limit is the oldest that is kept.
    let oldest = conversation.epochs.iter().rposition(|epoch| epoch.started < limit).unwrap_or(0);
    let surplus = conversation.epochs.len().saturating_sub(mls::PAST_EPOCHS + 1);
    if oldest > 0 {
        let past = conversation.epochs.len().saturating_sub(1 + oldest);
        let kept = PastEpochDeletion::delete_all_without_timestamps().max_past_epochs(past);
        group.delete_past_epoch_secrets(turn.provider, kept).map_err(Error::mls)?;
    }
    for epoch in conversation.epochs.drain(..oldest.max(surplus)) {
        send::forget_sent(turn, &conversation.group, epoch.number);
    }
    let first = conversation.epochs.first().map_or(0, |epoch| epoch.number);
    conversation.removed.retain(|leaf| leaf.epoch > first);
    Ok(())
}

/// The upkeep of a tick: epochs that have grown too old, without a change of epoch.
pub(super) fn upkeep(turn: &Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    let limit = turn.now.plus(-READABLE);
    let old = conversation.epochs.get(1).is_some_and(|second| second.started < limit);
    if !old {
        return Ok(());
    }
    let mut group = mls::load(turn.provider, &conversation.group)?;
    forget_epochs(turn, conversation, &mut group)
}

/// Checks every leaf, and says so when one fails that did not before.
pub(super) fn judge(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    group: &MlsGroup,
) -> Result<(), Error> {
    let mixed = group.treesync().full_leaves().any(|(_, leaf)| !mls::is_ours(leaf));
    if conversation.mixed && !mixed {
        // Until now the sequencer's word was not the last one.
        conversation.words.retain(|number, _| *number >= group.epoch().as_u64());
    }
    conversation.mixed = mixed;
    devices::keep_out(turn, conversation, group);
    let known = std::mem::take(&mut conversation.failing);
    conversation.failing = trust::failing(turn, group)?;
    conversation.shown = group.own_leaf().and_then(trust::endorsement).map(|own| own.identity);
    let fresh = conversation.failing.iter().any(|leaf| !known.contains(leaf));
    if fresh && conversation.is_blocked() {
        let (group, suspects) = (conversation.group.clone(), conversation.unverified());
        turn.show(Event::Unverified { conversation: group, suspects });
    }
    replacement::go_on(turn, conversation, group)?;
    if conversation.standing == Standing::Request {
        return Ok(());
    }
    let failing = conversation.failing.iter();
    let named = failing.filter_map(|leaf| leaf.actor.clone().zip(leaf.identity));
    named
        .collect::<Vec<_>>()
        .iter()
        .try_for_each(|(actor, identity)| trust::look_at(turn, actor, Some(*identity)))
}

/// Those who were in already and have a leaf that is new: nobody gets another device unseen.
fn new_devices(group: &MlsGroup, people: &[ActorId], before: &[(u32, Vec<u8>)]) -> BTreeSet<ActorId> {
    let leaves = group
        .members()
        .map(|member| (trust::actor_of(&member.credential), (member.index.u32(), member.signature_key)));
    let fresh = leaves.filter(|(_, leaf)| !before.contains(leaf)).filter_map(|(actor, _)| actor);
    fresh.filter(|actor| people.contains(actor)).collect()
}

fn show_membership(
    turn: &mut Turn<'_>,
    conversation: &Conversation,
    (before, after): (&[ActorId], &[ActorId]),
    devices: BTreeSet<ActorId>,
    by: &ActorId,
) -> Result<(), Error> {
    let missing_from = |those: &[ActorId], among: &[ActorId]| -> Vec<ActorId> {
        those.iter().filter(|actor| !among.contains(actor)).cloned().collect()
    };
    let (added, removed) = (missing_from(after, before), missing_from(before, after));
    let devices: Vec<ActorId> = devices.into_iter().collect();
    happened::membership(turn, conversation, by, (&added, &removed, &devices))?;
    if !added.is_empty() || !removed.is_empty() || !devices.is_empty() {
        let conversation = conversation.group.clone();
        turn.show(Event::Membership { conversation, by: by.clone(), added, removed, devices });
    }
    Ok(())
}

/// Everything of a group but its history and its record is deleted.
pub(super) fn delete_group(turn: &Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    let store = &turn.provider.store;
    if let Ok(mut group) = mls::load(turn.provider, &conversation.group) {
        group.delete(store)?;
    }
    let name = group_name(&conversation.group);
    store.delete_all(&mls::group_prefix(&mls::group_id(&conversation.group))?);
    // What is held stays: it may belong to a time after the next Welcome, and grows old by itself.
    for kind in ["aside", "outgoing", "sent"] {
        store.delete_all(&format!("{kind}/{name}/"));
    }
    trouble::end(turn, &conversation.group)
}
