//! What the list of conversations shows: a small hot record for each, with its last message, what is unread, and what the
//! person has set for themselves: pinned, archived, muted, a draft. Nothing of it loads an MLS group or a message. The history
//! is `history`, the conversation itself `conversation`, reading and its receipts `read`.

mod preview;
mod read;

use std::collections::BTreeSet;

use alcove_protocol::{ActorId, GroupId, Timestamp};
use serde::{Deserialize, Serialize};

pub use preview::{Preview, PreviewKind};
pub use read::Receipts;
pub(crate) use read::{mark, read_elsewhere, receipts, set_receipts, upkeep};

use crate::{
    account::Account,
    conversation::{self, Conversation, Standing, places, recovery, roster, send},
    error::Error,
    event::Event,
    message::{Content, Message, Reference},
    mls::{self, Provider, Store},
    record::group_name,
    turn::Turn,
};

/// The longest draft, in bytes.
const LONGEST_DRAFT: usize = 64 * 1024;

/// The record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Chat {
    preview: Option<Preview>,
    /// When something last happened in it.
    at: Timestamp,
    read_up_to: i64,
    /// Unread messages that are too many to be listed one by one.
    unlisted: u64,
    settings: Settings,
    draft: Option<Draft>,
    /// What is read and not told yet.
    receipts: Vec<Reference>,
    /// When that is told.
    receipts_due: Option<Timestamp>,
}

/// Who is in a conversation: a record of its own, because it is long where they are many.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct People {
    /// Who was in it when its members last changed.
    people: Vec<ActorId>,
    /// Those of them who have said that they leave.
    leaving: Vec<ActorId>,
}

/// What the person has set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) pinned: bool,
    pub(crate) archived: bool,
    pub(crate) muted_until: Option<Timestamp>,
}

impl Settings {
    pub(crate) fn set(&mut self, setting: ChatSetting) {
        match setting {
            ChatSetting::Pinned(pinned) => self.pinned = pinned,
            ChatSetting::Archived(archived) => self.archived = archived,
            ChatSetting::MutedUntil(until) => self.muted_until = until,
        }
    }

    /// Where a conversation stands that is no request.
    pub(crate) fn section(self) -> Section {
        match self {
            Self { archived: true, .. } => Section::Archived,
            Self { pinned: true, .. } => Section::Pinned,
            _ => Section::All,
        }
    }
}

/// One setting of a conversation, for this person only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChatSetting {
    /// Whether it stands before the others.
    Pinned(bool),
    /// Whether it is put away.
    Archived(bool),
    /// Until when it is silent; [`Timestamp::LAST`] is for ever.
    MutedUntil(Option<Timestamp>),
}

/// What a person has begun to write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The text so far.
    pub text: String,
    /// What it answers.
    pub in_reply_to: Option<Reference>,
}

impl Draft {
    /// The draft to be kept; none if nothing is in it.
    pub(crate) fn checked(draft: Option<Self>) -> Result<Option<Self>, Error> {
        if draft.as_ref().is_some_and(|draft| draft.text.len() > LONGEST_DRAFT) {
            return Err(Error::Limit("a draft has at most 64 kB of text"));
        }
        Ok(draft.filter(|draft| !draft.text.is_empty() || draft.in_reply_to.is_some()))
    }
}

/// Where a conversation stands in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Section {
    /// Somebody new wants to write.
    Request,
    /// The person wants it before all others.
    Pinned,
    /// As usual.
    All,
    /// Put away.
    Archived,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChatView {
    /// Which.
    pub conversation: GroupId,
    /// Where it stands for this device.
    pub standing: Standing,
    /// Where it stands in the list.
    pub section: Section,
    /// What its members call it.
    pub name: Option<String>,
    /// Who is in it, or was in it last.
    pub people: Vec<ActorId>,
    /// The last thing that was said.
    pub preview: Option<Preview>,
    /// What the person has begun to write.
    pub draft: Option<Draft>,
    /// When something last happened in it.
    pub at: Timestamp,
    /// How many messages are unread; none in a request.
    pub unread: u64,
    /// Whether one of them speaks to the person.
    pub mentioned: bool,
    /// The position up to which everything is read.
    pub read_up_to: i64,
    /// Until when it is silent.
    pub muted_until: Option<Timestamp>,
    /// Whether it is put away; a pinned one can be as well.
    pub archived: bool,
    /// Whether it stands before the others.
    pub pinned: bool,
    /// Whether a message of this device was refused and waits for a decision.
    pub failed: bool,
}

fn key(group: &GroupId) -> String {
    format!("chat/{}", group_name(group))
}

fn people_key(group: &GroupId) -> String {
    format!("people/{}", group_name(group))
}

fn get(store: &Store, group: &GroupId) -> Result<Chat, Error> {
    Ok(store.get(&key(group))?.unwrap_or_default())
}

/// Changes the record, and says so where it is another then. The group of one's own devices has none.
fn change(turn: &mut Turn<'_>, group: &GroupId, work: impl FnOnce(&mut Chat)) -> Result<(), Error> {
    if turn.account.device_group.as_ref() == Some(group) {
        return Ok(());
    }
    let before = get(&turn.provider.store, group)?;
    let mut chat = before.clone();
    work(&mut chat);
    if chat != before {
        turn.provider.store.put(&key(group), &chat)?;
        changed(turn, group);
    }
    Ok(())
}

/// Says once in a step that the line of a conversation is another.
pub(crate) fn changed(turn: &mut Turn<'_>, group: &GroupId) {
    if turn.account.device_group.as_ref() == Some(group) {
        return;
    }
    let event = Event::ChatChanged { conversation: group.clone() };
    if !turn.show.contains(&event) {
        turn.show(event);
    }
}

fn known_people(store: &Store, group: &GroupId) -> Result<People, Error> {
    Ok(store.get(&people_key(group))?.unwrap_or_default())
}

/// Who is in a conversation, as its line says.
pub(crate) fn people(store: &Store, group: &GroupId) -> Result<Vec<ActorId>, Error> {
    Ok(known_people(store, group)?.people)
}

/// The members are these from now on.
pub(crate) fn set_people(turn: &mut Turn<'_>, group: &GroupId, people: Vec<ActorId>) -> Result<(), Error> {
    let mut known = known_people(&turn.provider.store, group)?;
    known.leaving.retain(|actor| people.contains(actor));
    if known.people != people {
        known.people = people;
        changed(turn, group);
    }
    turn.provider.store.put_changed(&people_key(group), &known)?;
    let now = turn.now;
    change(turn, group, |chat| {
        if chat.at == Timestamp::default() {
            chat.at = now;
        }
    })
}

/// Somebody has said that they leave.
pub(crate) fn leaves(turn: &mut Turn<'_>, conversation: &Conversation, actor: &ActorId) -> Result<(), Error> {
    let mut known = known_people(&turn.provider.store, &conversation.group)?;
    if !known.leaving.contains(actor) {
        known.leaving.push(actor.clone());
    }
    turn.provider.store.put_changed(&people_key(&conversation.group), &known)
}

/// Those of these who had said that they leave.
pub(crate) fn left(
    turn: &Turn<'_>,
    conversation: &Conversation,
    gone: &[ActorId],
) -> Result<BTreeSet<ActorId>, Error> {
    let leaving = known_people(&turn.provider.store, &conversation.group)?.leaving;
    Ok(leaving.into_iter().filter(|actor| gone.contains(actor)).collect())
}

/// Something was done: it is the preview only where nothing was ever said.
pub(crate) fn happened(
    turn: &mut Turn<'_>,
    conversation: &Conversation,
    message: &Message,
) -> Result<(), Error> {
    let group = recovery::newest(&turn.provider.store, &conversation.group)?;
    change(turn, &group, |chat| {
        if chat.preview.as_ref().is_none_or(|preview| preview.kind == PreviewKind::Happening) {
            chat.preview = Preview::of(message);
        }
        chat.at = chat.at.max(message.sent_at);
    })
}

/// Something was said. What still arrives in a group that goes on in another belongs to that one.
pub(crate) fn said(turn: &mut Turn<'_>, conversation: &Conversation, message: &Message) -> Result<(), Error> {
    let group = &recovery::newest(&turn.provider.store, &conversation.group)?;
    match &message.content {
        Content::Text { .. } | Content::Unsupported { .. } | Content::Erased => {
            if conversation.standing != Standing::Request {
                read::arrived(turn, group, message)?;
            }
            let now = turn.now;
            change(turn, group, |chat| {
                let older = chat.preview.as_ref().is_some_and(|known| known.position > message.position);
                if !older {
                    chat.preview = Preview::of(message);
                    chat.at = now;
                }
            })
        }
        Content::Edit { target, text, .. } => change(turn, group, |chat| {
            let preview = chat.preview.iter_mut().find(|known| known.is(&message.sender, target));
            preview.into_iter().for_each(|preview| preview.edit(text));
        }),
        Content::Deletion { target } => {
            for position in places::positions(turn, group, &message.sender, target)? {
                read::delete(turn, group, position);
            }
            changed(turn, group);
            change(turn, group, |chat| {
                let preview = chat.preview.iter_mut().find(|known| known.is(&message.sender, target));
                preview.into_iter().for_each(Preview::delete);
            })
        }
        _ => Ok(()),
    }
}

/// The conversation goes on in another group, with everything that the person has set.
pub(crate) fn inherit(turn: &mut Turn<'_>, fresh: &GroupId, old: &GroupId) -> Result<(), Error> {
    let known = get(&turn.provider.store, old)?;
    turn.provider.store.delete(&key(old));
    read::inherit(turn, fresh, old);
    change(turn, fresh, |chat| {
        *chat = Chat { at: chat.at.max(known.at), ..known };
    })
}

/// What the person has begun to write; nothing if it is empty.
pub(crate) fn set_draft(turn: &mut Turn<'_>, group: &GroupId, draft: Option<Draft>) -> Result<(), Error> {
    let draft = Draft::checked(draft)?;
    require(turn, group)?;
    change(turn, group, |chat| chat.draft = draft)
}

/// One setting.
pub(crate) fn set(turn: &mut Turn<'_>, group: &GroupId, setting: ChatSetting) -> Result<(), Error> {
    require(turn, group)?;
    change(turn, group, |chat| chat.settings.set(setting))
}

fn require(turn: &Turn<'_>, group: &GroupId) -> Result<Conversation, Error> {
    conversation::find(turn, group)?.ok_or_else(|| Error::UnknownConversation(group.clone()))
}

/// The list, the newest first.
pub(crate) fn list(provider: &Provider, account: &Account) -> Result<Vec<ChatView>, Error> {
    let store = &provider.store;
    let mut views = Vec::new();
    for known in conversation::all(store)? {
        let continued = recovery::heir(store, &known.group)?.is_some();
        if account.device_group.as_ref() != Some(&known.group) && !continued {
            views.push(view(provider, &known)?);
        }
    }
    views.sort_by_key(|view| std::cmp::Reverse(view.at));
    Ok(views)
}

fn view(provider: &Provider, known: &Conversation) -> Result<ChatView, Error> {
    let store = &provider.store;
    let chat = get(store, &known.group)?;
    let mut people = people(store, &known.group)?;
    if people.is_empty() && known.standing != Standing::Over {
        // An older release has not written it down.
        people = roster(&mls::load(provider, &known.group)?);
    }
    let unread = read::unread(store, &known.group, &chat)?;
    let section = match chat.settings {
        _ if known.standing == Standing::Request => Section::Request,
        settings => settings.section(),
    };
    Ok(ChatView {
        conversation: known.group.clone(),
        standing: known.standing,
        section,
        name: known.name.as_ref().map(|name| name.text.clone()),
        people,
        preview: chat.preview,
        draft: chat.draft,
        at: chat.at,
        unread: unread.count,
        mentioned: unread.mentioned,
        read_up_to: chat.read_up_to,
        muted_until: chat.settings.muted_until,
        archived: chat.settings.archived,
        pinned: chat.settings.pinned,
        failed: send::failed::is_any(store, &known.group),
    })
}
