//! `/settings/password` and `/settings/sessions`.

use actix_web::{HttpResponse, http::StatusCode, web};
use alcove_protocol::{
    Timestamp,
    api::{PasswordChange, Session, SessionKind},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    status_of,
    visitor::{Form, Visitor},
};
use crate::{
    actions::sessions::{self, Keep},
    entrance,
    error::{Error, Result},
};

/// What the last form did.
#[derive(Deserialize)]
pub struct Query {
    changed: Option<String>,
}

/// The form of the sessions page.
#[derive(Deserialize)]
pub struct End {
    id: String,
}

/// `GET /settings/password`
pub async fn show_password(visitor: Visitor, query: web::Query<Query>) -> Result<HttpResponse> {
    if visitor.session.is_none() {
        return Ok(visitor.sign_in_first());
    }
    let context = json!({"problem": null, "changed": query.changed.is_some()});
    visitor.page(StatusCode::OK, "password.html", context)
}

/// Changes the password; everything but this browser is signed out.
pub async fn change_password(form: Form<PasswordChange>) -> Result<HttpResponse> {
    let Form { visitor, fields } = form;
    let session = visitor.signed_in()?;
    let keep = Keep::Browser(session.id);
    match entrance::change_password(&visitor.app, visitor.network, session.account, fields, keep).await {
        Ok(()) => Ok(visitor.redirect("/settings/password?changed=yes")),
        Err(error @ (Error::Refused(_) | Error::TooMany(_) | Error::Busy)) => {
            let sentence = sentence_of(&error);
            visitor.page(status_of(&error), "password.html", json!({"problem": sentence, "changed": false}))
        }
        Err(error) => Err(error),
    }
}

/// What is said above a form that asks for the present password.
pub fn sentence_of(error: &Error) -> String {
    if entrance::is_wrong_password(error) {
        "The password you have now is not right.".to_owned()
    } else {
        error.to_string()
    }
}

/// `GET /settings/sessions`
pub async fn show_sessions(visitor: Visitor) -> Result<HttpResponse> {
    let Some(session) = visitor.session.clone() else {
        return Ok(visitor.sign_in_first());
    };
    let now = visitor.app.clock.now();
    let list = visitor.app.db.read(move |transaction| {
        sessions::list(transaction, now, session.account, Keep::Browser(session.id))
    });
    let shown: Vec<Value> = list.await?.iter().map(shown).collect();
    visitor.page(StatusCode::OK, "sessions.html", json!({"sessions": shown}))
}

/// Ends one session.
pub async fn end_session(form: Form<End>) -> Result<HttpResponse> {
    let Form { visitor, fields } = form;
    let account = visitor.signed_in()?.account;
    let (moment, id) = (visitor.app.moment(), fields.id.parse().map_err(|_| Error::NotFound)?);
    visitor.app.db.write(move |transaction| sessions::end(transaction, &moment, account, id)).await?;
    Ok(visitor.redirect("/settings/sessions"))
}

fn shown(session: &Session) -> Value {
    json!({
        "id": session.id,
        "client_name": session.client_name,
        "kind": match session.kind {
            SessionKind::Browser => "Browser",
            SessionKind::Client => "Device",
            SessionKind::App => "App",
        },
        "current": session.current,
        "created_at": session.created_at,
        "created": day(session.created_at),
        "last_seen_at": session.last_seen_at,
        "seen": session.last_seen_at.map(day),
    })
}

/// The day in UTC, as `2026-05-03`.
pub fn day(time: Timestamp) -> String {
    time.to_rfc3339().chars().take(10).collect()
}
