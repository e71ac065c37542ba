//! Messages to one person: `Create` of an MLS object and of a note in turn, each with ids of its own.

use alcove_protocol::{
    ActorId, GroupId, Timestamp,
    activity::create,
    mls::{MlsType, Outgoing, OutgoingIds},
    post::{Mention, Post, PostKind},
};
use alcove_server::mls::{Content, testing::message};
use serde_json::Value;

use super::{
    authors::{Author, Authors},
    letters::Draft,
};
use crate::error::{Result, While};

/// What a message weighs inside: a sentence, padded by the device, with its signature.
const CIPHERTEXT: usize = 512;

/// The message of a number. In turns of two, so that every recipient gets of both kinds.
pub fn draft<'a>(
    authors: &'a Authors,
    recipients: &'a [ActorId],
    run: &str,
    number: usize,
    now: Timestamp,
) -> Result<Draft<'a>> {
    let (author, recipient) = (authors.of(number), &recipients[number / 2 % recipients.len()]);
    let name = format!("{run}-{number}");
    let document = if number.is_multiple_of(2) {
        sealed(author, recipient, &name, now)?
    } else {
        plain(author, recipient, &name, now)?
    };
    Ok(Draft { author, recipient, document })
}

/// A `Create` of an MLS object. Its bytes have a real header and noise behind it, which is all that a server sees.
fn sealed(author: &Author, recipient: &ActorId, name: &str, now: Timestamp) -> Result<Value> {
    let origin = author.actor.origin();
    let group = GroupId::from_random([7; 16]);
    let noise: Vec<u8> = std::iter::repeat_with(rand::random).take(CIPHERTEXT).collect();
    let outgoing = Outgoing {
        kind: MlsType::PrivateMessage,
        content: message(&group, 3, Content::Application, &noise),
        to: vec![recipient.clone()],
        conversation: format!("{origin}/conversations/talk").parse().while_("name a conversation")?,
        group,
    };
    let activity = format!("{origin}/a/{name}").parse().while_("name an activity")?;
    let ids = OutgoingIds { activity, object: format!("{origin}/o/{name}") };
    Ok(outgoing.to_create(&author.actor, &ids, now))
}

/// A `Create` of a note to one person.
pub fn plain(author: &Author, recipient: &ActorId, name: &str, now: Timestamp) -> Result<Value> {
    let origin = author.actor.origin();
    let text = "<p>Shall we meet at six at the old mill, and bring the children along?</p>".to_owned();
    let id = format!("{origin}/o/{name}").parse().while_("name a note")?;
    let note = Post {
        published: Some(now),
        to: vec![recipient.to_string()],
        mentions: vec![Mention { href: recipient.clone(), name: "@somebody".to_owned() }],
        ..Post::new(id, PostKind::Note, author.actor.clone(), text)
    };
    let activity = format!("{origin}/a/{name}").parse().while_("name an activity")?;
    Ok(create::build(&activity, &author.actor, now, &note.to_value()))
}
