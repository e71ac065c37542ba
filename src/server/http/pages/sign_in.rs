//! `/signin` and `/signout`.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use serde::Deserialize;
use serde_json::json;

use super::{
    browser, status_of,
    visitor::{Form, Visitor, local},
};
use crate::{
    actions::sessions,
    entrance,
    error::{Error, Result},
};

/// Where to go afterwards.
#[derive(Deserialize)]
pub struct Query {
    #[serde(default)]
    next: String,
}

/// The form.
#[derive(Deserialize)]
pub struct Fields {
    name: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// Nothing but the token that every form has.
#[derive(Deserialize)]
pub struct Nothing {}

/// Shows the form, unless the browser is signed in.
pub async fn show(visitor: Visitor, query: web::Query<Query>) -> Result<HttpResponse> {
    if visitor.session.is_some() {
        return Ok(visitor.redirect(local(&query.next)));
    }
    form(&visitor, StatusCode::OK, "", &query.next, None)
}

/// Signs the browser in.
pub async fn sign_in(form: Form<Fields>, request: HttpRequest) -> Result<HttpResponse> {
    let Form { visitor, fields } = form;
    let then = entrance::browser(browser::name(&request));
    match entrance::sign_in(&visitor.app, visitor.network, &fields.name, fields.password, then).await {
        Ok(secret) => visitor.redirect_signed_in(local(&fields.next), secret),
        Err(error @ (Error::Refused(_) | Error::TooMany(_) | Error::Busy)) => {
            self::form(&visitor, status_of(&error), &fields.name, &fields.next, Some(error.to_string()))
        }
        Err(error) => Err(error),
    }
}

/// `GET /signout`
pub async fn show_sign_out(visitor: Visitor) -> Result<HttpResponse> {
    match visitor.session {
        Some(_) => visitor.page(StatusCode::OK, "signout.html", json!({})),
        None => Ok(visitor.redirect("/")),
    }
}

/// Ends the browser's session.
pub async fn sign_out(form: Form<Nothing>) -> Result<HttpResponse> {
    let visitor = form.visitor;
    if let Some(session) = &visitor.session {
        let (moment, account, id) = (visitor.app.moment(), session.account, session.id);
        visitor.app.db.write(move |transaction| sessions::end(transaction, &moment, account, id)).await?;
    }
    visitor.redirect_signed_out("/")
}

fn form(
    visitor: &Visitor,
    status: StatusCode,
    name: &str,
    next: &str,
    problem: Option<String>,
) -> Result<HttpResponse> {
    let context = json!({"problem": problem, "name": name, "next": local(next)});
    visitor.page(status, "signin.html", context)
}
