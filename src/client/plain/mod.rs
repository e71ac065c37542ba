//! Conversations that are not encrypted, on a device: letters of the server's (`api::letters`), kept to be read and searched
//! without it, and written to it. They are beside the encrypted conversations and never of them: other names, other records,
//! other commands; nothing here knows a group, a key or a [`crate::Message`], so that no text can come from one kind into the
//! other.
//!
//! Sans-I/O like the rest: a host saves the [`Step`] that a command or an answer makes, makes the request that
//! [`Plain::next`] names, and hands in the reply. A letter has no name before the server gives one: who gets no answer looks
//! whether it is there before sending it again, also after a restart.

mod exchange;
mod reaching;
mod sending;
mod talk;
#[cfg(test)]
mod tests;
mod view;

use std::collections::BTreeMap;

use alcove_protocol::{ActorId, Timestamp, api::Letter};
use rand::{CryptoRng, RngCore};

pub use talk::{Answers, Outgoing};
pub use view::{Hit, LetterView, Page, TalkView};

use self::{
    exchange::Exchange,
    talk::{Held, Record, TALKS, Talk, from_record, to_record},
};
use crate::{
    chats::{ChatSetting, Draft},
    error::Error,
    record::{hex, is_letter},
    step::Batch,
};

/// The name of a conversation on this device: the server's, or one of this device's own where it was begun here.
pub type TalkName = String;

/// What all hot records of this module begin with.
pub const PREFIX: &str = "plain/";
/// The record that is there once all conversations have been looked through: from then on what is new is told.
const WALKED: &str = "plain/walked";

/// Every conversation that is not encrypted.
pub struct Plain {
    own: ActorId,
    talks: BTreeMap<TalkName, Talk>,
    /// Whether all letters of this device are in memory: before, nobody can say what differs from the server's.
    recalled: bool,
    walked: bool,
    exchange: Exchange,
    /// The policy of the server, and the longest letter that it takes, once they are known.
    policy: Option<String>,
    longest: Option<u64>,
}

/// What is to be saved, and then to be shown.
#[derive(Debug, Default)]
pub struct Step {
    /// First.
    pub save: Batch,
    /// Last.
    pub show: Vec<News>,
}

/// What has changed.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// A conversation, and its line in the list.
    Changed(TalkName),
    /// Somebody else's letter has come.
    Arrived(TalkName, Box<Letter>),
    /// Something that concerns all of them.
    Everything,
}

impl std::fmt::Debug for Plain {
    /// How much there is: the rest is what people said.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} plain conversations", self.talks.len())
    }
}

impl Plain {
    /// None yet, of a person.
    pub fn new(own: ActorId) -> Self {
        let (talks, exchange) = (BTreeMap::new(), Exchange::default());
        Self { own, talks, recalled: true, walked: false, exchange, policy: None, longest: None }
    }

    /// Those of a person, from the hot records that begin with [`PREFIX`]. Letters are recalled later; nothing is asked or
    /// written before the last of them.
    pub fn open<'a>(
        own: ActorId,
        records: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<Self, Error> {
        let mut plain = Self { recalled: false, ..Self::new(own) };
        for (key, bytes) in records {
            if key == WALKED {
                plain.walked = true;
            } else if let Some(name) = key.strip_prefix(TALKS) {
                let talk = Talk::new(from_record(key, bytes)?);
                if talk.record.outgoing.iter().any(|letter| letter.failed.is_none()) {
                    // Any of them may have been sent before the device was closed.
                    plain.exchange.doubt(name);
                }
                plain.talks.insert(name.to_owned(), talk);
            }
        }
        Ok(plain)
    }

    /// Takes up the record of a letter.
    pub fn recall(&mut self, key: &str, bytes: &[u8]) -> Result<(), Error> {
        let name = key.split('/').nth(1).filter(|_| is_letter(key)).unwrap_or_default();
        if let Some(talk) = self.talks.get_mut(name)
            && let Some(held) = Held::new(from_record(key, bytes)?)
        {
            talk.recall(held);
        }
        Ok(())
    }

    /// The record of every letter was taken up.
    pub fn recalled(&mut self) {
        self.recalled = true;
        self.talks.values_mut().for_each(Talk::settle_anchor);
    }

    /// Begins a conversation with some people, or finds the one that there is.
    pub fn begin(
        &mut self,
        people: Vec<ActorId>,
        now: Timestamp,
        rng: &mut (impl CryptoRng + RngCore),
    ) -> Result<(TalkName, Step), Error> {
        let mut people: Vec<ActorId> = people.into_iter().filter(|actor| *actor != self.own).collect();
        people.sort();
        people.dedup();
        if people.is_empty() {
            return Err(Error::Limit("a conversation is with at least one other person"));
        }
        if let Some(name) = self.between(&people) {
            return Ok((name, Step::default()));
        }
        let name = format!("new-{}", random(rng));
        let record = Record { people, at: now, complete: true, ..Record::default() };
        self.talks.insert(name.clone(), Talk::new(record));
        let step = self.kept(&name)?;
        Ok((name, step))
    }

    /// Writes a letter: it is sent when it can be. Refused until all letters were recalled.
    pub fn send(
        &mut self,
        name: &str,
        text: String,
        in_reply_to: Option<String>,
        now: Timestamp,
        rng: &mut (impl CryptoRng + RngCore),
    ) -> Result<Step, Error> {
        if text.trim().is_empty() {
            return Err(Error::Limit("a message has at least one character"));
        }
        if !self.recalled {
            return Err(Error::NotRecalled);
        }
        let id = random(rng);
        let talk = self.talk(name)?;
        let after = talk.latest();
        let letter = Outgoing { id: id.clone(), text, in_reply_to, written_at: now, after, failed: None };
        talk.record.outgoing.push(letter);
        self.exchange.sure(id);
        self.kept(name)
    }

    /// Sends a letter again that was refused.
    pub fn retry(&mut self, name: &str, id: &str) -> Result<Step, Error> {
        let talk = self.talk(name)?;
        let (latest, outgoing) = (talk.latest(), &mut talk.record.outgoing);
        let at = outgoing.iter().position(|letter| letter.id == id);
        let mut letter = outgoing.remove(at.ok_or_else(|| Error::Unknown(format!("message {id}")))?);
        (letter.failed, letter.after) = (None, letter.after.max(latest));
        outgoing.push(letter);
        self.kept(name)
    }

    /// Gives up a letter that is not sent.
    pub fn discard(&mut self, name: &str, id: &str) -> Result<Step, Error> {
        self.talk(name)?.record.outgoing.retain(|letter| letter.id != id);
        self.kept(name)
    }

    /// What the person has begun to write.
    pub fn set_draft(&mut self, name: &str, draft: Option<Draft>) -> Result<Step, Error> {
        self.talk(name)?.record.draft = Draft::checked(draft)?;
        self.kept(name)
    }

    /// One setting, for this device.
    pub fn set(&mut self, name: &str, setting: ChatSetting) -> Result<Step, Error> {
        self.talk(name)?.record.settings.set(setting);
        self.kept(name)
    }

    /// The person has read up to a place.
    pub fn mark_read(&mut self, name: &str, place: i64) -> Result<Step, Error> {
        let talk = self.talk(name)?;
        let Some(number) = talk.before(Some(place.saturating_add(1))).last().map(|held| held.number) else {
            return Ok(Step::default());
        };
        if number <= talk.record.read {
            return Ok(Step::default());
        }
        talk.record.read = number;
        talk.record.unread = talk.unread_after(number);
        self.kept(name)
    }

    /// How many letters wait to be sent.
    pub fn waiting(&self) -> usize {
        let outgoing = self.talks.values().flat_map(|talk| &talk.record.outgoing);
        outgoing.filter(|letter| letter.failed.is_none()).count()
    }

    /// Everybody whose name is shown.
    pub fn people(&self) -> impl Iterator<Item = &ActorId> {
        self.talks.values().flat_map(|talk| &talk.record.people)
    }

    fn talk(&mut self, name: &str) -> Result<&mut Talk, Error> {
        self.talks.get_mut(name).ok_or_else(|| Error::UnknownTalk(name.to_owned()))
    }

    /// The newest conversation with exactly these people, who are sorted.
    fn between(&self, people: &[ActorId]) -> Option<TalkName> {
        let same = |talk: &Talk| {
            let mut theirs: Vec<&ActorId> = talk.record.people.iter().collect();
            theirs.sort();
            theirs.into_iter().eq(people)
        };
        let found = self.talks.iter().filter(|(_, talk)| same(talk));
        found.max_by_key(|(_, talk)| talk.record.at).map(|(name, _)| name.clone())
    }

    /// The record of a conversation, to be saved, and that it has changed.
    fn kept(&self, name: &str) -> Result<Step, Error> {
        let mut step = Step { show: vec![News::Changed(name.to_owned())], ..Step::default() };
        self.keep(name, &mut step)?;
        Ok(step)
    }

    fn keep(&self, name: &str, step: &mut Step) -> Result<(), Error> {
        if let Some(talk) = self.talks.get(name) {
            let key = format!("{TALKS}{name}");
            step.save.put.push((key.clone(), to_record(&key, &talk.record)?));
        }
        Ok(())
    }
}

fn random(rng: &mut (impl CryptoRng + RngCore)) -> String {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    hex(&bytes)
}
