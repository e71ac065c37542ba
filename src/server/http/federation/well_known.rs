//! `/.well-known/`: WebFinger (RFC 7033) and host-meta (RFC 6415), by which a handle leads to an actor.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Query},
};
use alcove_protocol::{node_info, webfinger::JRD_JSON};

use super::actor;
use crate::{
    app::App,
    error::{Error, Result},
    federation::{documents::Document, web_finger},
};

/// The query of WebFinger; `rel` is not needed, since there are few links.
#[derive(serde::Deserialize)]
pub struct Asked {
    resource: Option<String>,
}

/// `GET /.well-known/webfinger?resource=`
pub async fn webfinger(app: Data<App>, asked: Query<Asked>, request: HttpRequest) -> Result<HttpResponse> {
    let resource =
        asked.resource.as_deref().ok_or_else(|| Error::invalid("Expected a query with a resource."))?;
    let document = web_finger::answer(&app, resource).await?;
    Ok(actor::answer(&request, &document, JRD_JSON))
}

/// `GET /.well-known/host-meta`
pub async fn host_meta(app: Data<App>, request: HttpRequest) -> HttpResponse {
    lasting(&request, node_info::XRD_XML, node_info::host_meta_xml(&app.site.origin()))
}

/// `GET /.well-known/host-meta.json`
pub async fn host_meta_json(app: Data<App>, request: HttpRequest) -> HttpResponse {
    lasting(&request, "application/json", node_info::host_meta_json(&app.site.origin()).to_string())
}

/// A document that is the same for as long as this server has its address, which everybody may keep for an hour.
pub fn lasting(request: &HttpRequest, content_type: &str, body: String) -> HttpResponse {
    let mut answer = actor::answer(request, &Document::of_text(0, body), content_type);
    let hour = header::HeaderValue::from_static("public, max-age=3600");
    answer.headers_mut().insert(header::CACHE_CONTROL, hour);
    answer
}
