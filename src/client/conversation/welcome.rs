//! Joining by Welcome. A Welcome for another device is ignored in silence (trap T35), one that was taken before as well
//! (promise P17), and one into a group in which the device already is waits for the person, unless the own state is known to
//! be broken and a verified member sends it (ENCRYPTION.md 1.6, trap T34). Every leaf is checked; a conversation that somebody
//! new started is a request, and a request sends nothing.

use alcove_protocol::{ActorId, ConversationId, GroupId, api::NewConversation, mls::MlsObject};
use openmls::{
    group::{JoinBuilder, StagedWelcome},
    messages::Welcome,
    prelude::{MlsMessageBodyIn, MlsMessageIn, tls_codec::DeserializeBytes},
};
use serde::{Deserialize, Serialize};

use super::{
    Conversation, Purpose, Sequencer, Standing, commit, find, handshake, happened, merge, receive::Incoming,
    recovery, roster,
};
use crate::{
    call::Call,
    error::Error,
    event::{Event, JoinedAs},
    key_packages,
    message::What,
    mls::{self, Provider, contained, join_config},
    record::group_name,
    trust::{self, LeafCheck},
    turn::Turn,
};

/// The most leaves of a conversation that a stranger may put a person into.
const MOST_LEAVES_OF_A_REQUEST: usize = 150;

/// A Welcome that waits for the person's word.
#[derive(Serialize, Deserialize)]
struct Offer {
    actor: ActorId,
    content: Vec<u8>,
    conversation: Option<ConversationId>,
    position: i64,
}

/// The key of a Welcome that waits.
pub(super) fn offer_key(group: &GroupId) -> String {
    format!("offer/{}", group_name(group))
}

/// Whether a known group may be replaced.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Replace {
    Never,
    /// The own state is broken: by somebody who is verified.
    ByVerified,
    /// The person has agreed.
    Agreed,
}

/// Takes a Welcome out of the mailbox. Whatever is wrong with it, nothing of it stays.
pub(super) fn take(
    turn: &mut Turn<'_>,
    incoming: &Incoming,
    object: &MlsObject,
    welcome: Welcome,
) -> Result<(), Error> {
    admit(turn, incoming, object.conversation.clone(), welcome)
}

fn admit(
    turn: &mut Turn<'_>,
    incoming: &Incoming,
    conversation: Option<ConversationId>,
    welcome: Welcome,
) -> Result<(), Error> {
    let group = match try_join(turn, incoming, &conversation, welcome.clone(), Replace::Never) {
        Ok(Joined::New(group)) => return super::with(turn, &group, |_, _| Ok(())),
        Ok(Joined::Known(group)) => group,
        Ok(Joined::Ignored) | Err(_) => return Ok(()),
    };
    if is_member(turn, &group, &incoming.actor) && recovery::is_lost(turn, &group)? {
        let joined = try_join(turn, incoming, &conversation, welcome, Replace::ByVerified);
        if matches!(joined, Ok(Joined::New(_))) {
            return super::with(turn, &group, |_, _| Ok(()));
        }
    }
    offer(turn, incoming, conversation, &group)
}

fn try_join(
    turn: &mut Turn<'_>,
    incoming: &Incoming,
    conversation: &Option<ConversationId>,
    welcome: Welcome,
    replace: Replace,
) -> Result<Joined, Error> {
    turn.attempt(|turn| contained(|| join(turn, incoming, conversation.clone(), welcome, replace)))
}

/// Whether somebody is in the group, as this device knows it: only they can offer it anew (trap T34).
fn is_member(turn: &Turn<'_>, group: &GroupId, actor: &ActorId) -> bool {
    mls::load(turn.provider, group).is_ok_and(|group| roster(&group).contains(actor))
}

/// What came of a Welcome.
enum Joined {
    New(GroupId),
    /// The device is in this group already.
    Known(GroupId),
    Ignored,
}

fn join(
    turn: &mut Turn<'_>,
    incoming: &Incoming,
    address: Option<ConversationId>,
    welcome: Welcome,
    replace: Replace,
) -> Result<Joined, Error> {
    let builder =
        StagedWelcome::build_from_welcome(turn.provider, &join_config(), welcome).map_err(Error::mls)?;
    let package = builder.processed_welcome().own_key_package().cloned();
    let Some(package) = package else { return Ok(Joined::Ignored) };
    let taken = key_packages::welcome_key(turn, &package, &incoming.digest)?;
    if turn.provider.store.get::<()>(&taken)?.is_some() {
        return Ok(Joined::Ignored);
    }
    let info = builder.processed_welcome().unverified_group_info();
    let group = std::str::from_utf8(info.group_id().as_slice()).map_err(Error::mls)?;
    let group = GroupId::parse(group).map_err(Error::mls)?;
    let known = find(turn, &group)?;
    if known.as_ref().is_some_and(|known| known.standing != Standing::Over) && replace == Replace::Never {
        return Ok(Joined::Known(group));
    }
    let staged = stage(builder, replace)?;
    let adder = staged.welcome_sender().map_err(Error::mls)?;
    if trust::actor_of(adder.credential()).as_ref() != Some(&incoming.actor) {
        return Err(Error::Mls("a Welcome by somebody else than its sender".to_owned()));
    }
    let check = trust::check(&turn.provider.store, &turn.account, adder)?;
    if replace == Replace::ByVerified && check != LeafCheck::Verified {
        return Err(Error::Mls("a Welcome by somebody who is not verified".to_owned()));
    }
    if replace != Replace::Never {
        mls::load(turn.provider, &group)?.delete(&turn.provider.store)?;
    }
    turn.provider.store.put(&taken, &())?;
    enter(turn, incoming, address, known, staged, group)
}

/// Old leaves may have expired long ago: what counts is that they are members (ENCRYPTION.md 1.14).
fn stage(builder: JoinBuilder<'_, Provider>, replace: Replace) -> Result<StagedWelcome, Error> {
    let builder = builder.skip_lifetime_validation();
    let builder = if replace == Replace::Never { builder } else { builder.replace_old_group() };
    builder.build().map_err(Error::mls)
}

fn enter(
    turn: &mut Turn<'_>,
    incoming: &Incoming,
    address: Option<ConversationId>,
    known: Option<Conversation>,
    staged: StagedWelcome,
    id: GroupId,
) -> Result<Joined, Error> {
    let adder = staged.welcome_sender().map_err(Error::mls)?.clone();
    let mut group = staged.into_group(turn.provider).map_err(Error::mls)?;
    let check = trust::check(&turn.provider.store, &turn.account, &adder)?;
    let pinned = trust::pin(&turn.provider.store, &incoming.actor)?.is_some();
    let familiar = incoming.actor == turn.account.actor || pinned;
    let standing = if familiar && check != LeafCheck::Failed { Standing::Active } else { Standing::Request };
    if standing == Standing::Request && group.members().count() > MOST_LEAVES_OF_A_REQUEST {
        return Err(Error::Limit("a stranger's conversation has at most 150 devices"));
    }
    let sequencer = address.map_or(Sequencer::None(None), Sequencer::At);
    let mut conversation = Conversation::new(id.clone(), standing, sequencer, turn.now);
    if let Some(known) = known {
        take_over(turn, &mut conversation, known)?;
    }
    merge::begin_epoch(turn, &mut conversation, &mut group)?;
    merge::judge(turn, &mut conversation, &group)?;
    let standing = if standing == Standing::Active { JoinedAs::Member } else { JoinedAs::Request };
    happened::note(turn, &conversation, &incoming.actor, What::Joined, Vec::new(), None)?;
    turn.show(Event::Joined { conversation: id.clone(), by: incoming.actor.clone(), standing });
    if standing == JoinedAs::Member {
        settle_in(turn, &mut conversation, &roster(&group))?;
    }
    conversation.save(turn)?;
    Ok(Joined::New(id))
}

/// The history goes on: names and what was shown are remembered, and so is what the person wanted.
fn take_over(turn: &mut Turn<'_>, conversation: &mut Conversation, known: Conversation) -> Result<(), Error> {
    (conversation.name, conversation.recent) = (known.name, known.recent);
    (conversation.next_outgoing, conversation.excused) = (known.next_outgoing, known.excused);
    conversation.wishes = known.wishes;
    if let Some(pending) = known.pending {
        turn.forget_call(pending.call);
        conversation.wishes.extend(pending.wishes);
    }
    recovery::passed(turn, &conversation.group)
}

/// What an accepted member does: learns who the others are, renews its leaf within a day, and replaces its key package.
fn settle_in(turn: &mut Turn<'_>, conversation: &mut Conversation, people: &[ActorId]) -> Result<(), Error> {
    for actor in people {
        trust::look_at(turn, actor, None)?;
    }
    key_packages::used(turn);
    commit::want_renewal(turn, conversation);
    // From the epoch before: the answer shows the commit that let us in, and with it who speaks for the sequencer.
    let epoch = conversation.epochs.last().map_or(0, |epoch| epoch.number);
    handshake::ask(turn, conversation, epoch.saturating_sub(1))?;
    if conversation.sequencer == Sequencer::None(None) {
        let group = conversation.group.clone();
        let call = Call::CreateConversation(NewConversation { group: group.clone() });
        turn.call_once(call, Purpose::Conversation(group))?;
    }
    Ok(())
}

/// The person takes a conversation that somebody new had started.
pub(crate) fn accept(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    if conversation.standing != Standing::Request {
        return Ok(());
    }
    conversation.standing = Standing::Active;
    let group = mls::load(turn.provider, &conversation.group)?;
    // Questions that a request did not ask.
    merge::judge(turn, conversation, &group)?;
    settle_in(turn, conversation, &roster(&group))
}

/// Keeps a Welcome into a group in which the device already is, and asks the person. One of somebody who is not in the
/// group, as far as this device knows, asks nobody and takes no member's place: it counts only if this device turns out to
/// have been removed before.
fn offer(
    turn: &mut Turn<'_>,
    incoming: &Incoming,
    conversation: Option<ConversationId>,
    group: &GroupId,
) -> Result<(), Error> {
    let key = offer_key(group);
    let member = is_member(turn, group, &incoming.actor);
    if !member && turn.provider.store.get::<Offer>(&key)?.is_some() {
        return Ok(());
    }
    let offer = Offer {
        actor: incoming.actor.clone(),
        content: incoming.content.clone(),
        conversation,
        position: incoming.position,
    };
    turn.provider.store.put(&key, &offer)?;
    if member {
        turn.show(Event::RejoinOffered { conversation: group.clone(), by: incoming.actor.clone() });
    }
    Ok(())
}

/// The person has agreed: the group's state is replaced, its history stays.
pub(crate) fn rejoin(turn: &mut Turn<'_>, group: &GroupId) -> Result<(), Error> {
    let none = || Error::Unknown(format!("Welcome by a member that waits for {group}"));
    let offer = turn.provider.store.get::<Offer>(&offer_key(group))?;
    if offer.is_none_or(|offer| !is_member(turn, group, &offer.actor)) {
        return Err(none());
    }
    let (incoming, conversation, welcome) = waiting(turn, group)?.ok_or_else(none)?;
    join(turn, &incoming, conversation, welcome, Replace::Agreed)?;
    super::with(turn, group, |_, _| Ok(()))
}

/// The conversation has ended, and a Welcome had come before the commit that ended it: somebody was removed and added again,
/// and the two were delivered the other way round. It lets the device in as if it had come after.
pub(super) fn take_offer(turn: &mut Turn<'_>, group: &GroupId) -> Result<(), Error> {
    match waiting(turn, group)? {
        Some((incoming, conversation, welcome)) => admit(turn, &incoming, conversation, welcome),
        None => Ok(()),
    }
}

/// Takes the Welcome that waits out of the records.
fn waiting(
    turn: &Turn<'_>,
    group: &GroupId,
) -> Result<Option<(Incoming, Option<ConversationId>, Welcome)>, Error> {
    let key = offer_key(group);
    let Some(offer) = turn.provider.store.get::<Offer>(&key)? else { return Ok(None) };
    turn.provider.store.delete(&key);
    let incoming = Incoming::new(offer.actor, offer.content, offer.position);
    let message = MlsMessageIn::tls_deserialize_exact_bytes(&incoming.content).map_err(Error::mls)?;
    match message.extract() {
        MlsMessageBodyIn::Welcome(welcome) => Ok(Some((incoming, offer.conversation, welcome))),
        _ => Err(Error::Mls("expected a Welcome".to_owned())),
    }
}
