//! `/api/alcove/v1/invitations` and `/invitation/{id}`: devices invite, and ferry what proves both sides to each other.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Json, Path},
};
use alcove_protocol::api::{Invitation, JoinAnswer, JoinProof, Joining, NewInvitation};

use crate::{
    actions::{invitations, scopes::Scope},
    app::App,
    error::Result,
    http::{authentication::Bearer, client_address},
};

/// `GET {INVITATION}/{id}`, by anybody.
pub async fn show(app: Data<App>, request: HttpRequest, id: Path<String>) -> Result<HttpResponse> {
    let (site, moment) = (app.site.clone(), app.moment());
    app.entrance.invitations.take(&client_address::network(&request, &app.config), moment.now)?;
    let name = app.config.server.name.clone();
    let shown = app.db.read(move |transaction| invitations::show(transaction, &moment, &site, &name, &id));
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(shown.await?))
}

/// `POST {INVITATIONS}`: 201.
pub async fn make(app: Data<App>, bearer: Bearer, new: Json<NewInvitation>) -> Result<HttpResponse> {
    let caller = bearer.allowed(Scope::Devices)?;
    let (site, moment, inviters) = (app.site.clone(), app.moment(), app.config.invitations.by);
    let made = app.db.write(move |transaction| {
        invitations::make(transaction, &moment, &site, inviters, caller.sender(), &new)
    });
    Ok(HttpResponse::Created().json(made.await?))
}

/// `GET {INVITATIONS}`.
pub async fn list(app: Data<App>, bearer: Bearer) -> Result<Json<Vec<Invitation>>> {
    let caller = bearer.allowed(Scope::Devices)?;
    let (site, moment) = (app.site.clone(), app.moment());
    let list = app.db.read(move |transaction| invitations::list(transaction, &moment, &site, caller.account));
    Ok(Json(list.await?))
}

/// `DELETE {INVITATIONS}/{id}`: 204.
pub async fn revoke(app: Data<App>, bearer: Bearer, id: Path<String>) -> Result<HttpResponse> {
    let (caller, moment) = (bearer.allowed(Scope::Devices)?, app.moment());
    app.db.write(move |transaction| invitations::revoke(transaction, &moment, caller.account, &id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `PUT {INVITATIONS}/{id}/proof`, by whoever came by it.
pub async fn prove(
    app: Data<App>,
    bearer: Bearer,
    id: Path<String>,
    proof: Json<JoinProof>,
) -> Result<Json<Joining>> {
    let caller = bearer.allowed(Scope::Devices)?;
    let proved =
        app.db.write(move |transaction| invitations::prove(transaction, caller.account, &id, &proof));
    Ok(Json(proved.await?))
}

/// `GET {INVITATIONS}/{id}/proof`, by whoever came by it.
pub async fn joining(app: Data<App>, bearer: Bearer, id: Path<String>) -> Result<Json<Joining>> {
    let caller = bearer.allowed(Scope::Devices)?;
    let joining = app.db.read(move |transaction| invitations::joining(transaction, caller.account, &id));
    Ok(Json(joining.await?))
}

/// `PUT {INVITATIONS}/{id}/answer`, by a device of the inviter: 204.
pub async fn answer(
    app: Data<App>,
    bearer: Bearer,
    id: Path<String>,
    answer: Json<JoinAnswer>,
) -> Result<HttpResponse> {
    let caller = bearer.allowed(Scope::Devices)?;
    app.db.write(move |transaction| invitations::answer(transaction, caller.sender(), &id, &answer)).await?;
    Ok(HttpResponse::NoContent().finish())
}
