//! What is done to messages that are there: answered, changed, taken back, reacted to; and what becomes of those that were
//! refused. A message is named by the number that `read` shows.

use alcove_client::{Command, Content, ConversationView, Message, Receipts};
use alcove_terminal::{Error, Session, texts};
use clap::{Args, ValueEnum};
use serde_json::json;

use super::{Context, chat, messages};

/// `reply` and `edit`.
#[derive(Args)]
pub struct Written {
    /// The conversation.
    chat: String,
    /// The message: its number, as `read` shows it.
    message: i64,
    /// The text; `-` reads it from standard input.
    #[arg(allow_hyphen_values = true)]
    text: String,
}

/// `delete`.
#[derive(Args)]
pub struct One {
    /// The conversation.
    chat: String,
    /// The message: its number, as `read` shows it.
    message: i64,
}

/// `react`.
#[derive(Args)]
pub struct React {
    /// The conversation.
    chat: String,
    /// The message: its number, as `read` shows it.
    message: i64,
    /// One emoji.
    emoji: String,
    /// Take the reaction back.
    #[arg(long)]
    undo: bool,
}

/// `retry` and `discard`.
#[derive(Args)]
pub struct Refused {
    /// The conversation.
    chat: String,
    /// The message: its id, as `read` shows it.
    id: String,
}

/// `receipts`.
#[derive(Args)]
pub struct Hear {
    /// Who hears what you have read.
    who: Who,
}

/// Who hears what is read.
#[derive(Clone, Copy, ValueEnum)]
enum Who {
    /// The people you write with.
    Shared,
    /// Only your own devices.
    Private,
}

/// Answers a message.
pub async fn reply(reply: Written, context: &Context) -> Result<(), Error> {
    let text = messages::typed(reply.text)?;
    let (mut session, view, message) = find(&reply.chat, reply.message, context).await?;
    let in_reply_to = Some(message.reference());
    let content = Content::Text { text, in_reply_to, mentions: Vec::new(), files: Vec::new() };
    messages::say(view.group, content, &mut session, context).await
}

/// Gives a message another text.
pub async fn edit(edit: Written, context: &Context) -> Result<(), Error> {
    let text = messages::typed(edit.text)?;
    let (mut session, view, message) = find_own(&edit.chat, edit.message, context).await?;
    let content = Content::Edit { target: message.id, text, mentions: Vec::new() };
    messages::say(view.group, content, &mut session, context).await
}

/// Takes a message back, for everyone.
pub async fn delete(delete: One, context: &Context) -> Result<(), Error> {
    let (mut session, view, message) = find_own(&delete.chat, delete.message, context).await?;
    messages::say(view.group, Content::Deletion { target: message.id }, &mut session, context).await
}

/// Reacts to a message, or takes the reaction back.
pub async fn react(react: React, context: &Context) -> Result<(), Error> {
    let (mut session, view, message) = find(&react.chat, react.message, context).await?;
    let (target, emoji) = (message.reference(), react.emoji);
    let content = if react.undo {
        let history = session.history(&view.group)?;
        let reaction = history.reaction(&view.group, &target, session.actor(), &emoji);
        if reaction.is_none() {
            return Err(Error::Expected(texts::NO_REACTION.to_owned()));
        }
        Content::Undo { reaction, target: Some(target), emoji: Some(emoji) }
    } else {
        Content::Reaction { target, emoji }
    };
    messages::say(view.group, content, &mut session, context).await
}

/// Sends a message again that was refused.
pub async fn retry(refused: Refused, context: &Context) -> Result<(), Error> {
    let mut session = context.open().await?;
    let conversation = chat::find(&session, &refused.chat)?.group;
    messages::give(Command::Retry { conversation, id: refused.id }, &mut session, context).await
}

/// Forgets a message that was refused.
pub async fn discard(refused: Refused, context: &Context) -> Result<(), Error> {
    let mut session = context.open().await?;
    let conversation = chat::find(&session, &refused.chat)?.group;
    session.command(Command::Discard { conversation, id: refused.id }).await.map(drop)
}

/// Says who hears what is read.
pub async fn receipts(hear: Hear, context: &Context) -> Result<(), Error> {
    let mut session = context.open().await?;
    let (receipts, sentence) = match hear.who {
        Who::Shared => (Receipts::Shared, texts::RECEIPTS_SHARED),
        Who::Private => (Receipts::Private, texts::RECEIPTS_PRIVATE),
    };
    session.command(Command::SetReceipts(receipts)).await?;
    context.output.fact(sentence, &json!({"receipts": receipts}));
    Ok(())
}

async fn find(
    chat: &str,
    number: i64,
    context: &Context,
) -> Result<(Session, ConversationView, Message), Error> {
    let session = context.open().await?;
    let view = chat::find(&session, chat)?;
    let found = session.read(&view.group, number.saturating_add(1), 1)?;
    let found = found.into_iter().map(|item| item.message).find(|message| message.position == number);
    let message = found.ok_or_else(|| Error::Expected(texts::no_such_message(number)))?;
    Ok((session, view, message))
}

async fn find_own(
    chat: &str,
    number: i64,
    context: &Context,
) -> Result<(Session, ConversationView, Message), Error> {
    let (session, view, message) = find(chat, number, context).await?;
    if message.sender != *session.actor() {
        return Err(Error::Expected(texts::NOT_YOURS.to_owned()));
    }
    Ok((session, view, message))
}
