//! Reading what arrives: an activity becomes bytes, the bytes decide what it is (trap T2), and a message counts as seen
//! only after MLS has accepted it (ENCRYPTION.md 1.9). Whatever is wrong with it costs that one message.

use alcove_protocol::{
    ActorId, GroupId,
    activity::Activity,
    json as read,
    mls::{self as envelope, MlsObject, SequencerAdd},
};
use openmls::prelude::{
    ContentType, MlsGroup, MlsMessageBodyIn, MlsMessageIn, ProcessedMessage, ProcessedMessageContent,
    ProtocolMessage, Sender, tls_codec::DeserializeBytes,
};
use serde_json::Value;

use super::{
    Conversation, Sequencer, Standing, find,
    handshake::{self, Source},
    hold, recovery, roster, send, trouble, welcome, with_found,
};
use crate::{
    account::{Account, DeviceStanding},
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
    /// The device that posted it, as our own server notes on copies of what our own actor sent; on what others sent it is
    /// anybody's claim.
    pub(super) instrument: Option<String>,
    /// How it came: nobody vouches for the actor of what a sequencer hands over.
    pub(super) source: Source,
}

impl Incoming {
    pub(crate) fn new(actor: ActorId, content: Vec<u8>, position: i64) -> Self {
        let digest = digest(&content);
        Self { actor, content, digest, position, instrument: None, source: Source::Mailbox }
    }

    /// Whether our own server says that this very device has posted it.
    fn is_of(&self, account: &Account) -> bool {
        let device = account.device.as_ref().map(|device| device.as_str());
        self.actor == account.actor && device.is_some() && self.instrument.as_deref() == device
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
        return in_known(turn, &add.group, |turn, conversation| {
            handshake::take_word(turn, conversation, &add, Source::Mailbox)
        });
    }
    let Some((object, incoming)) = open(activity, position) else { return Ok(()) };
    match decode(&incoming.content) {
        Ok(MlsMessageBodyIn::Welcome(found)) => welcome::take(turn, &incoming, &object, found),
        Ok(MlsMessageBodyIn::PrivateMessage(message)) => take_protocol(turn, &incoming, message.into()),
        Ok(MlsMessageBodyIn::PublicMessage(message)) => take_protocol(turn, &incoming, message.into()),
        _ => match &object.group {
            Some(group) => in_known(turn, group, |turn, conversation| give_up(turn, conversation, &incoming)),
            None => Ok(()),
        },
    }
}

/// Works on a conversation if this device is in it.
fn in_known(
    turn: &mut Turn<'_>,
    group: &GroupId,
    work: impl FnOnce(&mut Turn<'_>, &mut Conversation) -> Result<(), Error>,
) -> Result<(), Error> {
    match find(turn, group)? {
        Some(known) if known.standing != Standing::Over => with_found(turn, known, work),
        _ => Ok(()),
    }
}

/// The MLS object of a `Create`, by the actor that `attributedTo` names too, where there is one (trap T38).
fn open(activity: &Value, position: i64) -> Option<(MlsObject, Incoming)> {
    let activity = Activity::parse(activity.clone()).ok().filter(|activity| activity.kind == "Create")?;
    let object = envelope::parse_object(activity.embedded_object()?).ok()?;
    if object.attributed_to.as_ref().is_some_and(|author| *author != activity.actor) {
        return None;
    }
    let instrument = read::single_id(&activity.document, "instrument").map(str::to_owned);
    let incoming = Incoming { instrument, ..Incoming::new(activity.actor, object.content.clone(), position) };
    Some((object, incoming))
}

fn decode(content: &[u8]) -> Result<MlsMessageBodyIn, Error> {
    let message = contained(|| MlsMessageIn::tls_deserialize_exact_bytes(content).map_err(Error::mls))?;
    Ok(message.extract())
}

fn take_protocol(turn: &mut Turn<'_>, incoming: &Incoming, message: ProtocolMessage) -> Result<(), Error> {
    let id = std::str::from_utf8(message.group_id().as_slice());
    let Some(group) = id.ok().and_then(|id| GroupId::parse(id).ok()) else { return Ok(()) };
    let (epoch, kind) = (message.epoch().as_u64(), message.content_type());
    match find(turn, &group)? {
        Some(known) if known.standing != Standing::Over => with_found(turn, known, |turn, conversation| {
            if protocol_message(turn, conversation, incoming, message)? != Taken::Later {
                return Ok(());
            }
            let by = sender(turn, &group, incoming)?;
            // Only a member of an epoch ends it.
            let is_in_vain =
                by == hold::Sender::Stranger && kind == ContentType::Commit && epoch == conversation.epoch();
            if is_in_vain { Ok(()) } else { hold::keep(turn, &group, epoch, incoming, by) }
        }),
        _ => hold::keep(turn, &group, epoch, incoming, hold::Sender::Stranger),
    }
}

/// Whoever is not in the group may be a newcomer whose message has overtaken the commit that adds them.
fn sender(turn: &Turn<'_>, group: &GroupId, incoming: &Incoming) -> Result<hold::Sender, Error> {
    let member = roster(&mls::load(turn.provider, group)?).contains(&incoming.actor);
    Ok(if member { hold::Sender::Member } else { hold::Sender::Stranger })
}

/// Bytes for a conversation that this device is in.
pub(super) fn take_bytes(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    incoming: &Incoming,
) -> Result<Taken, Error> {
    match decode(&incoming.content) {
        Ok(MlsMessageBodyIn::PrivateMessage(message)) => {
            protocol_message(turn, conversation, incoming, message.into())
        }
        Ok(MlsMessageBodyIn::PublicMessage(message)) => {
            protocol_message(turn, conversation, incoming, message.into())
        }
        _ => give_up(turn, conversation, incoming).map(|()| Taken::Never),
    }
}

/// A message of a conversation that this device is in: read now, later or never. Everything that it did is taken back if it
/// turns out to be wrong.
fn protocol_message(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    incoming: &Incoming,
    message: ProtocolMessage,
) -> Result<Taken, Error> {
    let before = conversation.clone();
    let taken = turn.attempt(|turn| contained(|| judge(turn, conversation, incoming, message)));
    match taken {
        Ok(taken) => return Ok(taken),
        // A damaged store stops the device.
        Err(error @ Error::Record { .. }) => return Err(error),
        Err(Error::NotTheirs) => {
            *conversation = before;
            let conversation = conversation.group.clone();
            turn.show(Event::Forged { conversation, sender: incoming.actor.clone() });
        }
        Err(_) => {
            *conversation = before;
            give_up(turn, conversation, incoming)?;
        }
    }
    Ok(Taken::Never)
}

/// Bytes that cannot be taken are dropped; if the sequencer has announced them as the end of this epoch, nothing else can
/// follow on it (ENCRYPTION.md 1.5 point 5).
fn give_up(turn: &mut Turn<'_>, conversation: &mut Conversation, incoming: &Incoming) -> Result<(), Error> {
    if trouble::is_announced(conversation, &incoming.digest) {
        trouble::stuck(turn, conversation, incoming)?;
    }
    Ok(())
}

fn judge(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    incoming: &Incoming,
    message: ProtocolMessage,
) -> Result<Taken, Error> {
    let (epoch, kind) = (message.epoch().as_u64(), message.content_type());
    if send::is_echo(turn, conversation, incoming, epoch)? {
        return Ok(Taken::Done);
    }
    // From the record: the group is loaded only for what may be opened, because anybody can send what is held.
    let current = conversation.epoch();
    if epoch > current {
        return Ok(Taken::Later);
    }
    if kind == ContentType::Commit && epoch < current {
        return recovery::follow(turn, conversation, incoming, epoch);
    }
    if kind != ContentType::Application && epoch < current {
        return Err(Error::Mls("a handshake of an epoch that is over".to_owned()));
    }
    if kind == ContentType::Commit {
        let may = handshake::may_merge(conversation, incoming, epoch);
        if may != Taken::Done {
            return Ok(may);
        }
    }
    let Some((group, processed)) = handshake::decrypt(turn, conversation, message)? else {
        // It names a proposal that has not come. Among our own clients none does.
        let may_come = conversation.mixed || matches!(conversation.sequencer, Sequencer::None(_));
        return if may_come { Ok(Taken::Later) } else { Err(Error::Mls("a proposal is missing".to_owned())) };
    };
    open_up(turn, conversation, incoming, group, processed)?;
    recovery::confirm(turn, &conversation.group, &incoming.actor, epoch).map(|()| Taken::Done)
}

fn open_up(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    incoming: &Incoming,
    group: MlsGroup,
    processed: ProcessedMessage,
) -> Result<(), Error> {
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
        ProcessedMessageContent::OwnPrivateMessage if incoming.is_of(&turn.account) => {
            unknown_echo(turn);
            Ok(())
        }
        _ => Err(Error::Mls("not for us".to_owned())),
    }
}

/// Our own leaf has said something that our records do not know: this state was restored or copied (ENCRYPTION.md 1.6).
/// That it names our leaf proves nothing, because every member can write that; that our own server has taken it from this
/// very device does.
fn unknown_echo(turn: &mut Turn<'_>) {
    turn.account.standing = DeviceStanding::Copied;
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

/// What a sequencer gives out for a commit. Unlike our own server's mailbox it may have made up the activity around it, so what
/// that says of a device counts for nothing.
pub(super) fn open_past(activity: &Value, position: i64) -> Option<Incoming> {
    let (_, incoming) = open(activity, position)?;
    Some(Incoming { instrument: None, source: Source::Answer, ..incoming })
}

/// A commit that a sequencer gives out, which says the word itself. Anything else that it passes off as one is not read.
pub(super) fn take_past_commit(
    turn: &mut Turn<'_>,
    conversation: &mut Conversation,
    activity: &Value,
) -> Result<(), Error> {
    let Some(incoming) = open_past(activity, turn.account.arrivals()) else { return Ok(()) };
    if conversation.standing == Standing::Over {
        Ok(())
    } else if is_commit(&incoming.content) {
        take_bytes(turn, conversation, &incoming).map(drop)
    } else {
        give_up(turn, conversation, &incoming)
    }
}

fn is_commit(content: &[u8]) -> bool {
    let kind = match decode(content) {
        Ok(MlsMessageBodyIn::PrivateMessage(message)) => ProtocolMessage::from(message).content_type(),
        Ok(MlsMessageBodyIn::PublicMessage(message)) => ProtocolMessage::from(message).content_type(),
        _ => return false,
    };
    kind == ContentType::Commit
}
