//! Which request about letters is next, and what its answer means: one at a time. What arrived is learned by looking through
//! the list of conversations, each time the host begins a round. Older letters are fetched when they are looked at; how the
//! letters of one conversation are brought up to date is in `reaching`, how they are sent in `sending`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use alcove_protocol::{
    Timestamp,
    api::{Correspondence, Correspondences, Letters, ReadMark, Server, path},
    time::SECOND,
};

use super::{
    News, Plain, Step, TalkName, WALKED,
    reaching::{Reaching, Wish},
    talk::{Held, Record, Talk, number, to_record},
};
use crate::{
    courier::{Answered, Letter as Request, NoAnswer, Reply},
    error::Error,
};

/// How long the server is left alone when it has trouble.
const TROUBLE: i64 = 5 * SECOND;
/// The most pages of conversations that are looked through in one round.
const MOST_PAGES: usize = 10;

/// What is to be asked.
#[derive(Default)]
pub(super) struct Exchange {
    under_way: Option<UnderWay>,
    pub(super) walk: Option<Walk>,
    /// Whether a round was begun while a page of the walk was on its way: then there is another walk after this one.
    again: bool,
    /// Whether everything was looked through since the device was opened.
    walked_all: bool,
    /// Conversations in which something has changed, and what the server said of them.
    pub(super) reach: VecDeque<Wish>,
    pub(super) reaching: Option<Reaching>,
    /// The conversation whose older letters are wanted: those before a letter, or before all that are here.
    older: Option<(TalkName, Option<String>)>,
    /// Letters that were never handed out without an answer.
    pub(super) sure: BTreeSet<String>,
    /// Conversations in which a letter may have been sent, and when it is looked whether it was.
    pub(super) doubts: BTreeMap<TalkName, Option<Timestamp>>,
    /// Whether the rules of the server were asked for.
    asked: bool,
    not_before: Option<Timestamp>,
}

/// The request that was handed out.
pub(super) enum UnderWay {
    Walk,
    Reach,
    Older(TalkName, String),
    Send(TalkName, String),
    Mark(TalkName, i64),
    Rules,
}

/// Looking through the list of conversations.
#[derive(Default)]
pub(super) struct Walk {
    before: Option<String>,
    pages: usize,
    /// Those that it has met.
    met: BTreeSet<TalkName>,
    /// When it was begun to look for letters that may have been sent, if it was: it says nothing of later ones.
    settles: Option<Timestamp>,
}

impl Walk {
    pub(super) fn to_settle(now: Timestamp) -> Self {
        Self { settles: Some(now), ..Self::default() }
    }

    pub(super) fn settles(&self) -> bool {
        self.settles.is_some()
    }
}

impl Exchange {
    pub(super) fn doubt(&mut self, name: &str) {
        self.doubts.insert(name.to_owned(), None);
    }

    pub(super) fn sure(&mut self, letter: String) {
        self.sure.insert(letter);
    }
}

impl Plain {
    /// Begins a round: what has moved is looked for.
    pub fn begin_round(&mut self) {
        // What has moved since the page that is on its way may not be on it.
        self.exchange.again |= matches!(self.exchange.under_way, Some(UnderWay::Walk));
        self.exchange.walk.get_or_insert_with(Walk::default);
        // Where writing was forbidden, it may be allowed again.
        self.exchange.asked &= self.forbidden().is_none();
    }

    /// Whether letters before a place are not here but with the server; then they are asked for. The newest are only asked for
    /// where there are none: each round brings those up to date.
    pub fn want_older(&mut self, name: &str, before: Option<i64>, limit: usize) -> Result<bool, Error> {
        let talk = self.talk(name)?;
        let empty = talk.held.is_empty();
        let short = talk.before(before).len() < limit && (before.is_some() || empty);
        let wanted = short && !talk.record.complete && talk.record.id.is_some();
        match (wanted, empty) {
            (false, _) => {}
            (true, true) => {
                let wish = Wish { talk: name.to_owned(), summary: None, settles: false };
                self.exchange.reach.push_front(wish);
            }
            (true, false) => self.exchange.older = Some((name.to_owned(), None)),
        }
        Ok(wanted)
    }

    /// The next request; none while one is under way, and none before all letters were recalled.
    pub fn next(&mut self, now: Timestamp) -> Option<Request> {
        let waits = self.exchange.not_before.is_some_and(|until| now < until);
        if !self.recalled || self.exchange.under_way.is_some() || waits {
            return None;
        }
        let (under_way, request) = self
            .next_older()
            .or_else(|| self.next_reach())
            .or_else(|| self.next_doubt(now))
            .or_else(|| self.next_outgoing())
            .or_else(|| self.next_mark())
            .or_else(|| self.next_page())
            .or_else(|| self.next_rules())?;
        self.exchange.under_way = Some(under_way);
        Some(request)
    }

    /// Whether the request that was handed out last is one of these.
    pub fn is_under_way(&self) -> bool {
        self.exchange.under_way.is_some()
    }

    /// What came back, or the reason in words why the server was not reached. What it means for other requests is answered
    /// besides.
    pub fn answered(
        &mut self,
        reply: Result<Reply, String>,
        now: Timestamp,
    ) -> Result<(Step, Option<NoAnswer>), Error> {
        let Some(under_way) = self.exchange.under_way.take() else { return Ok(Default::default()) };
        let judged = reply.map_err(NoAnswer::Unreachable).and_then(Reply::judge);
        let mut step = Step::default();
        let taken = match under_way {
            UnderWay::Walk => self.walked(judged, now, &mut step)?,
            UnderWay::Reach => self.reached(judged, &mut step)?,
            UnderWay::Older(name, before) => self.older(&name, &before, judged, &mut step)?,
            UnderWay::Send(name, id) => self.sent(&name, &id, judged, now, &mut step)?,
            UnderWay::Mark(name, mark) => self.marked(&name, mark, judged, &mut step)?,
            UnderWay::Rules => self.ruled(judged, &mut step),
        };
        let concerns_all = match taken {
            Err(NoAnswer::Patience(time)) => {
                self.exchange.not_before = Some(now.plus(time));
                None
            }
            // What is refused would be refused at once again.
            Err(NoAnswer::Unknown(_) | NoAnswer::Refused(_)) => {
                self.exchange.not_before = Some(now.plus(TROUBLE));
                None
            }
            Err(other @ (NoAnswer::SignedOut(_) | NoAnswer::Unreachable(_))) => Some(other),
            Ok(()) => None,
        };
        Ok((step, concerns_all))
    }

    fn next_older(&mut self) -> Option<(UnderWay, Request)> {
        let (name, before) = self.exchange.older.take()?;
        let talk = self.talks.get(&name)?;
        let before = before.or_else(|| Some(talk.oldest()?.letter.id.clone()))?;
        let request = letters(talk.record.id.as_deref()?, Some(before.clone()));
        Some((UnderWay::Older(name, before), request))
    }

    fn older(
        &mut self,
        name: &str,
        before: &str,
        judged: Result<Answered, NoAnswer>,
        step: &mut Step,
    ) -> Result<Result<(), NoAnswer>, Error> {
        let page = match judged.and_then(|answered| answered.json::<Letters>()) {
            Ok(page) => page,
            Err(no_answer) => return Ok(Err(no_answer)),
        };
        let goes_down = |older: &String| number(older) < number(before);
        if page.letters.is_empty() && page.older.as_ref().is_some_and(goes_down) {
            // All of them stand across a block: those before them may not.
            self.exchange.older = Some((name.to_owned(), page.older));
            return Ok(Ok(()));
        }
        if let Some(talk) = self.talks.get_mut(name) {
            talk.prepend(name, held(page.letters), page.older.is_none(), &mut step.save);
            step.show.push(News::Changed(name.to_owned()));
        }
        self.keep(name, step)?;
        Ok(Ok(()))
    }

    /// The conversation of this name on the server.
    pub(super) fn called(&self, id: &str) -> Option<TalkName> {
        let found = self.talks.iter().find(|(_, talk)| talk.record.id.as_deref() == Some(id));
        found.map(|(name, _)| name.clone())
    }

    fn next_mark(&mut self) -> Option<(UnderWay, Request)> {
        self.talks.iter().find_map(|(name, talk)| {
            let (read, told) = (talk.record.read, talk.record.read_told);
            let id = talk.record.id.as_deref().filter(|_| read > told)?;
            let request = Request::put(&format!("{}/read", at(id)), &ReadMark { letter: read.to_string() });
            Some((UnderWay::Mark(name.clone(), read), request))
        })
    }

    fn marked(
        &mut self,
        name: &str,
        mark: i64,
        judged: Result<Answered, NoAnswer>,
        step: &mut Step,
    ) -> Result<Result<(), NoAnswer>, Error> {
        let taken = match judged {
            Ok(_) => true,
            // The letter is gone, or nobody may mark it.
            Err(NoAnswer::Refused(_)) => false,
            Err(no_answer) => return Ok(Err(no_answer)),
        };
        if let Some(Talk { record, .. }) = self.talks.get_mut(name) {
            if taken {
                record.read_told = record.read_told.max(mark);
            } else if record.read == mark {
                // What the server says counts: otherwise it would never be listened to again.
                record.read = record.read_told;
            }
        }
        self.keep(name, step)?;
        Ok(Ok(()))
    }

    pub(super) fn next_page(&mut self) -> Option<(UnderWay, Request)> {
        let walk = self.exchange.walk.as_ref()?;
        let query = walk.before.iter().map(|before| ("before", before.clone())).collect();
        Some((UnderWay::Walk, Request::get(path::LETTERS, query)))
    }

    fn walked(
        &mut self,
        judged: Result<Answered, NoAnswer>,
        now: Timestamp,
        step: &mut Step,
    ) -> Result<Result<(), NoAnswer>, Error> {
        let Some(mut walk) = self.exchange.walk.take() else { return Ok(Ok(())) };
        let page = match judged.and_then(|answered| answered.json::<Correspondences>()) {
            Ok(page) => page,
            Err(no_answer) => return Ok(Err(no_answer)),
        };
        let mut moved = false;
        for summary in page.correspondences.into_iter().filter(|summary| number(&summary.id).is_some()) {
            moved |= self.summarised(&mut walk.met, summary, now, step)?;
        }
        walk.pages += 1;
        let goes_on = walk.pages < MOST_PAGES && (moved || !self.exchange.walked_all);
        match page.older {
            Some(before) if goes_on => {
                self.exchange.walk = Some(Walk { before: Some(before), ..walk });
                return Ok(Ok(()));
            }
            Some(_) => {}
            None => self.look_for_others(&walk.met),
        }
        self.exchange.walked_all = true;
        if !self.walked {
            self.walked = true;
            step.save.put.push((WALKED.to_owned(), to_record(WALKED, &true)?));
        }
        if let Some(began) = walk.settles {
            self.settle_begun(began);
        }
        if std::mem::take(&mut self.exchange.again) {
            self.exchange.walk.get_or_insert_with(Walk::default);
        }
        Ok(Ok(()))
    }

    /// Takes what the server says of a conversation; says whether its letters have to be compared.
    fn summarised(
        &mut self,
        met: &mut BTreeSet<TalkName>,
        summary: Correspondence,
        now: Timestamp,
        step: &mut Step,
    ) -> Result<bool, Error> {
        let name = self.called(&summary.id).unwrap_or_else(|| self.met(&summary));
        let Some(talk) = self.talks.get_mut(&name) else { return Ok(false) };
        met.insert(name.clone());
        let (before, differs) = (talk.record.clone(), talk.differs(&summary));
        talk.summarised(summary.clone(), now);
        if talk.record != before {
            self.keep(&name, step)?;
            step.show.push(News::Changed(name.clone()));
        }
        if differs {
            self.exchange.reach.retain(|wish| wish.talk != name);
            let wish = Wish { talk: name, summary: Some(Box::new(summary)), settles: false };
            self.exchange.reach.push_back(wish);
        }
        Ok(differs)
    }

    /// Those that the whole list does not have may be gone, or have come to its begin meanwhile.
    fn look_for_others(&mut self, met: &BTreeSet<TalkName>) {
        let missed =
            self.talks.iter().filter(|(name, talk)| talk.record.id.is_some() && !met.contains(*name));
        let wishes = missed.map(|(name, _)| Wish { talk: name.clone(), summary: None, settles: false });
        self.exchange.reach.extend(wishes);
    }

    /// A conversation that was not known: one that was begun here and has no letter yet, or a new one.
    fn met(&mut self, summary: &Correspondence) -> TalkName {
        let mut people = summary.people.clone();
        people.sort();
        let begun = self.between(&people);
        let begun = begun.filter(|name| self.talks.get(name).is_some_and(|talk| talk.record.id.is_none()));
        if let Some(name) = begun {
            self.talks.entry(name.clone()).and_modify(|talk| talk.record.complete = false);
            return name;
        }
        // What was there before this device is no news.
        let last = number(&summary.last.id).unwrap_or_default();
        let announced = if self.walked { 0 } else { last };
        let talk = Talk::new(Record { announced, ..Record::default() });
        self.talks.insert(summary.id.clone(), talk);
        summary.id.clone()
    }

    fn next_rules(&mut self) -> Option<(UnderWay, Request)> {
        (!std::mem::replace(&mut self.exchange.asked, true))
            .then(|| (UnderWay::Rules, Request::get(path::SERVER, Vec::new())))
    }

    fn ruled(&mut self, judged: Result<Answered, NoAnswer>, step: &mut Step) -> Result<(), NoAnswer> {
        let server: Server = judged.and_then(|answered| answered.json())?;
        let before = self.forbidden().is_some();
        self.policy = Some(server.policy);
        self.longest = Some(server.limits.letter_characters);
        if self.forbidden().is_some() != before {
            step.show.extend(self.talks.keys().cloned().map(News::Changed));
        }
        Ok(())
    }
}

/// Letters of a page, in their order.
pub(super) fn held(letters: Vec<alcove_protocol::api::Letter>) -> Vec<Held> {
    let mut held: Vec<Held> = letters.into_iter().filter_map(Held::new).collect();
    held.sort_by_key(|held| held.number);
    held.dedup_by_key(|held| held.number);
    held
}

/// The page of a conversation before a letter.
pub(super) fn letters(id: &str, before: Option<String>) -> Request {
    Request::get(&at(id), before.into_iter().map(|before| ("before", before)).collect())
}

pub(super) fn at(id: &str) -> String {
    format!("{}/{id}", path::LETTERS)
}
