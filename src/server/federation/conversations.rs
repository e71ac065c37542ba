//! Conversations whose sequencer is another server (ENCRYPTION.md 1.5): a commit of somebody here is forwarded to it, signed
//! by its author, and its past is asked for in the name of the reader. No answer is no decision: the device keeps its
//! commit and asks again.

use alcove_protocol::{
    ConversationId,
    api::{PastCommit, PastCommits},
    json as read,
    mls::SequencerAdd,
    problem::Problem,
};
use serde_json::Value;

use super::{deliver, fetch::Answer, proxy, senders};
use crate::{
    actions::commits::{self, Question},
    app::App,
    error::{Error, Result},
};

/// Posts a commit to its conversation; the sequencer's `Add` when it won.
///
/// # Errors
/// The sequencer's refusal; [`Error::Busy`] when nothing was decided.
pub async fn ask(app: &App, account: i64, question: &Question) -> Result<Value> {
    let sender = senders::of_actor(app, account).await?;
    let body = question.body.to_string().into_bytes();
    let answer = deliver::post(app, question.conversation.as_str(), &sender, &body).await;
    let answer = answer.map_err(|error| {
        tracing::info!(conversation = %question.conversation, %error, "a sequencer could not be asked");
        Error::Busy
    })?;
    match answer.status {
        200 | 201 => read::parse(&answer.body).map_err(|_| Error::Busy),
        _ => Err(commits::refusal(problem(&answer))),
    }
}

/// The problem that a server answered; a plain one with its status where it wrote none.
fn problem(answer: &Answer) -> Problem {
    let written = read::parse(&answer.body).ok().and_then(|value| serde_json::from_value(value).ok());
    let plain = || Problem::new("sequencer", "The conversation's server refused this.", answer.status);
    Problem { status: answer.status, ..written.unwrap_or_else(plain) }
}

/// The commits of a conversation elsewhere, from an epoch on.
///
/// # Errors
/// [`Error::NotFound`] when the reader may not know of it; [`Error::Busy`] when its server does not answer.
pub async fn past(app: &App, account: i64, conversation: &ConversationId, from: u64) -> Result<PastCommits> {
    let address = format!("{conversation}?after={from}");
    let document = proxy::fetch(app, account, &address).await?;
    parse(conversation, &document).ok_or_else(|| {
        Error::refused("not-a-conversation", 422, "Expected a conversation with its commits at this address.")
    })
}

fn parse(conversation: &ConversationId, document: &Value) -> Option<PastCommits> {
    let mut commits = Vec::new();
    for item in read::many(document, "orderedItems") {
        let add = SequencerAdd::parse(item).filter(|add| add.target == *conversation)?;
        let activity = item.get("object").filter(|object| object.is_object())?.clone();
        commits.push(PastCommit { add, activity });
    }
    let epoch = document.get("epoch")?.as_u64()?;
    Some(PastCommits { epoch, incarnation: document.get("incarnation")?.as_i64()?, commits })
}
