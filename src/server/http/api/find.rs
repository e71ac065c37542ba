//! `/api/alcove/v1/find` and `/key-packages`: who somebody is, and by which packages they can be added to a group. Key
//! packages are fetched at the moment of use and never remembered (trap T15).

use actix_web::web::{Data, Json, Query};
use alcove_protocol::{
    ActorId, Handle,
    api::{FoundActor, FoundKeyPackages},
};
use serde::Deserialize;

use crate::{
    actions::scopes::Scope,
    app::App,
    error::{Error, Result},
    federation::{
        key_packages,
        lookup::{self, Sought},
    },
    http::authentication::Bearer,
};

/// Who is looked for: one of the two.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    handle: Option<String>,
    actor: Option<ActorId>,
}

/// `GET {FIND}?handle=` or `?actor=`.
pub async fn find(app: Data<App>, bearer: Bearer, wanted: Query<Wanted>) -> Result<Json<FoundActor>> {
    bearer.allowed(Scope::Messages)?;
    let sought = match wanted.into_inner() {
        Wanted { handle: Some(handle), actor: None } => {
            let handle = Handle::parse(&handle);
            Sought::Handle(handle.map_err(|invalid| Error::invalid(format!("handle: {invalid}")))?)
        }
        Wanted { handle: None, actor: Some(actor) } => Sought::Actor(actor),
        _ => return Err(Error::invalid("Expected either handle or actor.")),
    };
    Ok(Json(lookup::find(&app, sought).await?))
}

/// Whose packages are wanted.
#[derive(Debug, Deserialize)]
pub struct Whose {
    actor: ActorId,
}

/// `GET {KEY_PACKAGES}?actor=`.
pub async fn key_packages(
    app: Data<App>,
    bearer: Bearer,
    whose: Query<Whose>,
) -> Result<Json<FoundKeyPackages>> {
    let caller = bearer.allowed(Scope::Messages)?;
    Ok(Json(key_packages::of_actor(&app, caller.account, &whose.actor).await?))
}
