//! A conversation that goes on in another group (ENCRYPTION.md 1.6 step 4): a member starts it anew at their own server, with
//! the people of the last epoch and without whoever's commit nobody can apply; an inner note names the old group. A note is
//! believed of the one who started the new group, while only people of the last epoch are in it, and only the first that is
//! seen (1.5 point 7): any other group is a conversation of its own. Where this device has met an obstacle itself, or its own
//! person has decided on another device, it follows at once; otherwise the person is asked, and nothing is sent before. The
//! history stays with the conversation; the old group is still read for a while.

use alcove_protocol::{ActorId, GroupId, Timestamp, api::NewConversation, time::DAY};
use openmls::prelude::{LeafNodeIndex, MlsGroup};
use serde::{Deserialize, Serialize};

use super::{Found, Obstacle, found, is_going};
use crate::{
    call::Call,
    chats,
    conversation::{
        self, Conversation, Intent, Name, Purpose, Standing, Wish, find, happened, leave, roster, send,
        start, welcome,
    },
    error::Error,
    event::Event,
    inner,
    message::What,
    mls::{self, Store},
    record::group_name,
    trust::actor_of,
    turn::{Turn, pending_calls},
};

/// How long after it has joined a device believes that a group continues another.
const BELIEVED: i64 = DAY;
/// How many inner ids are carried over, so that what is sent again is shown once.
const REMEMBERED: usize = 256;

/// Where a conversation goes on.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Heir {
    pub(crate) group: GroupId,
    pub(crate) since: Timestamp,
}

/// What a conversation continues.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Predecessor {
    pub(crate) group: GroupId,
    /// Who began the conversation anew.
    by: ActorId,
    /// Who was to be added to it: after all others have been told, who believe it while they know everybody in it.
    newcomers: Vec<ActorId>,
}

/// What somebody says of the group that they started, and what the person has not agreed to yet.
#[derive(Serialize, Deserialize)]
struct Claim {
    /// The group that it continues.
    old: GroupId,
    by: ActorId,
}

fn heir_key(group: &GroupId) -> String {
    format!("recovery/heir/{}", group_name(group))
}

fn predecessor_key(group: &GroupId) -> String {
    format!("recovery/predecessor/{}", group_name(group))
}

fn claim_key(group: &GroupId) -> String {
    format!("recovery/claim/{}", group_name(group))
}

/// Forgets what was said of a group that is over.
pub(super) fn forget(turn: &Turn<'_>, group: &GroupId) {
    turn.provider.store.delete(&claim_key(group));
}

/// Where a conversation goes on, if it does so in another group.
pub(crate) fn heir(store: &Store, group: &GroupId) -> Result<Option<Heir>, Error> {
    store.get(&heir_key(group))
}

/// What a conversation continues, if it does.
pub(crate) fn predecessor(store: &Store, group: &GroupId) -> Result<Option<Predecessor>, Error> {
    store.get(&predecessor_key(group))
}

/// A group and those that it continues, the newest first.
pub(crate) fn chain(store: &Store, group: &GroupId) -> Result<Vec<GroupId>, Error> {
    let mut groups = vec![group.clone()];
    while let Some(older) = groups.last().map(|last| predecessor(store, last)).transpose()?.flatten() {
        if groups.contains(&older.group) {
            break;
        }
        groups.push(older.group);
    }
    Ok(groups)
}

/// The group in which a conversation goes on by now.
pub(crate) fn newest(store: &Store, group: &GroupId) -> Result<GroupId, Error> {
    let mut newest = group.clone();
    while let Some(fresh) = heir(store, &newest)?.map(|heir| heir.group).filter(|fresh| fresh != group) {
        newest = fresh;
    }
    Ok(newest)
}

/// The person wants a conversation to go on: one that claims to continue another does so, any other is begun anew.
pub(crate) fn go_on(turn: &mut Turn<'_>, group: &GroupId) -> Result<(), Error> {
    turn.account.require_approved()?;
    match claimed(turn, group)? {
        Some((claim, old)) => {
            conversation::with(turn, group, |turn, fresh| follow(turn, fresh, claim.by, old))
        }
        None => begin(turn, group),
    }
}

fn begin(turn: &mut Turn<'_>, old: &GroupId) -> Result<(), Error> {
    let known = find(turn, old)?.ok_or_else(|| Error::UnknownConversation(old.clone()))?;
    if known.standing != Standing::Active {
        return Err(Error::ConversationOver);
    }
    let found = found(&turn.provider.store, old)?;
    if !is_stuck(found.as_ref()) && !known.mixed {
        return Err(Error::Limit("nothing keeps this conversation from going on as it is"));
    }
    let people = heirs(turn, &known, found.as_ref())?;
    let mut newcomers: Vec<ActorId> = wanted(&known).filter_map(newcomer).cloned().collect();
    newcomers.retain(|actor| !people.contains(actor));
    let mut fresh = start::create(turn)?;
    fresh.wishes = people.into_iter().map(|actor| start::add(turn, actor)).collect();
    fresh.wishes.extend(wanted(&known).filter(|wish| is_own_device(wish)).cloned());
    let group = fresh.group.clone();
    let call = Call::CreateConversation(NewConversation { group: group.clone() });
    turn.call(call, Purpose::Conversation(group.clone()))?;
    turn.show(Event::ConversationCreated { conversation: group });
    let by = turn.account.actor.clone();
    inherit(turn, &mut fresh, known, Predecessor { group: old.clone(), by, newcomers })?;
    fresh.save(turn)
}

/// Whether an obstacle was met that a member can go on from without the others' sequencer.
fn is_stuck(found: Option<&Found>) -> bool {
    found.is_some_and(|found| found.obstacle.is_continuable())
}

/// Who is taken along: the people of the last epoch, without the one whose commit nobody can apply, and without those whom
/// the person wants removed.
fn heirs(turn: &Turn<'_>, known: &Conversation, found: Option<&Found>) -> Result<Vec<ActorId>, Error> {
    let obstacle = found.map(|found| &found.obstacle);
    let mut people = roster(&mls::load(turn.provider, &known.group)?);
    let own = &turn.account.actor;
    let unwanted = |actor: &ActorId| {
        wanted(known).any(|wish| matches!(&wish.intent, Intent::Remove { actor: gone } if gone == actor))
    };
    let faulty =
        |actor: &ActorId| matches!(obstacle, Some(Obstacle::Unappliable { by: Some(by) }) if by == actor);
    people.retain(|actor| actor == own || !(unwanted(actor) || faulty(actor)));
    Ok(people)
}

/// What the person wants and what is not true yet.
fn wanted(known: &Conversation) -> impl Iterator<Item = &Wish> {
    known.wishes.iter().chain(known.pending.iter().flat_map(|pending| &pending.wishes))
}

fn newcomer(wish: &Wish) -> Option<&ActorId> {
    match &wish.intent {
        Intent::Add { actor, .. } => Some(actor),
        _ => None,
    }
}

fn is_own_device(wish: &Wish) -> bool {
    matches!(wish.intent, Intent::AddDevice { .. })
}

/// Whether nobody but these people is in a group, not even somebody without a name.
fn has_only(group: &MlsGroup, people: &[ActorId]) -> bool {
    group.members().all(|member| actor_of(&member.credential).is_some_and(|actor| people.contains(&actor)))
}

/// Hands the conversation over to its new group. What was written and what only one side of a fork has read is sent there, if
/// nobody else is in it by now; where the fork is this device knows itself, or not at all.
fn inherit(
    turn: &mut Turn<'_>,
    fresh: &mut Conversation,
    mut old: Conversation,
    predecessor: Predecessor,
) -> Result<(), Error> {
    let store = &turn.provider.store;
    let found = found(store, &old.group)?;
    let heir = Heir { group: fresh.group.clone(), since: turn.now };
    store.put(&heir_key(&old.group), &heir)?;
    store.put(&predecessor_key(&fresh.group), &predecessor)?;
    if fresh.name.is_none() {
        fresh.name = old.name.as_ref().map(|name| Name { text: name.text.clone(), epoch: 0 });
    }
    fresh.recent.splice(0..0, old.recent.iter().copied());
    fresh.recent.drain(..fresh.recent.len().saturating_sub(REMEMBERED));
    if has_only(&mls::load(turn.provider, &fresh.group)?, &heirs(turn, &old, found.as_ref())?) {
        let fork = found.filter(|found| found.obstacle == Obstacle::Forked).map(|found| found.epoch);
        send::again::move_on(turn, &old, fresh, fork)?;
    } else {
        send::give_up(
            turn,
            &old,
            "Somebody else is in the conversation now. Write it again if they may read it.",
        )?;
    }
    let leaves = matches!(old.standing, Standing::WantsToLeave | Standing::Leaving);
    retire(turn, &mut old)?;
    if leaves {
        leave::leave(turn, fresh)?;
    }
    chats::inherit(turn, &fresh.group, &old.group)?;
    let before = Some(old.group.to_string());
    happened::note(turn, fresh, &predecessor.by, What::Continued, Vec::new(), before)?;
    turn.show(Event::Continued {
        conversation: fresh.group.clone(),
        instead_of: old.group,
        by: predecessor.by,
    });
    Ok(())
}

/// The old group is only read from now on.
fn retire(turn: &mut Turn<'_>, old: &mut Conversation) -> Result<(), Error> {
    old.pending = None;
    old.wishes.clear();
    old.standing = Standing::Continued;
    mls::load(turn.provider, &old.group)?.clear_pending_commit(&turn.provider.store)?;
    for (id, pending) in pending_calls(turn.provider)? {
        if pending.purpose == Purpose::Conversation(old.group.clone()) {
            turn.forget_call(id);
        }
    }
    super::forget(turn, &old.group);
    old.save(turn)
}

/// Whoever began the conversation anew and adds somebody to it says what it continues.
pub(crate) fn repeat_note(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    let known = predecessor(&turn.provider.store, &conversation.group)?;
    let Some(known) = known.filter(|known| known.by == turn.account.actor) else { return Ok(()) };
    let (actor, group, id) = (turn.account.actor.clone(), conversation.group.clone(), send::new_id(turn));
    let document = inner::continues(&actor, &group, &id, &known.group);
    send::queue(turn, conversation, &id, &document, send::Visibility::Silent)
}

/// Somebody says that this group continues an older one.
pub(crate) fn take(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    group: &MlsGroup,
    by: &ActorId,
    old: &GroupId,
) -> Result<(), Error> {
    let Some(known) = find(turn, old)?.filter(|known| is_inherited(turn, conversation, known, group, by))
    else {
        return Ok(());
    };
    let store = &turn.provider.store;
    let first = heir(store, old)?.is_none();
    let alone = predecessor(store, &conversation.group)?.is_none();
    let said = store.get::<Claim>(&claim_key(&conversation.group))?.is_some();
    if !first || !alone || said || !has_only(group, &roster(&mls::load(turn.provider, old)?)) {
        return Ok(());
    }
    if is_expected(turn, conversation, group, &known, by)? {
        return follow(turn, conversation, by.clone(), known);
    }
    store.put(&claim_key(&conversation.group), &Claim { old: old.clone(), by: by.clone() })?;
    turn.show(Event::ContinuationOffered {
        conversation: conversation.group.clone(),
        instead_of: old.clone(),
        by: by.clone(),
    });
    Ok(())
}

/// Whether this device, or its own person on another one, would have gone on with these people as well.
fn is_expected(
    turn: &Turn<'_>,
    fresh: &Conversation,
    group: &MlsGroup,
    old: &Conversation,
    by: &ActorId,
) -> Result<bool, Error> {
    let found = found(&turn.provider.store, &old.group)?;
    let agreed = is_stuck(found.as_ref()) || *by == turn.account.actor;
    Ok(agreed && !fresh.is_blocked() && has_only(group, &heirs(turn, old, found.as_ref())?))
}

/// Goes on in the new group. What the person wants of the members is still wanted.
fn follow(
    turn: &mut Turn<'_>,
    fresh: &mut Conversation,
    by: ActorId,
    old: Conversation,
) -> Result<(), Error> {
    // Who may go on with a conversation was asked when it began.
    welcome::accept(turn, fresh)?;
    fresh.wishes.extend(wanted(&old).filter(|wish| wish.intent != Intent::Renew).cloned());
    forget(turn, &fresh.group);
    let predecessor = Predecessor { group: old.group.clone(), by, newcomers: Vec::new() };
    inherit(turn, fresh, old, predecessor)
}

/// What a group claims to continue, as long as nothing else does.
fn claimed(turn: &Turn<'_>, fresh: &GroupId) -> Result<Option<(Claim, Conversation)>, Error> {
    let store = &turn.provider.store;
    let Some(claim) = store.get::<Claim>(&claim_key(fresh))? else { return Ok(None) };
    let old = find(turn, &claim.old)?.filter(is_going);
    let free = heir(store, &claim.old)?.is_none();
    Ok(old.filter(|_| free).map(|old| (claim, old)))
}

/// The upkeep of a tick: a claim that was not believed may be by now, and who was to be added is.
pub(super) fn upkeep(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    if let Some((claim, old)) = claimed(turn, &conversation.group)? {
        let group = mls::load(turn.provider, &conversation.group)?;
        if is_expected(turn, conversation, &group, &old, &claim.by)? {
            follow(turn, conversation, claim.by, old)?;
        }
    }
    let known = predecessor(&turn.provider.store, &conversation.group)?;
    let Some(mut known) = known.filter(|known| !known.newcomers.is_empty()) else { return Ok(()) };
    let long_ago = conversation.epochs.first().is_some_and(|epoch| turn.now.since(epoch.started) > BELIEVED);
    let told = long_ago || !wanted(conversation).any(|wish| newcomer(wish).is_some());
    if conversation.standing != Standing::Active || !told {
        return Ok(());
    }
    let newcomers = std::mem::take(&mut known.newcomers);
    conversation.wishes.extend(newcomers.into_iter().map(|actor| start::add(turn, actor)));
    turn.provider.store.put(&predecessor_key(&conversation.group), &known)
}

/// Whether the new group is one that can inherit, the old one can be inherited, and the speaker started the new one: their
/// leaf is the first.
fn is_inherited(
    turn: &Turn<'_>,
    fresh: &Conversation,
    old: &Conversation,
    group: &MlsGroup,
    by: &ActorId,
) -> bool {
    let founder = group.member_at(LeafNodeIndex::new(0)).and_then(|member| actor_of(&member.credential));
    let young = fresh.epochs.first().is_some_and(|epoch| turn.now.since(epoch.started) <= BELIEVED);
    let devices = turn.account.device_group.as_ref();
    let heir = matches!(fresh.standing, Standing::Active | Standing::Request) && fresh.group != old.group;
    let among_devices = devices == Some(&old.group) || devices == Some(&fresh.group);
    founder.as_ref() == Some(by) && young && is_going(old) && heir && !among_devices
}

/// Works on the conversation that has inherited from this one, if any has: what was shown is remembered there.
pub(crate) fn with_heir<T>(
    turn: &Turn<'_>,
    old: &mut Conversation,
    work: impl FnOnce(&mut Conversation) -> T,
) -> Result<T, Error> {
    if old.standing != Standing::Continued {
        return Ok(work(old));
    }
    let heir = heir(&turn.provider.store, &old.group)?;
    let heir = heir.map(|heir| find(turn, &heir.group)).transpose()?.flatten();
    let Some(mut heir) = heir else { return Ok(work(old)) };
    let result = work(&mut heir);
    heir.save(turn)?;
    Ok(result)
}
