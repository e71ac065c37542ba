//! Conversations as a whole: the list, starting one, who is in it, its name.

use alcove_client::{Command, ConversationView};
use alcove_protocol::{GroupId, Handle};
use alcove_terminal::{Error, Session, texts};
use clap::Args;
use serde_json::{Value, json};

use super::{Context, chat};

/// One conversation.
#[derive(Args)]
pub struct Chat {
    /// The conversation: its name in brackets from `chats`, its name, or the handle of the other person.
    chat: String,
}

/// `new`.
#[derive(Args)]
pub struct New {
    /// Whom to write to, as @name@example.org.
    #[arg(required = true)]
    handles: Vec<String>,
    /// What its members call it.
    #[arg(long)]
    name: Option<String>,
}

/// `add` and `remove`.
#[derive(Args)]
pub struct Person {
    /// The conversation.
    chat: String,
    /// The person, as @name@example.org.
    handle: String,
}

/// `rename`.
#[derive(Args)]
pub struct Rename {
    /// The conversation.
    chat: String,
    /// Its new name.
    name: String,
}

/// Lists them.
pub async fn list(context: &Context) -> Result<(), Error> {
    let mut session = context.open().await?;
    session.learn_everybody().await?;
    let views = session.conversations()?;
    if views.is_empty() {
        context.output.say(texts::NO_CHATS);
    }
    for view in &views {
        let short = chat::short_name(&view.group);
        let line = texts::chat(view, session.people(), session.actor(), &short);
        context.output.fact(&line, &object(view, &session));
    }
    Ok(())
}

/// Starts one.
pub async fn new(new: New, context: &Context) -> Result<(), Error> {
    let handles = new.handles.iter().map(|handle| parse(handle)).collect::<Result<Vec<_>, _>>()?;
    let mut session = context.open().await?;
    let (group, events) = session.new_conversation(&handles, new.name.as_deref()).await?;
    context.show(&mut session, &events);
    context.settle(&mut session).await?;
    let view = session.conversation(&group)?;
    let short = chat::short_name(&group);
    context.output.object(&object(&view, &session));
    context.output.say(&texts::chat(&view, session.people(), session.actor(), &short));
    context.output.say(texts::ENCRYPTED);
    Ok(())
}

/// Adds somebody.
pub async fn add(person: Person, context: &Context) -> Result<(), Error> {
    let handle = parse(&person.handle)?;
    let mut session = context.open().await?;
    let group = chat::find(&session, &person.chat)?.group;
    let events = session.add(&group, &handle).await?;
    context.show(&mut session, &events);
    context.settle(&mut session).await
}

/// Removes somebody.
pub async fn remove(person: Person, context: &Context) -> Result<(), Error> {
    let handle = parse(&person.handle)?;
    let mut session = context.open().await?;
    let group = chat::find(&session, &person.chat)?.group;
    let events = session.remove(&group, &handle).await?;
    context.show(&mut session, &events);
    context.settle(&mut session).await
}

/// Leaves one.
pub async fn leave(chat: Chat, context: &Context) -> Result<(), Error> {
    order(&chat.chat, context, |conversation| Command::Leave { conversation }).await
}

/// Gives it another name.
pub async fn rename(rename: Rename, context: &Context) -> Result<(), Error> {
    let name = rename.name;
    order(&rename.chat, context, |conversation| Command::Rename { conversation, name }).await
}

/// Takes a request.
pub async fn accept(chat: Chat, context: &Context) -> Result<(), Error> {
    order(&chat.chat, context, |conversation| Command::Accept { conversation }).await
}

/// Begins one anew that cannot go on as it is.
pub async fn resume(chat: Chat, context: &Context) -> Result<(), Error> {
    let mut session = context.open().await?;
    let old = chat::find(&session, &chat.chat)?.group;
    let events = session.command(Command::Continue { conversation: old.clone() }).await?;
    context.show(&mut session, &events);
    context.settle(&mut session).await?;
    let fresh = session.conversation(&old)?.continued_by.unwrap_or(old);
    let view = session.conversation(&fresh)?;
    context.output.object(&object(&view, &session));
    let short = chat::short_name(&fresh);
    context.output.say(&texts::chat(&view, session.people(), session.actor(), &short));
    Ok(())
}

/// Takes part anew in a conversation that this device has lost track of.
pub async fn rejoin(chat: Chat, context: &Context) -> Result<(), Error> {
    order(&chat.chat, context, |conversation| Command::Rejoin { conversation }).await
}

/// Puts a request away.
pub async fn decline(chat: Chat, context: &Context) -> Result<(), Error> {
    order(&chat.chat, context, |conversation| Command::Decline { conversation }).await
}

async fn order(text: &str, context: &Context, command: impl FnOnce(GroupId) -> Command) -> Result<(), Error> {
    let mut session = context.open().await?;
    let group = chat::find(&session, text)?.group;
    let events = session.command(command(group.clone())).await?;
    context.show(&mut session, &events);
    context.settle(&mut session).await?;
    context.output.object(&object(&session.conversation(&group)?, &session));
    Ok(())
}

pub(super) fn parse(handle: &str) -> Result<Handle, Error> {
    Handle::parse(handle).map_err(|_| Error::Expected(texts::HANDLE_EXPECTED.to_owned()))
}

/// A conversation for scripts.
fn object(view: &ConversationView, session: &Session) -> Value {
    let people: Vec<_> = view.people.iter().map(|actor| session.people().handle(actor)).collect();
    json!({
        "conversation": view.group, "short": chat::short_name(&view.group), "name": view.name, "people": people,
        "standing": view.standing, "waiting": view.waiting, "obstacle": view.obstacle, "unverified": view.unverified, "encrypted": true,
    })
}
