//! `/users/{account}/keyPackages` and each package in it, for everybody. Never kept by caches (trap T13), never used up by
//! being fetched (trap T14): who fetches is not even looked at, but for the owner, who sees packages of devices that wait
//! for approval.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use alcove_protocol::context;
use serde_json::{Value, json};

use super::{super::authentication::OptionalBearer, fresh};
use crate::{
    actions::{
        key_packages::{self, Viewer},
        scopes::Scope,
    },
    app::App,
    db::accounts,
    error::{Error, Result},
};

/// `GET /users/{account}/keyPackages`: the ids, newest first.
pub async fn collection(app: Data<App>, account: Path<i64>, bearer: OptionalBearer) -> Result<HttpResponse> {
    let (account, now) = (account.into_inner(), app.clock.now());
    let viewer = viewer(bearer, account);
    let packages = app.db.read(move |transaction| {
        accounts::find(transaction, account)?.ok_or(Error::NotFound)?;
        key_packages::collection(transaction, account, viewer, now)
    });
    let packages = packages.await?;
    let ids: Vec<&Value> = packages.iter().filter_map(|package| package.get("id")).collect();
    Ok(fresh(&json!({
        "@context": context::mls(), "id": app.site.of_account(account, "keyPackages"),
        "type": "OrderedCollection", "totalItems": ids.len(), "orderedItems": ids,
    })))
}

/// `GET /users/{account}/keyPackages/{name}`.
pub async fn one(app: Data<App>, path: Path<(i64, String)>, bearer: OptionalBearer) -> Result<HttpResponse> {
    let (account, name) = path.into_inner();
    let viewer = viewer(bearer, account);
    let package =
        app.db.read(move |transaction| key_packages::show(transaction, account, &name, viewer)).await?;
    Ok(fresh(&package))
}

fn viewer(bearer: OptionalBearer, account: i64) -> Viewer {
    let caller = bearer.0.and_then(|bearer| bearer.allowed(Scope::Devices).ok());
    match caller {
        Some(caller) if caller.account == account => Viewer::Owner,
        _ => Viewer::Anybody,
    }
}
