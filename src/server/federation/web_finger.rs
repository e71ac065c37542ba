//! Whom a WebFinger resource means here, and the answer about it (RFC 7033). A person is found by handle under both our
//! names, by id and by page; the subject is always the one handle under the handle domain (S-15).

use std::sync::Arc;

use alcove_protocol::{
    ActorId,
    actor::own,
    webfinger::{Description, Resource},
};
use serde_json::Value;

use super::{
    documents::{self, Document, Subject},
    lookup,
};
use crate::{
    app::App,
    db::{accounts, actors},
    error::{Error, Result},
};

/// The answer about a resource, as `acct:ana@example.org` or `https://h.example/users/7301`.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Gone`] for an account that was deleted; `invalid` for what is no resource.
pub async fn answer(app: &App, resource: &str) -> Result<Arc<Document>> {
    documents::ready(app, Subject::Resource(resource.to_owned()), async || match meant(app, resource)? {
        Meant::Instance => {
            let row = documents::instance(app).await?.about;
            let name = own::instance_username(&app.site.handle_domain).to_owned();
            Ok(Document::new(row, &describe(app, &name, &app.site.instance_actor(), None)))
        }
        Meant::Name(name) => by_name(app, name).await,
        Meant::Account(id) => {
            let row = app.db.read(move |transaction| accounts::find(transaction, id)).await?;
            by_name(app, row.ok_or(Error::NotFound)?.name).await
        }
    })
    .await
}

/// Whom a resource means.
#[derive(Debug, PartialEq, Eq)]
enum Meant {
    Instance,
    Name(String),
    Account(i64),
}

fn meant(app: &App, resource: &str) -> Result<Meant> {
    let parsed = Resource::parse(resource)
        .ok_or_else(|| Error::invalid("Expected a resource as acct:ana@example.org, or an address."))?;
    match parsed {
        Resource::Handle(handle) if !lookup::is_ours(app, &handle) => Err(Error::NotFound),
        Resource::Handle(handle) if handle.name == own::instance_username(&app.site.handle_domain) => {
            Ok(Meant::Instance)
        }
        Resource::Handle(handle) => Ok(Meant::Name(handle.name)),
        Resource::Address(id) if id == app.site.instance_actor() => Ok(Meant::Instance),
        Resource::Address(id) => {
            let page = || id.as_str().strip_prefix(&app.site.profile("")).map(str::to_ascii_lowercase);
            let account = app.site.account_of(&id).map(Meant::Account);
            account.or_else(|| page().map(Meant::Name)).ok_or(Error::NotFound)
        }
    }
}

async fn by_name(app: &App, name: String) -> Result<Document> {
    let row = app.db.read(move |transaction| {
        let account = accounts::by_name(transaction, &name)?.ok_or(Error::NotFound)?;
        actors::find(transaction, account.id)?.ok_or(Error::NotFound)
    });
    let row = row.await?;
    if row.gone_at.is_some() {
        return Err(Error::Gone);
    }
    let page = app.site.profile(&row.name);
    Ok(Document::new(row.id, &describe(app, &row.name, &app.site.actor(row.id), Some(&page))))
}

fn describe(app: &App, name: &str, actor: &ActorId, page: Option<&str>) -> Value {
    let template = app.site.url("/authorize_interaction?uri={uri}");
    // The server itself follows nobody.
    let subscribe = page.map(|_| template.as_str());
    Description { handle: &app.site.handle(name), actor, page, subscribe }.to_value()
}
