//! `POST /api/alcove/v1/password`.

use actix_web::{HttpRequest, HttpResponse, web};
use alcove_protocol::api::PasswordChange;

use crate::{
    actions::{scopes::Scope, sessions::Keep},
    app::App,
    entrance,
    error::Result,
    http::{authentication::Bearer, client_address},
};

/// Changes the password; 204. Everything but the calling token ends.
pub async fn change(
    app: web::Data<App>,
    request: HttpRequest,
    bearer: Bearer,
    body: web::Json<PasswordChange>,
) -> Result<HttpResponse> {
    let caller = bearer.allowed(Scope::Devices)?;
    let (network, keep) = (client_address::network(&request, &app.config), Keep::Token(caller.token));
    entrance::change_password(&app, network, caller.account, body.into_inner(), keep).await?;
    Ok(HttpResponse::NoContent().finish())
}
