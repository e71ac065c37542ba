//! Messages as lines: one as it arrives, and one in a history, with everything that was done to it. Further lines of a message
//! are indented, so that no message can pass as two.

use alcove_client::{
    Content, File, FileKind, Happening, Message, Outgoing, OutgoingState, What,
    history::{Item, Quote},
};

use super::time;
use crate::People;

/// How much of an answered message is shown.
const QUOTED: usize = 60;

/// A message as it arrives; nothing for what stands under another message only.
pub fn message(message: &Message, people: &People) -> Option<String> {
    let text = match &message.content {
        Content::Edit { text, .. } => format!("(edited) {text}"),
        Content::Deletion { .. } => "(took a message back)".to_owned(),
        Content::Reaction { emoji, .. } => format!("(reacted) {emoji}"),
        Content::Undo { .. } => "(took a reaction back)".to_owned(),
        Content::Read { .. } => return None,
        other => words(other, people),
    };
    Some(line(message, &text, people))
}

/// A line of a history, with the number by which commands name it.
pub fn item(item: &Item, people: &People) -> String {
    let mut text = words(&item.message.content, people);
    if item.edited_at.is_some() {
        text.push_str(" (edited)");
    }
    let answered = item.in_reply_to.as_ref().map(|quote| format!("{}\n", answer(quote, people)));
    let mut lines = line(&item.message, &format!("{}{text}", answered.unwrap_or_default()), people);
    for reaction in &item.reactions {
        lines.push_str(&format!("\n    {} {}", one_line(&reaction.emoji), people.handles(&reaction.by)));
    }
    if !item.read_by.is_empty() {
        lines.push_str(&format!("\n    read by {}", people.handles(&item.read_by)));
    }
    format!("#{} {lines}", item.message.position)
}

/// A message of this device that has no place in the history yet.
pub fn outgoing(message: &Outgoing, people: &People) -> String {
    let state = match &message.state {
        OutgoingState::Waiting => "waits".to_owned(),
        OutgoingState::Uploading { done, total } => format!("{done} of {total} bytes of its files are there"),
        OutgoingState::Sending => "on its way".to_owned(),
        OutgoingState::Sent => "sent".to_owned(),
        OutgoingState::Failed { reason } => {
            format!("not sent: {reason} `retry {0}` or `discard {0}`", message.id)
        }
    };
    let text = match &message.content {
        Content::Edit { text, .. } => format!("(edit) {text}"),
        Content::Deletion { .. } => "(takes a message back)".to_owned(),
        Content::Reaction { emoji, .. } => format!("(reaction) {emoji}"),
        Content::Undo { .. } => "(takes a reaction back)".to_owned(),
        other => words(other, people),
    };
    format!("{} [{}] {}", time(message.written_at), one_line(&state), indented(&text))
}

fn line(message: &Message, text: &str, people: &People) -> String {
    format!("{} {}: {}", time(message.sent_at), people.handle(&message.sender), indented(text))
}

fn indented(text: &str) -> String {
    text.lines().collect::<Vec<_>>().join("\n    ")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn answer(quote: &Quote, people: &People) -> String {
    match quote {
        Quote::Message { sender, excerpt, .. } => {
            let excerpt: String = one_line(excerpt).chars().take(QUOTED).collect();
            format!("(to {}: {excerpt})", people.handle(sender))
        }
        Quote::Missing => "(to a message that is not here)".to_owned(),
    }
}

/// What stands in the history by itself.
fn words(content: &Content, people: &People) -> String {
    match content {
        Content::Text { text, files, .. } => {
            let files = files.iter().map(file);
            Some(text.clone())
                .filter(|text| !text.is_empty())
                .into_iter()
                .chain(files)
                .collect::<Vec<_>>()
                .join("\n")
        }
        Content::Erased => "(deleted)".to_owned(),
        Content::Happened(happening) => happened(happening, people),
        Content::Unsupported { kind } => format!("({kind}: this version cannot show it)"),
        _ => String::new(),
    }
}

fn file(file: &File) -> String {
    let kind = match file.kind() {
        FileKind::Picture => "picture",
        FileKind::Voice => "voice note",
        FileKind::File => "file",
    };
    let about = file.name.iter().chain(&file.alt).map(|text| one_line(text));
    let seconds = file.seconds.map(|seconds| format!("{seconds} s"));
    let told: Vec<String> = about.chain(seconds).chain([format!("{} bytes", file.size)]).collect();
    format!("({kind}: {})", told.join(", "))
}

fn happened(happening: &Happening, people: &People) -> String {
    let about = people.handles(&happening.about);
    let text = happening.text.as_deref().map(one_line).unwrap_or_default();
    match happening.what {
        What::Added => format!("(added {about})"),
        What::Removed => format!("(removed {about})"),
        What::Left => "(leaves)".to_owned(),
        What::Renamed => format!("(calls the conversation “{text}”)"),
        What::DeviceChanged => format!("(another device of {about})"),
        What::IdentityChanged => "(uses a new identity key)".to_owned(),
        What::Joined => "(let this device in)".to_owned(),
        What::Continued => "(began the conversation anew)".to_owned(),
        What::Ended => "(ended the conversation for this device)".to_owned(),
    }
}
