//! Messages as the contract has them. What they mean to each other, edits, deletions, reactions and receipts, is worked out by
//! `alcove_client::history`.

use alcove_client::{
    Content, File, FileKind, Happening, Message, Outgoing, OutgoingState, Place, Reference, What,
    history::{Item, Quote},
    links,
};
use alcove_protocol::ActorId;
use serde_json::{Value, json};

/// A message with everything that was done to it. `readers` is how many others could have read it.
pub fn show(item: &Item, me: &ActorId, readers: usize) -> Value {
    let mut shown = said(&item.message, me);
    if let Some(at) = item.edited_at {
        shown["editedAt"] = at.0.into();
    }
    match &item.in_reply_to {
        Some(Quote::Message { sender, id, excerpt, .. }) => {
            let name = json!({"sender": sender, "id": id});
            shown["inReplyTo"] = json!({"name": name, "excerpt": excerpt, "by": sender});
        }
        Some(Quote::Missing) => shown["inReplyTo"] = json!({"missing": true}),
        None => {}
    }
    let reactions = item.reactions.iter().map(|reaction| json!({"emoji": reaction.emoji, "by": reaction.by}));
    shown["reactions"] = reactions.collect();
    if item.message.sender == *me {
        shown["state"] = match item.read_by.as_slice() {
            [] => json!({"kind": "sent"}),
            by => json!({"kind": "read", "by": by, "of": readers}),
        };
    }
    shown
}

/// A message that has just arrived: nothing was done to it yet.
pub fn said(message: &Message, me: &ActorId) -> Value {
    json!({
        "sender": message.sender, "id": message.id, "position": message.position, "sentAt": message.sent_at.0,
        "own": message.sender == *me, "body": body(&message.content, &message.sender), "reactions": [],
    })
}

/// A message of this device that has no place in the history yet; nothing if it is no message of its own there.
pub fn waiting(outgoing: &Outgoing, me: &ActorId) -> Option<Value> {
    let Content::Text { .. } = &outgoing.content else { return None };
    let state = match &outgoing.state {
        OutgoingState::Waiting => json!({"kind": "waiting"}),
        OutgoingState::Uploading { done, total } => {
            json!({"kind": "waiting", "upload": {"done": done, "total": total}})
        }
        OutgoingState::Sending => json!({"kind": "sending"}),
        OutgoingState::Sent => json!({"kind": "sent"}),
        OutgoingState::Failed { reason } => json!({"kind": "failed", "detail": reason}),
    };
    Some(json!({
        "sender": me, "id": outgoing.id, "position": null, "sentAt": outgoing.written_at.0, "own": true,
        "body": body(&outgoing.content, me), "reactions": [], "state": state,
    }))
}

fn body(content: &Content, sender: &ActorId) -> Value {
    match content {
        Content::Text { text, mentions, files, .. } => {
            let files: Vec<Value> = files.iter().enumerate().map(|(index, each)| file(index, each)).collect();
            json!({
                "kind": "text", "text": text, "mentions": mentions, "links": links_of(text), "files": files,
                "inert": false,
            })
        }
        Content::Erased => json!({"kind": "deleted"}),
        Content::Happened(happening) => event(happening, sender),
        Content::Unsupported { kind } => json!({"kind": "unsupported", "type": kind}),
        _ => json!({"kind": "unsupported", "type": ""}),
    }
}

/// The addresses in a text, by JavaScript's count of characters.
pub fn links_of(text: &str) -> Vec<Value> {
    let count = |bytes: usize| text.get(..bytes).map_or(0, |before| before.encode_utf16().count());
    let show = |link: alcove_client::TextLink| {
        let shown = text.get(link.start..link.end).unwrap_or_default();
        json!({"start": count(link.start), "end": count(link.end), "url": link.url, "shown": shown})
    };
    links(text).into_iter().map(show).collect()
}

fn file(index: usize, file: &File) -> Value {
    let kind = match file.kind() {
        FileKind::Picture => "picture",
        FileKind::Voice => "voice",
        FileKind::File => "file",
    };
    let inline = matches!(file.place, Place::Inline(_));
    let mut shown = json!({
        "index": index, "name": file.name.as_deref().unwrap_or_default(), "mediaType": file.media_type,
        "bytes": file.size, "kind": kind, "inline": inline, "held": inline,
    });
    let numbers = [("width", file.width), ("height", file.height), ("seconds", file.seconds)];
    for (name, number) in numbers {
        if let Some(number) = number {
            shown[name] = number.into();
        }
    }
    if let Some(alt) = &file.alt {
        shown["alt"] = alt.as_str().into();
    }
    shown
}

fn event(happening: &Happening, by: &ActorId) -> Value {
    let mut event =
        json!({"kind": "event", "event": word(happening.what), "by": by, "about": happening.about});
    if let Some(text) = &happening.text {
        event["text"] = text.as_str().into();
    }
    event
}

/// The contract's word for what was done.
pub fn word(what: What) -> &'static str {
    match what {
        What::Added => "added",
        What::Removed => "removed",
        What::Left => "left",
        What::Renamed => "renamed",
        What::DeviceChanged => "device-changed",
        What::IdentityChanged => "identity-changed",
        What::Joined => "joined",
        What::Continued => "continued",
        What::Ended => "ended",
    }
}

/// A message by the name that the contract has for it.
pub fn reference(name: &Value) -> Option<Reference> {
    let sender = serde_json::from_value(name.get("sender")?.clone()).ok()?;
    Some(Reference { sender: Some(sender), id: name.get("id")?.as_str()?.to_owned() })
}
