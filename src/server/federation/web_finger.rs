//! Whom a WebFinger resource means here, and the answer about it (RFC 7033). A person is found by handle under both our
//! names, by id and by page; the subject is always the one handle under the handle domain (S-15).

use std::sync::Arc;

use alcove_protocol::{ActorId, Handle, actor::own, context::ACTIVITY_JSON};
use serde_json::{Value, json};

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
            Ok(Document::new(row, &jrd(app, &name, &app.site.instance_actor(), None)))
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
    if resource.starts_with("acct:") || !resource.contains("://") {
        let handle = Handle::parse(resource)
            .map_err(|_| Error::invalid("Expected a resource as acct:ana@example.org, or an address."))?;
        if !lookup::is_ours(app, &handle) {
            return Err(Error::NotFound);
        }
        let instance = own::instance_username(&app.site.handle_domain) == handle.name;
        return Ok(if instance { Meant::Instance } else { Meant::Name(handle.name) });
    }
    let id = ActorId::parse(resource).map_err(|_| Error::NotFound)?;
    if id == app.site.instance_actor() {
        return Ok(Meant::Instance);
    }
    let page =
        || resource.strip_prefix(&app.site.profile("")).map(|name| Meant::Name(name.to_ascii_lowercase()));
    app.site.account_of(&id).map(Meant::Account).or_else(page).ok_or(Error::NotFound)
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
    Ok(Document::new(row.id, &jrd(app, &row.name, &app.site.actor(row.id), Some(&page))))
}

fn jrd(app: &App, name: &str, actor: &ActorId, page: Option<&str>) -> Value {
    let mut links = vec![json!({"rel": "self", "type": ACTIVITY_JSON, "href": actor})];
    let mut aliases = vec![json!(actor)];
    if let Some(page) = page {
        links
            .push(json!({"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": page}));
        aliases.push(json!(page));
    }
    json!({"subject": app.site.handle(name).to_acct(), "aliases": aliases, "links": links})
}
