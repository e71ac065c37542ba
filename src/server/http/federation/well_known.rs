//! `/.well-known/`: WebFinger (RFC 7033) and host-meta (RFC 6415), by which a handle leads to an actor.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Query},
};
use serde_json::json;

use super::actor;
use crate::{
    app::App,
    error::{Error, Result},
    federation::web_finger,
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
    Ok(actor::answer(&request, &document, "application/jrd+json"))
}

/// `GET /.well-known/host-meta`
pub async fn host_meta(app: Data<App>) -> HttpResponse {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n  \
         <Link rel=\"lrdd\" template=\"{}\"/>\n</XRD>\n",
        template(&app)
    );
    lasting().content_type("application/xrd+xml; charset=utf-8").body(body)
}

/// `GET /.well-known/host-meta.json`
pub async fn host_meta_json(app: Data<App>) -> HttpResponse {
    lasting()
        .content_type("application/json")
        .json(json!({"links": [{"rel": "lrdd", "template": template(&app)}]}))
}

fn template(app: &App) -> String {
    app.site.url("/.well-known/webfinger?resource={uri}")
}

/// The beginning of an answer that everybody may keep for an hour and read from any page.
pub fn lasting() -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CACHE_CONTROL, "public, max-age=3600"));
    answer.insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    answer
}
