//! `/api/alcove/v1/devices` and `/pairings`: devices sign up, are listed and removed; a new one is approved by an old one.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use alcove_protocol::api::{
    Device, DeviceChange, NewDevice, Pairing, PairingAnswer, PairingCommitment, PairingReveal, PairingVerdict,
};

use crate::{
    actions::{
        devices,
        pairings::{self, Step},
        scopes::Scope,
    },
    app::App,
    error::Result,
    http::authentication::{Bearer, Caller},
};

/// `GET {DEVICES}`.
pub async fn list(app: Data<App>, bearer: Bearer) -> Result<Json<Vec<Device>>> {
    let (caller, site) = (bearer.allowed(Scope::Devices)?, app.site.clone());
    let list = app.db.read(move |transaction| devices::list(transaction, &site, caller.account));
    Ok(Json(list.await?))
}

/// `POST {DEVICES}`: 201.
pub async fn register(app: Data<App>, bearer: Bearer, new: Json<NewDevice>) -> Result<HttpResponse> {
    let caller = bearer.allowed(Scope::Devices)?;
    let (site, moment) = (app.site.clone(), app.moment());
    let device = app
        .db
        .write(move |transaction| devices::register(transaction, &site, &moment, caller.sender(), &new));
    Ok(HttpResponse::Created().json(device.await?))
}

/// `PATCH {DEVICES}/{name}`.
pub async fn change(
    app: Data<App>,
    bearer: Bearer,
    name: Path<String>,
    change: Json<DeviceChange>,
) -> Result<Json<Device>> {
    let (caller, site) = (bearer.allowed(Scope::Devices)?, app.site.clone());
    let device = app
        .db
        .write(move |transaction| devices::rename(transaction, &site, caller.sender(), &name, &change.title));
    Ok(Json(device.await?))
}

/// `DELETE {DEVICES}/{name}`: 204.
pub async fn remove(app: Data<App>, bearer: Bearer, name: Path<String>) -> Result<HttpResponse> {
    let (caller, moment) = (bearer.allowed(Scope::Devices)?, app.moment());
    app.db.write(move |transaction| devices::remove(transaction, &moment, caller.sender(), &name)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `GET {PAIRINGS}`.
pub async fn pairings(app: Data<App>, bearer: Bearer) -> Result<Json<Vec<Pairing>>> {
    let caller = bearer.allowed(Scope::Devices)?;
    let (site, moment) = (app.site.clone(), app.moment());
    let list = app.db.read(move |transaction| pairings::list(transaction, &site, &moment, caller.account));
    Ok(Json(list.await?))
}

/// `POST {PAIRINGS}`: step 1; 201.
pub async fn start(app: Data<App>, bearer: Bearer, body: Json<PairingCommitment>) -> Result<HttpResponse> {
    let caller = bearer.allowed(Scope::Devices)?;
    let (site, moment) = (app.site.clone(), app.moment());
    let pairing =
        app.db.write(move |transaction| pairings::start(transaction, &site, &moment, caller.sender(), &body));
    Ok(HttpResponse::Created().json(pairing.await?))
}

/// `PUT {PAIRINGS}/{name}/answer`: step 2.
pub async fn answer(
    app: Data<App>,
    bearer: Bearer,
    name: Path<String>,
    body: Json<PairingAnswer>,
) -> Result<Json<Pairing>> {
    write(&app, bearer.allowed(Scope::Devices)?, name.into_inner(), Step::Answer(body.into_inner())).await
}

/// `PUT {PAIRINGS}/{name}/reveal`: step 3.
pub async fn reveal(
    app: Data<App>,
    bearer: Bearer,
    name: Path<String>,
    body: Json<PairingReveal>,
) -> Result<Json<Pairing>> {
    write(&app, bearer.allowed(Scope::Devices)?, name.into_inner(), Step::Reveal(body.into_inner())).await
}

/// `PUT {PAIRINGS}/{name}/verdict`: step 4.
pub async fn verdict(
    app: Data<App>,
    bearer: Bearer,
    name: Path<String>,
    body: Json<PairingVerdict>,
) -> Result<Json<Pairing>> {
    write(&app, bearer.allowed(Scope::Devices)?, name.into_inner(), Step::Verdict(body.into_inner())).await
}

async fn write(app: &App, caller: Caller, name: String, step: Step) -> Result<Json<Pairing>> {
    let (site, moment) = (app.site.clone(), app.moment());
    let pairing = app.db.write(move |transaction| {
        pairings::write(transaction, &site, &moment, caller.sender(), &name, &step)
    });
    Ok(Json(pairing.await?))
}
