//! Reading what arrives: an activity becomes bytes, the bytes decide what it is (trap T2), and a message counts as seen
//! only after MLS has accepted it (ENCRYPTION.md 1.9). Whatever is wrong with it costs that one message.

use alcove_protocol::{
    ActorId, GroupId,
    activity::Activity,
    mls::{self as envelope, MlsObject, SequencerAdd},
};
use openmls::prelude::{
    ContentType, MlsGroup, MlsMessageBodyIn, MlsMessageIn, ProcessedMessage, ProcessedMessageContent,
    ProtocolMessage, Sender, tls_codec::DeserializeBytes,
};
use serde_json::Value;

use super::{
    Conversation, Standing, find,
    handshake::{self, Source},
    hold, roster, send, welcome, with,
};
use crate::{
    account::DeviceStanding,
    error::Error,
    event::Event,
    inner,
    mls::{self, contained},
    record::digest,
    turn::Turn,
};

/// MLS bytes that arrived, and from whom.
pub(crate) struct Incoming {
    /// The actor of the activity, as its server vouches for.
    pub(crate) actor: ActorId,
    pub(crate) content: Vec<u8>,
    pub(crate) digest: [u8; 32],
    pub(crate) position: i64,
}

impl Incoming {
    pub(crate) fn new(actor: ActorId, content: Vec<u8>, position: i64) -> Self {
        let digest = digest(&content);
        Self { actor, content, digest, position }
    }
}

/// What became of something that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// Finished, whether shown or dropped.
    Done,
    /// Too early: to be held.
    Later,
    /// It can never be taken.
    Never,
}

/// Takes one activity of the mailbox.
pub(crate) fn take(turn: &mut Turn<'_>, position: i64, activity: &Value) -> Result<(), Error> {
    if let Some(add) = SequencerAdd::parse(activity) {
        return match find(turn, &add.group)? {
            Some(known) if known.standing != Standing::Over => {
                with(turn, &add.group, |turn, conversation| {
                    handshake::take_word(turn, conversation, &add, Source::Mailbox)?;
                    hold::replay(turn, conversation)?;
                    ask_for_word(turn, conversation)
                })
            }
            _ => Ok(()),
        };
    }
    let Some((actor, object)) = open(activity) else { return Ok(()) };
    let incoming = Incoming::new(actor, object.content.clone(), position);
    let message =
        contained(|| MlsMessageIn::tls_deserialize_exact_bytes(&incoming.content).map_err(Error::mls));
    let Ok(message) = message else { return Ok(()) };
    match message.extract() {
        MlsMessageBodyIn::Welcome(found) => welcome::take(turn, &incoming, &object, found),
        MlsMessageBodyIn::PrivateMessage(_) | MlsMessageBodyIn::PublicMessage(_) => {
            take_protocol(turn, &incoming)
        }
        _ => Ok(()),
    }
}

/// The MLS object of a `Create`, and its actor: the same as `attributedTo`, where there is one (trap T38).
fn open(activity: &Value) -> Option<(ActorId, MlsObject)> {
    let activity = Activity::parse(activity.clone()).ok().filter(|activity| activity.kind == "Create")?;
    let object = envelope::parse_object(activity.embedded_object()?).ok()?;
    let same = object.attributed_to.as_ref().is_none_or(|author| *author == activity.actor);
    same.then_some((activity.actor, object))
}

/// Group and epoch from the clear header.
fn header(content: &[u8]) -> Result<(ProtocolMessage, GroupId), Error> {
    let message = contained(|| MlsMessageIn::tls_deserialize_exact_bytes(content).map_err(Error::mls))?;
    let message = message.try_into_protocol_message().map_err(Error::mls)?;
    let group = std::str::from_utf8(message.group_id().as_slice()).map_err(Error::mls)?;
    let group = GroupId::parse(group).map_err(Error::mls)?;
    Ok((message, group))
}

fn take_protocol(turn: &mut Turn<'_>, incoming: &Incoming) -> Result<(), Error> {
    let Ok((message, group)) = header(&incoming.content) else { return Ok(()) };
    let epoch = message.epoch().as_u64();
    match find(turn, &group)? {
        Some(known) if known.standing != Standing::Over => with(turn, &group, |turn, conversation| {
            if protocol_message(turn, conversation, incoming)? == Taken::Later {
                hold_back(turn, &group, epoch, incoming)?;
            }
            if conversation.standing == Standing::Over {
                return Ok(());
            }
            hold::replay(turn, conversation)?;
            ask_for_word(turn, conversation)
        }),
        _ => hold::keep_unknown(turn, &group, epoch, incoming),
    }
}

/// Keeps what is too early. Whoever is not in the group may be a newcomer whose message has overtaken the commit that adds
/// them: what strangers send is kept in smaller numbers.
fn hold_back(turn: &Turn<'_>, group: &GroupId, epoch: u64, incoming: &Incoming) -> Result<(), Error> {
    let member = roster(&mls::load(turn.provider, group)?).contains(&incoming.actor);
    let keep = if member { hold::keep } else { hold::keep_unknown };
    keep(turn, group, epoch, incoming)
}

/// A held commit of the present epoch has no word yet, or the word's commit has not come: the conversation is asked.
fn ask_for_word(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    let epoch = conversation.epochs.last().map_or(0, |epoch| epoch.number);
    let decided_elsewhere = conversation.words.keys().any(|word| *word > epoch)
        || hold::holds_from(turn, &conversation.group, epoch);
    let own = conversation
        .pending
        .as_ref()
        .is_some_and(|pending| pending.epoch == epoch && pending.accepted.is_none());
    let answering = matches!(conversation.standing, Standing::Request | Standing::Over);
    if decided_elsewhere && !own && !answering { handshake::ask(turn, conversation, epoch) } else { Ok(()) }
}

/// A message of a conversation that this device is in: read now, later or never.
pub(super) fn protocol_message(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    incoming: &Incoming,
) -> Result<Taken, Error> {
    let Ok((message, _)) = header(&incoming.content) else { return Ok(Taken::Never) };
    let epoch = message.epoch().as_u64();
    if send::is_echo(turn, conversation, incoming, epoch)? {
        return Ok(Taken::Done);
    }
    let group = mls::load(turn.provider, &conversation.group)?;
    let current = group.epoch().as_u64();
    if epoch > current {
        return Ok(Taken::Later);
    }
    let handshake = message.content_type() != ContentType::Application;
    if handshake && epoch < current {
        return Ok(Taken::Never);
    }
    if message.content_type() == ContentType::Commit {
        let may = handshake::may_merge(conversation, incoming, epoch);
        if may != Taken::Done {
            return Ok(may);
        }
    }
    // Everything that this message did is taken back if it turns out to be wrong.
    let before = conversation.clone();
    let read = turn.attempt(|turn| contained(|| read(turn, conversation, incoming, message)));
    if read.is_err() {
        *conversation = before;
    }
    if read == Err(Error::NotTheirs) {
        let conversation = conversation.group.clone();
        turn.show(Event::Forged { conversation, sender: incoming.actor.clone() });
    }
    Ok(read.map_or(Taken::Never, |()| Taken::Done))
}

fn read(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    incoming: &Incoming,
    message: ProtocolMessage,
) -> Result<(), Error> {
    let (group, processed) = handshake::decrypt(turn, conversation, message)?;
    match processed.content() {
        ProcessedMessageContent::ApplicationMessage(_) => {
            application(turn, conversation, incoming, &group, processed)
        }
        ProcessedMessageContent::StagedCommitMessage(_) => {
            handshake::merge_foreign(turn, conversation, incoming, group, processed)
        }
        ProcessedMessageContent::ProposalMessage(proposal) => {
            if handshake::member_actor(&processed)? != incoming.actor {
                return Err(Error::Mls("a proposal by somebody else than its sender".to_owned()));
            }
            handshake::take_proposal(turn, conversation, incoming, &group, proposal)
        }
        ProcessedMessageContent::OwnPrivateMessage if incoming.actor == turn.account.actor => {
            unknown_echo(turn);
            Ok(())
        }
        _ => Err(Error::Mls("not for us".to_owned())),
    }
}

/// Our own leaf has said something that our records do not know: this state was restored or copied (ENCRYPTION.md 1.6).
fn unknown_echo(turn: &mut Turn<'_>) {
    turn.account.standing = DeviceStanding::Stopped;
    turn.show(Event::DeviceMustStop {
        reason: "Another copy of this device's keys is in use. Remove this device and sign in again."
            .to_owned(),
    });
}

fn application(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    incoming: &Incoming,
    group: &MlsGroup,
    processed: ProcessedMessage,
) -> Result<(), Error> {
    let sender = handshake::member_actor(&processed)?;
    if sender != incoming.actor {
        // Somebody else posted these bytes. Their key must not be used up: the message itself is still to come.
        return Err(Error::NotTheirs);
    }
    let epoch = processed.epoch().as_u64();
    if was_removed(conversation, incoming, &processed) {
        return Ok(());
    }
    let ProcessedMessageContent::ApplicationMessage(message) = processed.into_content() else {
        return Err(Error::Mls("expected an application message".to_owned()));
    };
    let inner = inner::parse(&message.into_bytes());
    if inner.as_ref().is_some_and(|inner| inner.is_not_by(&sender)) {
        turn.show(Event::Forged { conversation: conversation.group.clone(), sender: incoming.actor.clone() });
        return Ok(());
    }
    match inner {
        Some(inner) => super::shown::show(turn, conversation, incoming, (group, epoch), &sender, inner),
        None => Ok(()),
    }
}

/// A removed member can still write into a past epoch: shown only if it had arrived before the removal (promise P11).
fn was_removed(conversation: &Conversation, incoming: &Incoming, processed: &ProcessedMessage) -> bool {
    let Sender::Member(index) = processed.sender() else { return true };
    let epoch = processed.epoch().as_u64();
    conversation
        .removed
        .iter()
        .any(|leaf| leaf.index == index.u32() && leaf.epoch > epoch && incoming.position > leaf.position)
}

/// A commit from the sequencer's list, which says the word itself.
pub(super) fn take_past_commit(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    activity: &Value,
) -> Result<(), Error> {
    let Some((actor, object)) = open(activity) else { return Ok(()) };
    let position = turn.account.cursor.map_or(0, |cursor| cursor.position);
    let incoming = Incoming::new(actor, object.content, position);
    if conversation.standing != Standing::Over {
        protocol_message(turn, conversation, &incoming)?;
    }
    Ok(())
}

/// The commit that won over ours, from the sequencer's answer: its word for this epoch.
pub(super) fn take_winner(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    activity: &Value,
) -> Result<(), Error> {
    let Some((_, object)) = open(activity) else { return Ok(()) };
    let Ok((message, group)) = header(&object.content) else { return Ok(()) };
    if group == conversation.group {
        conversation.words.entry(message.epoch().as_u64()).or_insert(digest(&object.content));
        take_past_commit(turn, conversation, activity)?;
    }
    Ok(())
}
