//! NodeInfo 2.0 and 2.1: what this server is, for lists and statistics.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use alcove_protocol::node_info::{self, Version};

use super::{actor, well_known::lasting};
use crate::{
    app::App,
    error::{Error, Result},
    federation::documents,
};

/// `GET /.well-known/nodeinfo`
pub async fn links(app: Data<App>, request: HttpRequest) -> HttpResponse {
    lasting(&request, "application/json", node_info::links(&app.site.origin()).to_string())
}

/// `GET /nodeinfo/{version}`
pub async fn document(app: Data<App>, version: Path<String>, request: HttpRequest) -> Result<HttpResponse> {
    let version = Version::from_name(&version).ok_or(Error::NotFound)?;
    let document = documents::node_info(&app, version).await?;
    Ok(actor::answer(&request, &document, &version.media_type()))
}
