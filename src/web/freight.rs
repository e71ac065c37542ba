//! Sealed files on their way to the server, as the worker moves them: requests out, what came back in. What is asked for next, and
//! when a message leaves, is `alcove_client::freight`'s to say; the sealed bytes are kept by `app/core/sealed.js`.

use alcove_client::{
    File,
    courier::Reply,
    freight::{Cargo, Haul, Moved, Progress},
};
use alcove_protocol::{GroupId, api, json};
use js_sys::Uint8Array;
use rand::rngs::OsRng;
use serde_json::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{
    core::{Core, time},
    failure::Failure,
    files::Opened,
    orders,
    work::Work,
};

/// The record of how much the server takes.
pub const LIMITS: &str = "web/limits";

/// A request to the account's server.
#[wasm_bindgen]
pub struct Transport(Haul);

#[wasm_bindgen]
impl Transport {
    /// `POST` and so on.
    #[wasm_bindgen(getter)]
    pub fn method(&self) -> String {
        self.0.method.name().to_owned()
    }

    /// A path with its query.
    #[wasm_bindgen(getter)]
    pub fn address(&self) -> String {
        self.0.path.clone()
    }

    /// What goes into `Authorization` in place of the account's token.
    #[wasm_bindgen(getter)]
    pub fn token(&self) -> Option<String> {
        self.0.token.clone()
    }

    /// A document of JSON that goes along.
    #[wasm_bindgen(getter)]
    pub fn body(&self) -> Option<Uint8Array> {
        match &self.0.body {
            Cargo::Json(bytes) => Some(Uint8Array::from(bytes.as_slice())),
            _ => None,
        }
    }

    /// The name of the sealed file of which a part goes along.
    #[wasm_bindgen(getter)]
    pub fn stored(&self) -> Option<String> {
        match &self.0.body {
            Cargo::Part { stored, .. } => Some(stored.clone()),
            _ => None,
        }
    }

    /// Which part.
    #[wasm_bindgen(getter)]
    pub fn part(&self) -> Option<u32> {
        match &self.0.body {
            Cargo::Part { number, .. } => u32::try_from(*number).ok(),
            _ => None,
        }
    }
}

#[wasm_bindgen]
impl Core {
    /// The next request, if one is due.
    pub fn haul(&mut self, now: f64) -> Option<Transport> {
        self.freight.next(time(now)).map(Transport)
    }

    /// What came back for it.
    pub fn hauled(
        &mut self,
        status: u16,
        content_type: Option<String>,
        retry_after: Option<String>,
        body: Vec<u8>,
        now: f64,
    ) -> Result<Work, Failure> {
        let reply = Reply { status, content_type, retry_after, body, ..Reply::default() };
        let moved = self.freight.answered(&mut self.device, Ok(reply), time(now), &mut OsRng)?;
        self.moved(moved)
    }

    /// The server was not reached.
    pub fn unhauled(&mut self, reason: String, now: f64) -> Result<Work, Failure> {
        let moved = self.freight.answered(&mut self.device, Err(reason), time(now), &mut OsRng)?;
        self.moved(moved)
    }

    /// The part is not there any more.
    pub fn lost(&mut self, now: f64) -> Result<Work, Failure> {
        let moved = self.freight.lost(&mut self.device, time(now), &mut OsRng)?;
        self.moved(moved)
    }

    /// The network is back.
    pub fn hasten(&mut self) {
        self.freight.hasten();
    }

    /// Whether there is anything to be done, now or later.
    #[wasm_bindgen(getter)]
    pub fn laden(&self) -> bool {
        self.freight.is_laden()
    }

    /// The names of the sealed files that are still needed, as a JSON list.
    pub fn stored(&self) -> Result<String, Failure> {
        Ok(serde_json::to_string(&self.freight.stored().collect::<Vec<_>>())?)
    }

    /// Remembers how much the server takes, from what it says about itself.
    pub fn limit(&mut self, server: &str) -> Result<Work, Failure> {
        let api::Server { limits, .. } = json::read(server)?;
        let mut step = alcove_client::Step::default();
        if self.limits != Some(limits) {
            self.limits = Some(limits);
            step.save.put.push((LIMITS.to_owned(), serde_json::to_vec(&limits)?));
        }
        self.carry_out(step, Value::Null)
    }

    /// The thumbnail of a file of a message that is not in the history yet.
    #[wasm_bindgen(js_name = waitingThumbnail)]
    pub fn waiting_thumbnail(&self, chat: &str, id: &str, index: usize) -> Result<Option<Opened>, Failure> {
        let group = GroupId::parse(chat).map_err(|_| Failure::expected("a chat"))?;
        let waiting = self.outgoing(&group)?.into_iter().find(|message| message.id == id);
        let files = match waiting.map(|message| message.content) {
            Some(alcove_client::Content::Text { files, .. }) => files,
            _ => Vec::new(),
        };
        Ok(files.into_iter().nth(index).and_then(Opened::thumbnail))
    }
}

impl Core {
    /// Messages that are not in the history yet, oldest first.
    pub(crate) fn outgoing(&self, group: &GroupId) -> Result<Vec<alcove_client::Outgoing>, Failure> {
        let mut all = self.device.outgoing(group)?;
        all.extend(self.freight.outgoing(&self.device, group)?);
        all.sort_by_key(|message| message.written_at);
        Ok(all)
    }

    /// Sends a message with sealed files; `None` for everything else.
    pub(crate) fn send_sealed(
        &mut self,
        method: &str,
        arguments: &str,
        now: f64,
    ) -> Result<Option<Work>, Failure> {
        if method != "send" {
            return Ok(None);
        }
        let (chat, (content, stored)) = orders::said(arguments)?;
        if stored.is_empty() {
            return Ok(None);
        }
        let step = self.freight.send(&self.device, (chat, content), stored, time(now), &mut OsRng)?;
        self.carry_out(step, Value::Null).map(Some)
    }

    fn moved(&mut self, Moved { step, progress }: Moved) -> Result<Work, Failure> {
        let mut work = self.carry_out(step, Value::Null)?;
        if let Some(progress) = progress {
            let Progress { id, done, total } = progress;
            work.tell(json!({"event": "transfer", "file": id, "done": done, "total": total}));
        }
        Ok(work)
    }
}

impl Opened {
    fn thumbnail(file: File) -> Option<Self> {
        file.thumbnail.map(|small| Self::new(small.media_type, small.bytes.0))
    }
}
