//! The exchange with the server: steps carried out, items taken in, news waited for.

use std::time::Duration;

use alcove_client::{
    Event, Step,
    courier::{Connection, Kind, Letter, NoAnswer, Reply},
};
use alcove_protocol::time::{MINUTE, SECOND};
use rand::rngs::OsRng;

use super::{News, Session, conversations::sent_notes};
use crate::{Error, FailPoint, store::Change, stream::Stream};

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
        self.synced_at = self.clock.now();
        self.courier.begin(&self.device)?;
        let mut shown = self.exchange().await?;
        // Before the account's addresses are known nothing that is due could be sent.
        if self.courier.collections().is_some() {
            shown.extend(self.tick().await?);
            self.learn_people(&shown).await?;
        }
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
        let patience = if self.stream.is_some() && !self.courier.is_behind() { RESYNC } else { POLL };
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
        let Some(collections) = self.courier.collections() else {
            return std::future::pending().await;
        };
        let stream = match &mut self.stream {
            Some(stream) => stream,
            none => {
                none.insert(Stream::open(&self.server, &collections.messages, self.device.cursor()).await?)
            }
        };
        stream.next().await
    }

    /// Saves, then sends, then gives back what to show.
    pub(super) async fn carry_out(&mut self, step: Step) -> Result<Vec<Event>, Error> {
        let step = self.courier.take(&self.device, step)?;
        self.save(&step)?;
        let mut events = step.show;
        events.extend(self.exchange().await?);
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

    /// Makes the courier's requests, one after the other; what an answer leads to is saved before the next.
    async fn exchange(&mut self) -> Result<Vec<Event>, Error> {
        self.require_saved()?;
        let mut shown = Vec::new();
        while let Some(letter) = self.courier.next(&self.device, self.clock.now())? {
            let reply = self.deliver(&letter).await;
            let step = self.courier.answered(&mut self.device, reply, self.clock.now(), &mut OsRng)?;
            self.save(&step)?;
            shown.extend(step.show);
            self.require_signed_in()?;
        }
        Ok(shown)
    }

    async fn deliver(&mut self, letter: &Letter) -> Result<Reply, String> {
        if letter.kind == Kind::Acknowledgement {
            self.points.reach(FailPoint::BeforeAcknowledge);
        }
        let reply = self.server.deliver(letter).await;
        match letter.kind {
            Kind::Acknowledgement => self.points.reach(FailPoint::AfterAcknowledge),
            Kind::Call => self.points.reach(FailPoint::AfterSend),
            Kind::Page | Kind::Document => {}
        }
        reply
    }

    /// Remembers why the server cannot be used just now; being signed out is an error.
    pub(super) fn note(&mut self, no_answer: NoAnswer) -> Result<(), Error> {
        self.courier.hear(no_answer);
        self.require_signed_in()
    }

    fn require_signed_in(&self) -> Result<(), Error> {
        match self.courier.connection() {
            Connection::SignedOut(problem) => {
                Err(Error::SignedOut { host: self.host(), problem: problem.clone() })
            }
            _ => Ok(()),
        }
    }
}
