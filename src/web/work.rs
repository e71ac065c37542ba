//! What crosses the border: a step's save and what to tell, and one request.

use alcove_client::courier::{Address, Kind, Letter};
use js_sys::{Array, Uint8Array};
use serde_json::Value;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::vault::Changes;

/// A step: first saved, then told.
#[wasm_bindgen]
pub struct Work {
    changes: Option<Changes>,
    events: Vec<Value>,
    answer: Value,
}

impl Work {
    pub(crate) fn new(changes: Option<Changes>, events: Vec<Value>, answer: Value) -> Self {
        Self { changes, events, answer }
    }

    /// Says one thing more.
    pub(crate) fn tell(&mut self, event: Value) {
        self.events.push(event);
    }
}

#[wasm_bindgen]
impl Work {
    /// Whether there is anything to save.
    #[wasm_bindgen(getter)]
    pub fn saves(&self) -> bool {
        self.changes.is_some()
    }

    /// Pairs of a key and a value.
    #[wasm_bindgen(getter)]
    pub fn put(&self) -> Array {
        let pair = |(key, value): &(Vec<u8>, Vec<u8>)| {
            Array::of2(&Uint8Array::from(key.as_slice()), &Uint8Array::from(value.as_slice()))
        };
        self.changes.iter().flat_map(|changes| &changes.put).map(pair).collect()
    }

    /// Keys.
    #[wasm_bindgen(getter)]
    pub fn delete(&self) -> Array {
        let keys = self.changes.iter().flat_map(|changes| &changes.delete);
        keys.map(|key| Uint8Array::from(key.as_slice())).collect()
    }

    /// The sealed root.
    #[wasm_bindgen(getter)]
    pub fn root(&self) -> Uint8Array {
        let root = self.changes.as_ref().map_or(&[][..], |changes| &changes.root);
        Uint8Array::from(root)
    }

    /// Events of the contract, as a JSON list.
    #[wasm_bindgen(getter)]
    pub fn events(&self) -> String {
        Value::from(self.events.clone()).to_string()
    }

    /// What the method answers, as JSON.
    #[wasm_bindgen(getter)]
    pub fn answer(&self) -> String {
        self.answer.to_string()
    }
}

/// A request to the account's server.
#[wasm_bindgen]
pub struct Errand(Letter);

impl Errand {
    pub(crate) fn new(letter: Letter) -> Self {
        Self(letter)
    }
}

#[wasm_bindgen]
impl Errand {
    /// What it is for: `document`, `page`, `call` or `acknowledgement`.
    #[wasm_bindgen(getter)]
    pub fn kind(&self) -> String {
        match self.0.kind {
            Kind::Document => "document",
            Kind::Page => "page",
            Kind::Call => "call",
            Kind::Acknowledgement => "acknowledgement",
        }
        .to_owned()
    }

    /// `GET` and so on.
    #[wasm_bindgen(getter)]
    pub fn method(&self) -> String {
        self.0.method.name().to_owned()
    }

    /// A path with query, or an address that the server has named: to be checked, the token travels there.
    #[wasm_bindgen(getter)]
    pub fn address(&self) -> String {
        match &self.0.to {
            Address::Named(address) => address.clone(),
            Address::Path { path, query } => {
                let encode = |(name, value): &(&str, String)| {
                    format!("{name}={}", String::from(js_sys::encode_uri_component(value)))
                };
                let query: Vec<String> = query.iter().map(encode).collect();
                if query.is_empty() { path.clone() } else { format!("{path}?{}", query.join("&")) }
            }
        }
    }

    /// The media type of the body.
    #[wasm_bindgen(getter, js_name = mediaType)]
    pub fn media_type(&self) -> Option<String> {
        self.0.body.as_ref().map(|body| body.media_type.to_owned())
    }

    /// The body.
    #[wasm_bindgen(getter)]
    pub fn body(&self) -> Option<Uint8Array> {
        self.0.body.as_ref().map(|body| Uint8Array::from(body.bytes.as_slice()))
    }
}
