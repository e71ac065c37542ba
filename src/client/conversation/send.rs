//! Writing into a conversation: a message is stored as a draft first, encrypted when the conversation allows it, and kept
//! until its own echo has come back. Encrypted again only when the server said that its epoch had ended (ENCRYPTION.md 1.8
//! and 1.9). Every digest that we sent is remembered while its epoch can be read: an echo is known by nothing else.

pub(crate) mod again;
pub(crate) mod failed;
pub(crate) mod sayable;

use alcove_protocol::{ActivityId, GroupId, Problem, json, mls::MlsType};
use openmls::prelude::{MlsGroup, tls_codec::Serialize as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Conversation, Purpose, Standing, commit::envelope, posted, receive::Incoming, roster, shown};
use crate::{
    call::{Call, CallId},
    error::Error,
    event::Event,
    identity::SecretKey,
    inner,
    message::Content,
    mls,
    record::{digest, group_name, hex},
    turn::Turn,
};

/// A message of ours that is not finished.
#[derive(Clone, Serialize, Deserialize)]
struct Draft {
    id: String,
    /// The inner document as text.
    document: String,
    visibility: Visibility,
    /// Set while it is encrypted and on its way, or taken.
    way: Option<Way>,
    /// Whether its echo has arrived.
    echoed: bool,
}

/// Whether a person wrote it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Visibility {
    /// It is shown as sending, sent or refused.
    Shown,
    /// Names, departures, keys.
    Silent,
}

#[derive(Clone, Serialize, Deserialize)]
struct Way {
    call: CallId,
    epoch: u64,
    taken: bool,
}

/// A digest that we sent: which draft it was, if it was one.
#[derive(Serialize, Deserialize)]
struct Sent {
    draft: Option<u64>,
}

fn draft_prefix(group: &GroupId) -> String {
    format!("outgoing/{}/", group_name(group))
}

fn draft_key(group: &GroupId, number: u64) -> String {
    format!("{}{number:016}", draft_prefix(group))
}

fn sent_key(group: &GroupId, epoch: u64, digest: &[u8]) -> String {
    format!("sent/{}/{epoch:020}/{}", group_name(group), hex(digest))
}

/// Remembers that these bytes are ours.
pub(super) fn remember(
    turn: &Turn<'_>,
    conversation: &Conversation,
    epoch: u64,
    digest: &[u8],
    draft: Option<u64>,
) -> Result<(), Error> {
    turn.provider.store.put(&sent_key(&conversation.group, epoch, digest), &Sent { draft })
}

/// Forgets what was sent in an epoch that cannot be read any more.
pub(super) fn forget_sent(turn: &Turn<'_>, group: &GroupId, epoch: u64) {
    turn.provider.store.delete_all(&format!("sent/{}/{epoch:020}/", group_name(group)));
}

/// Something that a person says; its inner id.
pub(crate) fn say(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    content: Content,
) -> Result<String, Error> {
    let content = sayable::check(&turn.account.actor, conversation.mixed, content)?;
    if conversation.is_blocked() {
        return Err(Error::Unverified(conversation.unverified()));
    }
    let to = roster(&mls::load(turn.provider, &conversation.group)?);
    let id = new_id(turn);
    let (actor, group) = (turn.account.actor.clone(), conversation.group.clone());
    let frame = inner::Frame { actor: &actor, group: &group, id: &id, to: &to, now: turn.now };
    let document = inner::say(&frame, &content, sayable::audience(conversation.mixed));
    let document = document.ok_or(Error::Limit("this is nothing that a person can say"))?;
    inner::check_length(&document)?;
    queue(turn, conversation, &id, &document, Visibility::Shown)?;
    turn.show(Event::Sending { conversation: group, id: id.clone() });
    Ok(id)
}

/// A random inner id.
pub(crate) fn new_id(turn: &mut Turn<'_>) -> String {
    GroupId::from_random(turn.random()).to_string()
}

/// Stores a document to be encrypted when the conversation allows it.
pub(crate) fn queue(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    id: &str,
    document: &Value,
    visibility: Visibility,
) -> Result<(), Error> {
    let number = conversation.next_outgoing;
    conversation.next_outgoing += 1;
    let draft =
        Draft { id: id.to_owned(), document: document.to_string(), visibility, way: None, echoed: false };
    turn.provider.store.put(&draft_key(&conversation.group, number), &draft)
}

/// Whoever adds repeats what the newcomers cannot know (ENCRYPTION.md 1.5 point 6).
pub(super) fn after_adding(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    let (actor, group) = (turn.account.actor.clone(), conversation.group.clone());
    if let Some(name) = conversation.name.clone() {
        let id = new_id(turn);
        queue(turn, conversation, &id, &inner::name(&actor, &group, &id, &name.text), Visibility::Silent)?;
    }
    let devices = turn.account.device_group.as_ref() == Some(&group);
    match turn.account.identity_secret.clone().filter(|_| devices) {
        Some(secret) => identity(turn, conversation, &secret),
        None => Ok(()),
    }
}

/// Hands the identity key over, in the group of one's own devices.
pub(crate) fn identity(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    secret: &SecretKey,
) -> Result<(), Error> {
    let id = new_id(turn);
    let document = inner::identity_key(&turn.account.actor, &conversation.group, &id, &secret.to_bytes());
    queue(turn, conversation, &id, &document, Visibility::Silent)
}

/// Whether messages can be encrypted now. While a commit of ours is undecided a pure group goes on in its epoch; a mixed
/// one waits, because the commit may be taken back.
pub(crate) fn is_open(conversation: &Conversation) -> bool {
    matches!(conversation.standing, Standing::Active | Standing::WantsToLeave)
        && conversation.address().is_some()
        && conversation.stale.is_none()
        && !conversation.is_blocked()
        && !(conversation.mixed && conversation.pending.is_some())
}

/// Encrypts and sends what waits.
pub(super) fn flush(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    if !is_open(conversation) {
        return Ok(());
    }
    let mut group = None;
    for key in turn.provider.store.keys(&draft_prefix(&conversation.group)) {
        let Some(mut draft) = turn.provider.store.get::<Draft>(&key)? else { continue };
        if draft.way.is_none() {
            let group = match &mut group {
                Some(group) => group,
                none => none.insert(mls::load(turn.provider, &conversation.group)?),
            };
            let number = key.rsplit('/').next().and_then(|number| number.parse().ok()).unwrap_or_default();
            draft.way = Some(encrypt(turn, conversation, group, number, &draft)?);
            turn.provider.store.put(&key, &draft)?;
        }
    }
    Ok(())
}

fn encrypt(
    turn: &mut Turn<'_>,
    conversation: &Conversation,
    group: &mut MlsGroup,
    number: u64,
    draft: &Draft,
) -> Result<Way, Error> {
    let document: Value = json::read(&draft.document).map_err(Error::mls)?;
    let message = group
        .create_message(turn.provider, &turn.account.key, &inner::padded(&document))
        .map_err(Error::mls)?
        .tls_serialize_detached()
        .map_err(Error::mls)?;
    let epoch = group.epoch().as_u64();
    remember(turn, conversation, epoch, &digest(&message), Some(number))?;
    let outgoing = envelope(conversation, MlsType::PrivateMessage, message, roster(group))?;
    let call =
        turn.call(Call::PostMessage(outgoing), Purpose::Message(conversation.group.clone(), number))?;
    Ok(Way { call, epoch, taken: false })
}

/// Whether something waits to be encrypted, or to be taken by the server.
pub(super) fn has_waiting(turn: &Turn<'_>, conversation: &Conversation) -> Result<bool, Error> {
    let store = &turn.provider.store;
    for key in store.keys(&draft_prefix(&conversation.group)) {
        if store.get::<Draft>(&key)?.is_some_and(|draft| !draft.way.is_some_and(|way| way.taken)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Drops what has not been encrypted and cannot be any more, and says why.
pub(super) fn give_up(turn: &mut Turn<'_>, conversation: &Conversation, reason: &str) -> Result<(), Error> {
    for key in turn.provider.store.keys(&draft_prefix(&conversation.group)) {
        let draft: Option<Draft> = turn.provider.store.get(&key)?;
        let Some(draft) = draft.filter(|draft| draft.way.is_none()) else { continue };
        failed::keep(turn, &conversation.group, &key, draft, reason)?;
    }
    Ok(())
}

/// The server has taken a message.
pub(super) fn taken(
    turn: &mut Turn<'_>,
    conversation: &Conversation,
    number: u64,
    activity: &ActivityId,
) -> Result<(), Error> {
    let key = draft_key(&conversation.group, number);
    let Some(mut draft) = turn.provider.store.get::<Draft>(&key)? else { return Ok(()) };
    if draft.visibility == Visibility::Shown {
        posted::note(turn, &conversation.group, number, &draft.id, activity)?;
        let (conversation, id) = (conversation.group.clone(), draft.id.clone());
        turn.show(Event::Sent { conversation, id, activity: activity.clone() });
    }
    draft.way.iter_mut().for_each(|way| way.taken = true);
    if draft.echoed {
        return again::finish(turn, &conversation.group, &key, &draft);
    }
    turn.provider.store.put(&key, &draft)
}

/// The server has refused a message: encrypted again when only its epoch was over, given up otherwise.
pub(super) fn not_taken(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    number: u64,
    problem: &Problem,
) -> Result<(), Error> {
    let key = draft_key(&conversation.group, number);
    let Some(mut draft) = turn.provider.store.get::<Draft>(&key)? else { return Ok(()) };
    let epoch = draft.way.take().map_or(0, |way| way.epoch);
    if problem.is("stale-epoch") || problem.is("wrong-epoch") {
        turn.provider.store.put(&key, &draft)?;
        if conversation.epoch() <= epoch {
            conversation.stale = Some(epoch);
        }
        return Ok(());
    }
    failed::keep(turn, &conversation.group, &key, draft, problem.sentence())
}

/// Whether bytes that arrived are our own; a message's echo gives it its place in the history.
pub(super) fn is_echo(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    incoming: &Incoming,
    epoch: u64,
) -> Result<bool, Error> {
    let sent: Option<Sent> =
        turn.provider.store.get(&sent_key(&conversation.group, epoch, &incoming.digest))?;
    let Some(sent) = sent else { return Ok(false) };
    let Some(number) = sent.draft else { return Ok(true) };
    let key = draft_key(&conversation.group, number);
    let Some(mut draft) = turn.provider.store.get::<Draft>(&key)?.filter(|draft| !draft.echoed) else {
        return Ok(true);
    };
    if incoming.actor != turn.account.actor {
        // Somebody else repeats our bytes.
        return Ok(true);
    }
    if let Some(inner) = inner::parse(draft.document.as_bytes()) {
        let own = turn.account.actor.clone();
        shown::show_own(turn, conversation, incoming, &own, inner)?;
    }
    draft.echoed = true;
    if draft.way.as_ref().is_some_and(|way| way.taken) {
        again::finish(turn, &conversation.group, &key, &draft)?;
    } else {
        turn.provider.store.put(&key, &draft)?;
    }
    Ok(true)
}
