//! Which conversation somebody means: by the short name of the list, by its name, by the handle of the one other person.

use alcove_client::{ConversationView, Event};
use alcove_protocol::{GroupId, Handle};
use alcove_terminal::{Error, Session, texts};
use sha2::{Digest, Sha256};

/// A name that is short enough to be typed: the begin of the group id's SHA-256, the same on every device.
pub fn short_name(group: &GroupId) -> String {
    Sha256::digest(group.as_str().as_bytes()).iter().take(3).map(|byte| format!("{byte:02x}")).collect()
}

/// Finds the conversation that somebody means.
pub fn find(session: &Session, text: &str) -> Result<ConversationView, Error> {
    let text = text.trim().trim_start_matches('[').trim_end_matches(']');
    let mut found: Vec<_> =
        session.conversations()?.into_iter().filter(|view| is_meant(session, view, text)).collect();
    match (found.len(), found.pop()) {
        (1, Some(view)) => Ok(view),
        (0, _) | (_, None) => Err(Error::Expected(texts::no_such_chat(text))),
        (_, Some(last)) => {
            let names: Vec<_> = found.iter().chain([&last]).map(|view| short_name(&view.group)).collect();
            Err(Error::Expected(texts::ambiguous_chat(text, &names.join(", "))))
        }
    }
}

fn is_meant(session: &Session, view: &ConversationView, text: &str) -> bool {
    let named = view.name.as_ref().is_some_and(|name| name.to_lowercase() == text.to_lowercase());
    let handle = Handle::parse(text).ok().map(|handle| handle.to_string());
    let others: Vec<_> = view.people.iter().filter(|actor| *actor != session.actor()).collect();
    let with_one = match (&others[..], handle) {
        ([other], Some(handle)) => session.people().handle(other) == handle,
        _ => false,
    };
    named || with_one || view.group.as_str() == text || short_name(&view.group) == text
}

/// Whether an event belongs to the group of the person's own devices, which is no conversation for people.
pub fn is_among_own_devices(session: &Session, event: &Event) -> bool {
    match event {
        Event::Joined { conversation, by, .. } if by == session.actor() => {
            let listed = session.conversations().unwrap_or_default();
            !listed.iter().any(|view| view.group == *conversation)
        }
        _ => false,
    }
}
