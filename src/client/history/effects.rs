//! What later records do to a message: the newest edit, a deletion, reactions, receipts. They are merged so that order and
//! repetition make no difference, and hold a bounded amount whatever comes.

use std::collections::{BTreeMap, BTreeSet};

use alcove_protocol::{ActorId, Timestamp};

use super::Person;

/// How many different reactions of one person to one message count: the first in the order of their characters.
const EMOJI_OF_A_PERSON: usize = 8;

/// Everything that was done to one message.
#[derive(Clone, Default)]
pub(super) struct Effects {
    pub(super) edit: Option<Edit>,
    pub(super) deleted: bool,
    /// By person and emoji: the newest word of that person on it.
    pub(super) reactions: BTreeMap<(Person, String), Mark>,
    pub(super) readers: BTreeSet<Person>,
}

/// The newest text of a message.
#[derive(Clone)]
pub(super) struct Edit {
    pub(super) position: i64,
    pub(super) at: Timestamp,
    pub(super) text: String,
    pub(super) mentions: Vec<ActorId>,
}

/// A reaction, or its end.
#[derive(Clone)]
pub(super) struct Mark {
    pub(super) position: i64,
    /// The id of the reaction.
    pub(super) id: String,
    pub(super) on: bool,
}

impl Effects {
    /// Somebody reacts, or does not any more.
    pub(super) fn mark(person: Person, emoji: String, mark: Mark) -> Self {
        Self { reactions: BTreeMap::from([((person, emoji), mark)]), ..Self::default() }
    }

    /// Somebody has read it.
    pub(super) fn read(person: Person) -> Self {
        Self { readers: BTreeSet::from([person]), ..Self::default() }
    }

    /// Both together. What is deleted has nothing else.
    pub(super) fn merge(&mut self, other: Self) {
        self.deleted |= other.deleted;
        if self.deleted {
            *self = Self { deleted: true, ..Self::default() };
            return;
        }
        let newer = |edit: &Edit| self.edit.as_ref().is_none_or(|known| edit.position > known.position);
        if let Some(edit) = other.edit.filter(newer) {
            self.edit = Some(edit);
        }
        self.readers.extend(other.readers);
        for (by, mark) in other.reactions {
            let person = by.0;
            match self.reactions.get(&by) {
                Some(known) if known.position >= mark.position => {}
                _ => {
                    self.reactions.insert(by, mark);
                }
            }
            self.bound(person);
        }
    }

    fn bound(&mut self, person: Person) {
        let theirs = (person, String::new())..(person.saturating_add(1), String::new());
        let surplus = self.reactions.range(theirs.clone()).nth(EMOJI_OF_A_PERSON).is_some();
        if let Some((last, _)) = self.reactions.range(theirs).next_back().filter(|_| surplus) {
            let last = last.clone();
            self.reactions.remove(&last);
        }
    }
}
