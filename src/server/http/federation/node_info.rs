//! NodeInfo 2.0 and 2.1: what this server is, for lists and statistics. The number of people is counted, who they are is
//! nobody's business.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use serde_json::{Value, json};

use super::well_known::lasting;
use crate::{
    app::App,
    db::accounts,
    error::{Error, Result},
};

const SCHEMA: &str = "http://nodeinfo.diaspora.software/ns/schema";

/// `GET /.well-known/nodeinfo`
pub async fn links(app: Data<App>) -> HttpResponse {
    let link = |version: &str| json!({"rel": format!("{SCHEMA}/{version}"), "href": app.site.url(&format!("/nodeinfo/{version}"))});
    lasting().json(json!({"links": [link("2.0"), link("2.1")]}))
}

/// `GET /nodeinfo/{version}`
pub async fn document(app: Data<App>, version: Path<String>) -> Result<HttpResponse> {
    let version = version.into_inner();
    if !matches!(version.as_str(), "2.0" | "2.1") {
        return Err(Error::NotFound);
    }
    let people = app.db.read(accounts::count_enabled).await?;
    let kind = format!("application/json; profile=\"{SCHEMA}/{version}#\"");
    Ok(lasting().content_type(kind).body(describe(&app, &version, people).to_string()))
}

fn describe(app: &App, version: &str, people: i64) -> Value {
    json!({
        "version": version,
        "software": {"name": "alcove", "version": env!("CARGO_PKG_VERSION")},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": false,
        "usage": {"users": {"total": people}},
        "metadata": {"nodeName": app.config.server.name},
    })
}
