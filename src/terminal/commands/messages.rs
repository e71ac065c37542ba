//! Writing, reading, watching. Changing what was written and reacting to it is `changes`.

use std::io::Read as _;

use alcove_client::{Command, Content, Event, Standing, history::Item};
use alcove_protocol::GroupId;
use alcove_terminal::{Error, Session, texts};
use clap::Args;
use serde_json::json;

use super::{Context, PATIENCE, chat};
use crate::input;

/// `send`.
#[derive(Args)]
pub struct Send {
    /// The conversation: its name in brackets from `chats`, its name, or the handle of the other person.
    chat: String,
    /// The message; `-` reads it from standard input.
    #[arg(allow_hyphen_values = true)]
    text: String,
    /// Send although somebody may not be who they were. Asks for a yes once it has shown who.
    #[arg(long)]
    anyway: bool,
}

/// `read`.
#[derive(Args)]
pub struct Read {
    /// The conversation.
    chat: String,
    /// How many messages, counted from the newest.
    #[arg(long, default_value_t = 20)]
    last: usize,
    /// Only what came before this position.
    #[arg(long, value_name = "POSITION", default_value_t = i64::MAX)]
    before: i64,
}

/// Sends a message.
pub async fn send(send: Send, context: &Context) -> Result<(), Error> {
    let content = Content::text(typed(send.text)?);
    let mut session = context.open().await?;
    let view = chat::find(&session, &send.chat)?;
    let conversation = view.group;
    let command = if send.anyway && !view.unverified.is_empty() {
        let sentence = texts::unverified(&view.unverified, session.people());
        context.output.fact(&sentence, &json!({"unverified": view.unverified}));
        if !input::confirm(texts::SEND_ANYWAY)? {
            return Err(Error::Expected(texts::NOT_SENT.to_owned()));
        }
        Command::SendAnyway { conversation, content, suspects: view.unverified }
    } else {
        Command::Send { conversation, content }
    };
    give(command, &mut session, context).await
}

/// Says something in a conversation, and waits a while for the server's word on it.
pub(super) async fn say(
    conversation: GroupId,
    content: Content,
    session: &mut Session,
    context: &Context,
) -> Result<(), Error> {
    give(Command::Send { conversation, content }, session, context).await
}

/// Gives an order that sends a message.
pub(super) async fn give(command: Command, session: &mut Session, context: &Context) -> Result<(), Error> {
    let events = session.command(command).await?;
    context.show(session, &events);
    let sending: Vec<_> = events.iter().filter_map(sending).collect();
    let sent = is_settled(&events, &sending)
        || (session.offline().is_none()
            && context.until(session, PATIENCE, |_, events| is_settled(events, &sending)).await?);
    if !sent {
        context.output.fact(texts::NOT_YET_SENT, &json!({"waiting": sending}));
    }
    Ok(())
}

/// Reads a conversation, with what became of one's own messages.
pub async fn read(read: Read, context: &Context) -> Result<(), Error> {
    // New messages are about to be read where they belong.
    let mut session = context.open_showing(|event| !matches!(event, Event::Message(_))).await?;
    session.learn_everybody().await?;
    let view = chat::find(&session, &read.chat)?;
    context.output.say(&texts::title(&view, session.people(), session.actor()));
    if view.standing == Standing::Request {
        context.output.say(texts::REQUEST);
    }
    let messages = session.read(&view.group, read.before, read.last)?;
    if messages.is_empty() {
        context.output.say(texts::NO_MESSAGES);
    }
    for item in &messages {
        show(item, &mut session, context).await?;
    }
    for message in session.outgoing(&view.group)? {
        let sentence = texts::outgoing(&message, session.people());
        context.output.fact(&sentence, &json!({"outgoing": message}));
    }
    let Some(newest) = messages.last() else { return Ok(()) };
    let up_to = newest.message.position;
    session.command(Command::MarkRead { conversation: view.group, up_to }).await?;
    Ok(())
}

/// Shows what arrives.
pub async fn watch(context: &Context) -> Result<(), Error> {
    let mut session = context.open().await?;
    context.output.say(texts::WATCHING);
    let mut offline = session.offline().map(str::to_owned);
    loop {
        let events = session.watch().await?;
        context.show(&mut session, &events);
        if session.offline() != offline.as_deref() {
            offline = session.offline().map(str::to_owned);
            let sentence = match &offline {
                Some(reason) => texts::offline(&session.host(), reason),
                None => texts::ONLINE.to_owned(),
            };
            context.output.fact(&sentence, &json!({"offline": offline, "host": session.host()}));
        }
    }
}

async fn show(item: &Item, session: &mut Session, context: &Context) -> Result<(), Error> {
    let message = &item.message;
    let own = message.sender == *session.actor();
    // The server's word on deliveries is a comfort, not a need: offline, the history is shown without it.
    let deliveries = match own && session.offline().is_none() {
        true => session.deliveries(message).await.unwrap_or_default(),
        false => Vec::new(),
    };
    context.output.say(&texts::item(item, session.people()));
    if !deliveries.is_empty() {
        context.output.say(&texts::deliveries(&deliveries, session.people()));
    }
    let sender = session.people().handle(&message.sender);
    context.output.object(&json!({
        "message": message, "edited": item.edited_at, "answers": item.in_reply_to, "reactions": item.reactions,
        "read_by": item.read_by, "sender": sender, "deliveries": deliveries, "encrypted": true,
    }));
    Ok(())
}

/// The inner id of a message that was just written.
fn sending(event: &Event) -> Option<String> {
    match event {
        Event::Sending { id, .. } => Some(id.clone()),
        _ => None,
    }
}

/// Whether the server has said yes or no to one of these messages.
fn is_settled(events: &[Event], sending: &[String]) -> bool {
    events.iter().any(|event| match event {
        Event::Sent { id, .. } | Event::NotSent { id, .. } => sending.contains(id),
        _ => false,
    })
}

/// A text as it was given, or from standard input.
pub(super) fn typed(text: String) -> Result<String, Error> {
    if text == "-" { standard_input() } else { Ok(text) }
}

fn standard_input() -> Result<String, Error> {
    let mut text = String::new();
    let read = std::io::stdin().lock().read_to_string(&mut text);
    read.map_err(|error| Error::Expected(texts::input_failed(&error)))?;
    Ok(text.trim_end_matches('\n').to_owned())
}
