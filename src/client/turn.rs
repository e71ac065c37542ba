//! The present step while it is being made: the time, the randomness, the records, and what will be sent and shown. Not
//! the result; that is `step::Step`.

use alcove_protocol::Timestamp;
use rand::{CryptoRng, Rng, RngCore};
use serde::{Deserialize, Serialize};

use crate::{
    account::Account,
    call::{Call, CallId},
    conversation::Purpose,
    error::Error,
    event::Event,
    mls::{Provider, Store},
    step::Request,
};

/// Randomness fit for keys.
pub(crate) trait Randomness: RngCore + CryptoRng {}
impl<T: RngCore + CryptoRng> Randomness for T {}

/// A call that has no answer yet, as it is stored.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PendingCall {
    pub(crate) call: Call,
    pub(crate) purpose: Purpose,
}

/// What all calls' records begin with.
pub(crate) const CALLS: &str = "call/";

/// The key of a call's record; calls sort by age.
pub(crate) fn call_key(id: CallId) -> String {
    format!("{CALLS}{:016}", id.0)
}

/// The ids of the calls without an answer, oldest first.
pub(crate) fn call_ids(store: &Store) -> Vec<CallId> {
    store.keys(CALLS).iter().filter_map(|key| call_id(key)).collect()
}

fn call_id(key: &str) -> Option<CallId> {
    key.strip_prefix(CALLS)?.parse().ok().map(CallId)
}

/// The calls without an answer, oldest first.
pub(crate) fn pending_calls(provider: &Provider) -> Result<Vec<(CallId, PendingCall)>, Error> {
    let store = &provider.store;
    let found = |id: CallId| store.get(&call_key(id)).map(|call| call.map(|call| (id, call))).transpose();
    call_ids(store).into_iter().filter_map(found).collect()
}

/// One step under way.
pub(crate) struct Turn<'a> {
    pub(crate) now: Timestamp,
    pub(crate) rng: &'a mut dyn Randomness,
    pub(crate) provider: &'a Provider,
    pub(crate) account: Account,
    pub(crate) send: Vec<Request>,
    pub(crate) show: Vec<Event>,
}

impl Turn<'_> {
    /// Stores a call and has it sent.
    pub(crate) fn call(&mut self, call: Call, purpose: Purpose) -> Result<CallId, Error> {
        let id = CallId(self.account.next_call);
        self.account.next_call += 1;
        self.provider.store.put(&call_key(id), &PendingCall { call: call.clone(), purpose })?;
        self.send.push(Request { id, call });
        Ok(id)
    }

    /// The same, unless the same call is under way already.
    pub(crate) fn call_once(&mut self, call: Call, purpose: Purpose) -> Result<(), Error> {
        let wanted = PendingCall { call, purpose };
        match self.under_way(&wanted)? {
            Some(_) => Ok(()),
            None => self.call(wanted.call, wanted.purpose).map(drop),
        }
    }

    /// The oldest call that is under way and the same as this one.
    pub(crate) fn under_way(&self, call: &PendingCall) -> Result<Option<CallId>, Error> {
        Ok(self.provider.store.find(CALLS, call)?.and_then(|key| call_id(&key)))
    }

    /// Forgets a call: its answer does not matter any more.
    pub(crate) fn forget_call(&mut self, id: CallId) {
        self.provider.store.delete(&call_key(id));
        self.send.retain(|request| request.id != id);
    }

    /// Has something shown.
    pub(crate) fn show(&mut self, event: Event) {
        self.show.push(event);
    }

    /// Random bytes.
    pub(crate) fn random<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.rng.fill_bytes(&mut bytes);
        bytes
    }

    /// A moment between now and so many milliseconds later.
    pub(crate) fn some_time_within(&mut self, milliseconds: i64) -> Timestamp {
        self.now.plus(self.rng.gen_range(0..milliseconds.max(1)))
    }

    /// Runs `work` so that everything it did is taken back when it fails.
    pub(crate) fn attempt<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (account, sent, shown) = (self.account.clone(), self.send.len(), self.show.len());
        let store = &self.provider.store;
        let result = store.attempt(|| work(self));
        if result.is_err() {
            self.account = account;
            self.send.truncate(sent);
            self.show.truncate(shown);
        }
        result
    }
}
