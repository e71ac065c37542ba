//! `/remote_follow`: somebody of another server wants to follow somebody here. They say who they are, and are shown the
//! address of their own server at which that is done, before they go there by themselves (S-64): nobody is redirected.

use actix_web::{HttpResponse, http::StatusCode, web::Query};
use alcove_protocol::Handle;
use serde::Deserialize;
use serde_json::json;

use super::{
    status_of,
    visitor::{Form, Visitor},
};
use crate::{
    db::accounts,
    error::{Error, Result},
    federation::lookup,
};

/// Who is to be followed.
#[derive(Deserialize)]
pub struct Followed {
    name: String,
}

/// Who is to be followed, and by whom.
#[derive(Deserialize)]
pub struct Follower {
    name: String,
    handle: String,
}

/// `GET /remote_follow?name=`
pub async fn show(visitor: Visitor, followed: Query<Followed>) -> Result<HttpResponse> {
    let (name, _) = account(&visitor, &followed.name).await?;
    page(&visitor, StatusCode::OK, &name, "", None)
}

/// Shows the way to the follower's own server.
pub async fn follow(form: Form<Follower>) -> Result<HttpResponse> {
    let Form { visitor, fields } = form;
    let (name, id) = account(&visitor, &fields.name).await?;
    match way(&visitor, &fields.handle, id).await {
        Ok(address) => {
            let host = url::Url::parse(&address).ok().and_then(|url| url.host_str().map(str::to_owned));
            let context = json!({"name": name, "address": address, "host": host});
            visitor.page(StatusCode::OK, "leave.html", context)
        }
        Err(Error::Unknown(error)) => Err(Error::Unknown(error)),
        Err(error) => {
            let sentence = match error {
                Error::NotFound => "There is nobody of that name.".to_owned(),
                Error::Busy => "Their server does not answer. Please try again later.".to_owned(),
                _ => error.to_string(),
            };
            page(&visitor, status_of(&error), &name, &fields.handle, Some(&sentence))
        }
    }
}

async fn account(visitor: &Visitor, name: &str) -> Result<(String, i64)> {
    let name = name.to_ascii_lowercase();
    let account = visitor.app.db.read(move |transaction| accounts::by_name(transaction, &name)).await?;
    let account = account.filter(accounts::AccountRow::is_enabled).ok_or(Error::NotFound)?;
    Ok((account.name, account.id))
}

async fn way(visitor: &Visitor, follower: &str, followed: i64) -> Result<String> {
    let app = &visitor.app;
    let follower =
        Handle::parse(follower).map_err(|invalid| Error::invalid(format!("Your handle: {invalid}.")))?;
    app.federation.strangers.take(&visitor.network, app.clock.now())?;
    lookup::subscribe_address(app, &follower, &app.site.actor(followed)).await
}

fn page(
    visitor: &Visitor,
    status: StatusCode,
    name: &str,
    typed: &str,
    problem: Option<&str>,
) -> Result<HttpResponse> {
    let handle = visitor.app.site.handle(name).to_string();
    let context = json!({"name": name, "handle": handle, "typed": typed, "problem": problem});
    visitor.page(status, "remote_follow.html", context)
}
