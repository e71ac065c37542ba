//! Which request is made next, what waits for what, and what an answer means for the others: the exchange of one device
//! with its account's server, without a network. A host asks for a [`Letter`], makes the request, and hands in the [`Reply`];
//! what comes back is a step to save and to show. One request at a time, so that nothing overtakes.
//!
//! The order of invariant 6 is the host's: it saves a step before it asks for the next letter, and shows it after.
//! Not a clock and not a stream: when to [`Courier::begin`] a round is for the host to decide.

mod answers;
mod letter;
mod pages;
mod reply;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use alcove_protocol::{ActorId, GroupId, KeyPackageId, Problem, Timestamp};
use rand::{CryptoRng, RngCore};
use serde::{Deserialize, Serialize};

use self::{answers::Verdict, pages::Pages};
use crate::{
    call::{Answer, Call, CallId},
    device::Device,
    error::Error,
    step::{Request, Step},
};

pub use letter::{Address, Body, Kind, Letter, Method};
pub use pages::Care;
pub use reply::{Answered, BUSY, NoAnswer, Reply};

/// The collections of an account, as its actor document names them to its owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collections {
    /// Where activities are posted.
    pub outbox: String,
    /// Where key packages are added.
    #[serde(rename = "keyPackages")]
    pub key_packages: String,
    /// What arrived; its event stream says when more does.
    pub messages: String,
}

/// How the server fares.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Connection {
    /// Nothing is known against it.
    #[default]
    Online,
    /// It asks for patience.
    Busy,
    /// It cannot be used just now: why, in words.
    Offline(String),
    /// The token is not good any more.
    SignedOut(Box<Problem>),
}

/// The request that was handed out last and has no reply yet.
enum UnderWay {
    Collections,
    Page { after: i64 },
    Call(Request),
    Add { request: Request, id: KeyPackageId },
}

/// The exchange of one device with its server.
#[derive(Default)]
pub struct Courier {
    collections: Option<Collections>,
    queue: VecDeque<Request>,
    under_way: Option<UnderWay>,
    /// A key package that was created and has yet to be added.
    created: Option<(Request, KeyPackageId)>,
    connection: Connection,
    /// Whether calls may be without an answer: they go before new ones, which would overtake them.
    behind: bool,
    /// Conversations of which an earlier message could not be sent in this round.
    stuck: BTreeSet<GroupId>,
    /// Calls that the server has asked not to repeat before a time.
    patience: BTreeMap<CallId, Timestamp>,
    pages: Pages,
}

impl Courier {
    /// The name of the courier's own record, which a host keeps beside the device's.
    pub const RECORD: &'static str = "courier/collections";

    /// The courier of a device that was just opened or made; `record` is its own one, if there is one.
    pub fn new(record: Option<&[u8]>) -> Self {
        let collections = record.and_then(|record| serde_json::from_slice(record).ok());
        Self { collections, behind: true, ..Self::default() }
    }

    /// Where the account's collections are, once that is known.
    pub fn collections(&self) -> Option<&Collections> {
        self.collections.as_ref()
    }

    /// How the server fares, as far as this round has shown.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Whether calls may be without an answer.
    pub fn is_behind(&self) -> bool {
        self.behind
    }

    /// Begins a round: what has no answer is asked again, and what has arrived is fetched. A round that is under way only
    /// goes on.
    pub fn begin(&mut self, device: &Device) -> Result<(), Error> {
        self.connection = Connection::Online;
        self.pages.wanted();
        if self.is_idle() {
            self.start(device.resend()?);
        }
        Ok(())
    }

    /// Tries the server again although it could not be reached: a person has asked for something.
    pub fn try_again(&mut self) {
        self.connection = Connection::Online;
    }

    /// Takes over what a step wants sent. What is left of the step is for the host to save, and then to show.
    pub fn take(&mut self, device: &Device, mut step: Step) -> Result<Step, Error> {
        let calls = std::mem::take(&mut step.send);
        match (calls.is_empty(), self.is_idle()) {
            (true, _) => {}
            (false, true) if self.behind => self.start(device.resend()?),
            (false, true) => self.start(calls),
            (false, false) => self.queue.extend(calls),
        }
        Ok(step)
    }

    /// The next request; `None` while one is under way, and when nothing can be done now.
    pub fn next(&mut self, device: &Device, now: Timestamp) -> Result<Option<Letter>, Error> {
        if self.under_way.is_some() || matches!(self.connection, Connection::SignedOut(_)) {
            return Ok(None);
        }
        self.patience.retain(|_, until| *until > now);
        if let Some(collections) = &self.collections
            && let Some((request, id)) = self.created.take()
            && let Call::PublishKeyPackage(package) = &request.call
        {
            let letter = Letter::add(package, &id, collections);
            self.under_way = Some(UnderWay::Add { request, id });
            return Ok(Some(letter));
        }
        while let Some(request) = self.queue.pop_front() {
            // An answer before this one may have made it pointless: a conversation has ended, a commit has lost.
            if !device.awaits(request.id)? {
                continue;
            }
            if self.has_to_wait(&request) {
                self.put_off(&request);
                continue;
            }
            let Some(collections) = &self.collections else {
                self.queue.push_front(request);
                return Ok(Some(self.ask_for_collections(device)));
            };
            let letter = Letter::of(&request.call, collections);
            self.under_way = Some(UnderWay::Call(request));
            return Ok(Some(letter));
        }
        Ok(self.next_page(device))
    }

    /// What came back for the request that is under way; `Err` if the server was not reached, with the reason in words.
    pub fn answered(
        &mut self,
        device: &mut Device,
        reply: Result<Reply, String>,
        now: Timestamp,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Step, Error> {
        let Some(under_way) = self.under_way.take() else { return Ok(Step::default()) };
        let judged = reply.map_err(NoAnswer::Unreachable).and_then(Reply::judge);
        match under_way {
            UnderWay::Collections => Ok(self.found_collections(judged)),
            UnderWay::Page { after } => {
                let step = self.page(device, after, judged.and_then(|answered| answered.json()), now, rng)?;
                self.take(device, step)
            }
            UnderWay::Call(request) => match (&request.call, judged) {
                (Call::PublishKeyPackage(_), Ok(answered)) => match answers::key_package(&answered) {
                    Ok(id) => {
                        self.created = Some((request, id));
                        Ok(Step::default())
                    }
                    Err(no_answer) => self.settle(device, request, Err(no_answer), now, rng),
                },
                (call, judged) => {
                    let answer = answers::read(call, judged);
                    self.settle(device, request, answer, now, rng)
                }
            },
            UnderWay::Add { request, id } => {
                let answer = judged.map(|_| Answer::KeyPackage(id));
                self.settle(device, request, answer, now, rng)
            }
        }
    }

    /// What another request of the host has come to holds for these as well.
    pub fn hear(&mut self, no_answer: NoAnswer) {
        self.connection = match no_answer {
            NoAnswer::SignedOut(problem) => {
                self.queue.clear();
                self.behind = true;
                Connection::SignedOut(problem)
            }
            NoAnswer::Patience(_) => Connection::Busy,
            NoAnswer::Refused(problem) => Connection::Offline(problem.sentence().to_owned()),
            NoAnswer::Unreachable(reason) | NoAnswer::Unknown(reason) => Connection::Offline(reason),
        };
    }

    /// Who has written without encryption since this was last asked. It is no business of the device.
    pub fn take_unencrypted(&mut self) -> Vec<ActorId> {
        self.pages.take_unencrypted()
    }

    fn is_idle(&self) -> bool {
        self.under_way.is_none() && self.created.is_none() && self.queue.is_empty()
    }

    fn start(&mut self, calls: Vec<Request>) {
        self.queue = calls.into();
        self.stuck.clear();
        self.behind = false;
    }

    fn ask_for_collections(&mut self, device: &Device) -> Letter {
        self.under_way = Some(UnderWay::Collections);
        Letter::document(device.actor().as_str())
    }

    /// Remembers where the collections are, on the device as well.
    fn found_collections(&mut self, judged: Result<Answered, NoAnswer>) -> Step {
        let mut step = Step::default();
        match judged.and_then(|answered| answered.json::<Collections>()) {
            Ok(collections) => {
                let record = serde_json::to_vec(&collections).unwrap_or_default();
                step.save.put.push((Self::RECORD.to_owned(), record));
                self.collections = Some(collections);
            }
            Err(no_answer) => self.hear(no_answer),
        }
        step
    }

    /// Whether a call cannot be made now: the server is away, has asked for patience with it, or an earlier message of the same
    /// conversation is stuck and would be overtaken.
    fn has_to_wait(&self, request: &Request) -> bool {
        self.connection != Connection::Online
            || self.patience.contains_key(&request.id)
            || group(&request.call).is_some_and(|group| self.stuck.contains(group))
    }

    /// Leaves a call for a later round.
    fn put_off(&mut self, request: &Request) {
        self.behind = true;
        self.stuck.extend(group(&request.call).cloned());
    }

    /// Tells the device how a call ended, and draws the conclusions for the others.
    fn settle(
        &mut self,
        device: &mut Device,
        request: Request,
        answer: Result<Answer, NoAnswer>,
        now: Timestamp,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Step, Error> {
        let (outcome, verdict) = answers::settle(&request.call, answer);
        if !outcome.is_answer() {
            self.put_off(&request);
        }
        match verdict {
            Verdict::OnlyThis => {}
            Verdict::Wait(milliseconds) => {
                self.patience.insert(request.id, now.plus(milliseconds));
            }
            Verdict::Others(no_answer) => self.hear(no_answer),
        }
        let mut step = device.answer(request.id, outcome, now, rng)?;
        self.queue.extend(std::mem::take(&mut step.send));
        Ok(step)
    }
}

/// The conversation in which a message must not be overtaken.
fn group(call: &Call) -> Option<&GroupId> {
    match call {
        Call::PostMessage(message) => Some(&message.group),
        _ => None,
    }
}
