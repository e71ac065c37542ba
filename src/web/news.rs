//! What a device wants shown, as events of the contract: they say what has changed, and the interface asks again.

use alcove_client::{Content, Event, Message, PairingEnd};
use alcove_protocol::{ActorId, GroupId};
use serde_json::{Value, json};

use crate::messages;

/// The events of the contract for one of the device's.
pub fn tell(event: &Event, me: &ActorId) -> Vec<Value> {
    if let Some(pairing) = pairing(event) {
        return vec![json!({"event": "pairing", "pairing": pairing})];
    }
    match event {
        Event::Message(message) if message.sender != *me && is_said(message) => {
            let arrived = json!({
                "event": "arrived", "chat": message.conversation, "message": messages::said(message, me),
            });
            [vec![arrived], changed(&message.conversation)].concat()
        }
        Event::InvitationTakenUp { conversation, .. } => changed(conversation),
        Event::InviterVerified { .. } | Event::IdentityChanged { .. } | Event::IdentityReplaced => {
            vec![json!({"event": "chats"})]
        }
        event => event.conversation().map(changed).unwrap_or_default(),
    }
}

/// Whether it is a message by itself, and nothing that is done to another.
fn is_said(message: &Message) -> bool {
    matches!(message.content, Content::Text { .. } | Content::Unsupported { .. })
}

fn changed(chat: &GroupId) -> Vec<Value> {
    vec![json!({"event": "chat", "chat": chat}), json!({"event": "chats"})]
}

fn pairing(event: &Event) -> Option<Value> {
    Some(match event {
        Event::PairingDigits { digits } => json!({"kind": "digits", "digits": digits}),
        Event::PairingCode { code } => json!({"kind": "code", "code": code}),
        Event::PairingWaiting { name, title, expires_at } => {
            json!({"kind": "waiting", "name": name, "title": title, "expiresAt": expires_at.0})
        }
        Event::PairingDigitsWanted { name } => json!({"kind": "digits-wanted", "name": name}),
        Event::PairingConfirmationWanted { name } => json!({"kind": "confirm", "name": name}),
        Event::PairingDigitsWrong { name, attempts_left } => {
            json!({"kind": "wrong", "name": name, "attemptsLeft": attempts_left})
        }
        Event::PairingEnded { name, end } => json!({"kind": "ended", "name": name, "end": word(*end)}),
        _ => return None,
    })
}

fn word(end: PairingEnd) -> &'static str {
    match end {
        PairingEnd::Approved => "approved",
        PairingEnd::Matched => "matched",
        PairingEnd::Scanned => "scanned",
        PairingEnd::Refused => "refused",
        PairingEnd::Expired => "expired",
        PairingEnd::Mismatch => "mismatch",
        PairingEnd::Elsewhere => "elsewhere",
    }
}
