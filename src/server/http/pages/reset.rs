//! `/reset/{token}`: a new password by a link that an admin gave out.

use actix_web::{HttpResponse, http::StatusCode, web};
use serde::Deserialize;
use serde_json::json;

use super::{
    status_of,
    visitor::{Form, Visitor},
};
use crate::{
    actions::passwords,
    entrance,
    error::{Error, Result},
    secret::SecretHash,
};

/// The form.
#[derive(Deserialize)]
pub struct Fields {
    new: String,
}

/// Shows the form, if the link is still good.
pub async fn show(visitor: Visitor, token: web::Path<String>) -> Result<HttpResponse> {
    let (moment, hash) = (visitor.app.moment(), SecretHash::of(&token));
    let look = visitor
        .app
        .db
        .read(move |transaction| passwords::reset_account(transaction, &moment, &hash).map(drop));
    look.await?;
    visitor.page(StatusCode::OK, "reset.html", json!({"problem": null}))
}

/// Sets the password and leads to the sign-in page: whoever has the link knows the new password as well.
pub async fn reset(form: Form<Fields>, token: web::Path<String>) -> Result<HttpResponse> {
    let Form { visitor, fields } = form;
    match entrance::reset_password(&visitor.app, visitor.network, &token, fields.new).await {
        Ok(()) => Ok(visitor.redirect("/signin")),
        Err(error) if error.is_refusal("reset-link-ended") => Err(error),
        Err(error @ (Error::Refused(_) | Error::TooMany(_) | Error::Busy)) => {
            visitor.page(status_of(&error), "reset.html", json!({"problem": error.to_string()}))
        }
        Err(error) => Err(error),
    }
}
