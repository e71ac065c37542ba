//! NodeInfo 2.0 and 2.1: what this server is, for lists and statistics.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use alcove_protocol::node_info::{self, NodeInfo, Version};

use super::well_known::lasting;
use crate::{
    app::App,
    db::accounts,
    error::{Error, Result},
};

/// `GET /.well-known/nodeinfo`
pub async fn links(app: Data<App>) -> HttpResponse {
    lasting().json(node_info::links(&app.site.origin()))
}

/// `GET /nodeinfo/{version}`
pub async fn document(app: Data<App>, version: Path<String>) -> Result<HttpResponse> {
    let version = Version::from_name(&version).ok_or(Error::NotFound)?;
    let people = app.db.read(accounts::count_enabled).await?;
    let info =
        NodeInfo { software_version: env!("CARGO_PKG_VERSION"), name: &app.config.server.name, people };
    Ok(lasting().content_type(version.media_type()).body(info.to_value(version).to_string()))
}
