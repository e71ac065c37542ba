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
        _ => Err(refusal(&answer)),
    }
}

/// What a sequencer has against a commit. An answer that is no problem document of ours was not written by a sequencer: a
/// proxy's page about a server that is down or was set up wrongly decides nothing.
fn refusal(answer: &Answer) -> Error {
    let written: Option<Problem> =
        read::parse(&answer.body).ok().and_then(|value| serde_json::from_value(value).ok());
    match written.filter(Problem::is_ours) {
        Some(problem) => commits::refusal(Problem { status: answer.status, ..problem }),
        None => Error::Busy,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, body: &str) -> Error {
        let (retry_after, content_type) = (None, None);
        refusal(&Answer { status, retry_after, content_type, body: body.as_bytes().to_vec() })
    }

    /// P14: a page of a proxy, or a problem of other software, is no decision about a commit.
    #[test]
    fn only_a_problem_document_of_ours_refuses_a_commit() {
        let ours = serde_json::to_string(&Problem::new("members", "No.", 200)).unwrap();
        for status in [403, 404, 409, 410, 413, 422] {
            let refused = answered(status, &ours);
            assert!(matches!(&refused, Error::Refused(problem) if problem.status == status), "{refused:?}");
            for body in
                ["", "<html>Not Found</html>", "{}", r#"{"type":"about:blank","title":"No","status":404}"#]
            {
                assert!(matches!(answered(status, body), Error::Busy), "{status} {body}");
            }
        }
        assert!(matches!(answered(503, &ours), Error::Busy));
    }
}
