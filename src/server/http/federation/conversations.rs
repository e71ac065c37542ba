//! Conversations at their sequencer: `GET` and `POST /conversations/{name}` (ENCRYPTION.md 1.5 and 1.8). Read by people of
//! the roster, here by token and elsewhere by signature, as far as they were there; to everybody else there is nothing.
//! Each item of the collection is the sequencer's `Add` with the whole commit as its object.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Path, Payload, Query},
};
use alcove_protocol::{
    ActorId, ConversationId, GroupId,
    activity::Activity,
    api::PastCommits,
    context::{self, ACTIVITY_JSON},
    json as read,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::signed::{self, Signed};
use crate::{
    actions::{
        scopes::Scope,
        sealed::Sealed,
        sequencer::{self, Post},
    },
    app::App,
    error::{Error, Result},
    fail_point::{self, FailPoint},
    federation::receive,
    http::authentication::OptionalBearer,
};

/// From which epoch on.
#[derive(Debug, Deserialize)]
pub struct From {
    #[serde(default)]
    after: u64,
}

/// `GET /conversations/{name}`, `?after=EPOCH`.
pub async fn get(
    app: Data<App>,
    name: Path<String>,
    from: Query<From>,
    bearer: OptionalBearer,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse> {
    let reader = match bearer.0 {
        Some(bearer) => bearer.allowed(Scope::Messages)?.actor(&app),
        None => signed::reader(&request, payload).await?,
    };
    let (conversation, after) = (app.site.conversation(&name), from.after);
    let asked = conversation.clone();
    let (group, past) =
        app.db.read(move |transaction| sequencer::past(transaction, &asked, &reader, after)).await?;
    let address = match request.query_string() {
        "" => conversation.as_str().to_owned(),
        query => format!("{conversation}?{query}"),
    };
    let document = collection(&address, &conversation, &group, &past);
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type(ACTIVITY_JSON)
        .body(document.to_string()))
}

fn collection(address: &str, conversation: &ConversationId, group: &GroupId, past: &PastCommits) -> Value {
    let items = past.commits.iter().map(|commit| {
        let mut add = commit.add.to_value(&[]);
        add["object"] = commit.activity.clone();
        add
    });
    let mut document = json!({
        "@context": context::mls(), "id": address, "type": "OrderedCollection", "context": group,
        "epoch": past.epoch, "incarnation": past.incarnation, "orderedItems": items.collect::<Vec<_>>(),
    });
    if let Some(last) = past.commits.last().filter(|last| last.add.epoch + 1 < past.epoch) {
        document["next"] = json!(format!("{conversation}?after={}", last.add.epoch + 1));
    }
    document
}

/// `POST /conversations/{name}`: a commit of somebody elsewhere, as the signed `Create` with the property `members`. 201 with
/// the sequencer's `Add`, or why not.
pub async fn post(app: Data<App>, name: Path<String>, signed: Signed) -> Result<HttpResponse> {
    let conversation = app.site.conversation(&name);
    let (sealed, members) = commit(&signed)?;
    if sealed.conversation().is_some_and(|named| named != conversation) {
        return Err(Error::refused(
            "wrong-conversation",
            422,
            "Expected a commit that names this conversation.",
        ));
    }
    let post = Post::new(conversation, sealed, members)?;
    let (site, moment, by) = (app.site.clone(), app.moment(), signed.by);
    let taken = app.db.write(move |transaction| {
        // A repeat is signed anew; only the same request again is a replay.
        by.accept(transaction, &moment)?;
        sequencer::take(transaction, &site, &moment, &post)
    });
    let add = taken.await?;
    fail_point::reach(FailPoint::CommitAcceptedBeforeDelivery);
    Ok(HttpResponse::Created().content_type(ACTIVITY_JSON).body(add.to_value(&[]).to_string()))
}

/// The commit and the roster that it leads to; by whoever signed.
fn commit(signed: &Signed) -> Result<(Sealed, Vec<ActorId>)> {
    let mut body = read::parse(&signed.body).map_err(|error| Error::invalid(error.to_string()))?;
    let members = body.as_object_mut().and_then(|body| body.remove("members"));
    let members = members.and_then(|members| serde_json::from_value(members).ok()).ok_or_else(|| {
        Error::refused("members", 422, "Expected members: the actors with a leaf after the commit.")
    })?;
    let activity = Activity::parse(body).map_err(receive::refused)?;
    if activity.actor != *signed.by.actor() {
        let sentence = "Expected an activity whose actor is the one who signed the request.";
        return Err(Error::refused("signer-not-actor", 403, sentence));
    }
    Ok((Sealed::read(activity)?, members))
}
