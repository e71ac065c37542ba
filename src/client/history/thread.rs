//! One conversation: its messages by position and by name, and what was done to them. Records whose message has not come yet
//! wait, a bounded number of them.

use std::collections::{BTreeMap, HashMap, HashSet};

use alcove_protocol::Timestamp;

use super::{
    IdHash, Names, Person,
    effects::{Edit, Effects, Mark},
    fold::fold,
    hash,
};
use crate::message::{Bytes, Content, File, Message, Place, Reference};

/// How many messages that are not there may have something done to them.
const MOST_AWAITED: usize = 20_000;
/// How many reactions that were taken back by their id alone are remembered.
const MOST_UNDONE: usize = 20_000;

/// A message as it is kept.
pub(super) struct Entry {
    pub(super) group: u32,
    pub(super) sender: Person,
    pub(super) id: String,
    pub(super) sent_at: Timestamp,
    /// One that stands by itself: text, deleted, done or unsupported.
    pub(super) content: Content,
    /// Its present words, for the search.
    pub(super) folded: String,
}

/// A message by name; the sender is unknown in what other software sends.
type Target = (IdHash, Option<Person>);

/// One conversation.
#[derive(Default)]
pub(super) struct Thread {
    pub(super) entries: BTreeMap<i64, Entry>,
    pub(super) named: BTreeMap<(IdHash, Person), i64>,
    effects: HashMap<Target, Effects>,
    undone: HashSet<(Person, IdHash)>,
}

impl Thread {
    /// Takes one message.
    pub(super) fn insert(&mut self, names: &mut Names, message: Message) {
        let sender = names.people.number(&message.sender);
        let position = message.position;
        match message.content {
            Content::Edit { target, text, mentions } => {
                let edit = Some(Edit { position, at: message.sent_at, text, mentions });
                self.affect((hash(&target), Some(sender)), Effects { edit, ..Effects::default() });
            }
            Content::Deletion { target } => {
                let effects = Effects { deleted: true, ..Effects::default() };
                self.affect((hash(&target), Some(sender)), effects);
            }
            Content::Reaction { target, emoji } => {
                let mark = Mark { position, id: message.id, on: true };
                self.affect(self::target(names, &target), Effects::mark(sender, emoji, mark));
            }
            Content::Undo { reaction, target, emoji } => {
                if let Some(id) = reaction.as_ref().filter(|_| self.undone.len() < MOST_UNDONE) {
                    self.undone.insert((sender, hash(id)));
                }
                if let Some((target, emoji)) = target.zip(emoji) {
                    let mark = Mark { position, id: reaction.unwrap_or_default(), on: false };
                    self.affect(self::target(names, &target), Effects::mark(sender, emoji, mark));
                }
            }
            Content::Read { messages } => {
                for read in messages {
                    self.affect(target(names, &read), Effects::read(sender));
                }
            }
            content => {
                let group = names.groups.number(&message.conversation);
                let content = without_bytes(content);
                let (id, sent_at, folded) = (message.id, message.sent_at, String::new());
                self.place(position, Entry { group, sender, id, sent_at, content, folded });
            }
        }
    }

    /// Takes everything of an older conversation.
    pub(super) fn absorb(&mut self, older: Self) {
        self.undone.extend(older.undone);
        for (position, entry) in older.entries {
            self.place(position, entry);
        }
        for (target, effects) in older.effects {
            self.affect(target, effects);
        }
    }

    /// Gives a message its place. Of two with one name the first counts; of two at one place the deleted one.
    fn place(&mut self, position: i64, entry: Entry) {
        let erased = entry.content == Content::Erased;
        let name = (!entry.id.is_empty()).then(|| (hash(&entry.id), entry.sender));
        if let Some((id, sender)) = name.filter(|_| erased) {
            self.affect((id, Some(sender)), Effects { deleted: true, ..Effects::default() });
        }
        if self.entries.get(&position).is_some_and(|known| !erased || known.content == Content::Erased) {
            return;
        }
        if let Some(name) = name {
            match self.named.get(&name) {
                Some(known) if *known < position => return,
                Some(known) if *known > position => {
                    self.entries.remove(known);
                }
                _ => {}
            }
            self.named.insert(name, position);
        }
        self.entries.insert(position, entry);
        self.refresh(position);
    }

    /// Does something to a message, whether it is there or not.
    fn affect(&mut self, target: Target, effects: Effects) {
        if !self.effects.contains_key(&target) && self.effects.len() >= self.named.len() + MOST_AWAITED {
            return;
        }
        let words = effects.deleted || effects.edit.is_some();
        self.effects.entry(target).or_default().merge(effects);
        let position = target.1.and_then(|sender| self.named.get(&(target.0, sender))).copied();
        if let Some(position) = position.filter(|_| words) {
            self.refresh(position);
        }
    }

    /// Makes a message what has been done to it: nothing of a deleted one is kept, and the present words are looked through.
    fn refresh(&mut self, position: i64) {
        let Some(entry) = self.entries.get_mut(&position) else { return };
        let effects = self.effects.get(&(hash(&entry.id), Some(entry.sender)));
        let effects = effects.filter(|_| !entry.id.is_empty());
        if effects.is_some_and(|effects| effects.deleted) {
            (entry.content, entry.folded) = (Content::Erased, String::new());
        } else if let Content::Text { text, files, .. } = &entry.content {
            let edit = effects.and_then(|effects| effects.edit.as_ref());
            entry.folded = fold(&searchable(edit.map_or(text, |edit| &edit.text), files));
        }
    }

    /// What was done to a message; by those who do not say whose message they mean, if it is the first of its id.
    pub(super) fn effects(&self, position: i64, entry: &Entry) -> Effects {
        let mut effects = Effects::default();
        if entry.id.is_empty() {
            return effects;
        }
        let id = hash(&entry.id);
        effects.merge(self.effects.get(&(id, Some(entry.sender))).cloned().unwrap_or_default());
        if self.first(id) == Some(position) {
            effects.merge(self.effects.get(&(id, None)).cloned().unwrap_or_default());
        }
        let undone = |person: Person, mark: &Mark| self.undone.contains(&(person, hash(&mark.id)));
        effects.reactions.retain(|(person, _), mark| mark.on && !undone(*person, mark));
        effects
    }

    /// Where a message stands.
    pub(super) fn find(&self, names: &Names, reference: &Reference) -> Option<i64> {
        let id = hash(&reference.id);
        match &reference.sender {
            Some(sender) => self.named.get(&(id, names.people.find(sender)?)).copied(),
            None => self.first(id),
        }
    }

    fn first(&self, id: IdHash) -> Option<i64> {
        self.named.range((id, 0)..=(id, Person::MAX)).map(|(_, position)| *position).min()
    }
}

fn target(names: &mut Names, reference: &Reference) -> Target {
    (hash(&reference.id), reference.sender.as_ref().map(|sender| names.people.number(sender)))
}

/// The words of a message, with those of its files.
pub(super) fn searchable(text: &str, files: &[File]) -> String {
    let of_files = files.iter().flat_map(|file| [&file.name, &file.alt]).flatten();
    [text].into_iter().chain(of_files.map(String::as_str)).collect::<Vec<_>>().join("\n")
}

/// A message without the bytes of its files.
fn without_bytes(content: Content) -> Content {
    match content {
        Content::Text { text, in_reply_to, mentions, mut files } => {
            for file in &mut files {
                if let Place::Inline(bytes) = &mut file.place {
                    *bytes = Bytes(Vec::new());
                }
                file.thumbnail.iter_mut().for_each(|small| small.bytes = Bytes(Vec::new()));
            }
            Content::Text { text, in_reply_to, mentions, files }
        }
        other => other,
    }
}
