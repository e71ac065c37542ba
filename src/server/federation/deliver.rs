//! Sends one delivery: the only sender to foreign inboxes. Signed at the moment of sending, first in the older way and,
//! where that is refused, once in the newer one ("double-knocking"); what a host took is remembered. What follows from the
//! outcome is decided in `actions/deliver`.

use std::time::Duration;

use alcove_protocol::{ActorId, context::ACTIVITY_JSON, time::DAY};
use serde_json::Value;
use url::Url;

use super::{
    actors::{self, Missing},
    fetch::{Answer, PostError},
    memory::Memory,
    senders::{self, Sender},
    signatures::{self, OutgoingRequest, Scheme},
};
use crate::{
    actions::{
        deliver::{Outcome, Trouble},
        hidden,
    },
    app::App,
    db::deliveries::Claimed,
    error::Error,
};

/// How long one attempt may take with all its knocks and look-ups: less than its lease, so that nobody else sends the same
/// meanwhile.
const LONGEST_ATTEMPT: Duration = Duration::from_secs(80);

/// How each host likes to be signed to, by its origin, as far as this process has learned it: what it took, or how it signs
/// itself.
pub type Likings = Memory<String, Scheme>;

/// How long a liking is believed, in milliseconds.
pub const LIKING_LIFETIME: i64 = DAY;

/// Sends a delivery and says what came of it. Never fails: trouble of our own is a reason to try later, too.
pub async fn send(app: &App, claimed: &Claimed) -> Outcome {
    match tokio::time::timeout(LONGEST_ATTEMPT, attempt(app, claimed)).await {
        Ok(Ok(outcome) | Err(outcome)) => outcome,
        Err(_) => Outcome::Later {
            reason: format!("{} took longer than {} seconds.", claimed.host, LONGEST_ATTEMPT.as_secs()),
            wish: None,
            trouble: Trouble::Host,
        },
    }
}

async fn attempt(app: &App, claimed: &Claimed) -> Result<Outcome, Outcome> {
    let recipient = ActorId::parse(&claimed.recipient_uri).map_err(|_| {
        Outcome::Refused("The recipient has no address that anything could be sent to.".into())
    })?;
    let sender = senders::of_actor(app, claimed.sender_id).await.map_err(|error| no_sender(&error))?;
    let body = body(&claimed.document)?;
    let inbox = match &claimed.inbox {
        Some(inbox) => inbox.clone(),
        None => inbox_of(app, &recipient).await?,
    };
    let answer = post(app, &inbox, &sender, &body).await;
    let is_missing = answer.as_ref().is_ok_and(|answer| matches!(answer.status, 404 | 410));
    if !is_missing || claimed.inbox.is_none() || claimed.is_shared() {
        return Ok(judge(app, claimed, answer));
    }
    // The inbox may have moved since we learned of it: its actor is asked once, now.
    let moved = inbox_of(app, &recipient).await?;
    if moved == inbox {
        return Ok(judge(app, claimed, answer));
    }
    Ok(judge(app, claimed, post(app, &moved, &sender, &body).await))
}

/// What goes out: the activity as it is stored, without hidden recipients.
fn body(document: &str) -> Result<Vec<u8>, Outcome> {
    let unreadable = |_| Outcome::Refused("The message is not kept any more.".to_owned());
    let mut activity: Value = serde_json::from_str(document).map_err(unreadable)?;
    hidden::strip(&mut activity);
    Ok(activity.to_string().into_bytes())
}

fn no_sender(error: &Error) -> Outcome {
    match error {
        Error::NotFound => Outcome::Refused("The sender is not here any more.".into()),
        _ => ours(),
    }
}

/// Trouble of this server: tried again without a word against the other one.
fn ours() -> Outcome {
    let reason = "This server could not send it just now.".to_owned();
    Outcome::Later { reason, wish: None, trouble: Trouble::Delivery }
}

/// A server that does not say where to send something.
fn unwilling(host: &str, reason: &str) -> Outcome {
    let reason = format!("{host} did not say where to send it: {reason}.");
    Outcome::Later { reason, wish: None, trouble: Trouble::Delivery }
}

/// Where a recipient takes deliveries, as its own server says now.
async fn inbox_of(app: &App, recipient: &ActorId) -> Result<String, Outcome> {
    let host = recipient.origin();
    let host = host.authority();
    match actors::refresh(app, recipient).await {
        Ok(actor) => Ok(actor.inbox),
        Err(Missing::Ours(blocked)) if blocked.is_refusal("domain-blocked") => {
            Err(Outcome::Refused(blocked.to_string()))
        }
        Err(Missing::Ours(_)) => Err(ours()),
        Err(Missing::Gone) => Err(Outcome::Refused(format!("{host} says that this actor is gone."))),
        Err(Missing::Absent) => Err(Outcome::Refused(format!("{host} knows no such actor."))),
        Err(Missing::Denied) => Err(unwilling(host, "it does not let us read this actor")),
        Err(Missing::Unusable(reason)) => Err(unwilling(host, &reason)),
        Err(Missing::Unreachable(reason)) => {
            Err(Outcome::Later { reason: format!("{reason}."), wish: None, trouble: Trouble::Host })
        }
    }
}

/// Posts, and knocks a second time in the other way when the first is refused as unsigned or not understood.
pub(super) async fn post(app: &App, inbox: &str, sender: &Sender, body: &[u8]) -> Result<Answer, PostError> {
    let url = Url::parse(inbox).map_err(|_| PostError::Refused("expected an inbox with an address"))?;
    let host = url.origin().ascii_serialization();
    let first = app.federation.likings.get(&host, app.clock.now()).unwrap_or(Scheme::Cavage);
    let answer = knock(app, &url, sender, body, first).await?;
    if !matches!(answer.status, 400 | 401) {
        return Ok(answer);
    }
    let second = match first {
        Scheme::Cavage => Scheme::Rfc9421,
        Scheme::Rfc9421 | Scheme::Rfc9421Ed25519 => Scheme::Cavage,
    };
    let again = knock(app, &url, sender, body, second).await?;
    if (200..300).contains(&again.status) {
        app.federation.likings.put(host, second, app.clock.now());
        return Ok(again);
    }
    Ok(answer)
}

async fn knock(
    app: &App,
    url: &Url,
    sender: &Sender,
    body: &[u8],
    scheme: Scheme,
) -> Result<Answer, PostError> {
    let request = OutgoingRequest { method: "POST", url, content_type: Some(ACTIVITY_JSON), body };
    let signed = signatures::sign(&request, scheme, sender.signer_for(scheme), app.clock.now());
    let headers = signed.map_err(|_| PostError::Refused("expected a sender with a key that can be used"))?;
    app.outgoing.post(url.as_str(), headers, body.to_vec()).await
}

/// What an answer means (FEDERATION.md section 2): refusals end a delivery, all else is tried again; only a server that
/// cannot be reached or fails is in trouble.
fn judge(app: &App, claimed: &Claimed, answer: Result<Answer, PostError>) -> Outcome {
    let host = &claimed.host;
    let answer = match answer {
        Ok(answer) => answer,
        Err(PostError::Refused(expected)) => {
            return Outcome::Refused(format!("{host} has an inbox that cannot be used: {expected}."));
        }
        Err(blocked @ PostError::Blocked(_)) => return Outcome::Refused(format!("{blocked}.")),
        Err(PostError::Unreachable(reason)) => {
            return Outcome::Later { reason: format!("{reason}."), wish: None, trouble: Trouble::Host };
        }
    };
    let now = app.clock.now();
    let wish = answer.retry_after.map(|wish| wish.moment(now).since(now).max(0));
    let reason = format!("{host} answered {}.", answer.status);
    match answer.status {
        200..300 => Outcome::Delivered,
        404 => Outcome::NoInbox(format!("{host} knows no such inbox.")),
        410 if claimed.is_shared() => Outcome::NoInbox(format!("{host} says that this inbox is gone.")),
        410 => Outcome::Refused(format!("{host} says that this actor is gone.")),
        401 | 408 | 429 | 300..400 => Outcome::Later { reason, wish, trouble: Trouble::Delivery },
        400..500 => Outcome::Refused(format!("{host} refused it with {}.", answer.status)),
        _ => Outcome::Later { reason, wish, trouble: Trouble::Host },
    }
}
