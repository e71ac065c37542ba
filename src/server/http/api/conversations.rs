//! `/api/alcove/v1/conversations`, `/commits`, `/past-commits` and `/deliveries`: what a device asks of the sequencer,
//! wherever it is, and what became of what it sent.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Query},
};
use alcove_protocol::{
    ActivityId, ConversationId,
    api::{CommitAccepted, Delivery, NewCommit, NewConversation, PastCommits},
};
use serde::Deserialize;

use crate::{
    actions::{
        commits::{self, Posted, Question},
        devices::Sender,
        received,
        scopes::Scope,
        sequencer,
    },
    app::App,
    error::{Error, Result},
    fail_point::{self, FailPoint},
    federation::conversations,
    http::authentication::{Bearer, Caller},
};

/// `POST {CONVERSATIONS}`: 201.
pub async fn begin(app: Data<App>, bearer: Bearer, new: Json<NewConversation>) -> Result<HttpResponse> {
    let caller = bearer.allowed(Scope::Messages)?;
    let (site, moment, actor) = (app.site.clone(), app.moment(), caller.actor(&app));
    let conversation =
        app.db.write(move |transaction| sequencer::begin(transaction, &site, &moment, &actor, &new.group));
    Ok(HttpResponse::Created().json(conversation.await?))
}

/// `POST {COMMITS}`: 201 when it won.
pub async fn commit(app: Data<App>, bearer: Bearer, new: Json<NewCommit>) -> Result<HttpResponse> {
    let caller = bearer.allowed(Scope::Messages)?;
    let accepted = post(&app, caller, new.into_inner()).await?;
    fail_point::reach(FailPoint::AnswerLost);
    Ok(HttpResponse::Created().json(accepted))
}

async fn post(app: &App, caller: Caller, new: NewCommit) -> Result<CommitAccepted> {
    let sender = caller.sender();
    let (site, moment, first) = (app.site.clone(), app.moment(), new.clone());
    let posted =
        app.db.write(move |transaction| commits::post(transaction, &site, &moment, sender, &first)).await?;
    let question = match posted {
        Posted::Accepted(accepted) => {
            fail_point::reach(FailPoint::CommitAcceptedBeforeDelivery);
            return Ok(accepted);
        }
        Posted::Elsewhere(question) => question,
    };
    // A task of its own: a client that hangs up must not part the decision from what follows on it.
    let decided = tokio::spawn(decide_elsewhere(app.clone(), sender, new, question));
    decided.await.map_err(Error::unknown)?
}

/// Asks the sequencer of another server, and sends out what it has let win.
async fn decide_elsewhere(
    app: App,
    sender: Sender,
    new: NewCommit,
    question: Question,
) -> Result<CommitAccepted> {
    let answer = conversations::ask(&app, sender.account, &question).await?;
    fail_point::reach(FailPoint::CommitAcceptedBeforeDelivery);
    let (site, moment) = (app.site.clone(), app.moment());
    app.db
        .write(move |transaction| commits::complete(transaction, &site, &moment, sender, &new, answer))
        .await
}

/// Which commits are asked for.
#[derive(Debug, Deserialize)]
pub struct Past {
    conversation: ConversationId,
    after: u64,
}

/// `GET {PAST_COMMITS}`.
pub async fn past(app: Data<App>, bearer: Bearer, past: Query<Past>) -> Result<Json<PastCommits>> {
    let caller = bearer.allowed(Scope::Messages)?;
    let Past { conversation, after } = past.into_inner();
    if !app.site.owns(&conversation) {
        return Ok(Json(conversations::past(&app, caller.account, &conversation, after).await?));
    }
    let reader = caller.actor(&app);
    let found =
        app.db.read(move |transaction| sequencer::past(transaction, &conversation, &reader, after)).await?;
    Ok(Json(found.1))
}

/// Whose fate is asked for.
#[derive(Debug, Deserialize)]
pub struct Sent {
    activity: ActivityId,
}

/// `GET {DELIVERIES}`, for the sender only.
pub async fn deliveries(app: Data<App>, bearer: Bearer, sent: Query<Sent>) -> Result<Json<Vec<Delivery>>> {
    let caller = bearer.allowed(Scope::Messages)?;
    let site = app.site.clone();
    let list = app
        .db
        .read(move |transaction| received::deliveries(transaction, &site, caller.account, &sent.activity));
    Ok(Json(list.await?))
}
