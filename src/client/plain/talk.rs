//! One conversation that is not encrypted, as a device keeps it: a small record, and the newest letters of it without a gap.
//! What is older is with the server, and is fetched when somebody looks at it. Not the exchange with the server.

use alcove_protocol::{
    ActorId, Timestamp,
    api::{Correspondence, Letter},
    json,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    chats::{Draft, Settings},
    error::Error,
    history::fold::fold,
    record::{decode, encode, letter_key},
    step::Batch,
};

/// What the keys of all conversations' own records begin with.
pub(super) const TALKS: &str = "plain/talk/";

/// The place of the letter that was the newest when the device was opened: far from zero, so that none is negative.
const MIDDLE: i64 = 1 << 40;

/// The record of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    /// Its name on the server, once it has one.
    pub(super) id: Option<String>,
    /// Everybody else in it.
    pub(super) people: Vec<ActorId>,
    /// The servers whose operators can read it, as the server says.
    pub(super) servers: Vec<String>,
    /// What was said last.
    pub(super) last: Option<Letter>,
    /// When that was, or when it was begun here.
    pub(super) at: Timestamp,
    pub(super) unread: u64,
    /// How far the person has read.
    pub(super) read: i64,
    /// How far the server knows that.
    pub(super) read_told: i64,
    /// Up to here arrivals were told.
    pub(super) announced: i64,
    /// How many letters the server had when the ones here were last compared, and their last edit then.
    pub(super) letters: u64,
    pub(super) edit: Option<String>,
    /// Whether a letter was sent since then: what had come meanwhile is not seen by counting.
    pub(super) sent_since: bool,
    /// Whether the first letter is here.
    pub(super) complete: bool,
    pub(super) settings: Settings,
    pub(super) draft: Option<Draft>,
    pub(super) outgoing: Vec<Outgoing>,
}

/// A letter of this device that the server is not known to have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Its name on this device, for `retry` and `discard`.
    pub id: String,
    /// What it says.
    pub text: String,
    /// The letter that it answers.
    pub in_reply_to: Option<String>,
    /// When it was written.
    pub written_at: Timestamp,
    /// The newest letter then, or the own one that was sent before it: the server gives it a greater number.
    pub(super) after: i64,
    /// Why it was refused, if it was.
    pub failed: Option<String>,
}

/// A letter as it is held.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) number: i64,
    pub(super) letter: Letter,
    /// Its words, for the search.
    pub(super) folded: String,
}

impl Held {
    /// None for a letter without a proper number.
    pub(super) fn new(letter: Letter) -> Option<Self> {
        let number = number(&letter.id)?;
        let folded = fold(&words(&letter));
        Some(Self { number, letter, folded })
    }
}

/// What a search looks through.
pub(super) fn words(letter: &Letter) -> String {
    let files = letter.files.iter().map(|file| file.description.as_str());
    let parts = letter.warning.as_deref().into_iter().chain([letter.text.as_str()]).chain(files);
    parts.collect::<Vec<_>>().join("\n")
}

/// The number of a letter, by which it sorts.
pub(super) fn number(id: &str) -> Option<i64> {
    id.parse().ok().filter(|number| *number > 0)
}

/// A conversation.
#[derive(Debug, Default)]
pub(super) struct Talk {
    pub(super) record: Record,
    /// The newest letters, oldest first.
    pub(super) held: Vec<Held>,
    /// The number of the letter in the middle of all places.
    anchor: i64,
}

impl Talk {
    pub(super) fn new(record: Record) -> Self {
        Self { record, held: Vec::new(), anchor: 0 }
    }

    /// Takes up a letter from its record.
    pub(super) fn recall(&mut self, held: Held) {
        if let Err(place) = self.find(held.number) {
            self.held.insert(place, held);
        }
    }

    /// Whether this person has written in it, as far as its letters are here.
    pub(super) fn is_acquainted(&self, own: &ActorId) -> bool {
        !self.record.outgoing.is_empty() || self.held.iter().rev().any(|held| held.letter.author == *own)
    }

    fn find(&self, number: i64) -> Result<usize, usize> {
        self.held.binary_search_by_key(&number, |held| held.number)
    }

    pub(super) fn by_number(&self, number: i64) -> Option<&Held> {
        self.find(number).ok().and_then(|at| self.held.get(at))
    }

    /// The number of the newest letter here, or 0.
    pub(super) fn newest(&self) -> i64 {
        self.held.last().map_or(0, |held| held.number)
    }

    /// The greatest number that is known of, whether the letter is here or not: what is sent from now on has a greater one.
    pub(super) fn latest(&self) -> i64 {
        let last = self.record.last.as_ref().and_then(|last| number(&last.id)).unwrap_or_default();
        self.newest().max(last).max(self.record.announced)
    }

    pub(super) fn oldest(&self) -> Option<&Held> {
        self.held.first()
    }

    /// Where a letter stands on the screen. Numbers of letters are longer than JavaScript can count; places are counted from
    /// the letter that was the newest first, and only mean something while the device is open.
    pub(super) fn place(&self, number: i64) -> i64 {
        let (Ok(at) | Err(at)) = self.find(number);
        let (Ok(anchor) | Err(anchor)) = self.find(self.anchor);
        let distance = |at: usize| i64::try_from(at).unwrap_or_default();
        MIDDLE + distance(at) - distance(anchor)
    }

    /// Where everything is read up to.
    pub(super) fn read_place(&self) -> i64 {
        let read = self.held.partition_point(|held| held.number <= self.record.read);
        match read.checked_sub(1).and_then(|at| self.held.get(at)) {
            Some(last) => self.place(last.number),
            None => self.held.first().map_or(MIDDLE, |first| self.place(first.number)) - 1,
        }
    }

    /// Those that stand before a place, oldest first.
    pub(super) fn before(&self, place: Option<i64>) -> &[Held] {
        let end = place.map_or(self.held.len(), |place| {
            self.held.partition_point(|held| self.place(held.number) < place)
        });
        self.held.get(..end).unwrap_or_default()
    }

    /// How many letters of others came after this one, among those that are here.
    pub(super) fn unread_after(&self, number: i64) -> u64 {
        let others = |held: &&Held| self.record.people.contains(&held.letter.author);
        let after = self.held.iter().rev().take_while(|held| held.number > number);
        u64::try_from(after.filter(others).count()).unwrap_or_default()
    }

    /// Takes over what the server says of it.
    pub(super) fn summarised(&mut self, summary: Correspondence, now: Timestamp) {
        let read = summary.read.as_deref().and_then(number).unwrap_or_default();
        let record = &mut self.record;
        record.id = Some(summary.id);
        record.people = summary.people;
        record.servers = summary.servers;
        record.at = summary.last.sent_at.min(now);
        record.last = Some(summary.last);
        // What was read here, and not told yet, is read.
        if read >= record.read {
            record.unread = summary.unread;
            (record.read, record.read_told) = (read, read);
        }
    }

    /// Whether the letters here are still those of the server.
    pub(super) fn differs(&self, summary: &Correspondence) -> bool {
        let last = number(&summary.last.id).unwrap_or_default();
        let same_last = self.by_number(last).is_some_and(|held| held.letter == summary.last);
        let same_count = self.record.letters == summary.letters && self.record.edit == summary.edit;
        !same_last || !same_count || self.record.sent_since
    }

    /// The newest letters, as the server has them without a gap; `bottom` if there are none before them. Says which are new.
    pub(super) fn replace(
        &mut self,
        name: &str,
        fresh: Vec<Held>,
        bottom: bool,
        batch: &mut Batch,
    ) -> Vec<Letter> {
        if fresh.is_empty() && !bottom {
            return Vec::new();
        }
        let floor = fresh.first().filter(|_| !bottom).map_or(i64::MIN, |held| held.number);
        let connects = !self.held.is_empty() && floor <= self.newest();
        self.record.complete = bottom || (self.record.complete && connects);
        let before = std::mem::take(&mut self.held);
        let (kept, compared): (Vec<Held>, Vec<Held>) =
            before.into_iter().partition(|held| connects && held.number < floor);
        let known = |held: &Held| compared.iter().find(|old| old.number == held.number);
        let mut new = Vec::new();
        for held in &fresh {
            match known(held) {
                Some(old) if old.letter == held.letter => continue,
                Some(_) => {}
                None => new.push(held.letter.clone()),
            }
            put(name, held, batch);
        }
        let gone = compared.iter().filter(|old| !fresh.iter().any(|held| held.number == old.number));
        batch.delete.extend(gone.map(|old| letter_key(name, old.number)));
        self.held = kept.into_iter().chain(fresh).collect();
        self.settle_anchor();
        new
    }

    /// Older letters, directly before those that are here.
    pub(super) fn prepend(&mut self, name: &str, older: Vec<Held>, bottom: bool, batch: &mut Batch) {
        self.record.complete = bottom;
        let first = self.oldest().map_or(i64::MAX, |oldest| oldest.number);
        let older: Vec<Held> = older.into_iter().filter(|held| held.number < first).collect();
        older.iter().for_each(|held| put(name, held, batch));
        self.held.splice(0..0, older);
        self.settle_anchor();
    }

    /// A letter of one's own that the server has just taken.
    pub(super) fn sent(&mut self, name: &str, letter: Letter, batch: &mut Batch) {
        let Some(held) = Held::new(letter) else { return };
        self.record.at = held.letter.sent_at;
        self.record.last = Some(held.letter.clone());
        if let Err(place) = self.find(held.number) {
            put(name, &held, batch);
            self.held.insert(place, held);
            self.record.letters = self.record.letters.saturating_add(1);
            self.record.sent_since = true;
        }
        self.settle_anchor();
    }

    /// From now on places are counted from the newest letter.
    pub(super) fn settle_anchor(&mut self) {
        if self.anchor == 0 {
            self.anchor = self.newest();
        }
    }

    /// What this letter answers, unless it is the one right before it: every letter answers one.
    pub(super) fn answers(&self, held: &Held) -> Answers<'_> {
        let Some(answered) = held.letter.in_reply_to.as_deref().and_then(number) else {
            return Answers::Nothing;
        };
        let (Ok(at) | Err(at)) = self.find(held.number);
        let before = at.checked_sub(1).and_then(|before| self.held.get(before));
        match (before, self.by_number(answered)) {
            (Some(before), _) if before.number == answered => Answers::Nothing,
            (None, None) => Answers::Nothing,
            (_, Some(found)) => Answers::Letter(&found.letter),
            (_, None) => Answers::Missing,
        }
    }
}

/// What a letter answers, as far as that is to be shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answers<'a> {
    /// Nothing in particular.
    Nothing,
    /// A letter that is here.
    Letter(&'a Letter),
    /// One that is not.
    Missing,
}

fn put(name: &str, held: &Held, batch: &mut Batch) {
    if let Ok(bytes) = to_record(&letter_key(name, held.number), &held.letter) {
        batch.put.push((letter_key(name, held.number), bytes));
    }
}

/// Bytes of a record: JSON behind the header that all records have, because what the API says may grow.
pub(super) fn to_record<T: Serialize>(key: &str, value: &T) -> Result<Vec<u8>, Error> {
    let text = serde_json::to_string(value);
    let text = text.map_err(|error| Error::Record { key: key.to_owned(), reason: error.to_string() })?;
    encode(key, &text)
}

pub(super) fn from_record<T: DeserializeOwned>(key: &str, bytes: &[u8]) -> Result<T, Error> {
    let text: String = decode(key, bytes)?;
    json::read(&text).map_err(|error| Error::Record { key: key.to_owned(), reason: error.to_string() })
}
