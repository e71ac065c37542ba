//! `/api/alcove/v1/tokens` and `/sessions`: clients of ours sign in and out, and see where else their account is signed in.

use actix_web::{HttpRequest, HttpResponse, web};
use alcove_protocol::api::{Session, SignIn};

use crate::{
    actions::{
        scopes::Scope,
        sessions::{self, Keep},
    },
    app::App,
    entrance,
    error::{Error, Result},
    http::{authentication::Bearer, client_address},
};

/// `POST {TOKENS}`: 201 with a token.
pub async fn sign_in(
    app: web::Data<App>,
    request: HttpRequest,
    body: web::Json<SignIn>,
) -> Result<HttpResponse> {
    let SignIn { name, password, client_name } = body.into_inner();
    let (site, network) = (app.site.clone(), client_address::network(&request, &app.config));
    let token = entrance::sign_in(&app, network, &name, password, move |transaction, moment, account| {
        sessions::issue_token(transaction, moment, &site, account, &client_name)
    });
    Ok(HttpResponse::Created().insert_header(("Cache-Control", "no-store")).json(token.await?))
}

/// `DELETE {TOKENS}`: ends the token it is called with, whatever its scopes.
pub async fn sign_out(app: web::Data<App>, bearer: Bearer) -> Result<HttpResponse> {
    let (caller, moment) = (bearer.with_any_scope(), app.moment());
    app.db
        .write(move |transaction| sessions::end(transaction, &moment, caller.account, caller.token))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `GET {SESSIONS}`. Like ending one, only for clients that act as a device of the account.
pub async fn list(app: web::Data<App>, bearer: Bearer) -> Result<web::Json<Vec<Session>>> {
    let (caller, now) = (bearer.allowed(Scope::Devices)?, app.clock.now());
    let list = app
        .db
        .read(move |transaction| sessions::list(transaction, now, caller.account, Keep::Token(caller.token)));
    Ok(web::Json(list.await?))
}

/// `DELETE {SESSIONS}/{id}`
pub async fn end(app: web::Data<App>, bearer: Bearer, id: web::Path<String>) -> Result<HttpResponse> {
    let (caller, moment) = (bearer.allowed(Scope::Devices)?, app.moment());
    let id = id.parse().map_err(|_| Error::NotFound)?;
    app.db.write(move |transaction| sessions::end(transaction, &moment, caller.account, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}
