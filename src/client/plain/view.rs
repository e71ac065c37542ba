//! What is shown of conversations that are not encrypted: their lines in the list, pages of letters, and what a search finds.

use std::cmp::Reverse;

use alcove_protocol::{ActorId, Timestamp, api::Letter};

use super::{
    Answers, Outgoing, Plain, TalkName,
    talk::{Held, Talk, number, words},
};
use crate::{
    chats::{Draft, Section},
    error::Error,
    history::fold::Words,
};

/// One line of the list.
#[derive(Clone, Debug)]
pub struct TalkView<'a> {
    /// Its name on this device.
    pub name: &'a str,
    /// Everybody else in it.
    pub people: &'a [ActorId],
    /// The servers whose operators can read it, this one first, as far as that was said; nothing before the first letter.
    pub servers: &'a [String],
    /// Where it stands in the list.
    pub section: Section,
    /// What was said last, if it is not one of `outgoing`.
    pub last: Option<&'a Letter>,
    /// Letters of this device that are not sent.
    pub outgoing: &'a [Outgoing],
    /// What the person has begun to write.
    pub draft: Option<&'a Draft>,
    /// When something was last said in it.
    pub at: Timestamp,
    /// How many letters are unread.
    pub unread: u64,
    /// The place up to which everything is read.
    pub read_up_to: i64,
    /// Until when it is silent.
    pub muted_until: Option<Timestamp>,
}

/// A letter with what it answers.
#[derive(Clone, Copy, Debug)]
pub struct LetterView<'a> {
    /// Where it stands.
    pub place: i64,
    /// The letter.
    pub letter: &'a Letter,
    /// What it answers.
    pub answers: Answers<'a>,
    /// Whether this person has written in the conversation: what strangers send is not fetched before somebody asks for it.
    pub is_acquainted: bool,
}

/// Some letters in their order.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    /// Oldest first.
    pub letters: Vec<LetterView<'a>>,
    /// Those that stand behind all others, in the newest page.
    pub outgoing: &'a [Outgoing],
    /// Whether there are older ones, here or with the server.
    pub more: bool,
}

/// A letter that was found.
#[derive(Clone, Debug)]
pub struct Hit<'a> {
    /// Where.
    pub talk: &'a TalkName,
    /// The letter.
    pub view: LetterView<'a>,
    /// The text around the first word.
    pub excerpt: String,
    /// Where the word begins in the excerpt, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Plain {
    /// The list, the newest first.
    pub fn list(&self) -> Vec<TalkView<'_>> {
        let mut all: Vec<TalkView<'_>> = self.talks.iter().map(|(name, talk)| line(name, talk)).collect();
        all.sort_by_key(|view| Reverse(view.at));
        all
    }

    /// One of them.
    pub fn view(&self, name: &str) -> Result<TalkView<'_>, Error> {
        let (name, talk) = self.found(name)?;
        Ok(line(name, talk))
    }

    /// The name of a conversation on the server, once it has one.
    pub fn id_of(&self, name: &str) -> Result<Option<&str>, Error> {
        Ok(self.found(name)?.1.record.id.as_deref())
    }

    /// The newest letters before a place, of those that are here.
    pub fn page(&self, name: &str, before: Option<i64>, limit: usize) -> Result<Page<'_>, Error> {
        let (_, talk) = self.found(name)?;
        let all = talk.before(before);
        let some = all.get(all.len().saturating_sub(limit)..).unwrap_or_default();
        let outgoing = if before.is_none() { talk.record.outgoing.as_slice() } else { &[] };
        let is_acquainted = talk.is_acquainted(&self.own);
        let letters = some.iter().map(|held| shown(talk, held, is_acquainted)).collect();
        Ok(Page { letters, outgoing, more: some.len() < all.len() || !talk.record.complete })
    }

    /// One letter.
    pub fn letter(&self, name: &str, id: &str) -> Result<Option<LetterView<'_>>, Error> {
        let (_, talk) = self.found(name)?;
        let held = number(id).and_then(|number| talk.by_number(number));
        Ok(held.map(|held| shown(talk, held, talk.is_acquainted(&self.own))))
    }

    /// Letters that hold all these words, the newest first, without regard to case and accents.
    pub fn search(&self, text: &str, only: Option<&str>, limit: usize) -> Vec<Hit<'_>> {
        let words = Words::new(text);
        if words.is_empty() {
            return Vec::new();
        }
        let mut hits = Vec::new();
        for (name, talk) in self.talks.iter().filter(|(name, _)| only.is_none_or(|only| only == *name)) {
            let found = talk.held.iter().rev().filter(|held| words.are_in(&held.folded)).take(limit);
            let is_acquainted = talk.is_acquainted(&self.own);
            hits.extend(found.map(|held| hit(&words, name, shown(talk, held, is_acquainted))));
        }
        hits.sort_by_key(|hit| Reverse(hit.view.letter.sent_at));
        hits.truncate(limit);
        hits
    }

    /// The policy of the server, where it forbids letters.
    pub fn forbidden(&self) -> Option<&str> {
        self.policy.as_deref().filter(|policy| *policy == "required")
    }

    /// The longest letter that the server takes, in characters, once that is known.
    pub fn longest(&self) -> Option<u64> {
        self.longest
    }

    fn found(&self, name: &str) -> Result<(&TalkName, &Talk), Error> {
        self.talks.get_key_value(name).ok_or_else(|| Error::UnknownTalk(name.to_owned()))
    }
}

fn line<'a>(name: &'a str, talk: &'a Talk) -> TalkView<'a> {
    let record = &talk.record;
    let written = record.outgoing.last().map(|letter| letter.written_at);
    TalkView {
        name,
        people: &record.people,
        servers: &record.servers,
        section: record.settings.section(),
        last: record.last.as_ref(),
        outgoing: &record.outgoing,
        draft: record.draft.as_ref(),
        at: written.map_or(record.at, |written| written.max(record.at)),
        unread: record.unread,
        read_up_to: talk.read_place(),
        muted_until: record.settings.muted_until,
    }
}

fn shown<'a>(talk: &'a Talk, held: &'a Held, is_acquainted: bool) -> LetterView<'a> {
    LetterView {
        place: talk.place(held.number),
        letter: &held.letter,
        answers: talk.answers(held),
        is_acquainted,
    }
}

fn hit<'a>(words: &Words, name: &'a TalkName, view: LetterView<'a>) -> Hit<'a> {
    let (excerpt, start, end) = words.excerpt(&self::words(view.letter));
    Hit { talk: name, view, excerpt, start, end }
}
