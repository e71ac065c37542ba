//! `/stolen`: for somebody whose phone is in other hands, from whatever browser is near. With the password everything is
//! signed out at once and nothing is done in their name any more, until they say otherwise on the same page. Nobody has to
//! be signed in. How a single device is removed is said on `/settings/devices`.

use actix_web::{HttpResponse, http::StatusCode, web};
use serde::Deserialize;
use serde_json::json;

use super::{
    status_of,
    visitor::{Form, Visitor},
};
use crate::{
    entrance,
    error::{Error, Result},
};

/// What the last form did.
#[derive(Deserialize)]
pub struct Query {
    frozen: Option<String>,
}

/// The form that freezes.
#[derive(Deserialize)]
pub struct Freeze {
    name: String,
    password: String,
}

/// The form that ends it.
#[derive(Deserialize)]
pub struct Unfreeze {
    name: String,
    password: String,
    #[serde(default)]
    new: String,
}

/// Which of the two forms something is to be said about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    Freezing,
    Unfreezing,
}

/// `GET /stolen`
pub async fn show(visitor: Visitor, query: web::Query<Query>) -> Result<HttpResponse> {
    let name = visitor.session.as_ref().map(|session| session.name.clone()).unwrap_or_default();
    let context = json!({"name": name, "frozen": query.frozen.is_some(), "problem": null, "mistake": null});
    visitor.page(StatusCode::OK, "stolen.html", context)
}

/// `POST /stolen`: signs everything out, this browser as well.
pub async fn freeze(form: Form<Freeze>) -> Result<HttpResponse> {
    let Form { visitor, fields: Freeze { name, password } } = form;
    match entrance::freeze(&visitor.app, visitor.network, &name, password).await {
        Ok(()) => visitor.redirect_signed_out("/stolen?frozen=yes"),
        Err(error) => again(&visitor, &name, About::Freezing, error),
    }
}

/// `POST /stolen/over`
pub async fn unfreeze(form: Form<Unfreeze>) -> Result<HttpResponse> {
    let Form { visitor, fields: Unfreeze { name, password, new } } = form;
    let new = Some(new).filter(|new| !new.is_empty());
    match entrance::unfreeze(&visitor.app, visitor.network, &name, password, new).await {
        Ok(()) => {
            let sentence = "Your account can be used again, and what was waiting is sent. Sign in on the devices that you \
                            still have, and remove the one that you have lost: only then can it not read what is \
                            written from now on.";
            visitor.said("You are back", sentence, ("/signin", "Sign in"))
        }
        Err(error) => again(&visitor, &name, About::Unfreezing, error),
    }
}

/// The page again, with the name as it was typed.
fn again(visitor: &Visitor, name: &str, about: About, error: Error) -> Result<HttpResponse> {
    if !matches!(error, Error::Refused(_) | Error::TooMany(_) | Error::Busy) {
        return Err(error);
    }
    let said = |which| (about == which).then(|| error.to_string());
    let context = json!({
        "name": name,
        "frozen": false,
        "problem": said(About::Freezing),
        "mistake": said(About::Unfreezing),
    });
    visitor.page(status_of(&error), "stolen.html", context)
}
