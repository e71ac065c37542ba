//! `/join/{token}`: taking up an invitation without a client. Each way in which an invitation can be bad is a page of its
//! own; what can be mended is said above the form.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use serde::Deserialize;
use serde_json::json;

use super::{
    browser, status_of,
    visitor::{Form, Visitor},
};
use crate::{
    actions::invite::{self, Ticket},
    entrance::{self, JoinForm},
    error::{Error, Result},
    secret::SecretHash,
};

/// The form.
#[derive(Deserialize)]
pub struct Fields {
    name: String,
    #[serde(default)]
    display_name: String,
    password: String,
}

/// Shows the form, if the invitation can be taken up.
pub async fn show(visitor: Visitor, token: web::Path<String>) -> Result<HttpResponse> {
    let (moment, ticket) = (visitor.app.moment(), Ticket::Token(SecretHash::of(&token)));
    visitor.app.db.read(move |transaction| invite::look(transaction, &moment, &ticket).map(drop)).await?;
    form(&visitor, StatusCode::OK, ("", ""), None)
}

/// Makes the account, signs the browser in and says what next.
pub async fn join(
    form: Form<Fields>,
    token: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let Form { visitor, fields } = form;
    let (name, display_name) = (fields.name.clone(), fields.display_name.clone());
    let newcomer = JoinForm {
        invitation: Ticket::Token(SecretHash::of(&token)),
        name: fields.name,
        display_name: Some(fields.display_name),
        password: fields.password,
    };
    let then = entrance::browser(browser::name(&request));
    match entrance::join(&visitor.app, visitor.network, newcomer, then).await {
        Ok(secret) => visitor.redirect_signed_in("/welcome", secret),
        Err(error) if can_be_mended(&error) => {
            self::form(&visitor, status_of(&error), (&name, &display_name), Some(error.to_string()))
        }
        Err(error) => Err(error),
    }
}

/// `GET /welcome`
pub async fn welcome(visitor: Visitor) -> Result<HttpResponse> {
    let session = visitor.signed_in()?;
    let context = json!({"name": session.name, "origin": visitor.app.site.origin().as_str()});
    visitor.page(StatusCode::OK, "welcome.html", context)
}

fn form(
    visitor: &Visitor,
    status: StatusCode,
    (name, display_name): (&str, &str),
    problem: Option<String>,
) -> Result<HttpResponse> {
    let context = json!({"problem": problem, "name": name, "display_name": display_name});
    visitor.page(status, "join.html", context)
}

fn can_be_mended(error: &Error) -> bool {
    let typed =
        ["name-invalid", "name-taken", "display-name-invalid", "password-too-short", "password-too-long"];
    matches!(error, Error::TooMany(_) | Error::Busy) || typed.iter().any(|kind| error.is_refusal(kind))
}
