//! `proxyUrl` (ActivityPub section 4.1): fetches a document of another server in the name of the caller, whose key signs.
//! Through the one client for foreign addresses, so that nothing inside our own network can be reached by it (S-36).

use actix_web::{
    HttpResponse,
    web::{Data, Form},
};
use serde::Deserialize;

use super::{super::authentication::Bearer, fresh};
use crate::{actions::scopes::Scope, app::App, error::Result, federation::proxy};

/// The form of the request.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    /// The address of the document.
    id: String,
}

/// `POST` with the form field `id`.
pub async fn fetch(app: Data<App>, bearer: Bearer, wanted: Form<Wanted>) -> Result<HttpResponse> {
    let caller = bearer.allowed(Scope::Messages)?;
    Ok(fresh(&proxy::fetch(&app, caller.account, &wanted.id).await?))
}
