//! Sending letters. Nobody but the server gives a letter its name, so that one whose answer was lost may be there or not: it is
//! looked for, a while later, and sent again only when it is not there.

use alcove_protocol::{
    Timestamp,
    api::{NewCorrespondence, NewLetter, SentLetter, path},
    time::SECOND,
};

use super::{
    News, Plain, Step, TALKS, TalkName,
    exchange::{UnderWay, Walk, at},
    reaching::Wish,
    talk::{Held, number},
};
use crate::{
    courier::{Answered, Letter as Request, NoAnswer},
    error::Error,
    record::letter_key,
};

/// How long after a letter got no answer it is looked whether it is there: the server may be about to take it.
const BEFORE_LOOKING: i64 = 2 * SECOND;

impl Plain {
    /// What may have been sent is looked for, a while after.
    pub(super) fn next_doubt(&mut self, now: Timestamp) -> Option<(UnderWay, Request)> {
        for look_at in self.exchange.doubts.values_mut() {
            look_at.get_or_insert(now.plus(BEFORE_LOOKING));
        }
        let due = |(_, look_at): &(&TalkName, &Option<Timestamp>)| look_at.is_some_and(|at| at <= now);
        let name = self.exchange.doubts.iter().find(due).map(|(name, _)| name.clone())?;
        match self.talks.get(&name).map(|talk| talk.record.id.is_some()) {
            Some(true) => {
                self.exchange.reach.push_front(Wish { talk: name, summary: None, settles: true });
                self.next_reach()
            }
            // The first letter of a conversation: is it there?
            Some(false) => {
                // It takes as many pages as it takes: begun anew for each of them, it would never end.
                let walk = self.exchange.walk.take().filter(Walk::settles);
                self.exchange.walk = Some(walk.unwrap_or_else(|| Walk::to_settle(now)));
                self.next_page()
            }
            None => {
                self.exchange.doubts.remove(&name);
                None
            }
        }
    }

    /// All conversations were looked through: those that the server does not have yet have no letter there.
    pub(super) fn settle_begun(&mut self, began: Timestamp) {
        let has_none = |name: &TalkName| self.talks.get(name).is_some_and(|talk| talk.record.id.is_none());
        let doubts = self.exchange.doubts.iter();
        let due = doubts.filter(|(_, look_at)| look_at.is_some_and(|at| at <= began));
        let begun: Vec<TalkName> = due.map(|(name, _)| name).filter(|name| has_none(name)).cloned().collect();
        begun.iter().for_each(|name| self.settle_doubts(name));
    }

    /// Letters that may have been sent, and are there, are sent; the others may be sent again.
    pub(super) fn settle_doubts(&mut self, name: &str) {
        if self.exchange.doubts.remove(name).is_none() {
            return;
        }
        let Some(talk) = self.talks.get_mut(name) else { return };
        let mut sent = Vec::new();
        let mut after = 0;
        for letter in talk.record.outgoing.iter_mut().filter(|letter| letter.failed.is_none()) {
            letter.after = letter.after.max(after);
            if self.exchange.sure.contains(&letter.id) {
                continue;
            }
            let same = |held: &&Held| {
                held.number > letter.after
                    && held.letter.author == self.own
                    && lines(&held.letter.text) == lines(&letter.text)
                    && (letter.in_reply_to.is_none() || held.letter.in_reply_to == letter.in_reply_to)
            };
            match talk.held.iter().find(same) {
                Some(held) => {
                    after = held.number;
                    sent.push(letter.id.clone());
                }
                None => drop(self.exchange.sure.insert(letter.id.clone())),
            }
        }
        talk.record.outgoing.retain(|letter| !sent.contains(&letter.id));
    }

    pub(super) fn next_outgoing(&mut self) -> Option<(UnderWay, Request)> {
        let mut unsure = Vec::new();
        let mut found = None;
        for (name, talk) in &self.talks {
            let Some(letter) = talk.record.outgoing.iter().find(|letter| letter.failed.is_none()) else {
                continue;
            };
            if self.exchange.doubts.contains_key(name) {
                continue;
            }
            if !self.exchange.sure.contains(&letter.id) {
                unsure.push(name.clone());
                continue;
            }
            let (text, in_reply_to) = (letter.text.clone(), letter.in_reply_to.clone());
            let request = match &talk.record.id {
                Some(id) => Request::post(&at(id), &NewLetter { text, in_reply_to }),
                None => {
                    let people = talk.record.people.clone();
                    Request::post(path::LETTERS, &NewCorrespondence { people, text })
                }
            };
            found = Some((name.clone(), letter.id.clone(), request));
            break;
        }
        unsure.iter().for_each(|name| self.exchange.doubt(name));
        let (name, id, request) = found?;
        self.exchange.sure.remove(&id);
        Some((UnderWay::Send(name, id), request))
    }

    pub(super) fn sent(
        &mut self,
        name: &str,
        id: &str,
        judged: Result<Answered, NoAnswer>,
        now: Timestamp,
        step: &mut Step,
    ) -> Result<Result<(), NoAnswer>, Error> {
        let answer = judged.and_then(|answered| answered.json::<SentLetter>());
        let mut name = name.to_owned();
        let taken = match answer {
            Ok(sent) => {
                name = self.bind(name, &sent.correspondence, step);
                if let Some(talk) = self.talks.get_mut(&name) {
                    let after = number(&sent.letter.id).unwrap_or_default();
                    talk.record.outgoing.retain(|letter| letter.id != id);
                    talk.record.outgoing.iter_mut().for_each(|letter| letter.after = letter.after.max(after));
                    talk.sent(&name, sent.letter, &mut step.save);
                }
                Ok(())
            }
            Err(NoAnswer::Refused(problem)) => {
                if problem.is("plain-refused") {
                    self.policy = Some("required".to_owned());
                }
                let letters = self.talks.get_mut(&name).map(|talk| &mut talk.record.outgoing);
                let refused = letters.into_iter().flatten().filter(|letter| letter.id == id);
                refused.for_each(|letter| letter.failed = Some(problem.sentence().to_owned()));
                self.exchange.sure(id.to_owned());
                Ok(())
            }
            Err(not_taken @ (NoAnswer::Patience(_) | NoAnswer::SignedOut(_))) => {
                self.exchange.sure(id.to_owned());
                return Ok(Err(not_taken));
            }
            Err(no_answer) => {
                self.exchange.doubts.insert(name, Some(now.plus(BEFORE_LOOKING)));
                return Ok(Err(no_answer));
            }
        };
        self.keep(&name, step)?;
        step.show.push(News::Changed(name));
        Ok(taken)
    }

    /// A conversation of this device has a name on the server from now on. If there was one of that name, they are one.
    fn bind(&mut self, name: TalkName, id: &str, step: &mut Step) -> TalkName {
        let other = self.called(id).filter(|other| *other != name);
        let Some(other) = other else {
            self.talks.entry(name.clone()).and_modify(|talk| {
                // There may be letters of before that this device has not met.
                talk.record.complete &= talk.record.id.is_some();
                talk.record.id = Some(id.to_owned());
            });
            return name;
        };
        let Some(gone) = self.talks.remove(&name) else { return other };
        self.exchange.doubts.remove(&name);
        step.save.delete.push(format!("{TALKS}{name}"));
        step.save.delete.extend(gone.held.iter().map(|held| letter_key(&name, held.number)));
        step.show.push(News::Everything);
        if let Some(talk) = self.talks.get_mut(&other) {
            talk.record.outgoing.extend(gone.record.outgoing);
            talk.record.draft = talk.record.draft.take().or(gone.record.draft);
        }
        other
    }
}

/// A text as two sides can compare it.
fn lines(text: &str) -> String {
    text.trim().replace("\r\n", "\n")
}
