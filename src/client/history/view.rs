//! What is shown of a conversation: messages with everything that was done to them, in pages, and what a search finds.

use std::{collections::BTreeMap, ops::Bound};

use alcove_protocol::{ActorId, GroupId, Timestamp};
use serde::Serialize;

use super::{
    Names, Person, fold,
    thread::{Entry, Thread, searchable},
};
use crate::message::{Content, Message, Reference};

/// How many characters of an answered message are shown.
const EXCERPT: usize = 120;

/// A message as a person sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// The message with its present text. No bytes of files are in it: they are in the record of [`Message::key`].
    pub message: Message,
    /// When it was given its present text, if that is not its first.
    pub edited_at: Option<Timestamp>,
    /// What it answers.
    pub in_reply_to: Option<Quote>,
    /// The reactions to it, in the order in which they began.
    pub reactions: Vec<ReactionView>,
    /// Who has said that they read it.
    pub read_by: Vec<ActorId>,
}

/// The message that another one answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Quote {
    /// It is there.
    Message {
        /// Who wrote it.
        sender: ActorId,
        /// Its inner id.
        id: String,
        /// Where it stands.
        position: i64,
        /// The begin of its present text; nothing if it has none, or was deleted.
        excerpt: String,
    },
    /// It is not on this device.
    Missing,
}

/// One emoji under a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReactionView {
    /// Which.
    pub emoji: String,
    /// Whose, in the order in which they came.
    pub by: Vec<ActorId>,
}

/// Some messages in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Page {
    /// Oldest first.
    pub items: Vec<Item>,
    /// Whether there are more in the direction that was asked for.
    pub more: bool,
}

/// A message that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// In which conversation, by its newest group.
    pub conversation: GroupId,
    /// The message.
    pub item: Item,
    /// The text around the first word.
    pub excerpt: String,
    /// Where the word begins in the excerpt, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Thread {
    pub(super) fn page(&self, names: &Names, before: Option<i64>, limit: usize) -> Page {
        let end = before.map_or(Bound::Unbounded, Bound::Excluded);
        let mut found = self.entries.range((Bound::Unbounded, end)).rev();
        let items =
            found.by_ref().take(limit).filter_map(|(position, entry)| self.show(names, *position, entry));
        let mut items: Vec<Item> = items.collect();
        items.reverse();
        Page { items, more: found.next().is_some() }
    }

    pub(super) fn page_after(&self, names: &Names, after: i64, limit: usize) -> Page {
        let mut found = self.entries.range((Bound::Excluded(after), Bound::Unbounded));
        let items =
            found.by_ref().take(limit).filter_map(|(position, entry)| self.show(names, *position, entry));
        Page { items: items.collect(), more: found.next().is_some() }
    }

    pub(super) fn item(&self, names: &Names, name: &Reference) -> Option<Item> {
        let position = self.find(names, name)?;
        self.show(names, position, self.entries.get(&position)?)
    }

    pub(super) fn reaction(
        &self,
        names: &Names,
        message: &Reference,
        by: &ActorId,
        emoji: &str,
    ) -> Option<String> {
        let position = self.find(names, message)?;
        let effects = self.effects(position, self.entries.get(&position)?);
        let mark = effects.reactions.get(&(names.people.find(by)?, emoji.to_owned()))?;
        Some(mark.id.clone()).filter(|id| !id.is_empty())
    }

    pub(super) fn search(
        &self,
        names: &Names,
        group: &GroupId,
        words: &fold::Words,
        limit: usize,
    ) -> Vec<Hit> {
        let found = self.entries.iter().rev().filter(|(_, entry)| words.are_in(&entry.folded));
        let hit = |(position, entry): (&i64, &Entry)| {
            let item = self.show(names, *position, entry)?;
            let Content::Text { text, files, .. } = &item.message.content else { return None };
            let (excerpt, start, end) = words.excerpt(&searchable(text, files));
            Some(Hit { conversation: group.clone(), item, excerpt, start, end })
        };
        found.filter_map(hit).take(limit).collect()
    }

    /// A message with everything that was done to it.
    fn show(&self, names: &Names, position: i64, entry: &Entry) -> Option<Item> {
        let effects = self.effects(position, entry);
        let mut content = entry.content.clone();
        let mut edited_at = None;
        let mut in_reply_to = None;
        if let Content::Text { text, mentions, in_reply_to: answered, .. } = &mut content {
            if let Some(edit) = effects.edit {
                (*text, *mentions, edited_at) = (edit.text, edit.mentions, Some(edit.at));
            }
            in_reply_to = answered.as_ref().map(|answered| self.quote(names, answered));
        }
        let mut by_emoji: BTreeMap<&str, Vec<(i64, Person)>> = BTreeMap::new();
        for ((person, emoji), mark) in &effects.reactions {
            by_emoji.entry(emoji).or_default().push((mark.position, *person));
        }
        let readers = effects.readers.iter().filter(|reader| **reader != entry.sender);
        let mut read_by = actors(names, readers.copied());
        // Numbers of people depend on who came first.
        read_by.sort();
        Some(Item {
            message: Message {
                conversation: names.groups.value(entry.group)?.clone(),
                position,
                sender: names.people.value(entry.sender)?.clone(),
                id: entry.id.clone(),
                sent_at: entry.sent_at,
                content,
            },
            edited_at,
            in_reply_to,
            reactions: reactions(names, by_emoji),
            read_by,
        })
    }

    fn quote(&self, names: &Names, answered: &Reference) -> Quote {
        let found = self.find(names, answered).and_then(|position| {
            let entry = self.entries.get(&position)?;
            let excerpt = match &entry.content {
                Content::Text { text, .. } => {
                    let edit = self.effects(position, entry).edit;
                    edit.map_or_else(|| text.clone(), |edit| edit.text).chars().take(EXCERPT).collect()
                }
                _ => String::new(),
            };
            let sender = names.people.value(entry.sender)?.clone();
            Some(Quote::Message { sender, id: entry.id.clone(), position, excerpt })
        });
        found.unwrap_or(Quote::Missing)
    }
}

/// In the order in which each began.
fn reactions(names: &Names, by_emoji: BTreeMap<&str, Vec<(i64, Person)>>) -> Vec<ReactionView> {
    let mut groups: Vec<(i64, ReactionView)> = Vec::new();
    for (emoji, mut marks) in by_emoji {
        marks.sort_unstable();
        let first = marks.first().map_or(0, |(position, _)| *position);
        let by = actors(names, marks.into_iter().map(|(_, person)| person));
        groups.push((first, ReactionView { emoji: emoji.to_owned(), by }));
    }
    groups.sort_by_key(|(first, _)| *first);
    groups.into_iter().map(|(_, view)| view).collect()
}

fn actors(names: &Names, people: impl Iterator<Item = Person>) -> Vec<ActorId> {
    people.filter_map(|person| names.people.value(person).cloned()).collect()
}
