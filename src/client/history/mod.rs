//! What was said in conversations as a person sees it: edits, deletions, reactions and receipts applied to what they are about,
//! replies with what they answer, pages in both directions, and search. In memory, built from message records in any order:
//! whatever the order, and however often a record comes, the view is the same. A host that keeps records feeds it; nothing
//! here is stored, and no bytes of files are kept. What belongs to whom is decided by name: sender and id (trap T42).

mod effects;
pub(crate) mod fold;
mod thread;
mod view;

use std::collections::HashMap;

use alcove_protocol::{ActorId, GroupId};
use sha2::{Digest, Sha256};

pub use view::{Hit, Item, Page, Quote, ReactionView};

use self::thread::Thread;
use crate::{
    error::Error,
    message::{Message, Reference},
    record,
    step::Batch,
};

/// A person, by number.
type Person = u32;
/// The digest of an id: ids of strangers are of any length.
type IdHash = u128;

fn hash(id: &str) -> IdHash {
    let digest = Sha256::digest(id.as_bytes());
    digest.first_chunk::<16>().map_or(0, |bytes| u128::from_be_bytes(*bytes))
}

/// Everything that was said, by conversation.
#[derive(Default)]
pub struct History {
    names: Names,
    threads: HashMap<GroupId, Thread>,
    /// Where conversations go on.
    heirs: HashMap<GroupId, GroupId>,
}

/// Numbers for people and groups: a message needs not hold their names.
#[derive(Default)]
struct Names {
    people: Numbered<ActorId>,
    groups: Numbered<GroupId>,
}

struct Numbered<T> {
    values: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { values: Vec::new(), numbers: HashMap::new() }
    }
}

impl<T: Clone + Eq + std::hash::Hash> Numbered<T> {
    fn number(&mut self, value: &T) -> u32 {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(value.clone());
        self.numbers.insert(value.clone(), number);
        number
    }

    fn find(&self, value: &T) -> Option<u32> {
        self.numbers.get(value).copied()
    }

    /// The value of a number that was given out.
    fn value(&self, number: u32) -> Option<&T> {
        self.values.get(usize::try_from(number).ok()?)
    }
}

impl std::fmt::Debug for History {
    /// How much there is: the rest is what people said.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "History of {} conversations", self.threads.len())
    }
}

impl History {
    /// Takes what a step has written: call it with every batch, after it was saved.
    pub fn apply(&mut self, batch: &Batch) -> Result<(), Error> {
        for (key, bytes) in batch.put.iter().filter(|(key, _)| record::is_message(key)) {
            self.insert(Message::from_record(key, bytes)?);
        }
        Ok(())
    }

    /// Takes one message.
    pub fn insert(&mut self, message: Message) {
        let group = self.newest(&message.conversation).clone();
        self.threads.entry(group).or_default().insert(&mut self.names, message);
    }

    /// A conversation goes on in another group: from now on they are one, by the name of the newer one.
    pub fn continues(&mut self, old: &GroupId, new: &GroupId) {
        let (old, new) = (self.newest(old).clone(), self.newest(new).clone());
        if old == new {
            return;
        }
        if let Some(before) = self.threads.remove(&old) {
            self.threads.entry(new.clone()).or_default().absorb(before);
        }
        self.heirs.insert(old, new);
    }

    /// The newest messages of a conversation before a position, oldest first.
    pub fn page(&self, conversation: &GroupId, before: Option<i64>, limit: usize) -> Page {
        self.thread(conversation).map(|thread| thread.page(&self.names, before, limit)).unwrap_or_default()
    }

    /// The oldest messages of a conversation after a position, oldest first.
    pub fn page_after(&self, conversation: &GroupId, after: i64, limit: usize) -> Page {
        self.thread(conversation)
            .map(|thread| thread.page_after(&self.names, after, limit))
            .unwrap_or_default()
    }

    /// One message by name.
    pub fn message(&self, conversation: &GroupId, name: &Reference) -> Option<Item> {
        self.thread(conversation)?.item(&self.names, name)
    }

    /// The id of somebody's reaction to a message, as far as there is one: what `Content::Undo` names.
    pub fn reaction(
        &self,
        conversation: &GroupId,
        message: &Reference,
        by: &ActorId,
        emoji: &str,
    ) -> Option<String> {
        self.thread(conversation)?.reaction(&self.names, message, by, emoji)
    }

    /// Messages that hold all these words, newest first, without regard to case and accents.
    pub fn search(&self, text: &str, conversation: Option<&GroupId>, limit: usize) -> Vec<Hit> {
        let words = fold::Words::new(text);
        if words.is_empty() {
            return Vec::new();
        }
        let only = conversation.map(|group| self.newest(group));
        let mut hits: Vec<Hit> = Vec::new();
        for (group, thread) in self.threads.iter().filter(|(group, _)| only.is_none_or(|only| only == *group))
        {
            hits.extend(thread.search(&self.names, group, &words, limit));
        }
        hits.sort_by_key(|hit| std::cmp::Reverse(hit.item.message.position));
        hits.truncate(limit);
        hits
    }

    fn thread(&self, conversation: &GroupId) -> Option<&Thread> {
        self.threads.get(self.newest(conversation))
    }

    /// The group in which a conversation goes on.
    fn newest<'a>(&'a self, conversation: &'a GroupId) -> &'a GroupId {
        let mut newest = conversation;
        // `continues` makes no circle: what it points at is nobody's older group.
        while let Some(heir) = self.heirs.get(newest) {
            newest = heir;
        }
        newest
    }
}

#[cfg(test)]
mod tests;
