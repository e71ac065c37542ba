//! One signed-in device: the state and the four ways in which something happens to it. A person commands, the server
//! answers, activities arrive, time passes; each makes one step. Not a network, not a disk, not a clock (invariant 5).

use std::collections::BTreeSet;

use alcove_protocol::{
    ActivityId, ActorId, DeviceId, GroupId, Timestamp,
    api::{Cursor, Items, TokenDigest},
};
use rand::{CryptoRng, RngCore};

use crate::{
    account::{self, Account, DeviceStanding},
    call::{Attempt, Call, CallId, Outcome},
    chats::{self, ChatView, Receipts},
    command::Command,
    conversation::{self, Conversation, ConversationView, Outgoing, Purpose, receive, send, view},
    devices,
    error::Error,
    identity::{IdentityKey, SecretKey, safety_number},
    inner,
    invitation::OwnInvitation,
    message::Content,
    mls::{Provider, Store},
    step::{Request, Step},
    trust::{self, Trust},
    turn::{PendingCall, Turn, call_ids, call_key, pending_calls},
    upkeep,
};

/// One signed-in device. Its state is its records: what is in memory is what a host has been told to save.
pub struct Device {
    provider: Provider,
    account: Account,
    /// Calls that may have been taken without this device having heard of it: all that were under way when it was opened,
    /// and those whose answer was lost since.
    unsure: BTreeSet<CallId>,
}

impl std::fmt::Debug for Device {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Device of {}", self.account.actor)
    }
}

impl Device {
    /// A new device of an account that has just been signed in to. The step registers it with the token of that digest;
    /// `title` is what the account's list of devices shows. A host must load no other records into it.
    pub fn create(
        actor: ActorId,
        title: &str,
        token: &TokenDigest,
        now: Timestamp,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<(Self, Step), Error> {
        let (provider, account) = (Provider::default(), Account::new(actor, SecretKey::generate(rng)));
        let mut device = Self { provider, account, unsure: BTreeSet::new() };
        let step = device.step(now, rng, |turn| devices::register(turn, title, token))?;
        Ok((device, step))
    }

    /// The device of these records: all that a host has saved; those for which `record::is_cold` may be left out.
    pub fn open(records: impl IntoIterator<Item = (String, Vec<u8>)>) -> Result<Self, Error> {
        let store = Store::open(records);
        let account = store.get(account::KEY)?.ok_or_else(|| Error::Record {
            key: account::KEY.to_owned(),
            reason: "it is missing".to_owned(),
        })?;
        let unsure = call_ids(&store).into_iter().collect();
        Ok(Self { provider: Provider { store, ..Provider::default() }, account, unsure })
    }

    /// A person's order.
    pub fn command(
        &mut self,
        command: Command,
        now: Timestamp,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Step, Error> {
        self.step(now, rng, |turn| crate::orders::obey(turn, command))
    }

    /// How a call ended. An answer to a call that is not under way is ignored: it was repeated, or does not matter any
    /// more.
    pub fn answer(
        &mut self,
        call: CallId,
        outcome: Outcome,
        now: Timestamp,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Step, Error> {
        let attempt = if self.unsure.contains(&call) { Attempt::Repeated } else { Attempt::First };
        if outcome.is_in_doubt() {
            self.unsure.insert(call);
        }
        let step =
            self.step(now, rng, |turn| match turn.provider.store.get::<PendingCall>(&call_key(call))? {
                Some(pending) => crate::outcomes::take(turn, call, pending, outcome, attempt),
                None => Ok(()),
            })?;
        if !self.awaits(call)? {
            self.unsure.remove(&call);
        }
        Ok(step)
    }

    /// What arrived, in order: the page after [`Device::cursor`]. What had been taken before is skipped, so that a page
    /// may be handed in again. The step acknowledges the page.
    pub fn receive(
        &mut self,
        items: &Items,
        now: Timestamp,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Step, Error> {
        self.step(now, rng, |turn| receive_items(turn, items))
    }

    /// Time has passed. A host calls this about once a second while it runs, and once when it starts.
    pub fn tick(&mut self, now: Timestamp, rng: &mut (impl RngCore + CryptoRng)) -> Result<Step, Error> {
        self.step(now, rng, upkeep::tick)
    }

    /// The calls without an answer, oldest first, to be made again after a start or when the network is back. A
    /// registration goes before all others: until then the server does not know for whom the token speaks.
    pub fn resend(&self) -> Result<Vec<Request>, Error> {
        let mut calls = pending_calls(&self.provider)?;
        calls.sort_by_key(|(_, pending)| !matches!(pending.call, Call::RegisterDevice(_)));
        Ok(calls.into_iter().map(|(id, pending)| Request { id, call: pending.call }).collect())
    }

    /// Whether a call still matters: it has no answer, and has not been replaced or dropped meanwhile. Asked before a call
    /// is made that was handed out some time ago.
    pub fn awaits(&self, call: CallId) -> Result<bool, Error> {
        Ok(self.provider.store.get::<PendingCall>(&call_key(call))?.is_some())
    }

    /// Whose device this is.
    pub fn actor(&self) -> &ActorId {
        &self.account.actor
    }

    /// The device's id, once the server has given one.
    pub fn id(&self) -> Option<&DeviceId> {
        self.account.device.as_ref()
    }

    /// Where it stands with its account.
    pub fn standing(&self) -> DeviceStanding {
        self.account.standing
    }

    /// How far it has come in the account's mailbox; nothing yet if missing.
    pub fn cursor(&self) -> Option<Cursor> {
        self.account.cursor
    }

    /// The person's identity key, once this device is approved.
    pub fn identity(&self) -> Option<IdentityKey> {
        self.account.identity
    }

    /// The conversations, without the group of the person's own devices and without those that others continue.
    pub fn conversations(&self) -> Result<Vec<ConversationView>, Error> {
        let conversations = conversation::all(&self.provider.store)?;
        let devices = self.account.device_group.as_ref();
        let shown =
            conversations.iter().filter(|known| Some(&known.group) != devices && !self.is_continued(known));
        shown.map(|known| view::view(&self.provider, &self.account, known)).collect()
    }

    /// The list of conversations, the newest first: cheap, whatever their number and size.
    pub fn chats(&self) -> Result<Vec<ChatView>, Error> {
        chats::list(&self.provider, &self.account)
    }

    /// The messages of this device that are not in a conversation's history yet, oldest first.
    pub fn outgoing(&self, group: &GroupId) -> Result<Vec<Outgoing>, Error> {
        let store = &self.provider.store;
        send::failed::list(store, &conversation::recovery::chain(store, group)?)
    }

    /// The activity that carries an own message, by its inner id: what the server knows it by. Only of the newest ones, that
    /// this device has sent.
    pub fn activity_of(&self, group: &GroupId, id: &str) -> Result<Option<ActivityId>, Error> {
        conversation::posted::find(&self.provider.store, group, id)
    }

    /// Whether this could be said in a conversation now, but for what is not decided before it is sent.
    pub(crate) fn check(&self, group: &GroupId, content: Content) -> Result<Content, Error> {
        let (actor, mixed) = (&self.account.actor, self.conversation(group)?.mixed);
        let content = send::sayable::check(actor, mixed, content)?;
        let frame = inner::Frame { actor, group, id: "", to: &[], now: Timestamp(0) };
        let document = inner::say(&frame, &content, send::sayable::audience(mixed));
        document.as_ref().map_or(Ok(()), inner::check_length).map(|()| content)
    }

    /// A conversation by all the groups that it has been, the newest first.
    pub(crate) fn groups(&self, group: &GroupId) -> Result<Vec<GroupId>, Error> {
        let store = &self.provider.store;
        conversation::recovery::chain(store, &conversation::recovery::newest(store, group)?)
    }

    /// Who hears what this person reads.
    pub fn receipts(&self) -> Result<Receipts, Error> {
        chats::receipts(&self.provider.store)
    }

    /// Whether another group has taken its place, also after the old one was let go.
    fn is_continued(&self, known: &Conversation) -> bool {
        let store = &self.provider.store;
        conversation::recovery::heir(store, &known.group).is_ok_and(|heir| heir.is_some())
    }

    /// One conversation.
    pub fn conversation(&self, group: &GroupId) -> Result<ConversationView, Error> {
        let found = self.provider.store.get(&conversation::key(group))?;
        let known = found.ok_or_else(|| Error::UnknownConversation(group.clone()))?;
        view::view(&self.provider, &self.account, &known)
    }

    /// The identity key that somebody shows: the one that the safety number is over and `Command::TrustIdentity` names.
    pub fn identity_of(&self, with: &ActorId) -> Result<Option<IdentityKey>, Error> {
        let pin = trust::pin(&self.provider.store, with)?;
        Ok(pin.and_then(|pin| pin.changed.or(pin.identity)))
    }

    /// The safety number with somebody; none while their identity key, or ours, is not known.
    pub fn safety_number(&self, with: &ActorId) -> Result<Option<String>, Error> {
        let both = self.account.identity.zip(self.identity_of(with)?);
        Ok(both.map(|(own, theirs)| safety_number((&self.account.actor, &own), (with, &theirs))))
    }

    /// How far somebody's identity key was checked.
    pub fn trust_of(&self, actor: &ActorId) -> Result<Trust, Error> {
        Ok(Trust::of(trust::pin(&self.provider.store, actor)?))
    }

    /// The invitations of this device, and their links while they can be taken up.
    pub fn invitations(&self, now: Timestamp) -> Result<Vec<OwnInvitation>, Error> {
        OwnInvitation::all(&self.provider.store, &self.account.actor, now)
    }

    /// Says something that no command says: what a person with other software could.
    #[cfg(test)]
    pub(crate) fn say(
        &mut self,
        group: &GroupId,
        document: &serde_json::Value,
        now: Timestamp,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Step, Error> {
        self.step(now, rng, |turn| {
            conversation::with(turn, group, |turn, conversation| {
                let silent = send::Visibility::Silent;
                send::queue(turn, conversation, "urn:uuid:said", document, silent)
            })
        })
    }

    /// Makes one step; if it fails, nothing of it stays.
    fn step(
        &mut self,
        now: Timestamp,
        rng: &mut (impl RngCore + CryptoRng),
        work: impl FnOnce(&mut Turn<'_>) -> Result<(), Error>,
    ) -> Result<Step, Error> {
        let provider = &self.provider;
        let account = self.account.clone();
        let made = provider.store.attempt(|| {
            let mut turn = Turn { now, rng, provider, account, send: Vec::new(), show: Vec::new() };
            work(&mut turn)?;
            provider.store.put_changed(account::KEY, &turn.account)?;
            Ok::<_, Error>((turn.account, turn.send, turn.show))
        });
        let batch = provider.store.finish();
        let (account, send, show) = made?;
        self.account = account;
        Ok(Step { save: batch, send, show })
    }
}

fn receive_items(turn: &mut Turn<'_>, items: &Items) -> Result<(), Error> {
    let before = turn.account.cursor;
    for item in &items.items {
        let known = turn.account.cursor.is_some_and(|cursor| {
            cursor.incarnation == items.incarnation && item.position <= cursor.position
        });
        if known {
            continue;
        }
        let cursor = Cursor { incarnation: items.incarnation, position: item.position };
        let position = turn.account.arrived(cursor);
        let taken = turn.attempt(|turn| receive::take(turn, position, &item.activity));
        // What is wrong with one activity costs that activity; a damaged store stops the device.
        if let Err(error @ Error::Record { .. }) = taken {
            return Err(error);
        }
    }
    match turn.account.cursor {
        Some(cursor) if turn.account.cursor != before => acknowledge(turn, before, cursor),
        _ => Ok(()),
    }
}

/// The newest acknowledgement is the only one that counts: the one before it is not made any more.
fn acknowledge(turn: &mut Turn<'_>, before: Option<Cursor>, cursor: Cursor) -> Result<(), Error> {
    if let Some(before) = before {
        let older = PendingCall { call: Call::Acknowledge(before), purpose: Purpose::Device };
        turn.under_way(&older)?.into_iter().for_each(|older| turn.forget_call(older));
    }
    turn.call(Call::Acknowledge(cursor), Purpose::Device).map(drop)
}
