//! A conversation that goes on in another group (ENCRYPTION.md 1.6 step 4): a member starts it anew at their own server, with
//! the people of the last epoch and without whoever's commit nobody can apply; an inner note names the old group. A note is
//! believed of the one who started the new group, if they were a member of the last epoch of the old one, and only the first
//! that is seen (1.5 point 7): any other group is a conversation of its own. The history stays with the conversation; the old
//! group is still read for a while.

use alcove_protocol::{ActorId, GroupId, Timestamp, api::NewConversation, time::DAY};
use openmls::prelude::{LeafNodeIndex, MlsGroup};
use serde::{Deserialize, Serialize};

use super::{Obstacle, found};
use crate::{
    call::Call,
    conversation::{
        Conversation, Intent, Name, Purpose, Standing, Wish, find, leave, roster, send, start, welcome,
    },
    error::Error,
    event::Event,
    inner,
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
    /// The epoch after which its members were in different groups.
    fork: Option<u64>,
    /// Who began the conversation anew.
    by: ActorId,
}

fn heir_key(group: &GroupId) -> String {
    format!("recovery/heir/{}", group_name(group))
}

fn predecessor_key(group: &GroupId) -> String {
    format!("recovery/predecessor/{}", group_name(group))
}

/// Where a conversation goes on, if it does so in another group.
pub(crate) fn heir(store: &Store, group: &GroupId) -> Result<Option<Heir>, Error> {
    store.get(&heir_key(group))
}

/// What a conversation continues, if it does.
pub(crate) fn predecessor(store: &Store, group: &GroupId) -> Result<Option<Predecessor>, Error> {
    store.get(&predecessor_key(group))
}

/// The person begins the conversation anew.
pub(crate) fn begin(turn: &mut Turn<'_>, old: &GroupId) -> Result<(), Error> {
    turn.account.require_approved()?;
    let known = find(turn, old)?.ok_or_else(|| Error::UnknownConversation(old.clone()))?;
    if known.standing != Standing::Active {
        return Err(Error::ConversationOver);
    }
    let found = found(&turn.provider.store, old)?;
    let stuck = found.as_ref().is_some_and(|found| found.obstacle.is_continuable());
    if !stuck && !known.mixed {
        return Err(Error::Limit("nothing keeps this conversation from going on as it is"));
    }
    let people = heirs(turn, &known, found.as_ref().map(|found| &found.obstacle))?;
    let mut fresh = start::create(turn)?;
    fresh.wishes = people.into_iter().map(|actor| start::add(turn, actor)).collect();
    fresh.wishes.extend(wanted(&known).filter(|wish| is_newcomer(wish)).cloned());
    let group = fresh.group.clone();
    let call = Call::CreateConversation(NewConversation { group: group.clone() });
    turn.call(call, Purpose::Conversation(group.clone()))?;
    turn.show(Event::ConversationCreated { conversation: group });
    let fork = found.filter(|found| found.obstacle == Obstacle::Forked).map(|found| found.epoch);
    let by = turn.account.actor.clone();
    inherit(turn, &mut fresh, known, Predecessor { group: old.clone(), fork, by })?;
    fresh.save(turn)
}

/// Who is taken along: the people of the last epoch, without the one whose commit nobody can apply, and without those whom
/// the person wants removed.
fn heirs(turn: &Turn<'_>, known: &Conversation, obstacle: Option<&Obstacle>) -> Result<Vec<ActorId>, Error> {
    let mut people = roster(&mls::load(turn.provider, &known.group)?);
    let own = &turn.account.actor;
    let unwanted = |actor: &ActorId| {
        wanted(known).any(|wish| matches!(&wish.intent, Intent::Remove { actor: gone } if gone == actor))
    };
    let faulty = |actor: &ActorId| matches!(obstacle, Some(Obstacle::Unappliable { by }) if by == actor);
    people.retain(|actor| actor == own || !(unwanted(actor) || faulty(actor)));
    Ok(people)
}

/// What the person wants and what is not true yet.
fn wanted(known: &Conversation) -> impl Iterator<Item = &Wish> {
    known.wishes.iter().chain(known.pending.iter().flat_map(|pending| &pending.wishes))
}

/// Whether somebody was to be added who is not in yet.
fn is_newcomer(wish: &Wish) -> bool {
    matches!(wish.intent, Intent::Add { .. } | Intent::AddDevice { .. })
}

/// Hands the conversation over to its new group.
fn inherit(
    turn: &mut Turn<'_>,
    fresh: &mut Conversation,
    mut old: Conversation,
    predecessor: Predecessor,
) -> Result<(), Error> {
    let store = &turn.provider.store;
    let heir = Heir { group: fresh.group.clone(), since: turn.now };
    store.put(&heir_key(&old.group), &heir)?;
    store.put(&predecessor_key(&fresh.group), &predecessor)?;
    if fresh.name.is_none() {
        fresh.name = old.name.as_ref().map(|name| Name { text: name.text.clone(), epoch: 0 });
    }
    fresh.recent.splice(0..0, old.recent.iter().copied());
    fresh.recent.drain(..fresh.recent.len().saturating_sub(REMEMBERED));
    send::again::move_on(turn, &old, fresh, predecessor.fork)?;
    let leaves = matches!(old.standing, Standing::WantsToLeave | Standing::Leaving);
    retire(turn, &mut old)?;
    if leaves {
        leave::leave(turn, fresh)?;
    }
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
    let document = inner::continues(&actor, &group, &id, &known.group, known.fork);
    send::queue(turn, conversation, &id, &document, send::Visibility::Silent)
}

/// Somebody says that this group continues an older one.
pub(crate) fn take(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    group: &MlsGroup,
    by: &ActorId,
    (old, fork): (&GroupId, Option<u64>),
) -> Result<(), Error> {
    let Some(known) = find(turn, old)?.filter(|known| is_inherited(turn, conversation, known, group, by))
    else {
        return Ok(());
    };
    let first = heir(&turn.provider.store, old)?.is_none();
    let alone = predecessor(&turn.provider.store, &conversation.group)?.is_none();
    if !first || !alone || !roster(&mls::load(turn.provider, old)?).contains(by) {
        return Ok(());
    }
    let predecessor = Predecessor { group: old.clone(), fork, by: by.clone() };
    if conversation.standing == Standing::Request {
        // Who may go on with a conversation was asked when it began.
        welcome::accept(turn, conversation)?;
    }
    inherit(turn, conversation, known, predecessor)
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
    let open = matches!(old.standing, Standing::Active | Standing::WantsToLeave | Standing::Leaving);
    let devices = turn.account.device_group.as_ref();
    let heir = matches!(fresh.standing, Standing::Active | Standing::Request) && fresh.group != old.group;
    let among_devices = devices == Some(&old.group) || devices == Some(&fresh.group);
    founder.as_ref() == Some(by) && young && open && heir && !among_devices
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
