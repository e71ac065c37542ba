//! Why something was not done: a code that the interface has a sentence for, and what a server or a person said about it.

use wasm_bindgen::JsValue;

/// A refusal. In JavaScript an `Error` whose name is the code and whose message is the detail.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    /// A word of the contract.
    pub code: &'static str,
    /// In words, if there are any.
    pub detail: String,
}

impl Failure {
    /// One that needs no words.
    pub fn new(code: &'static str) -> Self {
        Self { code, detail: String::new() }
    }

    /// What came over the border does not fit: a mistake of the app's own.
    pub fn expected(error: impl std::fmt::Display) -> Self {
        Self { code: "unexpected", detail: error.to_string() }
    }

    /// The records on this device are not those of the last save.
    pub const DAMAGED: Self = Self { code: "damaged", detail: String::new() };
}

impl From<alcove_client::Error> for Failure {
    fn from(error: alcove_client::Error) -> Self {
        use alcove_client::Error;
        let code = match &error {
            Error::NotApproved => "not-approved",
            Error::UnknownConversation(_) | Error::UnknownTalk(_) => "unknown-chat",
            Error::NotRecalled => "busy",
            Error::ConversationOver => "chat-over",
            Error::Unverified(_) => "unverified",
            Error::AnotherIdentity(_) => "another-identity",
            Error::Unknown(_) => "unknown",
            Error::Limit(_) => "limit",
            Error::Record { .. } => "damaged",
            _ => "encryption",
        };
        Self { code, detail: error.to_string() }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::expected(error)
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        let error = js_sys::Error::new(&failure.detail);
        error.set_name(failure.code);
        error.into()
    }
}
