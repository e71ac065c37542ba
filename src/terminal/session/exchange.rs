//! The exchange with the server: steps carried out, items taken in, news waited for.

use std::{
    collections::{BTreeSet, VecDeque},
    time::Duration,
};

use alcove_client::{Answer, Call, CallId, Event, Outcome, Request, Step};
use alcove_protocol::{
    ActorId, GroupId, Problem,
    activity::Activity,
    api::{self, Cursor, path},
    json, mls,
    time::{MINUTE, SECOND},
};
use rand::rngs::OsRng;

use super::{News, Session, conversations::sent_notes, save_account};
use crate::{
    Error, FailPoint,
    calls::{Caller, Collections},
    server::{BUSY, NoAnswer},
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
        self.require_saved()?;
        self.offline = None;
        self.synced_at = self.clock.now();
        let mut shown = Vec::new();
        if !self.find_collections().await? {
            return Ok(shown);
        }
        let unanswered = self.device.resend()?;
        shown.extend(self.make_calls(unanswered).await?);
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
        let patience = if self.stream.is_some() && !self.behind { RESYNC } else { POLL };
        if news == News::Some || self.clock.now().since(self.synced_at) >= patience {
            self.sync().await
        } else {
            self.tick().await
        }
    }

    /// Waits for news on the event stream, but not longer than this. Without a stream it is only a pause: the server has
    /// none, or it is down, and asking every second would not help it.
    async fn wait(&mut self, at_most: Duration) -> Result<News, Error> {
        let end = tokio::time::Instant::now() + at_most;
        if self.clock.now() >= self.stream_after {
            match tokio::time::timeout_at(end, self.event()).await {
                Err(_) => return Ok(News::None),
                Ok(Ok(())) => return Ok(News::Some),
                Ok(Err(no_answer @ NoAnswer::SignedOut(_))) => return Err(self.server.error(no_answer)),
                Ok(Err(_)) => {
                    self.stream = None;
                    self.stream_after = self.clock.now().plus(POLL);
                }
            }
        }
        tokio::time::sleep_until(end).await;
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
        // Calls that are still without an answer go before new ones, which would overtake them.
        let calls = if self.behind && !step.send.is_empty() { self.device.resend()? } else { step.send };
        if !calls.is_empty() {
            events.extend(self.make_calls(calls).await?);
        }
        self.points.reach(FailPoint::BeforeShow);
        Ok(events)
    }

    /// Saves a step, and beside it which activity carried which message.
    pub(super) fn save(&mut self, step: &Step) -> Result<(), Error> {
        self.require_saved()?;
        if step.save.is_empty() {
            return Ok(());
        }
        self.points.reach(FailPoint::BeforeSave);
        let notes = sent_notes(&step.show)?;
        let put = step.save.put.iter().chain(&notes).map(|(name, value)| Change::Put(name, value));
        let delete = step.save.delete.iter().map(|name| Change::Delete(name));
        // The device has moved on already. Unless that is on the disk it must not be seen, now or by a later step.
        self.unsaved = true;
        self.store.save(put.chain(delete), &mut OsRng)?;
        self.unsaved = false;
        self.points.reach(FailPoint::AfterSave);
        Ok(())
    }

    /// After a failed save nothing goes out and nothing is worked out any more.
    pub(super) fn require_saved(&self) -> Result<(), Error> {
        if self.unsaved { Err(Error::Unsaved) } else { Ok(()) }
    }

    /// Makes calls in their order; what an answer leads to is saved before the next call, and sent after the others.
    async fn make_calls(&mut self, requests: Vec<Request>) -> Result<Vec<Event>, Error> {
        self.require_saved()?;
        let mut queue = VecDeque::from(requests);
        let mut shown = Vec::new();
        let mut stuck = BTreeSet::new();
        self.behind = false;
        while let Some(Request { id, call }) = queue.pop_front() {
            // An answer before this one may have made it pointless: a conversation has ended, a commit has lost.
            if !self.device.awaits(id)? {
                continue;
            }
            let outcome = self.outcome(id, &call, &mut stuck).await?;
            self.behind |= !outcome.is_answer();
            let step = self.device.answer(id, outcome, self.clock.now(), &mut OsRng)?;
            self.save(&step)?;
            queue.extend(step.send);
            shown.extend(step.show);
        }
        Ok(shown)
    }

    /// Makes one call, unless the server was found to be unreachable, has asked for patience with it, or an earlier message of
    /// the same conversation is `stuck`: it would be overtaken.
    async fn outcome(
        &mut self,
        id: CallId,
        call: &Call,
        stuck: &mut BTreeSet<GroupId>,
    ) -> Result<Outcome, Error> {
        let group = match call {
            Call::PostMessage(message) => Some(&message.group),
            _ => None,
        };
        let overtakes = group.is_some_and(|group| stuck.contains(group));
        let now = self.clock.now();
        self.patience.retain(|_, until| *until > now);
        if self.patience.contains_key(&id) {
            stuck.extend(group.cloned());
            return Ok(Outcome::NotMade);
        }
        if overtakes || self.offline.is_some() || !self.find_collections().await? {
            return Ok(Outcome::NotMade);
        }
        let outcome = match self.perform(call).await {
            Ok(answer) => Outcome::Accepted(answer),
            Err(NoAnswer::Refused(problem)) => Outcome::Refused(*problem),
            // Until the device is registered, its server would refuse everything else.
            Err(NoAnswer::Unknown(reason)) if matches!(call, Call::RegisterDevice(_)) => {
                self.note(NoAnswer::Unreachable(reason)).map(|()| Outcome::Unknown)?
            }
            // The own server is well and could not ask the conversation's: the device counts for how long.
            Err(NoAnswer::Unknown(reason)) if is_for_a_sequencer(call) => {
                Outcome::Refused(Problem::new("busy", &reason, 503))
            }
            Err(NoAnswer::Unknown(_)) => Outcome::Unknown,
            // Limits are by conversation: the others go on.
            Err(NoAnswer::Patience(time)) if matches!(call, Call::PostCommit(_) | Call::PostMessage(_)) => {
                let milliseconds = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
                self.patience.insert(id, now.plus(milliseconds));
                Outcome::NotMade
            }
            Err(patience @ NoAnswer::Patience(_)) => self.note(patience).map(|()| Outcome::NotMade)?,
            Err(other) => self.note(other).map(|()| Outcome::Unknown)?,
        };
        if !outcome.is_answer() {
            stuck.extend(group.cloned());
        }
        Ok(outcome)
    }

    async fn perform(&mut self, call: &Call) -> Result<Answer, NoAnswer> {
        let collections = self.account.collections.as_ref();
        let collections = collections.ok_or_else(|| NoAnswer::Unknown("it is not known yet".to_owned()))?;
        let after = match call {
            Call::Acknowledge(_) => {
                self.points.reach(FailPoint::BeforeAcknowledge);
                FailPoint::AfterAcknowledge
            }
            _ => FailPoint::AfterSend,
        };
        let performed = Caller { server: &self.server, collections }.perform(call).await;
        self.points.reach(after);
        performed
    }

    /// One page of items, in one step; says whether there may be more.
    async fn take_page(&mut self, shown: &mut Vec<Event>) -> Result<bool, Error> {
        let before = self.device.cursor();
        let page = match self.fetch_page(before).await {
            Ok(page) => page,
            Err(no_answer) => return self.note(no_answer).map(|()| false),
        };
        self.unencrypted.extend(page.items.iter().filter_map(unencrypted_sender));
        let step = self.device.receive(&page, self.clock.now(), &mut OsRng)?;
        shown.extend(self.carry_out(step).await?);
        Ok(page.more && self.device.cursor() != before)
    }

    /// The page after the cursor. A server that was restored from a backup counts anew: then from its beginning.
    pub(super) async fn fetch_page(&mut self, cursor: Option<Cursor>) -> Result<api::Items, NoAnswer> {
        let after = |position: i64| position.to_string();
        let Some(cursor) = cursor else {
            return self.server.get(path::ITEMS, &[("after", &after(0))]).await;
        };
        let page: api::Items = self.server.get(path::ITEMS, &[("after", &after(cursor.position))]).await?;
        if page.incarnation == cursor.incarnation {
            return Ok(page);
        }
        self.server.get(path::ITEMS, &[("after", &after(0))]).await
    }

    /// Remembers why the server cannot be used just now; being signed out is an error.
    pub(super) fn note(&mut self, no_answer: NoAnswer) -> Result<(), Error> {
        match no_answer {
            NoAnswer::SignedOut(_) => Err(self.server.error(no_answer)),
            NoAnswer::Refused(problem) => {
                self.offline = Some(problem.sentence().to_owned());
                Ok(())
            }
            NoAnswer::Patience(_) => {
                self.offline = Some(BUSY.to_owned());
                Ok(())
            }
            NoAnswer::Unreachable(reason) | NoAnswer::Unknown(reason) => {
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

/// Whether a call is for the server that keeps the order of a conversation's commits.
fn is_for_a_sequencer(call: &Call) -> bool {
    matches!(call, Call::PostCommit(_) | Call::FetchPastCommits { .. })
}

/// Who wrote, if it is a message that is not encrypted. It is no business of the device.
fn unencrypted_sender(item: &api::Item) -> Option<ActorId> {
    let activity = Activity::parse(item.activity.clone()).ok()?;
    let object = activity.embedded_object()?;
    let is_note = json::type_among(object, |kind| kind == "Note").is_some() && !mls::is_mls(object);
    (activity.kind == "Create" && is_note && !activity.is_public()).then_some(activity.actor)
}
