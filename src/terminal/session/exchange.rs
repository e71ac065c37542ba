//! The exchange with the server: steps carried out, items taken in, news waited for.

use std::{collections::VecDeque, time::Duration};

use alcove_client::{Call, Event, Outcome, Request, Step};
use alcove_protocol::{
    ActorId,
    activity::Activity,
    api::{self, path},
    json, mls,
    time::{MINUTE, SECOND},
};
use rand::rngs::OsRng;

use super::{News, Session, conversations::sent_notes, save_account};
use crate::{
    Error, FailPoint,
    calls::{Caller, Collections},
    server::NoAnswer,
    store::Change,
    stream::Stream,
};

/// How long to wait for news before the device looks at its clock.
const TICK: Duration = Duration::from_secs(1);
/// How often everything is asked for anew although the stream is silent, in milliseconds.
const RESYNC: i64 = MINUTE;
/// The same without a stream.
const POLL: i64 = 5 * SECOND;

impl Session {
    /// Does everything that can be done now: repeats calls that have no answer, takes in what arrived, does what is due.
    /// That the server cannot be reached is no error: see [`Session::offline`].
    pub async fn sync(&mut self) -> Result<Vec<Event>, Error> {
        self.offline = None;
        self.synced_at = self.clock.now();
        let mut shown = Vec::new();
        if !self.find_collections().await? {
            return Ok(shown);
        }
        shown.extend(self.make_calls(Vec::new()).await?);
        while self.offline.is_none() && self.take_page(&mut shown).await? {}
        shown.extend(self.tick().await?);
        self.learn_people(&shown).await?;
        Ok(shown)
    }

    /// Lets the device do what is due by the clock.
    pub async fn tick(&mut self) -> Result<Vec<Event>, Error> {
        let step = self.device.tick(self.clock.now(), &mut OsRng)?;
        self.carry_out(step).await
    }

    /// One turn of a program that stays: waits for news for a second at most, then takes them in or looks at the clock.
    pub async fn watch(&mut self) -> Result<Vec<Event>, Error> {
        let news = self.wait(TICK).await?;
        let patience = if self.stream.is_some() { RESYNC } else { POLL };
        if news == News::Some || self.clock.now().since(self.synced_at) >= patience {
            self.sync().await
        } else {
            self.tick().await
        }
    }

    /// Waits for news on the event stream, but not longer than this.
    async fn wait(&mut self, at_most: Duration) -> Result<News, Error> {
        let begun = tokio::time::Instant::now();
        let no_answer = match tokio::time::timeout(at_most, self.event()).await {
            Err(_) => return Ok(News::None),
            Ok(Ok(())) => return Ok(News::Some),
            Ok(Err(no_answer)) => no_answer,
        };
        self.stream = None;
        self.note(no_answer)?;
        tokio::time::sleep_until(begun + at_most).await;
        Ok(News::None)
    }

    async fn event(&mut self) -> Result<(), NoAnswer> {
        let Some(collections) = &self.account.collections else {
            return std::future::pending().await;
        };
        let stream = match &mut self.stream {
            Some(stream) => stream,
            none => {
                let caller = Caller { server: &self.server, collections };
                none.insert(Stream::open(caller, self.device.cursor()).await?)
            }
        };
        stream.next().await
    }

    /// Saves, then sends, then gives back what to show.
    pub(super) async fn carry_out(&mut self, step: Step) -> Result<Vec<Event>, Error> {
        self.save(&step)?;
        let mut events = step.show;
        events.extend(self.make_calls(step.send).await?);
        self.points.reach(FailPoint::BeforeShow);
        Ok(events)
    }

    /// Saves a step, and beside it which activity carried which message.
    pub(super) fn save(&mut self, step: &Step) -> Result<(), Error> {
        if step.save.is_empty() {
            return Ok(());
        }
        self.points.reach(FailPoint::BeforeSave);
        let notes = sent_notes(&step.show)?;
        let put = step.save.put.iter().chain(&notes).map(|(name, value)| Change::Put(name, value));
        let delete = step.save.delete.iter().map(|name| Change::Delete(name));
        self.store.save(put.chain(delete), &mut OsRng)?;
        self.points.reach(FailPoint::AfterSave);
        Ok(())
    }

    /// Makes calls in their order; what an answer leads to is saved before the next call, and sent after the others.
    /// Once one has no answer, the others are not tried: they would overtake it. For the same reason calls that are
    /// still without an answer go before new ones.
    async fn make_calls(&mut self, requests: Vec<Request>) -> Result<Vec<Event>, Error> {
        let unanswered = if self.behind { self.device.resend()? } else { requests };
        let mut queue = VecDeque::from(unanswered);
        self.behind = false;
        let mut shown = Vec::new();
        while let Some(Request { id, call }) = queue.pop_front() {
            let outcome = self.outcome(&call).await?;
            self.behind |= outcome == Outcome::Unknown;
            let step = self.device.answer(id, outcome, self.clock.now(), &mut OsRng)?;
            self.save(&step)?;
            queue.extend(step.send);
            shown.extend(step.show);
        }
        Ok(shown)
    }

    async fn outcome(&mut self, call: &Call) -> Result<Outcome, Error> {
        let acknowledges = matches!(call, Call::Acknowledge(_));
        let (before, after) = match acknowledges {
            true => (Some(FailPoint::BeforeAcknowledge), FailPoint::AfterAcknowledge),
            false => (None, FailPoint::AfterSend),
        };
        if self.offline.is_some() || !self.find_collections().await? {
            return Ok(Outcome::Unknown);
        }
        let Some(collections) = &self.account.collections else {
            return Ok(Outcome::Unknown);
        };
        before.into_iter().for_each(|point| self.points.reach(point));
        let performed = Caller { server: &self.server, collections }.perform(call).await;
        self.points.reach(after);
        match performed {
            Ok(answer) => Ok(Outcome::Accepted(answer)),
            Err(NoAnswer::Refused(problem)) => Ok(Outcome::Refused(*problem)),
            Err(other) => self.note(other).map(|()| Outcome::Unknown),
        }
    }

    /// One page of items, in one step; says whether there may be more.
    async fn take_page(&mut self, shown: &mut Vec<Event>) -> Result<bool, Error> {
        let after = self.device.cursor().map_or(0, |cursor| cursor.position);
        let page: api::Items = match self.server.get(path::ITEMS, &[("after", &after.to_string())]).await {
            Ok(page) => page,
            Err(no_answer) => return self.note(no_answer).map(|()| false),
        };
        self.unencrypted.extend(page.items.iter().filter_map(unencrypted_sender));
        let step = self.device.receive(&page, self.clock.now(), &mut OsRng)?;
        shown.extend(self.carry_out(step).await?);
        Ok(page.more)
    }

    /// Remembers that the server cannot be reached; being signed out is an error.
    pub(super) fn note(&mut self, no_answer: NoAnswer) -> Result<(), Error> {
        match no_answer {
            NoAnswer::SignedOut(_) => Err(self.server.error(no_answer)),
            NoAnswer::Refused(problem) => {
                self.offline = Some(problem.sentence().to_owned());
                Ok(())
            }
            NoAnswer::Unknown(reason) => {
                self.offline = Some(reason);
                Ok(())
            }
        }
    }

    /// Reads the addresses of the account's collections, once; says whether they are known.
    async fn find_collections(&mut self) -> Result<bool, Error> {
        if self.account.collections.is_some() {
            return Ok(true);
        }
        match self.server.document::<Collections>(self.account.actor.as_str()).await {
            Ok(collections) => {
                self.account.collections = Some(collections);
                save_account(&mut self.store, &self.account)?;
                Ok(true)
            }
            Err(no_answer) => self.note(no_answer).map(|()| false),
        }
    }
}

/// Who wrote, if it is a message that is not encrypted. It is no business of the device.
fn unencrypted_sender(item: &api::Item) -> Option<ActorId> {
    let activity = Activity::parse(item.activity.clone()).ok()?;
    let object = activity.embedded_object()?;
    let is_note = json::type_among(object, |kind| kind == "Note").is_some() && !mls::is_mls(object);
    (activity.kind == "Create" && is_note && !activity.is_public()).then_some(activity.actor)
}
