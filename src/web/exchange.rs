//! The exchange with the server, as the worker runs it: errands out, what came back in. What is asked for next, and what an
//! answer means, is the courier's to say.

use alcove_client::{
    Call, DeviceStanding, Request,
    courier::{Care, Connection, NoAnswer, Reply},
};
use rand::rngs::OsRng;
use serde_json::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{
    core::{Core, time, whole},
    failure::Failure,
    work::{Errand, Work},
};

#[wasm_bindgen]
impl Core {
    /// Begins a round of errands: what has no answer is asked again, what has arrived is fetched.
    pub fn begin(&mut self) -> Result<(), Failure> {
        self.plain.begin_round();
        Ok(self.courier.begin(&self.device)?)
    }

    /// The next errand, if there is anything to do.
    pub fn next(&mut self, now: f64) -> Result<Option<Errand>, Failure> {
        let mut errand = self.courier.next(&self.device, time(now))?;
        // Sealed things first; a device that is not approved asks for no letters.
        let goes_on = *self.courier.connection() == Connection::Online
            && self.device.standing() == DeviceStanding::Approved;
        if errand.is_none() && goes_on {
            errand = self.plain.next(time(now));
        }
        Ok(errand.map(Errand::new))
    }

    /// What came back for the errand that was handed out last.
    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of a response, each of which JavaScript has by itself"
    )]
    pub fn answered(
        &mut self,
        status: u16,
        content_type: Option<String>,
        location: Option<String>,
        activity: Option<String>,
        retry_after: Option<String>,
        body: Vec<u8>,
        now: f64,
    ) -> Result<Work, Failure> {
        self.reply(Ok(Reply { status, content_type, location, activity, retry_after, body }), now)
    }

    /// The server was not reached.
    pub fn unanswered(&mut self, reason: String, now: f64) -> Result<Work, Failure> {
        self.reply(Err(reason), now)
    }

    /// The server was not reached by another request.
    pub fn unreachable(&mut self, reason: String) {
        self.courier.hear(NoAnswer::Unreachable(reason));
    }

    /// From now on pages are opened so carefully (trap T37): item by item up to a position, one of them not at all.
    pub fn careful(&mut self, one_by_one_to: f64, skipped: Option<f64>) {
        self.courier.be_careful(Care { one_by_one_to: whole(one_by_one_to), skipped: skipped.map(whole) });
    }

    /// How the server fares, as the contract's event.
    pub fn connection(&self) -> Result<String, Failure> {
        let (state, detail) = match self.courier.connection() {
            Connection::Online => ("online", None),
            Connection::Busy => ("busy", None),
            Connection::Offline(reason) => ("offline", Some(reason.as_str())),
            Connection::SignedOut(problem) => ("signed-out", Some(problem.sentence())),
        };
        let messages = |request: &Request| matches!(request.call, Call::PostMessage(_));
        let waiting = match state {
            "online" => 0,
            _ => {
                let sealed = self.device.resend()?.iter().filter(|request| messages(request)).count();
                sealed + self.freight.waiting() + self.plain.waiting()
            }
        };
        let mut event = json!({"event": "connection", "state": state, "waiting": waiting});
        if let Some(detail) = detail {
            event["detail"] = detail.into();
        }
        Ok(event.to_string())
    }

    /// Whether calls may be without an answer.
    #[wasm_bindgen(getter)]
    pub fn behind(&self) -> bool {
        self.courier.is_behind() || self.plain.waiting() > 0
    }

    /// The address of the account's `messages` collection, once it is known.
    #[wasm_bindgen(getter)]
    pub fn inbox(&self) -> Option<String> {
        self.courier.collections().map(|collections| collections.messages.clone())
    }

    /// The last position that was taken in, as event streams name it.
    #[wasm_bindgen(getter)]
    pub fn cursor(&self) -> Option<String> {
        self.device.cursor().map(|cursor| format!("{}-{}", cursor.incarnation, cursor.position))
    }
}

impl Core {
    fn reply(&mut self, reply: Result<Reply, String>, now: f64) -> Result<Work, Failure> {
        if self.plain.is_under_way() {
            let (step, concerns_all) = self.plain.answered(reply, time(now))?;
            concerns_all.into_iter().for_each(|no_answer| self.courier.hear(no_answer));
            return self.carry_out_letters(step, Value::Null);
        }
        let step = self.courier.answered(&mut self.device, reply, time(now), &mut OsRng)?;
        self.carry_out(step, Value::Null)
    }
}
