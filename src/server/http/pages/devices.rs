//! `/settings/devices`: the devices of somebody who is signed in, and the way back for those who have lost all of them. One
//! device is removed on another one, which takes it out of every conversation; a page cannot do that.

use actix_web::{HttpResponse, http::StatusCode, web};
use alcove_protocol::api::{Device, DeviceState};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    settings::{day, sentence_of},
    status_of,
    visitor::{Form, Visitor},
};
use crate::{
    actions::devices,
    app::Moment,
    db::{Transaction, accounts::AccountRow},
    entrance,
    error::{Error, Result},
};

/// What the last form did.
#[derive(Deserialize)]
pub struct Query {
    removed: Option<String>,
}

/// The form that removes them all.
#[derive(Deserialize)]
pub struct RemoveAll {
    password: String,
}

/// `GET /settings/devices`
pub async fn show(visitor: Visitor, query: web::Query<Query>) -> Result<HttpResponse> {
    if visitor.session.is_none() {
        return Ok(visitor.sign_in_first());
    }
    page(&visitor, StatusCode::OK, json!({"problem": null, "removed": query.removed.is_some()})).await
}

/// Removes every device, if the password is right.
pub async fn remove_all(form: Form<RemoveAll>) -> Result<HttpResponse> {
    let Form { visitor, fields } = form;
    let account = visitor.signed_in()?.account;
    let remove = move |transaction: &mut Transaction<'_>, moment: &Moment, _: &AccountRow| {
        devices::remove_all(transaction, moment, account)
    };
    match entrance::confirm(&visitor.app, visitor.network, account, fields.password, remove).await {
        Ok(()) => Ok(visitor.redirect("/settings/devices?removed=yes")),
        Err(error @ (Error::Refused(_) | Error::TooMany(_) | Error::Busy)) => {
            let context = json!({"problem": sentence_of(&error), "removed": false});
            page(&visitor, status_of(&error), context).await
        }
        Err(error) => Err(error),
    }
}

async fn page(visitor: &Visitor, status: StatusCode, mut context: Value) -> Result<HttpResponse> {
    let (account, site) = (visitor.signed_in()?.account, visitor.app.site.clone());
    let list = visitor.app.db.read(move |transaction| devices::list(transaction, &site, account)).await?;
    context["devices"] = list.iter().map(shown).collect();
    visitor.page(status, "devices.html", context)
}

fn shown(device: &Device) -> Value {
    json!({
        "title": device.title,
        "waits": device.state == DeviceState::Pending,
        "created_at": device.created_at,
        "created": day(device.created_at),
        "last_seen_at": device.last_seen_at,
        "seen": device.last_seen_at.map(day),
    })
}
